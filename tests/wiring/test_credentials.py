"""Every kind of credentials, from the config to the wire, through whole audits; and nowhere else."""

import json
import ssl
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from driftwatch.reports.catalog import REPORTS
from tests.authorization import CLIENT, FIRST_REFRESH, SECRET, Authorization, authorization
from tests.cli.calling import call, untouched
from tests.servers import Answer, Received, Server, json_answer, serve
from tests.transport.test_certificates import PASSWORD, certificate

AUTHORITY = trustme.CA()
ENVIRONMENT = {
    "CLIENT": CLIENT, "CLIENT_SECRET": SECRET, "KEY": "planted-api-key", "USER": "planted-user",
    "SECRET_PART": "planted-part-of-a-header", "PASSWORD": PASSWORD, "GATEWAY": "planted-gateway-key",
}  # fmt: skip
FILES = {"token": "planted-token", "expired": "planted-expired-token", "refresh": FIRST_REFRESH, "pass": "planted-pass"}
KINDS: dict[str, Any] = {
    "bearer": {"bearer": {"token": "${file:token}"}},
    "basic": {"basic": {"username": "${env:USER}", "password": "${file:pass}"}},
    "header": {"api_key": {"header": "X-Key", "value": "${env:KEY}"}},
    "query": {"api_key": {"query": "appid", "value": "${env:KEY}"}},
    "cookie": {"api_key": {"cookie": "sid", "value": "${env:KEY}"}},
    "template": {"headers": {"X-Auth": "key=${env:SECRET_PART};v=1"}},
    "late": {"role": "expired", "bearer": {"token": "${file:expired}"}},
}
GRANTS: dict[str, Any] = {
    "client": {"client_id": "${env:CLIENT}", "client_secret": "${env:CLIENT_SECRET}"},
    "refresh": {
        "grant": "refresh_token", "client_id": "${env:CLIENT}", "client_secret": "${env:CLIENT_SECRET}",
        "client_authentication": "body", "refresh_token": "${file:refresh}",
    },
}  # fmt: skip


@pytest.fixture
def giver() -> Iterator[Authorization]:
    """An authorization server whose refresh tokens are good once."""
    with authorization(is_rotating=True) as running:
        yield running


@pytest.fixture
def staging(giver: Authorization, tmp_path: Path) -> Iterator[Server]:
    """A service that demands certificates, and serves some of those who come."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    AUTHORITY.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "authorities.pem"))

    def answer(request: Received) -> Answer:
        shown = request.header("authorization") or ""
        if "planted-expired-token" in shown or not request.path.startswith("/users"):
            # a service that repeats what it was shown, wherever it can
            echo = json.dumps({"error": shown, "link": request.target})
            challenge = (("WWW-Authenticate", f'Bearer error="{shown}"'), ("X-Echo", shown))
            return json_answer(echo, 401 if request.path.startswith("/users") else 404, challenge)
        return json_answer(json.dumps({"id": 1, "name": "Ada", "is_token": giver.accepts(request)}))

    with serve(answer, tls=context) as running:
        yield running


@pytest.fixture
def config(staging: Server, giver: Authorization, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A config with every kind, and the folder that it is at home in."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text + "\n")
    shown = certificate(tmp_path, "audit", password=PASSWORD, by=AUTHORITY)
    (tmp_path / "mocks").mkdir()
    body = {"id": 7, "name": "Bob", "is_token": True}
    for name in ("users/1", "users/2"):
        stub = {"request": {"method": "GET", "url": f"/{name}"}, "response": {"status": 200, "jsonBody": body}}
        (tmp_path / "mocks" / f"{name.replace('/', '-')}.json").write_text(json.dumps(stub))
    proof = {"certificate": shown.certificate, "key": shown.key, "password": "${env:PASSWORD}"}
    oauth2 = {name: {"oauth2": {"token_url": giver.url, **more}} for name, more in GRANTS.items()}
    identities = {name: {**kind, "client_certificate": proof} for name, kind in (KINDS | oauth2).items()}
    written = {
        "providers": {
            "users": {
                "mocks": "mocks", "target": staging.url, "verify": "authorities.pem", "auth": oauth2["client"],
                "client_certificate": proof, "headers": {"X-Gateway-Key": "${env:GATEWAY}"},
                "identities": identities, "identity": [{"match": "GET /users/2", "use": "refresh"}],
                "lens": [*identities, "none"],
            }
        },
        "probing": {"samples": 1, "rate": 1000}, "store": "memory.db",
    }  # fmt: skip
    with untouched(monkeypatch):
        monkeypatch.chdir(tmp_path)
        for name, value in ENVIRONMENT.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("DRIFTWATCH_LOG_LEVEL", "debug")
        place = tmp_path / "driftwatch.yaml"
        place.write_text(json.dumps(written))
        yield place


def test_every_kind_is_shown_to_the_service_and_to_nobody_else(
    config: Path, staging: Server, giver: Authorization, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is planted arrives on the wire, and is in no report, no log, no file, and not in what ``config`` shows."""
    reports = [word for each in REPORTS for word in ("--report", f"{each.name}=report.{each.name}")]
    before = {path for path in config.parent.rglob("*") if path.is_file()}
    ran = call(capsys, "audit", "--config", config, "--verbose", "--fail-on", "never", *reports)
    more = [call(capsys, *words) for words in (
        ("config", "show", "--config", config), ("config", "check", "--config", config), ("findings", "list"),
        ("audit", "--config", config, "--dry-run"), ("mocks", config.parent / "mocks", "--format", "json"),
    )]  # fmt: skip

    wire = " ".join(f"{request.target} {request.headers}" for request in staging.received)
    for value in (
        "planted-api-key",
        "planted-token",
        "planted-part-of-a-header",
        "planted-gateway-key",
        giver.issued[0],
    ):
        assert value in wire
    assert "appid=planted-api-key" in wire
    assert SECRET not in wire
    assert {request.path for request in staging.received} >= {"/users/1", "/users/2"}
    assert len(giver.issued) >= 2

    written = {path: path.read_bytes() for path in config.parent.rglob("*") if path.is_file() and path not in before}
    assert {f"report.{each.name}" for each in REPORTS} < {path.name for path in written}
    assert any(path.name.startswith("memory.db") for path in written)
    told = "".join(f"{one.out}{one.err}" for one in (ran, *more)).encode() + b"".join(written.values())
    assert b"probe.sent" in told
    pairs = (f"{ENVIRONMENT['USER']}:{FILES['pass']}", f"{CLIENT}:{SECRET}")
    encoded = [b64encode(pair.encode()).decode() for pair in pairs]
    secrets = [*encoded, *ENVIRONMENT.values(), *FILES.values(), *giver.issued, *giver.refreshes]
    assert [secret for secret in secrets if secret.encode() in told] == []
    assert b"planted-" not in told


def test_a_token_is_kept_from_one_audit_to_the_next(
    config: Path, giver: Authorization, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in ``driftwatch serve``: one process fetches a token for each identity, however often it audits."""
    for _ in range(3):
        call(capsys, "audit", "--config", config, "--fail-on", "never")
    assert len(giver.issued) == len(GRANTS) + 1  # the default identity and two named ones


def test_a_server_that_gives_no_token_blocks_and_blames_no_mock(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unauthorized, with a reason that names the identity and the registered error code, and exit code 3."""
    monkeypatch.setenv("CLIENT_SECRET", "planted-wrong-secret")
    ran = call(capsys, "audit", "--config", config, "--format", "json")
    interactions = json.loads(ran.out)["providers"][0]["interactions"]
    assert ran.code == 3
    assert [(one["verdict"], one["reason"]) for one in interactions] == [
        ("unauthorized", "no access token for the default identity of users: the token endpoint says invalid_client"),
        ("unauthorized", "no access token for identity `refresh` of users: the token endpoint says invalid_client"),
    ]
    assert "planted-" not in ran.out + ran.err
