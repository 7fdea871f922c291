"""Strangers at the door: slow ones, many of them, with and without certificates; and a certificate that changes."""

import shutil
import socket
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from driftwatch.model.errors import SettingsError
from driftwatch.web import server as module
from driftwatch.web.server import Place, Server, Tls
from tests.servers import closed_port
from tests.waiting import wait_until
from tests.web.serving import AUTHORITY, CERTIFICATES, GOOD, connected, serving


async def _nothing(*_: object) -> None:
    """An application that is never asked."""


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds takes a fifth of one."""
    monkeypatch.setattr(module, "PATIENCE", 0.2)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(
    "said",
    [b"", b"GET", b"GET /livez HTTP/1.1\r\nHost: x\r\n", b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /li"],
    ids=["nothing", "a word", "half a head", "a second half"],
)
def test_who_says_half_and_stays_is_shown_the_door(said: bytes) -> None:
    """Also one that said something whole before."""
    with serving() as it, connected(it.port) as sock:
        sock.sendall(said)
        heard = b""
        while part := sock.recv(65536):
            heard += part
        assert heard.count(b"HTTP/1.1 200") == said.count(b"\r\n\r\n")


def test_an_idle_caller_without_a_handshake_blocks_nobody() -> None:
    """Encrypted as well: the next one is answered while the first says nothing."""
    with serving(tls=GOOD) as it, connected(it.port), connected(it.port):
        assert it.get("/livez").status_code == 200


@pytest.mark.usefixtures("_impatient")
def test_a_handshake_that_never_comes_is_given_up() -> None:
    """And the connection closed."""
    with serving(tls=GOOD) as it, connected(it.port) as sock:
        assert sock.recv(1) == b""


def test_too_many_are_turned_away() -> None:
    """With 503, and when they have gone others are welcome again."""
    with serving(connections=4) as it:
        with ExitStack() as crowd:
            for _ in range(4):
                crowd.enter_context(connected(it.port))
            wait_until(lambda: it.get("/livez").status_code == 503)
        wait_until(lambda: it.get("/livez").status_code == 200)


def test_many_scrapes_at_once_are_all_answered() -> None:
    """Each whole."""
    with serving(connections=1000) as it, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: it.get("/metrics"), range(64)))
        assert {answer.status_code for answer in answers} == {200}
        assert all("driftwatch_audit_in_progress" in answer.text for answer in answers)


def test_a_new_certificate_is_shown_without_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put where the old one was; one that is none is told and the old one stays."""
    monkeypatch.setattr(module, "_LOOK", 0.05)
    tls = Tls(tmp_path / "tls.crt", tmp_path / "tls.key")

    def put(name: str) -> None:
        for kind, place in (("key", tls.key), ("pem", tls.certificate)):
            draft = tmp_path / "draft"
            shutil.copyfile(CERTIFICATES / f"{name}.{kind}", draft)
            draft.replace(place)

    def shown(port: int) -> str:
        return ssl.get_server_certificate(("127.0.0.1", port))

    put("good")
    with serving(tls=tls) as it:
        good = shown(it.port)
        tls.certificate.write_text("no certificate")
        assert it.get("/livez").status_code == 200
        put("elsewhere")
        wait_until(lambda: shown(it.port) != good)
        put("good")
        wait_until(lambda: shown(it.port) == good)


def test_clients_need_a_certificate_where_that_is_asked_for(tmp_path: Path) -> None:
    """One of the authority comes in; nobody does not, nor does one of another authority."""
    if shutil.which("openssl") is None:
        pytest.skip("NOT RUN: needs openssl")
    client, key = tmp_path / "client.pem", tmp_path / "client.key"
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    subprocess.run([*make, "-subj", "/CN=client", "-keyout", key, "-out", client], check=True, capture_output=True)
    with serving(tls=Tls(GOOD.certificate, GOOD.key, client)) as it:
        assert it.get("/livez", cert=(str(client), str(key))).status_code == 200
        for stranger in (None, (str(GOOD.certificate), str(GOOD.key))):
            with pytest.raises(requests.ConnectionError):
                it.get("/livez", cert=stranger)


def test_old_protocols_are_not_spoken() -> None:
    """TLS 1.2 is the least."""
    assert module._context(GOOD).minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_port_that_is_taken_is_a_mistake_with_a_remedy() -> None:
    """As is an address that is not ours, and a certificate that is none."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"port {port}.*web\.port"), Server(_nothing, Place("127.0.0.1", port)):
            pass
    with pytest.raises(SettingsError, match=r"203\.0\.113\.1"), Server(_nothing, Place("203.0.113.1", closed_port())):
        pass
    for tls in (Tls(AUTHORITY, GOOD.key), Tls(Path("absent.pem"), GOOD.key), Tls(GOOD.key, GOOD.key)):
        with pytest.raises(SettingsError, match=r"web\.tls\.certificate"):
            Server(_nothing, Place("127.0.0.1", 0, tls))
