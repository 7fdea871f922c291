"""A dry run sends nothing and tells everything: curl, given its words, sends what an audit sends, byte for byte."""

import json
import os
import random
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft202012Validator

from driftwatch.model.interaction import Header
from driftwatch.model.spoken import Spoken
from driftwatch.reports.curl import curl
from driftwatch.reports.schemas import interface_schema
from driftwatch.transport.question import user_agent
from driftwatch.transport.spoken import speak
from driftwatch.transport.target import Refusal
from tests.cli.calling import call, untouched
from tests.servers import Received, Server, json_answer, serve
from tests.transport.making import make_probe, make_target, send

pytestmark = pytest.mark.skipif(
    shutil.which("curl") is None and not os.environ.get("DRIFTWATCH_TESTS_NEED_ALL"),
    reason="NOT RUN: needs curl (Debian: curl)",
)

SIGNS: Final = "aZ09-._~!$&'()*+,;=:@/%\"<>|^`{}[]?"
BODIES: Final = (
    b"", b"{}", b"@/etc/passwd", b"a\nb\n", b"\n", b"\x00\xff%s%%\\'\"", b"\r\n\t\x1b[31m",
    "ü'$HOME`x`!!\u202e".encode(),
    b"x" * 2000, b"x" * 150_000, b"-d", b'{"q": "it\'s $(touch /tmp/never)"}',
)  # fmt: skip
VALUES: Final = ("1", "a b", "caf\u00e9", "$HOME `x` \"q\" 'y' \\", "", "application/json", "!!", "$(exit 7)", "\u00ff")
SECRET: Final = "planted-pa$$ word\"'`"


def questions(number: int) -> Iterator[tuple[str, str, tuple[Header, ...], bytes | None]]:
    """Odd requests, always the same."""
    chance = random.Random(7)
    for _ in range(number):
        path = "/" + "".join(chance.choice(SIGNS) for _ in range(chance.randint(0, 12)))
        method = chance.choice(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
        names = ["X-A", "Accept", "Content-Type", "X-Empty", "x-q"]
        headers = tuple((chance.choice(names), chance.choice(VALUES)) for _ in range(chance.randint(0, 3)))
        has_body = method not in ("HEAD", "OPTIONS") and chance.random() < 0.7
        yield method, path, headers, chance.choice(BODIES) if has_body else None


def plain(request: Received) -> tuple[object, ...]:
    """What was sent, without the order of headers."""
    headers = sorted((name.lower(), value) for name, value in request.headers)
    return request.method, request.target, headers, request.body


def run(command: str, **environment: str) -> str:
    """What a shell makes of it; curl writes nothing but what it was answered."""
    done = subprocess.run(
        ["sh"], input=command.encode(), capture_output=True, timeout=30, check=False,
        env={"PATH": os.environ["PATH"], **environment},
    )  # fmt: skip
    return done.stderr.decode()


def asked(server: Server) -> list[tuple[object, ...]]:
    """What came since the last look."""
    came = [plain(request) for request in server.received]
    server.received.clear()
    return came


def test_curl_sends_what_we_send() -> None:
    """Over many odd requests: method, target, headers and body are equal to the byte."""
    compared = 0
    with serve(json_answer("{}")) as server:
        target = make_target(server.url)
        for method, path, headers, body in questions(250):
            probe = make_probe(path, method=method, headers=headers, body=body)
            try:
                spoken = speak(probe, target, user_agent("run-1"))
            except Refusal:
                continue
            send(target, [probe])
            mine = asked(server)
            complaint = run(curl(spoken, {}))
            assert asked(server) == mine, (curl(spoken, {})[:500], complaint)
            compared += 1
    assert compared > 150


def test_a_credential_is_looked_up_by_the_shell(tmp_path: Path) -> None:
    """From the environment or a file, in a header, in the query and in Basic credentials; it is never in the words."""
    (tmp_path / "it's here").write_text(SECRET + "\n", encoding="utf-8")
    places = {"mark1": "${WORD}", "mark2": "$(cat '" + str(tmp_path / "it's here").replace("'", "'\\''") + "')"}
    with serve(json_answer("{}")) as server:
        spoken = Spoken(
            "GET", f"{server.url}/a?k=mark1", (("X-A", 'a"b mark1'), ("Authorization", "Basic bWFyazE6bWFyazI="))
        )
        command = curl(spoken, places)
        assert "mark" not in command
        run(command.replace("k=${WORD}", "k=1"), WORD=SECRET)
        (request,) = server.received
    assert request.header("X-A") == f'a"b {SECRET}'
    assert request.header("Authorization") == _basic(SECRET, SECRET)


def _basic(user: str, password: str) -> str:
    from base64 import b64encode

    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


STUBS: Final = [
    ("GET", "/users/1", None, 200, {"id": 1}),
    ("POST", "/search", {"q": "it's"}, 200, {"hits": 1}),
    ("POST", "/sandbox/orders", {"qty": 1}, 201, {"id": "o1"}),
    ("POST", "/orders", {"qty": 1}, 201, {"id": "o1"}),
]  # fmt: skip
CONFIG: Final = """
store: none
providers:
  shop:
    mocks: mocks
    target: {url}/v1
    allow_addresses: [127.0.0.0/8]
    auth: {{bearer: {{token: "${{env:TOKEN}}"}}}}
    headers: {{X-Gate: "a ${{file:gate}}"}}
    probing:
      samples: 1
      rate: 1000
      declared_safe: [POST /search]
      behaviours: [missing_id, malformed_body]
      consent:
        - operation: POST /sandbox/orders
          sandbox: /sandbox
          idempotency_key: auto
          clean_up: [{{request: DELETE /sandbox/orders/o1}}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Mocks and what they need, without a config."""
    (tmp_path / "mocks").mkdir()
    (tmp_path / "gate").write_text("planted-gate\n", encoding="utf-8")
    for number, (method, path, body, status, answer) in enumerate(STUBS):
        request = {"method": method, "url": path}
        if body is not None:
            request["bodyPatterns"] = [{"equalToJson": json.dumps(body)}]  # type: ignore[assignment]
        stub = {"request": request, "response": {"status": status, "jsonBody": answer}}
        (tmp_path / "mocks" / f"{number}.json").write_text(json.dumps(stub), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOKEN", "planted-token")
    with untouched(monkeypatch):
        yield tmp_path


def test_it_tells_what_an_audit_sends(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its script, run by a shell, sends the very requests of an audit; runs differ in their ids alone."""
    with serve(json_answer('{"id": 1}')) as server:
        (folder / "driftwatch.yaml").write_text(CONFIG.format(url=server.url), encoding="utf-8")
        told = call(capsys, "audit", "--dry-run")
        assert (told.code, asked(server)) == (0, [])
        assert "planted" not in told.out
        assert "POST may change the service" in told.out
        run(told.out, TOKEN="planted-token")
        by_curl = asked(server)
        call(capsys, "audit")
        by_audit = asked(server)
    assert sorted(map(without_ids, by_curl)) == sorted(map(without_ids, by_audit))
    assert len(by_curl) == 9


def without_ids(request: tuple[object, ...]) -> str:
    """A request without what differs from run to run."""
    text = re.sub(r"driftwatch-[0-9a-f]{12,}", "driftwatch-…", str(request))
    return re.sub(r"\(run [0-9a-f]+\)", "(run …)", text)


def test_nobody_is_even_connected_to(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the service, not the loopback of the canary, no name server."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    (folder / "driftwatch.yaml").write_text(CONFIG.format(url="http://nowhere.invalid"), encoding="utf-8")
    for name in ("connect", "connect_ex", "bind", "listen"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    told = call(capsys, "audit", "--dry-run", "--format", "json")
    assert told.code == 0
    document = json.loads(told.out)
    Draft202012Validator(interface_schema("requests-1")).validate(document)
    (shop,) = document["providers"]
    tiers = [(request["method"], request["tier"]) for request in shop["requests"]]
    assert sorted(tiers) == [
        ("DELETE", 3), ("DELETE", 3), ("GET", 1), ("GET", 1), ("GET", 1), ("POST", 2), ("POST", 2), ("POST", 4),
        ("POST", 4),
    ]  # fmt: skip
    assert [one["tier"] for one in shop["skipped"]] == [4]


def test_findings_have_no_dry_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A format of findings is refused, with what to write."""
    (folder / "driftwatch.yaml").write_text(CONFIG.format(url="http://nowhere.invalid"), encoding="utf-8")
    told = call(capsys, "audit", "--dry-run", "--format", "sarif")
    assert told.code == 2
    assert "console or json" in told.err


EVERYBODY: Final = """
store: none
providers:
  shop:
    mocks: mocks
    target: https://shop.staging.example.com
    auth: {basic: {username: "${env:TOKEN}", password: "${file:gate}"}}
    identities:
      clerk: {bearer: {token: "${env:TOKEN}"}}
      boss:
        oauth2: {token_url: "https://login.example.com/t", client_id: "${env:TOKEN}", client_secret: "${file:gate}"}
      kiosk: {api_key: {cookie: sid, value: "${env:TOKEN}"}}
      partner: {headers: {X-Partner-Auth: "id=7;key=${file:gate}"}}
    lens: [clerk, boss, kiosk, partner, none]
    production: {target: "https://shop.example.com", auth: {api_key: {query: k, value: "${file:gate}"}}}
"""


@pytest.mark.parametrize("form", ["console", "json"])
def test_no_credential_of_any_kind_is_told(folder: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """Names of variables and files stand for all of them; for a token that nobody asked for, a variable of its own."""
    (folder / "driftwatch.yaml").write_text(EVERYBODY, encoding="utf-8")
    told = call(capsys, "audit", "--dry-run", "--format", form)
    assert (told.code, "planted" in told.out + told.err) == (0, False)
    for words in ("${TOKEN}", "gate')", "${DRIFTWATCH_SHOP_BOSS_TOKEN}", "sid=${TOKEN}", "?k=$(cat", "id=7;key=$(cat"):
        assert words in told.out, words
