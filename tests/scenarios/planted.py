"""A team with secrets everywhere: in the environment, in files, in mocks, in what its services answer.

``world`` lays it out and runs its services on real sockets: one that knows every kind of credentials, one that answers
with personal data and tokens, one that is production, an authorization server, a proxy, a webhook, an Alertmanager and
a Pushgateway. Each remembers what it got, so that a test can say who was told what.
"""

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import trustme
from cryptography.hazmat.primitives import serialization

from driftwatch.model.password import hash_password
from tests.cli.calling import QUICK, write_stub
from tests.scenarios.garden import Garden
from tests.scenarios.recorded import archive, exchange, record
from tests.servers import Answer, Received, Server, json_answer, serve
from tests.staging import Staging, staging

Environment = Callable[[str, str], None]


@cache
def _hashed() -> str:
    """Of a password. It is meant to take its time, and is the same in every world."""
    return hash_password("hunter2", b"0123456789abcdef")


@dataclass
class World:
    """What is laid out, and who runs."""

    garden: Garden
    folder: Path
    config: Path
    planted: frozenset[Path] = frozenset()
    """Files in which secrets are at home."""
    receivers: dict[str, Server | Staging] = field(default_factory=dict)

    def read(self) -> dict[str, Any]:
        """The config as it is."""
        read: dict[str, Any] = json.loads(self.config.read_text(encoding="utf-8"))
        return read

    def write(self, config: Mapping[str, Any]) -> None:
        """Another config."""
        self.config.write_text(json.dumps(config), encoding="utf-8")

    def written(self) -> list[Path]:
        """Every file that somebody wrote since."""
        files = (file for file in self.folder.rglob("*") if file.is_file())
        return sorted(file for file in files if file not in self.planted)

    def got(self, name: str) -> bytes:
        """All that a receiver was sent: lines, headers, bodies."""
        receiver = self.receivers[name]
        requests = [v.request for v in receiver.visits] if isinstance(receiver, Staging) else receiver.received
        return b"\n".join(_spelled(request) for request in requests)


def _spelled(request: Received) -> bytes:
    head = [f"{request.method} {request.target}", *(f"{name}: {value}" for name, value in request.headers)]
    return "\n".join(head).encode("latin-1") + b"\n" + request.body


@contextmanager
def world(folder: Path, setenv: Environment) -> Iterator[World]:
    """Everything, until the end of the block."""
    garden = Garden()
    secrets = _Secrets(garden, setenv, folder)
    with ExitStack() as stack:
        doors = stack.enter_context(staging(_doors(secrets)))
        encrypted = stack.enter_context(staging(_encrypted(), tls=_certificates(folder, garden, setenv)))
        plain = stack.enter_context(serve(_answers(garden)))
        live = stack.enter_context(
            staging(
                {"routes": {"GET /me": {"body": {"id": 2, "email": garden.plant("mail of a customer", is_plain=True)}}}}
            )
        )
        proxy = stack.enter_context(serve(json_answer('{"a": 1}')))
        webhook = stack.enter_context(serve(Answer(204)))
        alerts = stack.enter_context(serve(json_answer("{}")))
        gateway = stack.enter_context(serve(Answer(202)))
        receivers: dict[str, Server | Staging] = {
            "doors": doors, "encrypted": encrypted, "plain": plain, "live": live, "proxy": proxy,
            "webhook": webhook, "alertmanager": alerts, "gateway": gateway,
        }  # fmt: skip
        _mocks(folder / "mocks", garden, plain.url)
        made = World(garden, folder, folder / "driftwatch.yaml", receivers=receivers)
        made.write(_config(secrets, {name: one.url for name, one in receivers.items()}))
        made.planted = frozenset(file for file in folder.rglob("*") if file.is_file())
        yield made


@dataclass(slots=True)
class _Secrets:
    """Plants a secret where a config can refer to it."""

    garden: Garden
    setenv: Environment
    folder: Path

    def env(self, name: str, *, is_plain: bool = False, template: str = "{}") -> str:
        """In the environment; the reference. ``template`` is what stands around it there."""
        variable = "PLANTED_" + name.upper().replace(" ", "_")
        self.setenv(variable, template.format(self.garden.plant(name, is_plain=is_plain)))
        return f"${{env:{variable}}}"

    def file(self, name: str) -> str:
        """In a file; the reference."""
        file = self.folder / "secrets" / name.replace(" ", "-")
        file.parent.mkdir(exist_ok=True)
        file.write_text(self.garden.plant(name) + "\n", encoding="utf-8")
        return f"${{file:{file}}}"


def _doors(secrets: _Secrets) -> Mapping[str, Any]:
    """A service that knows every kind of credentials, and gives tokens out."""
    plant = secrets.garden.plant
    return {
        "needs": ["any"],
        "token": "/token",
        "login": "/login",
        "users": {
            "bearer": {"token": plant("token")},
            plant("user", is_plain=True): {"password": plant("password")},
            "header": {"key": plant("header key")},
            "query": {"key": plant("query key")},
            "cookie": {"key": plant("cookie key", is_plain=True)},
            "template": {"headers": {"X-Partner": f"id=7;key={plant('template')}"}},
            "oauth2": {"client": plant("client", is_plain=True), "password": plant("client secret")},
        },
        "routes": {"GET /open": {"body": {"a": "1"}}, "GET /cart": {"body": {"a": "1"}}},
    }


def _encrypted() -> Mapping[str, Any]:
    return {"needs": ["any"], "users": {"terminal": {"certificate": "terminal"}}, "routes": {"GET /open": {"body": {}}}}


def _certificates(folder: Path, garden: Garden, setenv: Environment) -> ssl.SSLContext:
    """Certificates of both sides; the client's key rests encrypted, and as it is for another."""
    authority = trustme.CA()
    client, server = authority.issue_cert(common_name="terminal"), authority.issue_cert("127.0.0.1", "localhost")
    place = folder / "secrets"
    place.mkdir(exist_ok=True)
    authority.cert_pem.write_to_path(str(place / "ca.pem"))
    client.cert_chain_pems[0].write_to_path(str(place / "client.pem"))
    client.private_key_pem.write_to_path(str(place / "client.key"))
    garden.adopt("private key", client.private_key_pem.bytes().decode().splitlines()[2])
    key = serialization.load_pem_private_key(client.private_key_pem.bytes(), None)
    password = garden.plant("key password")
    setenv("PLANTED_KEY_PASSWORD", password)
    encryption = serialization.BestAvailableEncryption(password.encode())
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (place / "encrypted.key").write_bytes(key.private_bytes(pem, form, encryption))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def _answers(garden: Garden) -> Callable[[Received], Answer]:
    """A service that is careless with people's data: in bodies, headers, redirects and error documents."""
    mail = garden.plant("mail of a user", is_plain=True)
    person = {
        "id": "7", "email": f"{mail}@example.com", "name": garden.plant("name of a user"), "phone": None,
        "access_token": garden.plant("token in a body"), "password": garden.plant("password in a body"),
        "by_mail": {f"{mail}.{number}@example.com": "x" for number in range(3)},
        "born": garden.plant("date of birth"), "tags": [garden.plant("tag")],
        "plan": garden.plant("plan", is_plain=True),
    }  # fmt: skip
    carried = (
        ("Set-Cookie", f"sid={garden.plant('session', is_plain=True)}; Path=/"),
        ("X-Auth-Token", garden.plant("token in a header")),
        ("X-Amz-Security-Token", garden.plant("token of a cloud", is_plain=True)),
        ("Content-Type", "application/json"),
    )
    user, token = garden.plant("user in a redirect", is_plain=True), garden.plant("token in a redirect", is_plain=True)
    place = f"https://u:{user}@elsewhere.example/{token}?access_token={token}#{token}"
    said = garden.plant("message of an error")
    answers = {
        "/me": Answer(200, carried, json.dumps(person).encode()),
        "/moved": Answer(302, (("Location", place),)),
        "/broken": Answer(200, carried, b'{"name": "' + said.encode()),
        "/refused": json_answer(json.dumps({"error": {"message": said, "detail": said}}), 400),
        "/failed": json_answer(json.dumps({"error": {"message": said}}), 500),
        "/denied": Answer(401, (("WWW-Authenticate", f'Bearer realm="{garden.plant("realm", is_plain=True)}"'),)),
    }
    return lambda request: answers.get(request.path, json_answer(json.dumps({"path": request.target}), 404))


def _mocks(folder: Path, garden: Garden, url: str) -> None:
    """Mocks with credentials in them, of several formats, and harmless ones."""
    write_stub(folder / "open", "/open", {"a": 1})
    mocked = {
        "id": 7,
        "email": 1,
        "name": 5,
        "phone": "1",
        "access_token": 1,
        "password": 1,
        "by_mail": {},
        "born": "2020-01-01",
        "tags": [1],
        "plan": 3,
    }
    for path in ("/me", "/moved", "/broken", "/refused", "/failed", "/denied"):
        write_stub(folder / "careless", path, mocked)
    token = garden.plant("token in a mock", is_plain=True)
    stub = {
        "request": {
            "method": "GET", "urlPath": "/me", "queryParameters": {"api_key": {"equalTo": token}},
            "headers": {"Authorization": {"equalTo": f"Bearer {token}"}, "Cookie": {"equalTo": f"a={token}"}},
            "basicAuthCredentials": {"username": "u", "password": token},
        },
        "response": {"status": 200, "jsonBody": {"id": 7, "token": token}, "headers": {"Set-Cookie": f"a={token}"}},
    }  # fmt: skip
    (folder / "careless/mappings/credentials.json").write_text(json.dumps(stub), encoding="utf-8")
    recorded = garden.plant("token in a recording", is_plain=True)
    host = url.removeprefix("http://")
    said = json.dumps({"id": 7, "secret": recorded})
    entry = exchange("GET", f"http://u:{recorded}@{host}/me?access_token={recorded}", recorded, 200, said)
    archive(folder / "careless" / "session.har", entry)
    record(folder / "recorded", garden)
    (folder / "careless/torn.har").write_text(f'{{"log": {{"entries": [ {{"a": "{recorded}"', encoding="utf-8")
    (folder / "careless/torn.yaml").write_text(f"interactions:\n- request: {{uri: '{recorded}\n", encoding="utf-8")


def _traveller(secrets: _Secrets, url: str) -> Mapping[str, Any]:
    """Somebody who logs in, carries what was captured, and has recordings of real traffic."""
    token = secrets.garden.plant("token in traffic", is_plain=True)
    said = json.dumps({"id": 1, "mail": secrets.garden.plant("mail in traffic", is_plain=True)})
    entry = exchange("POST", f"{url}/orders?access_token={token}", token, 201, said)
    archive(secrets.folder / "traffic" / "session.har", entry)
    write_stub(secrets.folder / "mocks" / "travel", "/orders", {"id": "1", "mail": 3}, method="POST", status=201)
    write_stub(secrets.folder / "mocks" / "travel", "/cart", {"a": 5})
    log_in = {"user": "{{who}}", "password": "{{password}}"}
    return {
        "mocks": "mocks/travel",
        "target": url,
        "variables": {"who": secrets.env("user", is_plain=True), "password": secrets.env("password")},
        "probing": {"declared_safe": ["POST /login"]},
        "evidence": {"files": "traffic"},
        "journeys": [{
            "name": "shopping",
            "set_up": [{
                "request": {"method": "POST", "path": "/login", "json": log_in},
                "capture": {"session": "cookie:session", "mine": "$.user"},
            }],
            "steps": [{"match": "GET /cart", "request": {"headers": {"X-Mine": "{{mine}}"}}}],
        }],
    }  # fmt: skip


def _config(secrets: _Secrets, urls: Mapping[str, str]) -> Mapping[str, Any]:
    """Every credential that settings know, each with a provider that needs it."""
    env, file = secrets.env, secrets.file
    basic = {"username": env("user", is_plain=True), "password": file("password")}
    oauth2 = {
        "token_url": f"{urls['doors']}/token",
        "client_id": env("client", is_plain=True),
        "client_secret": file("client secret"),
    }
    kinds: dict[str, Any] = {
        "bearer": {"bearer": {"token": file("token")}},
        "basic": {"basic": basic},
        "key-in-header": {"api_key": {"header": "X-Api-Key", "value": env("header key")}},
        "key-in-query": {"api_key": {"query": "api_key", "value": env("query key")}},
        "key-in-cookie": {"api_key": {"cookie": "api_key", "value": env("cookie key", is_plain=True)}},
        "template": {"headers": {"X-Partner": f"id=7;key={env('template')}"}},
        "oauth2": {"oauth2": oauth2},
        "oauth2-refresh": {"oauth2": {**oauth2, "grant": "refresh_token", "refresh_token": env("refresh token")}},
    }  # fmt: skip
    providers: dict[str, Any] = {
        name: {"mocks": "mocks/open", "target": urls["doors"], "auth": auth} for name, auth in kinds.items()
    }
    providers["bearer"] |= {
        "identities": {**kinds, "late": {"role": "expired", "bearer": {"token": env("expired token")}}},
        "lens": [*kinds, "late", "none"],
    }
    certificate = {"certificate": "secrets/client.pem", "key": "secrets/encrypted.key", "password": env("key password")}
    providers["mtls"] = {
        "mocks": "mocks/open", "target": urls["encrypted"], "verify": "secrets/ca.pem",
        "client_certificate": certificate,
    }  # fmt: skip
    plain_key = {"certificate": "secrets/client.pem", "key": "secrets/client.key"}
    providers["mtls-plain-key"] = {**providers["mtls"], "client_certificate": plain_key}
    providers["careless"] = {
        "mocks": "mocks/careless",
        "deployments": ["staging/careless"],
        "target": urls["plain"],
        "headers": {"X-Gateway-Token": env("gateway token")},
        "variables": {"who": env("variable", is_plain=True)},
        "production": {
            "target": urls["live"],
            "auth": {"bearer": {"token": env("production token")}},
            "headers": {"X-Live": env("production header")},
            "probing": {"spacing_seconds": 0, "rate": 1000},
        },
    }
    behind = f"http://proxy-user:{{}}@{urls['proxy'].removeprefix('http://')}"
    proxy = env("proxy password", is_plain=True, template=behind)
    providers["proxied"] = {"mocks": "mocks/open", "target": "http://behind.example", "proxy": proxy}
    providers["recorded"] = {"mocks": "mocks/recorded", "target": urls["plain"]}
    providers["traveller"] = _traveller(secrets, urls["doors"])
    secrets.setenv("PLANTED_HASH", secrets.garden.adopt("hash", _hashed()))
    alerts = {"username": env("alert user", is_plain=True), "password": env("alert password")}
    hook = f"{urls['webhook']}/{{}}"
    return {
        "probing": {**QUICK, "samples": 1},
        "providers": providers,
        "web": {"port": 0, "users": {"prometheus": "${env:PLANTED_HASH}"}},
        "notify": {
            "channels": {"hook": {"url": env("webhook path", is_plain=True, template=hook), "format": "json"}},
            "alertmanager": {"urls": [urls["alertmanager"]], "auth": {"basic": alerts}},
        },
        "deploys": {
            "webhook": {"token": env("deploys token")},
            "kubernetes": {"namespaces": ["staging"], "server": "https://127.0.0.1:1", "token": env("cluster token")},
        },
        "schedule": {"when": "700h"},
        "daemon": {"grace": 2, "reload": 0},
        "store": "memory.db",
    }  # fmt: skip
