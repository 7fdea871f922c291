"""A service that gives one known answer, on this machine: the audit's planted false mock is checked against it."""

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import Final

from driftwatch.model.interaction import Header

_HEAD_LIMIT: Final = 64 * 1024
_PATIENCE: Final = 5.0
"""Seconds that a caller may take to say what it wants."""


@contextmanager
def loopback_answer(status: int, headers: Iterable[Header], body: bytes) -> Iterator[str]:
    """Give this answer to every request on a free port of 127.0.0.1; yields the base URL.

    ``Content-Length`` and ``Connection: close`` are added. Nothing waits or polls: starting and stopping take well
    under 5 ms.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    server = _Server(listener, _spell(status, headers, body))
    server.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.stop()


def _spell(status: int, headers: Iterable[Header], body: bytes) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    framing = (("Content-Length", str(len(body))), ("Connection", "close"))
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in (*headers, *framing)), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


class _Server:
    """One thread, one caller at a time."""

    def __init__(self, listener: socket.socket, answer: bytes) -> None:
        self._listener = listener
        self._answer = answer
        self._caller: socket.socket | None = None
        self._is_stopping = False
        self._thread = threading.Thread(target=self._serve, name="driftwatch-canary", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_stopping = True
        caller = self._caller
        if caller is not None:
            with suppress(OSError):
                caller.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            # ``accept`` is woken by a call of our own: closing a listener does not wake it everywhere.
            socket.create_connection(self._listener.getsockname(), timeout=1).close()
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self._is_stopping:
            caller, _ = self._listener.accept()
            self._caller = caller
            with caller, suppress(OSError):
                if not self._is_stopping:
                    caller.settimeout(_PATIENCE)
                    self._answer_one(caller)
            self._caller = None

    def _answer_one(self, caller: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            received = caller.recv(4096)
            head += received
            if not received or len(head) > _HEAD_LIMIT:
                return
        caller.sendall(self._answer)
