"""Whoever watches over a container learns in two seconds and one sentence whether the daemon lives."""

import socket
import ssl
import time
from typing import Final

import pytest
from msgspec.structs import replace

from driftwatch.model.vitals import Check, Wellness
from driftwatch.web import ping as module
from driftwatch.web.ping import Papers, Pulse, ping
from driftwatch.web.server import Tls
from tests.servers import Answer, Script, closed_port, drips, hangs, json_answer, misbehave, resets, saying, serve
from tests.transport.test_tls import shows
from tests.web.serving import AUTHORITY, CERTIFICATES, GOOD, serving

PAPERS: Final = Papers(GOOD.certificate, GOOD.key, asks_for_one=True)


def test_a_daemon_that_lives() -> None:
    """Passwords keep nobody from asking."""
    with serving(users={"ann": "x"}) as it:
        assert ping("127.0.0.1", it.port) == Pulse(True, f"The daemon at http://127.0.0.1:{it.port}/livez lives.")


def test_a_daemon_that_should_be_restarted() -> None:
    """What failed is told, and what is merely impaired is not."""
    with serving() as it:
        it.checks[:] = [
            Check("loop"),
            Check("config", Wellness.IMPAIRED, "rejected"),
            Check("scheduler", Wellness.FAILED, "no sign of life\x1b"),
        ]
        pulse = ping("127.0.0.1", it.port)
    assert pulse == Pulse(False, f"http://127.0.0.1:{it.port}/livez answered 503: no sign of life\x1b.")


@pytest.mark.parametrize(("host", "asked"), [("0.0.0.0", "127.0.0.1"), ("localhost", "localhost")])
def test_one_that_listens_everywhere_is_asked_on_loopback(host: str, asked: str) -> None:
    """A host that is an address of nobody's."""
    with serving() as it:
        assert ping(host, it.port).sentence == f"The daemon at http://{asked}:{it.port}/livez lives."


def test_one_that_listens_everywhere_with_six_octets() -> None:
    """On that protocol's loopback, and the brackets of its URL."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("NOT RUN: this machine has no IPv6 loopback")
    assert ping("::", closed_port()).sentence.startswith("Nothing answers at http://[::1]:")


@pytest.mark.parametrize("is_strict", [False, True], ids=["of the server", "of the client, too"])
def test_an_encrypted_daemon(is_strict: bool) -> None:
    """Its own certificate is shown to it where it asks for one and would accept that."""
    own = Tls(CERTIFICATES / "alone.pem", CERTIFICATES / "alone.key")
    with serving(tls=replace(own, authorities=own.certificate if is_strict else None)) as it:
        pulse = ping("127.0.0.1", it.port, Papers(own.certificate, own.key, asks_for_one=is_strict))
    assert pulse == Pulse(True, f"The daemon at https://127.0.0.1:{it.port}/livez lives.")


def test_an_expired_certificate_is_no_reason_to_restart() -> None:
    """Restarting would not mend it."""
    expired = Tls(CERTIFICATES / "expired.pem", CERTIFICATES / "expired.key")
    with serving(tls=expired) as it:
        assert ping("127.0.0.1", it.port, Papers(expired.certificate, expired.key)).is_felt


@pytest.mark.parametrize("own", ["good", "unknown", "absent"], ids=["fit for servers alone", "unknown", "absent"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_daemon_that_refuses_our_certificate_lives(
    own: str, version: ssl.TLSVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its refusal is all that can be had, and a sign of life; in both versions of TLS, which refuse differently."""
    show = module._show_own

    def show_in_that_version(context: ssl.SSLContext, papers: Papers) -> None:
        context.maximum_version = version
        show(context, papers)

    monkeypatch.setattr(module, "_show_own", show_in_that_version)
    papers = Papers(CERTIFICATES / f"{own}.pem", CERTIFICATES / f"{own}.key", asks_for_one=True)
    with serving(tls=replace(GOOD, authorities=AUTHORITY)) as it:
        pulse = ping("127.0.0.1", it.port, papers)
    told = f"The daemon at https://127.0.0.1:{it.port} wants another client certificate, and tells no more."
    assert pulse == Pulse(True, told)


def test_nobody_listens() -> None:
    """That is told at once."""
    assert ping("127.0.0.1", port := closed_port()) == Pulse(
        False, f"Nothing answers at http://127.0.0.1:{port}: connection refused."
    )


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70, "a..b"])
def test_a_host_that_is_none(host: str) -> None:
    """Names that nobody can look up, and those that nobody has."""
    assert not ping(host, 8477).is_felt


NOT_ALIVE: Final[dict[str, tuple[Script, str]]] = {
    "hangs": (hangs, "within 0.3 s"),
    "drips": (drips(b"HTTP/1.1 200 OK\r\n", b"X"), "within 0.3 s"),
    "resets": (resets, "connection reset by peer"),
    "says nothing": (saying(b""), "does not speak HTTP"),
    "speaks something else": (saying(b"220 mail.example.com ESMTP\r\n"), "does not speak HTTP"),
    "speaks nonsense": (saying(b"HTTP/1.1 \xff\xff\xff\r\n\r\n"), "does not speak HTTP"),
    "is another service": (saying(Answer(404, (), b"secret").spell()), "/livez answered 404."),
    "answers with other JSON": (saying(json_answer('{"checks": [1]}', 503).spell()), "/livez answered 503."),
    "nests deeply": (saying(json_answer("[" * 30_000, 503).spell()), "/livez answered 503."),
}


@pytest.mark.parametrize(("manners", "told"), NOT_ALIVE.values(), ids=NOT_ALIVE)
def test_what_is_no_daemon_that_lives(manners: Script, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In time, and without a word that a stranger said."""
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    with misbehave(manners) as running:
        began = time.monotonic()
        pulse = ping("127.0.0.1", running.port)
        assert time.monotonic() - began < 2
    assert not pulse.is_felt
    assert told in pulse.sentence
    assert "secret" not in pulse.sentence


def test_one_that_encrypts_nothing_is_not_the_one_of_the_config() -> None:
    """And whoever does encrypt is none where the config says nothing of it."""
    with serve(Answer(200)) as plain:
        assert not ping("127.0.0.1", plain.port, PAPERS).is_felt
    with serve(Answer(200), tls=shows("good")) as sealed:
        assert not ping("127.0.0.1", sealed.port).is_felt
