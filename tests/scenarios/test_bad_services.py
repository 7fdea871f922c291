"""Bad services through the whole command: what they do to one mock they do to no other, and the reason is told.

Each mock that gets no usable answer is unreachable (or unverifiable, where our own limit cut the answer), its neighbour
is verified, the planted mock is caught, and the run ends as incomplete within the time limits of its config.
"""

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.calling import Ran, call, untouched, write_config, write_stub
from tests.servers import Answer, Caller, Received, closed_port, gzip_bomb, json_answer, misbehave, serve

CERTIFICATES: Final = Path(__file__).parent.parent / "transport" / "certificates"
TRUE: Final = json_answer('{"ok": false}')
MIB: Final = 1024 * 1024


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with untouched(monkeypatch):
        yield


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """A service that answers what the good mock says."""
    with serve({"/good": TRUE}) as running:
        yield running.url


_JSON_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def _never_ends(caller: Caller) -> None:
    caller.say(_JSON_HEAD + b"\r\n")
    while True:
        caller.say(b" " * 65536)


def _drips(caller: Caller) -> None:
    caller.say(_JSON_HEAD + b"\r\n")
    while not caller.stopping.is_set():
        caller.say(b" ")
        caller.pause(0.05)


def _hangs_in_body(caller: Caller) -> None:
    caller.say(_JSON_HEAD + b'Content-Length: 100\r\n\r\n{"ok"')
    caller.hold()


def _resets_in_body(caller: Caller) -> None:
    caller.say(_JSON_HEAD + b'Content-Length: 100\r\n\r\n{"ok"')
    caller.reset()


def saying(octets: bytes) -> Callable[[Caller], None]:
    """Says these bytes and closes."""
    return lambda caller: caller.say(octets)


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """What a service does when it is asked for ``/bad``, and what an audit makes of it."""

    name: str
    misbehaves: Callable[[Caller], None]
    reason: str
    verdict: str = "unreachable"

    def __str__(self) -> str:
        return self.name


BAD_ANSWERS: Final = [
    BadAnswer("hangs before the answer", Caller.hold, "timeout"),
    BadAnswer("hangs in the body", _hangs_in_body, "timeout"),
    BadAnswer("drips for ever", _drips, "timeout"),
    BadAnswer("closes at once", lambda _: None, "reset"),
    BadAnswer("resets", Caller.reset, "reset"),
    BadAnswer("resets in the body", _resets_in_body, "reset"),
    BadAnswer("body without end", _never_ends, "size limit", "unverifiable"),
    BadAnswer("gzip bomb", saying(gzip_bomb(20 * MIB).spell()), "size limit", "unverifiable"),
    BadAnswer("announces too much", saying(_JSON_HEAD + b'Content-Length: 50\r\n\r\n{"ok": true}'), "reset"),
    BadAnswer("bad chunk", saying(_JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nx"), "malformed"),
    BadAnswer("garbage", saying(b"\x16\x03\x01 this is no HTTP\r\n\r\n"), "malformed"),
    BadAnswer("another protocol", saying(b"SSH-2.0-OpenSSH_9.6\r\n"), "malformed"),
    BadAnswer("endless head", saying(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n"), "malformed"),
    BadAnswer("half a head", saying(b"HTTP/1.1 200 OK\r\nContent-Ty"), "reset"),
    BadAnswer("not gzip", saying(_JSON_HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"), "malformed"),
]


def _otherwise_good(misbehaves: Callable[[Caller], None]) -> Callable[[Caller], None]:
    """A service that behaves badly for ``/bad`` alone."""

    def converse(caller: Caller) -> None:
        while (request := caller.read_request()) is not None:
            if request.path == "/bad":
                misbehaves(caller)
                return
            caller.say((TRUE if request.path == "/good" else Answer(404)).spell())

    return converse


LIMITS: Final = {
    "timeout": {"connect": "1s", "read": "500ms", "total": "1s"},
    "body_limit": "64 kB",
    "samples": 1,
}


def audit_services(
    capsys: pytest.CaptureFixture[str], folder: Path, providers: dict[str, dict[str, Any]]
) -> tuple[Ran, dict[str, Any]]:
    """One audit of several providers, each with the mocks /bad and /good, with little patience."""
    write_stub(folder / "mocks", "/bad", {"ok": True})
    write_stub(folder / "mocks", "/good", {"ok": True})
    named = {name: {"mocks": "mocks", **rest} for name, rest in providers.items()}
    ran = call(capsys, "audit", "--config", write_config(folder, named, **LIMITS), "--format", "json")
    return ran, json.loads(ran.out)


def results_of(report: dict[str, Any], provider: str) -> dict[str, tuple[str, str]]:
    """Verdict and reason by path."""
    (told,) = [one for one in report["providers"] if one["name"] == provider]
    return {one["path_template"]: (one["verdict"], one["reason"]) for one in told["interactions"]}


@pytest.mark.parametrize("bad", BAD_ANSWERS, ids=str)
def test_a_bad_answer(bad: BadAnswer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It costs the mock that asked for it and no other: each has its verdict, and the reason is told."""
    with misbehave(_otherwise_good(bad.misbehaves)) as running:
        ran, report = audit_services(capsys, tmp_path, {"it": {"target": running.url}})
    assert ran.code == 3
    results = results_of(report, "it")
    verdict, reason = results["/bad"]
    assert verdict == bad.verdict
    assert bad.reason in reason
    assert results["/good"] == ("verified", "")
    assert report["canary"]["caught"] == 1
    assert ran.err.count("internal error") == 0


def _refuses(_: ExitStack) -> dict[str, Any]:
    return {"target": f"http://127.0.0.1:{closed_port()}"}


def _unknown_authority(stack: ExitStack) -> dict[str, Any]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "unknown.pem", CERTIFICATES / "unknown.key")
    return {"target": stack.enter_context(serve(TRUE, tls=context)).url}


def _has_no_name(_: ExitStack) -> dict[str, Any]:
    return {"target": "http://staging.invalid"}


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_refuses, "connect-refused"),
        (_unknown_authority, "tls"),
        (_has_no_name, "unknown-host"),
    ],
)
def test_a_service_out_of_reach(
    make: Callable[[ExitStack], dict[str, Any]],
    reason: str,
    service: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All its mocks are unreachable with the reason; another provider's are judged as ever."""
    with ExitStack() as stack:
        providers = {"far": make(stack), "near": {"target": service}}
        _, report = audit_services(capsys, tmp_path, providers)
    assert {verdict for verdict, _ in results_of(report, "far").values()} == {"unreachable"}
    assert [text for _, text in results_of(report, "far").values() if reason not in text] == []
    assert results_of(report, "near")["/good"] == ("verified", "")
    assert report["canary"]["caught"] == 1
    assert report["totals"]["is_incomplete"] is True


def test_a_redirect_loop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A redirection is an answer: it is recorded as drift and never followed."""
    turns: list[Received] = []

    def turn(received: Received) -> Answer:
        if received.path == "/good":
            return TRUE
        turns.append(received)
        return Answer(302, (("Location", received.path),))

    with serve(turn) as running:
        _, report = audit_services(capsys, tmp_path, {"it": {"target": running.url}})
    assert [finding["kind"] for finding in report["findings"]] == ["redirect-introduced"]
    assert results_of(report, "it")["/bad"][0] == "drifted"
    assert results_of(report, "it")["/good"] == ("verified", "")
    assert len(turns) == 2  # the mock's question and that about unknown routes


def test_an_answer_longer_than_announced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What comes after the announced end is no part of the answer, and is not taken for the next one either."""
    short = saying(_JSON_HEAD + b'Content-Length: 12\r\n\r\n{"ok": true}HTTP/1.1 200 OK\r\n\r\n{"forged": 1}')
    with misbehave(_otherwise_good(short)) as running:
        ran, report = audit_services(capsys, tmp_path, {"it": {"target": running.url}})
    assert ran.code == 0
    assert {verdict for verdict, _ in results_of(report, "it").values()} == {"verified"}


def test_an_answer_cut_by_its_own_announcement(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A body that ends too early by its own word is no JSON: the mock is not green, and its neighbour is judged."""
    short = saying(_JSON_HEAD + b'Content-Length: 5\r\n\r\n{"ok": true}')
    with misbehave(_otherwise_good(short)) as running:
        ran, report = audit_services(capsys, tmp_path, {"it": {"target": running.url}})
    assert ran.code != 0
    assert results_of(report, "it")["/bad"][0] != "verified"
    assert results_of(report, "it")["/good"] == ("verified", "")
