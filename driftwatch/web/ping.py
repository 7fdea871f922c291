"""Asks a daemon whether it lives, as an orchestrator would. Twice a minute, so it loads next to nothing."""

import json
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    import ssl

PATIENCE: Final = 2.0
"""Seconds for the whole of it, however an answer drips."""
_MOST: Final = 64 * 1024
"""Bytes of an answer that are read."""
_LOOPBACK: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where one that listens everywhere is asked


_REFUSALS: Final = ("ALERT", "EOF")
"""What stands in OpenSSL's reason when a certificate was refused: asyncio often hangs up before it has said why."""


class Papers(Struct, frozen=True):
    """What an encrypted daemon shows; its own certificate may also be one that it accepts of a client."""

    certificate: Path
    key: Path
    asks_for_one: bool = False
    """Clients need a certificate."""


class Pulse(Struct, frozen=True):
    """What came of asking."""

    is_felt: bool
    sentence: str


def ping(host: str, port: int, papers: Papers | None = None) -> Pulse:
    """Ask ``/livez`` of whoever listens at a port of this machine.

    As with a kubelet's own probes nobody checks the certificate, for no secret is told and an expired one is no reason
    to restart (Kubernetes, "Configure Liveness, Readiness and Startup Probes", HTTP probes). Where clients need a
    certificate, the daemon's own is shown; if it does not take that, its refusal is the sign of life.
    """
    host = _LOOPBACK.get(host, host)
    where = f"{'https' if papers else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
    try:
        answer = _ask(host, port, papers)
    except TimeoutError:
        return Pulse(False, f"Nothing answers at {where} within {PATIENCE:g} s.")
    except UnicodeError:  # as Python says of names that DNS could not carry
        return Pulse(False, f"Nothing answers at {where}: no such host.")
    except OSError as error:  # ssl.SSLError is one, too
        reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
        if papers is None or not papers.asks_for_one or not any(sign in reason for sign in _REFUSALS):
            return Pulse(False, f"Nothing answers at {where}: {reason.lower().replace('_', ' ')}.")
        answer = b""
    if not answer and papers is not None and papers.asks_for_one:
        return Pulse(True, f"The daemon at {where} wants another client certificate, and tells no more.")
    return _understood(answer, f"{where}/livez")


def _ask(host: str, port: int, papers: Papers | None) -> bytes:
    """The whole answer. Neither ``http.client`` nor ``requests``: each costs more to load than all the rest."""
    deadline = time.monotonic() + PATIENCE
    heard = b""
    with socket.create_connection((host, port), timeout=PATIENCE) as plain, _sealed(plain, papers) as stream:
        stream.sendall(f"GET /livez HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        while len(heard) < _MOST:
            stream.settimeout(max(deadline - time.monotonic(), 0.001))
            part = stream.recv(_MOST)
            if not part:
                break
            heard += part
    return heard


def _sealed(plain: socket.socket, papers: Papers | None) -> socket.socket:
    if papers is None:
        return plain
    import ssl  # noqa: PLC0415 - most daemons stand behind something that encrypts

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if papers.asks_for_one:
        _show_own(context, papers)
    return context.wrap_socket(plain)


def _show_own(context: "ssl.SSLContext", papers: Papers) -> None:
    try:
        context.load_cert_chain(papers.certificate, papers.key)
    except OSError:  # it is being replaced just now; without it there is still a refusal to listen for
        return


def _understood(answer: bytes, where: str) -> Pulse:
    head, _, body = answer.partition(b"\r\n\r\n")
    version, _, rest = head.partition(b" ")
    status = rest[:3].decode("ascii", "replace")
    if not version.startswith(b"HTTP/") or not status.isdigit():
        return Pulse(False, f"What answers at {where} does not speak HTTP.")
    if status == "200":
        return Pulse(True, f"The daemon at {where} lives.")
    return Pulse(False, f"{where} answered {status}{_reasons(body)}.")


def _reasons(body: bytes) -> str:
    """Why, where the answer is that of a daemon; nothing of a stranger's is repeated."""
    try:
        checks = json.loads(body)["checks"].values()
        told = [str(check["reason"]) for check in checks if check["status"] == "failed"]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""
    return f": {'; '.join(told)}" if told else ""
