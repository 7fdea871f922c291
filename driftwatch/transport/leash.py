"""How long one request may take, measured where the bytes arrive.

The timeout of requests is per read: a server that sends one byte a second outlives it, in the head as well as in the
body. So the sockets here are read through a file that knows the deadline: before each read it grants the socket only
the time that is left. The same leash lets another thread cut the connection, so that stopping never waits for a server.
"""

import io
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from http.client import HTTPResponse
from math import inf
from typing import TYPE_CHECKING, Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from driftwatch.ports import Clock


class Leash:
    """One request in flight: its deadline, how far it came, its socket. Held by one thread, cut by any."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._deadline = float("-inf")
        self._silence = 0.0
        self._is_cut = False
        self._socket: socket.socket | None = None
        self.began = 0.0
        """When the request could be written: after connecting, if that was necessary."""
        self.is_connected = True
        """Whether a connection stood, handshake included."""
        self.is_reused = True
        """Whether that connection had served an earlier request."""
        self.has_received = False
        """Whether a byte of an answer came."""
        self.has_ended = False
        """Whether the service closed its end while we were reading."""
        self.certificate_ends = inf
        """When the certificate of the service expires, in seconds since 1970; ``inf`` as long as none was verified."""

    def begin(self, total: float, silence: float) -> None:
        """A request starts: ``total`` seconds in all, ``silence`` between two reads; ``TimeoutError`` if it was cut."""
        if self._is_cut:
            raise TimeoutError
        self.began = self._clock.elapsed()
        self._deadline = self.began + total
        self._silence = silence
        self.is_connected = self.is_reused = True
        self.has_received = self.has_ended = False

    def patience(self) -> float:
        """Seconds that the next read may take; ``TimeoutError`` if there are none left."""
        left = self._deadline - self._clock.elapsed()
        if left <= 0 or self._is_cut:
            raise TimeoutError
        return min(left, self._silence)

    @property
    def is_overdue(self) -> bool:
        """Whether the deadline, not a single silence, ended the request."""
        return self._clock.elapsed() >= self._deadline

    def connecting(self) -> None:
        """A new connection is needed."""
        self.is_connected = self.is_reused = False

    def hold(self, sock: socket.socket) -> None:
        """Keep the socket of the connection, so that it can be cut."""
        self._socket = sock
        if self._is_cut:
            self.cut()

    def connected(self, sock: socket.socket) -> None:
        """The new connection stands; from here on the answer is timed."""
        self.hold(sock)
        self.is_connected = True
        self.began = self._clock.elapsed()

    def cut(self) -> None:
        """End the request in flight at once, and let no other begin."""
        self._is_cut = True
        if self._socket is not None:
            with suppress(OSError):
                # Not SSLSocket.shutdown: that takes the encryption away under the reading thread.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _TimedFile(io.RawIOBase):
    """A socket's unbuffered file, each read within what the leash still grants."""

    def __init__(self, sock: socket.socket, leash: Leash) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)
        self._leash = leash

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._leash.patience())
        count = self._file.readinto(buffer)
        if count:
            self._leash.has_received = True
        elif count == 0:
            self._leash.has_ended = True
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


class _TimedSocket:
    """What ``http.client.HTTPResponse`` asks of a socket: one file to read from."""

    def __init__(self, sock: socket.socket, leash: Leash) -> None:
        self._sock = sock
        self._leash = leash

    def makefile(self, mode: str) -> io.BufferedReader:
        """The file to read the answer from; ``mode`` is always ``rb``."""
        assert mode == "rb"  # noqa: S101  the standard library's own call
        return io.BufferedReader(_TimedFile(self._sock, self._leash))


if TYPE_CHECKING:
    _Connection = HTTPConnection
else:
    _Connection = object


class _OnLeash(_Connection):
    """Mixed into urllib3's connections: tells the leash what happens, reads through it."""

    def __init__(self, *args: Any, leash: Leash, **options: Any) -> None:
        super().__init__(*args, **options)
        self._leash = leash

    def _new_conn(self) -> socket.socket:
        self._leash.connecting()
        sock = super()._new_conn()
        self._leash.hold(sock)
        return sock

    def connect(self) -> None:
        super().connect()
        self._leash.connected(self.sock)

    def response_class(self, sock: socket.socket, *args: Any, **options: Any) -> HTTPResponse:  # type: ignore[override]
        return HTTPResponse(_TimedSocket(sock, self._leash), *args, **options)  # type: ignore[arg-type]


class _PlainConnection(_OnLeash, HTTPConnection):
    pass


class _TlsConnection(_OnLeash, HTTPSConnection):
    """Wrapping a socket takes its descriptor away, so a twin of it is held until the handshake is done."""

    _twin: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self._twin = sock.dup()
        self._leash.hold(self._twin)
        return sock

    def connect(self) -> None:
        try:
            super().connect()
        finally:
            if self._twin is not None:
                self._twin.close()
        certificate = self.sock.getpeercert() if isinstance(self.sock, ssl.SSLSocket) else None
        if certificate and isinstance(end := certificate.get("notAfter"), str):
            self._leash.certificate_ends = ssl.cert_time_to_seconds(end)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection

    def _validate_conn(self, conn: Any) -> None:
        # Without the parent's warning for ``verify: false``: it would come with each connection, through Python's
        # warnings; the prober says it once, in the log.
        if conn.is_closed:
            conn.connect()


def pools_on(leash: Leash) -> Mapping[str, Callable[..., HTTPConnectionPool]]:
    """Makers of connection pools by scheme, for ``PoolManager.pool_classes_by_scheme``."""
    return {"http": partial(_PlainPool, leash=leash), "https": partial(_TlsPool, leash=leash)}
