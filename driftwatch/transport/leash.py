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
from typing import TYPE_CHECKING, Any, NamedTuple

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NameResolutionError

from driftwatch.ports import Clock
from driftwatch.transport.addresses import Guard
from driftwatch.transport.pace import Slot


class Entry(NamedTuple):
    """Where connections go: to the target itself, to a proxy, or to what stands in for the target."""

    guard: Guard
    port: int


class Leash:
    """One request in flight: its deadline, how far it came, its socket. Held by one thread, cut by any."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._deadline = float("-inf")
        self._silence = 0.0
        self._is_cut = False
        self._socket: socket.socket | None = None
        self.slot: Slot | None = None
        """Leave for the request, which is to know when it is written."""
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
        self.meet: Callable[[], object] | None = None
        """What to wait for between connecting and writing, where several are to be sent at one moment."""
        self.is_leaving = False
        """Whether to go as soon as the request is written, before a byte of the answer."""
        self.has_left = False
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
        self._write(self.began)

    def _write(self, when: float) -> None:
        if self.slot is not None:
            self.slot.written = when

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
        self._write(inf)
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
        self._write(self.began)

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
    """Mixed into urllib3's connections: goes where it may, tells the leash what happens, reads through it."""

    def __init__(self, *args: Any, leash: Leash, entry: Entry, **options: Any) -> None:
        super().__init__(*args, **options)
        self._leash = leash
        self._entry = entry

    def _new_conn(self) -> socket.socket:
        self._leash.connecting()
        name, port = self._dns_host, self.port
        try:
            sock = self._reach()
        finally:
            self._dns_host, self.port = name, port  # what is asked for, and whose certificate must be shown
        self._leash.hold(sock)
        return sock

    def _reach(self) -> socket.socket:
        """A connection to one of the checked addresses; urllib3 is given the address alone, and looks nothing up."""
        try:
            addresses = self._entry.guard.addresses(self._entry.port)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        self.port = self._entry.port
        trouble: HTTPError | None = None
        for address in addresses:
            self._dns_host = address
            try:
                return super()._new_conn()
            except HTTPError as error:
                trouble = error
        raise trouble or HTTPError

    def connect(self) -> None:
        super().connect()
        if self._leash.meet is not None:
            self._leash.meet()
        self._leash.connected(self.sock)

    def response_class(self, sock: socket.socket, *args: Any, **options: Any) -> HTTPResponse:  # type: ignore[override]
        if self._leash.is_leaving:
            self._leash.has_left = True
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
            raise ConnectionResetError
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


def pools_on(leash: Leash, entry: Entry) -> Mapping[str, Callable[..., HTTPConnectionPool]]:
    """Makers of connection pools by scheme, for ``PoolManager.pool_classes_by_scheme``."""
    return {
        "http": partial(_PlainPool, leash=leash, entry=entry),
        "https": partial(_TlsPool, leash=leash, entry=entry),
    }
