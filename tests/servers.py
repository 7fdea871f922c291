"""Small services on loopback for tests: one that answers as it is told, and several that behave badly.

``serve`` speaks HTTP and remembers what it was asked; ``misbehave`` hands raw connections to a script. Both listen on
a free port, answer each caller in a thread of its own, and on leaving cut every connection and join every thread, so
that a test that forgets a socket is found out and none waits for a timeout.
"""

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came."""

    method: str
    target: str
    headers: Headers
    body: bytes
    connection: int
    """Number of the connection it came on, from 0."""

    @property
    def path(self) -> str:
        """The target without query."""
        return urlsplit(self.target).path

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say. ``Content-Length`` is added unless a framing header is there."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b""

    def spell(self, *, with_body: bool = True) -> bytes:
        """The bytes on the wire."""
        names = {name.lower() for name, _ in self.headers}
        framing: Headers = ()
        if not names & {"content-length", "transfer-encoding"}:
            framing = (("Content-Length", str(len(self.body))),)
        lines = [f"HTTP/1.1 {self.status} Said", *(f"{name}: {value}" for name, value in (*self.headers, *framing))]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (self.body if with_body else b"")


def json_answer(text: str, status: int = 200, headers: Headers = ()) -> Answer:
    """An answer of media type JSON."""
    return Answer(status, (("Content-Type", "application/json"), *headers), text.encode())


@dataclass(slots=True, eq=False)
class Caller:
    """The server's end of one connection."""

    sock: socket.socket
    number: int
    stopping: threading.Event
    _buffer: bytes = b""

    def read_request(self) -> Received | None:
        """The next request; ``None`` when the caller has gone."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._receive():
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
        length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
        while len(self._buffer) < length:
            if not self._receive():
                return None
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return Received(method, target, headers, body, self.number)

    def _receive(self) -> bool:
        received = self.sock.recv(65536)
        self._buffer += received
        return bool(received)

    def say(self, octets: bytes) -> None:
        """Send these bytes."""
        self.sock.sendall(octets)

    def pause(self, seconds: float) -> None:
        """Let time pass, unless the server stops."""
        self.stopping.wait(seconds)

    def hold(self) -> None:
        """Say nothing until the caller has had enough or the server stops."""
        while self.sock.recv(65536):
            pass

    def reset(self) -> None:
        """Close without a goodbye (RST)."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


Script = Callable[[Caller], None]


@dataclass(slots=True, eq=False)
class Server:
    """A running service."""

    url: str
    received: list[Received] = field(default_factory=list)
    """Every request, in order of arrival (``serve`` only)."""
    callers: list[Caller] = field(default_factory=list)
    """Every connection, in order."""

    @property
    def port(self) -> int:
        """The port it listens on."""
        return urlsplit(self.url).port or 0


Respond = Answer | Mapping[str, Answer] | Callable[[Received], Answer]


@contextmanager
def serve(respond: Respond, *, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Answer every request: always the same, by path (404 for others), or as a function says. Keeps connections."""

    def converse(caller: Caller) -> None:
        while (request := caller.read_request()) is not None:
            running.received.append(request)
            answer = _choose(respond, request)
            caller.say(answer.spell(with_body=request.method != "HEAD"))
            if ("Connection", "close") in answer.headers:
                return

    with misbehave(converse, tls=tls) as running:
        yield running


def _choose(respond: Respond, request: Received) -> Answer:
    if isinstance(respond, Answer):
        return respond
    if isinstance(respond, Mapping):
        return respond.get(request.path, Answer(404))
    return respond(request)


@contextmanager
def misbehave(script: Script, *, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Run ``script`` for each connection; afterwards the connection is closed."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    stopping = threading.Event()
    server = Server(f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}")
    threads: list[threading.Thread] = []

    def attend(caller: Caller) -> None:
        with suppress(OSError, ValueError):
            if tls is not None:
                caller.sock = tls.wrap_socket(caller.sock, server_side=True)
            script(caller)
        caller.sock.close()

    def accept() -> None:
        while True:
            sock, _ = listener.accept()
            if stopping.is_set():
                sock.close()
                return
            caller = Caller(sock, len(server.callers), stopping)
            server.callers.append(caller)
            threads.append(threading.Thread(target=attend, args=(caller,), daemon=True))
            threads[-1].start()

    porter = threading.Thread(target=accept, daemon=True)
    porter.start()
    try:
        yield server
    finally:
        stopping.set()
        with suppress(OSError):
            socket.create_connection(listener.getsockname(), timeout=1).close()
        porter.join()
        for caller in server.callers:
            with suppress(OSError):
                socket.socket.shutdown(caller.sock, socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
        listener.close()


def closed_port() -> int:
    """A port of 127.0.0.1 where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


# Bad manners, each a script for ``misbehave``.


def after_request(script: Script) -> Script:
    """The same manners, shown only once a request has been read."""

    def wait_first(caller: Caller) -> None:
        if caller.read_request() is not None:
            script(caller)

    return wait_first


def saying(octets: bytes) -> Script:
    """Says these bytes to the first request, then closes."""
    return after_request(lambda caller: caller.say(octets))


hangs = after_request(Caller.hold)
"""Reads the request and never answers."""


@after_request
def hangs_in_body(caller: Caller) -> None:
    """Announces 100 bytes, sends 10, and stays."""
    caller.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789")
    caller.hold()


def drips(head: bytes, drop: bytes, *, interval: float = 0.01) -> Script:
    """Says ``head``, then ``drop`` over and over, each well before any timeout of a single read."""

    def drip(caller: Caller) -> None:
        caller.say(head)
        while not caller.stopping.is_set():
            caller.say(drop)
            caller.pause(interval)

    return after_request(drip)


@after_request
def never_ends(caller: Caller) -> None:
    """Sends a body without end, as fast as it is taken."""
    caller.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    while True:
        caller.say(b"x" * 65536)


resets = after_request(Caller.reset)
"""Reads the request and resets the connection."""


@after_request
def resets_in_body(caller: Caller) -> None:
    """Announces 100 bytes, sends 10, and resets."""
    caller.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789")
    caller.reset()


def gzip_bomb(size: int) -> Answer:
    """``size`` zeros, packed to about a thousandth."""
    return Answer(200, (("Content-Encoding", "gzip"),), gzip.compress(bytes(size), compresslevel=9))
