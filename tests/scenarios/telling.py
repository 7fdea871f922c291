"""Tells a story of asking: a service by script, the team's mocks and config, audits, and what must come of them.

A story is a YAML document (``asking/*/*.yaml``): one promise, what proves it, and below ``twin`` what to change so that
nothing is the matter. The twin must stay silent: every interaction verified, no finding at warning or above, exit 0.
Everything runs through the command, against real sockets. Words of a story are explained where they are declared; an
unknown one is an error.
"""

import json
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from msgspec import Struct, field

from driftwatch.transport.clock import SystemClock
from tests.cli.calling import QUICK, Ran, write_stub
from tests.staging import Staging, Visit, busiest, staging
from tests.tables import table

STORIES: Final = Path(__file__).parent / "asking"
CERTIFICATES: Final = Path(__file__).parent.parent / "transport" / "certificates"
CANARY: Final = "/driftwatch-"
"""How the path begins by which an audit learns what an unknown one looks like."""
Command = Callable[..., Ran]
"""How the command line is called: its arguments in, what became of it out."""


class Saw(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the service saw of one run; what is left out is not looked at."""

    asked: Mapping[str, int] = field(default_factory=dict)
    """Requests of an operation, exactly; 0 says never."""
    requests: int | None = None
    """All requests, the search for an unknown path among them."""
    at_most: int | None = None
    peak: int | None = None
    """Requests in flight, at most."""
    busiest: int | None = None
    """Requests within any one second, at most."""
    users: tuple[str, ...] | None = None
    """Who asked; an empty text for a stranger. The search for an unknown path is left out."""
    who: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Who asked for an operation, in order."""
    statuses: Mapping[str, tuple[int | None, ...]] = field(default_factory=dict)
    """What an operation was answered, in order; nothing, where it was cut."""
    headers: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    """Headers of every request of an operation; nothing, where it must not be there."""
    order: tuple[str, ...] | None = None
    """The operations in order of arrival, repeats and the search for an unknown path left out."""
    rests: float | None = None
    """Seconds of rest after each refusal with 429 or 503, at least."""
    connections: int | None = None
    """Connections, at least."""
    orders: int | None = None
    """Orders that still stand."""
    versions: tuple[str, ...] | None = None
    """The versions that answered."""
    elsewhere: int = 0
    """Requests that the other service got."""


class Run(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command, what happens before it, and what must come of it."""

    command: tuple[str, ...] = ("audit",)
    expire: tuple[str, ...] = ()
    """Users whose tokens end before it."""
    deploy: tuple[str, ...] = ()
    """The versions that stand behind the port from now on."""
    files: Mapping[str, Any] = field(default_factory=dict)
    """Files that change before it."""
    environment: Mapping[str, str] = field(default_factory=dict)
    exit: int = 0
    verdicts: Mapping[str, str] | None = None
    """By operation; exactly these."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Words in the reason of an operation's verdict."""
    unseen: tuple[str, ...] = ()
    """Operations of a twin that cannot be verified by their nature: only their status was ever recorded, say."""
    findings: tuple[str, ...] | None = None
    """Each as ``GET /users/{id}: breaking field-missing /email``; exactly these."""
    says: tuple[str, ...] = ()
    """Words in what is shown."""
    hides: tuple[str, ...] = ()
    """Words that must not be there."""
    report: Mapping[str, Any] = field(default_factory=dict)
    """Values of the report in JSON, by JSON Pointer."""
    saw: Saw = field(default_factory=Saw)


class Story(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A promise and its proof."""

    promise: str
    staging: Mapping[str, Any]
    """The service, as ``tests.staging`` has it; ``$elsewhere`` is the other service, ``$megabyte`` as much text."""
    elsewhere: Mapping[str, Any] = field(default_factory=dict)
    """The other service, which as a rule nobody may ask."""
    resolves: Mapping[str, str] = field(default_factory=dict)
    """What the DNS answers: addresses by host."""
    tls: str = ""
    """The certificate with which the service speaks HTTPS, of ``$certificates``, where ``authority.pem`` made the good
    one; clients may show ``alone.pem``."""
    environment: Mapping[str, str] = field(default_factory=dict)
    stubs: Mapping[str, Any] = field(default_factory=dict)
    """WireMock stubs by operation: the document of a 200, or below ``answer`` parts of the response."""
    files: Mapping[str, Any] = field(default_factory=dict)
    """Files by name: a text, or a document. Mocks stand below ``mocks``."""
    provider: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the only provider, beside ``mocks`` and ``target``."""
    probing: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    """The rest of the config."""
    runs: tuple[Run, ...]


def stories() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every story and every twin, by name, as they are written."""
    for file in sorted(STORIES.glob("*/*.yaml")):
        written = table(file)
        twin = written.pop("twin")
        name = file.relative_to(STORIES).with_suffix("").as_posix()
        yield name, written
        silent = merged({**written, "runs": [{}]}, {key: value for key, value in twin.items() if key != "runs"})
        yield f"{name}: twin", {**silent, "runs": [_silent(run) for run in twin.get("runs", [{}])], "twin": True}


def _silent(run: Mapping[str, Any]) -> Mapping[str, Any]:
    """A twin says nothing of findings and verdicts: there are none, and all are verified."""
    assert not run.keys() & {"exit", "verdicts", "findings", "reasons"}, "a twin is silent: it has no say in that"
    return run


def merged(below: Any, above: Any) -> Any:
    """Members joined, anything else replaced, nothing (null) taken away."""
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    both = {name: merged(below.get(name), value) for name, value in above.items()}
    return {name: value for name, value in {**below, **both}.items() if value is not None}


def tell(written: Mapping[str, Any], folder: Path, patch: pytest.MonkeyPatch, command: Command) -> None:
    """Run a story to its end; raises ``AssertionError`` at the first thing that is not as it says."""
    is_twin = bool(written.get("twin"))
    story = msgspec.convert({name: value for name, value in written.items() if name != "twin"}, Story)
    with ExitStack() as stack:
        other = stack.enter_context(staging(story.elsewhere))
        service = stack.enter_context(_staging(story, other.url))
        names = {
            "$elsewhere_port": other.url.rsplit(":", 1)[1], "$elsewhere": other.url,
            "$port": service.url.rsplit(":", 1)[1], "$url": service.url, "$folder": str(folder),
            "$certificates": str(CERTIFICATES), **_moments(),
        }  # fmt: skip
        _prepare(story, folder, names)
        _answer_for(story.resolves, patch)
        for number, run in enumerate(story.runs):
            _write(folder, run.files, names)
            for name, value in {**story.environment, **run.environment}.items():
                patch.setenv(name, _filled(value, names))
            for user in run.expire:
                service.expire(user)
            if run.deploy:
                service.deploy(*run.deploy)
            before, before_other = len(service.visits), len(other.visits)
            report = folder / f"report-{number}.json"
            options = ["--report", f"json={report}"] if run.command == ("audit",) else []
            config = ["--config", folder / "driftwatch.yaml"] if run.command[0] == "audit" else []
            ran = command(*run.command, *config, *options)
            told = json.loads(report.read_text(encoding="utf-8")) if report.exists() else None
            _judge(run, ran, told, is_twin=is_twin)
            _judge_service(run.saw, service, service.visits[before:])
            assert len(other.visits) - before_other == run.saw.elsewhere, other.visits


def _staging(story: Story, elsewhere: str) -> AbstractContextManager[Staging]:
    context = None
    if story.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_verify_locations(CERTIFICATES / "alone.pem")
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_cert_chain(CERTIFICATES / f"{story.tls}.pem", CERTIFICATES / f"{story.tls}.key")
    return staging(story.staging, tls=context, elsewhere=elsewhere, megabyte="x" * 2**20)


def _answer_for(hosts: Mapping[str, str], patch: pytest.MonkeyPatch) -> None:
    """These hosts have these addresses for all of this process."""
    ask = socket.getaddrinfo

    def getaddrinfo(host: Any, *more: Any, **options: Any) -> Any:
        return ask(hosts.get(host, host), *more, **options)

    patch.setattr(socket, "getaddrinfo", getaddrinfo)


def _moments() -> Mapping[str, str]:
    """What a story may say of the present: moments that passed, and hours (UTC) in which we are, or are not."""
    now = SystemClock().now()
    clock = "{:%H:%M}-{:%H:%M}"
    return {
        "$yesterday_nanoseconds": f"{(now - timedelta(days=1)).timestamp():.0f}{0:09}",
        "$yesterday": (now - timedelta(days=1)).isoformat(),
        "$long_ago": (now - timedelta(days=300)).isoformat(),
        "$this_hour": clock.format(now - timedelta(hours=1), now + timedelta(hours=1)),
        "$other_hours": clock.format(now + timedelta(hours=4), now + timedelta(hours=6)),
    }


def _prepare(story: Story, folder: Path, names: Mapping[str, str]) -> None:
    (folder / "mocks").mkdir()
    for number, (operation, said) in enumerate(story.stubs.items()):
        method, _, path = operation.partition(" ")
        stub = {"answer": {"jsonBody": said}, "request": {}}
        if (
            isinstance(said, Mapping)
            and said.keys() & {"answer", "request"}
            and not said.keys() - {"answer", "request"}
        ):
            stub = {"answer": said.get("answer", {}), "request": said.get("request", {})}
        file = write_stub(folder / "mocks", path, name=f"{number:02}", method=method, **stub["answer"])
        document = json.loads(file.read_text(encoding="utf-8"))
        document["request"] |= stub["request"]
        if "body" in stub["answer"]:
            del document["response"]["jsonBody"]
        file.write_text(_filled(json.dumps(document), names), encoding="utf-8")
    config = {
        "probing": {**QUICK, **story.probing},
        "providers": {"shop": {"mocks": "mocks", "target": "$url", **story.provider}},
    }
    _write(folder, {**story.files, "driftwatch.yaml": merged(config, story.config)}, names)


def _write(folder: Path, files: Mapping[str, Any], names: Mapping[str, str]) -> None:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)  # which is YAML as well
        file.write_text(_filled(text, names), encoding="utf-8")


def _filled(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(name, value)
    return text


def _judge(run: Run, ran: Ran, report: Mapping[str, Any] | None, *, is_twin: bool) -> None:
    shown = " ".join((ran.out + ran.err).split())
    found, verdicts, reasons = _told(report)
    context = f"\n{ran.out}\n{ran.err}"
    if is_twin:
        alarms = [one for one in found if " info " not in one]
        others = {operation for operation, verdict in verdicts.items() if verdict != "verified"}
        assert (alarms, others) == ([], set(run.unseen)), context
    if run.verdicts is not None:
        assert verdicts == run.verdicts, f"{reasons}{context}"
    for operation, words in run.reasons.items():
        assert words in reasons[operation], reasons
    if run.findings is not None:
        assert found == sorted(run.findings), context
    for words in run.says:
        assert words in shown, f"{words}{context}"
    for words in run.hides:
        assert words not in shown, f"{words}{context}"
    for pointer, value in run.report.items():
        assert _at(report, pointer) == value, (pointer, _at(report, pointer))
    assert ran.code == run.exit, context


def _told(report: Mapping[str, Any] | None) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """Findings, verdicts and reasons of a report; a second mock of an operation is called ``GET /it (2)``."""
    found: list[str] = []
    verdicts: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for one in (report or {}).get("findings", []):
        where = f"{one['method']} {one['path_template']}" if one["method"] else one["provider"]
        found.append(f"{where}: {one['severity']} {one['kind']} {one['path']}".rstrip())
    for provider in (report or {}).get("providers", []):
        for one in provider["interactions"]:
            operation = name = f"{one['method']} {one['path_template']}"
            count = 1
            while name in verdicts:
                count += 1
                name = f"{operation} ({count})"
            verdicts[name], reasons[name] = one["verdict"], one["reason"]
    return sorted(found), verdicts, reasons


def _at(document: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        document = document[int(part) if isinstance(document, list) else part]
    return document


def _judge_service(saw: Saw, service: Staging, visits: list[Visit]) -> None:
    by_operation: dict[str, list[Visit]] = {}
    for visit in visits:
        by_operation.setdefault(visit.operation, []).append(visit)
    counts = {operation: len(these) for operation, these in by_operation.items()}
    assert {operation: counts.get(operation, 0) for operation in saw.asked} == dict(saw.asked), counts
    checks: tuple[tuple[int | None, bool], ...] = (
        (saw.requests, len(visits) == saw.requests),
        (saw.at_most, len(visits) <= (saw.at_most or 0)),
        (saw.peak, max((visit.in_flight for visit in visits), default=0) <= (saw.peak or 0)),
        (saw.busiest, busiest([visit.at for visit in visits], 1.0) <= (saw.busiest or 0)),
        (saw.connections, len({visit.request.connection for visit in visits}) >= (saw.connections or 0)),
        (saw.orders, service.book is not None and len(service.book.orders) == saw.orders),
    )
    for number, (wanted, is_so) in enumerate(checks):
        assert wanted is None or is_so, (number, wanted, counts)
    if saw.users is not None:
        assert {visit.user for visit in visits if not visit.request.path.startswith(CANARY)} == set(saw.users)
    if saw.versions is not None:
        assert {visit.version for visit in visits} == set(saw.versions)
    for operation, users in saw.who.items():
        assert tuple(visit.user for visit in by_operation.get(operation, [])) == users
    for operation, statuses in saw.statuses.items():
        assert tuple(visit.status for visit in by_operation.get(operation, [])) == statuses
    for operation, headers in saw.headers.items():
        for visit in by_operation[operation]:
            assert {name: visit.request.header(name) for name in headers} == dict(headers)
    if saw.order is not None:
        known = [operation for operation in by_operation if operation in saw.order]
        assert tuple(known) == saw.order, counts
    if saw.rests is not None:
        pairs = [(one, then) for one, then in pairwise(visits) if one.status in (429, 503)]
        assert pairs, "nothing was refused"
        assert min(then.at - one.at for one, then in pairs) >= saw.rests
