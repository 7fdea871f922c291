"""Encrypted connections: whom we believe, and that we do not read the authorities anew for each."""

import ssl
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from driftwatch.model.errors import SettingsError
from driftwatch.model.probe import Failure, Observation
from driftwatch.transport.route import Routes
from tests.servers import Answer, Server, hangs, json_answer, misbehave, saying, serve
from tests.transport.making import make_probe, make_target, observe, send

CERTIFICATES = Path(__file__).parent / "certificates"
AUTHORITY = str(CERTIFICATES / "authority.pem")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def shows(certificate: str) -> ssl.SSLContext:
    """A service's side, with one of the certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem", CERTIFICATES / f"{certificate}.key")
    return context


def observe_tls(server: Server, **settings: object) -> Observation:
    """One sample from an encrypted service."""
    return observe(make_target(server.url, **({"verify": AUTHORITY} | settings)))


def test_a_private_authority_is_believed() -> None:
    """A certificate of the configured authority is accepted, and the connection kept."""
    with serve(json_answer('{"a": 1}'), tls=shows("good")) as server:
        (outcome,) = send(make_target(server.url, verify=AUTHORITY), [make_probe(samples=3)])
    assert [sample.body for sample in outcome.samples] == [b'{"a": 1}'] * 3  # type: ignore[union-attr]
    assert len(server.callers) == 1


@pytest.mark.parametrize("certificate", ["unknown", "expired", "elsewhere"])
def test_a_certificate_that_proves_nothing_is_refused(certificate: str) -> None:
    """An unknown authority, a time that is over, another host's name: no request is sent."""
    with serve(json_answer("{}"), tls=shows(certificate)) as server:
        sample = observe_tls(server)
    assert (sample.failure, sample.detail) == (Failure.TLS, "the certificate was not accepted")
    assert server.received == []


def test_a_private_authority_is_unknown_to_the_usual_ones() -> None:
    """Without being told we do not believe it."""
    with serve(json_answer("{}"), tls=shows("good")) as server:
        assert observe_tls(server, verify=True).failure is Failure.TLS


@pytest.mark.parametrize("certificate", ["unknown", "expired", "elsewhere"])
def test_verification_can_be_switched_off_and_that_is_said(certificate: str) -> None:
    """``verify: false`` accepts anything, quietly for each connection, loudly once at the start."""
    with capture_logs() as events, serve(json_answer("{}"), tls=shows(certificate)) as server:
        assert observe_tls(server, verify=False).status == 200
    assert {"event": "target.unverified", "log_level": "warning", "provider": "users", "run_id": "run-1"} in events


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environment_names_authorities(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The variables that requests knows say whom to believe, where the target does not."""
    monkeypatch.setenv(name, AUTHORITY)
    with serve(json_answer("{}"), tls=shows("good")) as server:
        assert observe_tls(server, verify=True).status == 200


def test_a_folder_of_authorities(tmp_path: Path) -> None:
    """A folder of hashed certificates (``openssl rehash``) will do as well as a file."""
    certificate = (CERTIFICATES / "authority.pem").read_text()
    context = ssl.create_default_context(cadata=certificate)
    assert context.get_ca_certs()
    for digest in (CERTIFICATES / "authority.hash").read_text().split():
        (tmp_path / f"{digest}.0").write_text(certificate)
    with serve(json_answer("{}"), tls=shows("good")) as server:
        assert observe_tls(server, verify=str(tmp_path)).status == 200


@pytest.mark.parametrize("authority", ["/nowhere/authority.pem", __file__])
def test_unreadable_authorities_are_told_at_the_start(authority: str) -> None:
    """A path that leads nowhere, or to something else, is the operator's mistake, before any request."""
    with pytest.raises(SettingsError, match="authorities"):
        send(make_target("https://127.0.0.1:1", verify=authority), [])


def test_contexts_are_shared_by_policy() -> None:
    """One context for each policy, however many targets; none where nothing is encrypted."""
    routes = Routes()
    one, two = (routes.to(make_target(f"https://{host}.example")).context for host in "ab")
    private = routes.to(make_target("https://a.example", verify=AUTHORITY)).context
    assert one is two is not None
    assert private is not one
    assert routes.to(make_target("http://a.example")).context is None


def test_authorities_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """New connections, ten of them, read no certificates: that would cost 20 ms each."""
    reads = []
    load = ssl.SSLContext.load_verify_locations

    def count(context: ssl.SSLContext, *args: str, **paths: str) -> None:
        reads.append(paths)
        load(context, *args, **paths)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", count)
    with serve(Answer(200, (("Connection", "close"),)), tls=shows("good")) as server:
        send(make_target(server.url, verify=AUTHORITY), [make_probe(samples=10)])
    assert len(server.callers) == 10
    assert len(reads) == 1


def test_a_service_that_does_not_encrypt() -> None:
    """Plain text on the port of an https target is a failure to agree, not a broken answer."""
    with misbehave(saying(b"")) as server, misbehave(lambda caller: caller.say(b"HTTP/1.1 400 Bad\r\n\r\n")) as plain:
        assert observe_tls(plain_as_tls(plain)).failure is Failure.TLS
        assert observe_tls(plain_as_tls(server), connect_timeout=0.1).failure is Failure.TIMEOUT


def plain_as_tls(server: Server) -> Server:
    """The same server, addressed as if it encrypted."""
    return Server(server.url.replace("http:", "https:"))


def test_a_silent_service_is_cut_through_the_encryption() -> None:
    """The limits hold for encrypted connections, too."""
    with misbehave(hangs, tls=shows("good")) as server:
        sample = observe_tls(server, read_timeout=0.1)
    assert (sample.failure, sample.detail) == (Failure.TIMEOUT, "no byte for 0.1 s")
