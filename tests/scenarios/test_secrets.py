"""No credential, and nothing that a service said of people, gets out: planted everywhere, searched for everywhere.

Every credential that settings can hold is planted (a new kind fails the first test until it is), and so are tokens and
personal data in mocks, recordings and answers. Then everything that driftwatch writes is searched for all of them, in
every spelling: what it prints, its log, all reports, the store's bytes, metrics, notices, pages and exceptions.
"""

import html
import importlib
import json
import os
import pkgutil
import re
import sys
import urllib.parse
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from driftwatch import usecases
from driftwatch.drift import judge
from driftwatch.reports.catalog import REPORTS
from driftwatch.settings.load import load
from driftwatch.settings.tree import Settings
from tests.cli.calling import PATIENCE, Ran, call, start, stop, untouched
from tests.scenarios.garden import declared, held
from tests.scenarios.planted import World, world
from tests.servers import closed_port, drips, hangs, misbehave, resets_in_body, saying
from tests.waiting import wait_until

OWN: dict[str, set[str]] = {
    "doors": {
        "token", "user", "password", "header key", "query key", "cookie key", "template", "client", "client secret",
        "refresh token", "expired token",
    },
    "encrypted": set(),
    "plain": {"gateway token", "variable"},
    "live": {"production token", "production header", "variable"},
    "proxy": {"proxy password"},
    "webhook": {"webhook path"},
    "alertmanager": {"alert user", "alert password"},
    "gateway": set(),
}  # fmt: skip
"""What each receiver may be told: the credentials that are for it, and nothing else."""


VERDICTS: dict[str, set[str]] = {
    **{name: {"drifted"} for name in ("bearer", "basic", "key-in-header", "key-in-query", "key-in-cookie", "template")},
    "oauth2": {"drifted"},
    "oauth2-refresh": {"unauthorized"},
    "mtls": {"drifted"},
    "mtls-plain-key": {"drifted"},
    "proxied": {"verified"},
    "traveller": {"drifted"},
    "careless": {"drifted", "unreachable"},
    "recorded": {"skipped", "unverifiable"},
}
"""What comes of each provider where every credential is right but one: nothing is proven by what was never used."""


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The world, in a folder of its own, for commands in this process."""
    with untouched(monkeypatch):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DRIFTWATCH_LOG_LEVEL", "debug")
        with world(tmp_path, monkeypatch.setenv) as made:
            yield made


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> partial[Ran]:
    """The command line."""
    return partial(call, capsys)


def _is_clean(made: World, *things: object) -> None:
    """Nothing in these, nor in any file that was written, is one of the planted."""
    assert made.garden.dug_up(*things) == set()
    assert {file: found for file in made.written() if (found := made.garden.dug_up(file))} == {}


def test_every_credential_is_planted(planted: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all that settings look up elsewhere nothing is left out: a new kind of credentials is to be planted here."""
    there = held(load(planted.config, os.environ), planted.garden)
    url = f"postgresql://u:{planted.garden.plant('password of a store', is_plain=True)}@127.0.0.1:1/x"
    monkeypatch.setenv("PLANTED_STORE", url)
    config = planted.read()
    planted.write({**config, "store": "${env:PLANTED_STORE}", "proxy": config["providers"]["proxied"].pop("proxy")})
    there |= held(load(planted.config, os.environ), planted.garden)
    assert declared(Settings) - there == set()


def test_no_output_of_an_audit_holds_one(planted: World, command: partial[Ran]) -> None:
    """In all formats and to all receivers at once, with the log of a single probe's every step."""
    out = planted.folder / "out"
    out.mkdir()
    reports = [f"--report={report.name}={out / report.name}" for report in REPORTS]
    gateway = planted.receivers["gateway"].url
    ran = command("audit", "-v", *reports, "--textfile", out / "x.prom", "--push-gateway", gateway)
    assert ran.code == 1, ran.err
    assert sorted(file.name for file in out.iterdir()) == sorted([*(report.name for report in REPORTS), "x.prom"])
    assert (planted.folder / "memory.db").stat().st_size > 0
    assert "probe.sent" in ran.err
    told = json.loads((out / "json").read_text(encoding="utf-8"))["providers"]
    assert {one["name"]: {mock["verdict"] for mock in one["interactions"]} for one in told} == VERDICTS
    _is_clean(planted, ran.out, ran.err)
    for name, own in OWN.items():
        assert planted.garden.dug_up(planted.got(name)) <= own, name
    for name in OWN.keys() - {"encrypted", "live"}:
        assert planted.got(name), f"{name} was told nothing, so that nothing is proven"


def test_no_share_holds_one(planted: World, command: partial[Ran]) -> None:
    """What one process packs for another, when several share a run."""
    for shard in ("0/2", "1/2"):
        ran = command("audit", "--shard", shard, "--run", "nightly", "--fail-on", "never")
        assert ran.code in (0, 3), ran.err
        _is_clean(planted, ran.out, ran.err)


@pytest.mark.parametrize("form", [report.name for report in REPORTS])
def test_no_screen_holds_one(form: str, planted: World, command: partial[Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each format on standard output, beside a log for people."""
    monkeypatch.setenv("DRIFTWATCH_LOG_FORMAT", "console")
    ran = command("audit", "--format", form, "--provider", "careless", "--no-notices")
    assert ran.code == 1, ran.err
    assert ran.out
    _is_clean(planted, ran.out, ran.err)


@pytest.mark.parametrize(
    "arguments",
    [
        ("mocks", "mocks"), ("mocks", "--format", "json", "mocks"), ("config", "check"), ("config", "show"),
        ("init", "--dry-run", "mocks"), ("audit", "--dry-run"),
        ("audit", "--dry-run", "--format", "json"), ("journey", "mocks/recorded/cassette.yaml"),
        ("journey", "mocks/recorded/login.postman_collection.json"), ("journey", "mocks/recorded/test-set-0"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_other_command_shows_one(arguments: tuple[str, ...], planted: World, command: partial[Ran]) -> None:
    """What is read, what is set, what would be sent."""
    ran = command(*arguments)
    assert ran.out, ran.err
    _is_clean(planted, ran.out, ran.err)


def test_no_memory_shows_one(planted: World, command: partial[Ran]) -> None:
    """What earlier audits left, in every view of it."""
    assert command("audit", "--fail-on", "never").code in (0, 3)
    told = json.loads(command("findings", "list", "--format", "json").out)
    (first, *_) = told["findings"]
    said = [command("findings", "list").out, json.dumps(told)]
    for view in ("show", "history"):
        for form in ("console", "json"):
            ran = command("findings", view, first["fingerprint"], "--format", form)
            assert ran.out, ran.err
            said += [ran.out, ran.err]
    _is_clean(planted, *said)


def test_no_page_shows_one(planted: World) -> None:
    """The service: every page that links lead to, metrics, health, and its log."""
    log = planted.folder / "log"
    with log.open("wb") as stream:
        process = start("serve", "--config", planted.config, environment=dict(os.environ), stderr=stream.fileno())
    try:
        audits = len(planted.read()["providers"])
        wait_until(lambda: log.read_bytes().count(b"audit.finished") == audits or process.poll() is not None)
        (url,) = re.findall(r'"url": "(http[^"]+)"', log.read_text(encoding="utf-8"))
        pages = _crawled(url)
    finally:
        stop(process)
    assert len(pages) > 2 * audits, pages.keys()
    assert {path: found for path, text in pages.items() if (found := planted.garden.dug_up(path, text))} == {}
    _is_clean(planted)


def _crawled(url: str) -> dict[str, str]:
    """Every page of the service by its path, as somebody who may read sees it."""
    pages: dict[str, str] = {}
    ahead = ["/", "/metrics", "/livez", "/readyz"]
    while ahead and len(pages) < 100:
        path = ahead.pop()
        if path not in pages:
            answer = requests.get(f"{url}{path}", auth=("prometheus", "hunter2"), timeout=PATIENCE)
            assert answer.status_code in (200, 404, 503), path
            pages[path] = f"{answer.headers}{answer.text}"
            links = (
                urllib.parse.urljoin(path, html.unescape(link)) for link in re.findall(r'href="([^"#]*)', answer.text)
            )
            ahead += [link for link in links if link.startswith("/")]
    return pages


TROUBLES: dict[str, Any] = {
    "hangs": hangs,
    "resets": resets_in_body,
    "drips": drips(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", b"x"),
    "says what is no HTTP": saying(b"hello\r\n\r\n"),
    "says broken chunks": saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "says broken gzip": saying(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_trouble_with_a_service_shows_one(trouble: str, planted: World, command: partial[Ran]) -> None:
    """However badly services behave, the authorization server among them."""
    config = planted.read()
    with misbehave(TROUBLES[trouble]) as bad:
        for provider in config["providers"].values():
            _redirect(provider, bad.url)
        config["probing"]["timeout"] = {"connect": 1, "read": 0.2, "total": 0.3}
        planted.write(config)
        ran = command("audit")
    assert ran.code == 3, ran.out
    _is_clean(planted, ran.out, ran.err)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_refused_connection_shows_one(scheme: str, planted: World, command: partial[Ran]) -> None:
    """Nobody listens, or whoever listens speaks no TLS."""
    port = closed_port() if scheme == "http" else planted.receivers["plain"].url.rsplit(":", 1)[1]
    config = planted.read()
    for provider in config["providers"].values():
        _redirect(provider, f"{scheme}://127.0.0.1:{port}")
    config["probing"]["timeout"] = {"connect": 1, "read": 0.2, "total": 0.3}
    planted.write(config)
    ran = command("audit")
    assert ran.code == 3, ran.out
    _is_clean(planted, ran.out, ran.err)


def _redirect(provider: dict[str, Any], url: str) -> None:
    """Target and token endpoint lead elsewhere; one question each is enough of that."""
    provider["target"] = url
    provider.pop("lens", None)
    if url.startswith("http:"):
        provider.pop("client_certificate", None)
    if "oauth2" in provider.get("auth", {}):
        provider["auth"]["oauth2"]["token_url"] = f"{url}/token"


def test_no_certificate_that_is_refused_shows_one(planted: World, command: partial[Ran]) -> None:
    """An authority that is not trusted, a key that its password does not open, a key that is none."""
    config = planted.read()
    del config["providers"]["mtls"]["verify"]
    config["providers"]["mtls-plain-key"]["client_certificate"]["key"] = "secrets/password"
    opened = config["providers"]["mtls"]["client_certificate"]
    config["providers"]["locked"] = {
        **config["providers"]["mtls"],
        "client_certificate": {**opened, "password": "${file:secrets/password}"},
    }
    planted.write(config)
    ran = command("audit", "--provider", "mtls", "--provider", "mtls-plain-key", "--provider", "locked")
    assert ran.code in (2, 3), ran.out
    _is_clean(planted, ran.out, ran.err)


@pytest.mark.parametrize("blow", [RuntimeError, KeyboardInterrupt])
def test_no_exception_shows_one(
    blow: type[BaseException], planted: World, command: partial[Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that breaks over an answer, or a person who presses Ctrl-C: not even a traceback quotes what was there."""
    judged, blows = judge.judge, []

    def break_down(*arguments: Any, **options: Any) -> Any:
        message = repr(arguments)
        if not planted.garden.found(message.encode()):
            return judged(*arguments, **options)
        blows.append(message)
        raise blow(message)

    for module in _users_of(judge):
        monkeypatch.setattr(module, "judge", break_down)
    ran = command("audit", "--provider", "careless")
    assert blows, "nobody judged an answer with a secret in it, so that nothing is proven"
    assert ran.code in (3, 70, 130), ran.out
    _is_clean(planted, ran.out, ran.err)


def _users_of(owner: Any) -> list[Any]:
    """Modules that took the function by its name; all are loaded first, lest one takes what stands in for it."""
    for module in pkgutil.iter_modules(usecases.__path__, "driftwatch.usecases."):
        importlib.import_module(module.name)
    took = [module for name, module in sys.modules.items() if name.startswith("driftwatch.")]
    return [module for module in took if getattr(module, "judge", None) is owner.judge]


def _provider(**more: object) -> dict[str, Any]:
    return {"a": {"mocks": "mocks", "target": "http://h.example", **more}}


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("store", "${env:PLANTED_STORE}"),
        ("store", "postgresql://u:PASSWORD@127.0.0.1:1/x"),
        ("providers", _provider(target="http://u:PASSWORD@127.0.0.1")),
        ("providers", _provider(auth={"bearer": {"token": "PASSWORD"}})),
        ("providers", _provider(auth={"bearer": "PASSWORD"})),
        ("providers", _provider(identities={"b": "PASSWORD"})),
        ("providers", _provider(headers={"Cookie": "PASSWORD"})),
        ("providers", _provider(journeys=[{"name": "j", "steps": [{"request": {"headers": {"Cookie": "PASSWORD"}}}]}])),
        ("proxy", "http://u:PASSWORD@127.0.0.1:1"),
        ("notify", {"channels": {"a": {"url": "slack://PASSWORD"}}}),
        ("deploys", {"webhook": {"token": "PASSWORD"}}),
    ],
)  # fmt: skip
def test_no_complaint_shows_one(
    section: str, value: Any, planted: World, command: partial[Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret that was written into the config by mistake is complained of and not repeated."""
    core = planted.garden.plant("password astray", is_plain=True)
    monkeypatch.setenv("PLANTED_STORE", f"postgresql://u:{core}@127.0.0.1:1/x?connect_timeout=1")
    written = json.loads(json.dumps(value).replace("PASSWORD", core))
    planted.write({**planted.read(), section: written})
    planted.planted |= {planted.config}
    for arguments in (("config", "check"), ("config", "show"), ("audit", "--provider", "careless")):
        ran = command(*arguments)
        assert ran.out + ran.err
        assert planted.garden.dug_up(ran.out, ran.err) == set(), arguments
    assert re.search("store|providers|proxy|notify|deploys", ran.err)
