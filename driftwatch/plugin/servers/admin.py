"""Asks a mock server about itself: kept-alive, short of patience, and only where somebody said the server is."""

import http.client
import socket
import time
from collections.abc import Mapping
from contextlib import closing
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from driftwatch.plugin.servers.calls import PUT_REQUEST
from driftwatch.plugin.servers.served import Unanswered

T = TypeVar("T")
_PATIENCE: Final = 10.0
"""Seconds to connect, and for each piece of an answer; a server on a busy machine of a CI may need some."""
_LONGEST: Final = 20.0
"""Seconds for all of it."""
_MOST_LOST: Final = 30.0
"""Seconds waited in vain in a whole run, after which a server is not asked any more."""
MOST: Final = 16 * 1024 * 1024
"""Bytes of an answer."""
_SLOW: Final = "it takes too long to answer"
_PIECE: Final = 256 * 1024
_NEAR: Final = tuple(
    map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)
"""Loopback and what is private (RFC 1918, RFC 4193); none that is link-local: metadata services of clouds are there."""
_TYPE: Final = {"Accept": "application/json", "Content-Type": "application/json"}


class Admin:
    """One server's admin interface."""

    def __init__(self, url: str) -> None:
        """Raises ``ValueError`` with what would be right if the URL is none, or its host is not near."""
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write it as http://127.0.0.1:8080")
        if parts.username is not None or parts.query or parts.fragment:
            raise ValueError("write it without user, query and fragment: http://127.0.0.1:8080")
        self.base = parts.path.rstrip("/")
        self._is_secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port or (443 if self._is_secure else 80)
        self._connection: http.client.HTTPConnection | None = None
        self._lost = 0.0

    def ask(self, method: str, path: str, wanted: type[T], query: Mapping[str, str], body: bytes = b"") -> T:
        """What is answered there, of the form that is wanted. Raises ``Unanswered``."""
        target = f"{self.base}{path}?{urlencode(query)}" if query else self.base + path
        status, content = self._exchanged(method, target, body)
        if status != http.client.OK:
            raise Rejected(status, content[:2000])
        try:
            return msgspec.json.decode(content, type=wanted)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Unanswered("what it answered is no journal of this kind of server", is_final=True) from error

    def close(self) -> None:
        """Leave the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchanged(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """Once more on a new connection if the kept one has been closed meanwhile."""
        is_kept = self._connection is not None
        try:
            return self._asked(method, target, body)
        except Unanswered:
            self.close()
            raise
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
            self.close()
            if not is_kept:
                raise Unanswered("it hung up") from error
        except TimeoutError as error:
            self.close()
            self._lost += _PATIENCE
            raise Unanswered(_SLOW, is_final=self._lost >= _MOST_LOST, is_slow=True) from error
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unanswered(f"no connection ({type(error).__name__})") from error
        return self._exchanged(method, target, body)

    def _asked(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = self._opened()
        self._connection.request(method, target, body or None, _TYPE)
        # closing it at its end, too: `read1` leaves it open, and nothing else could be asked
        with closing(self._connection.getresponse()) as response:
            content = _read(response)
        if response.will_close:
            self.close()
        return response.status, content

    def _opened(self) -> http.client.HTTPConnection:
        self._see_that_it_is_near()
        connection = (_SecureLine if self._is_secure else _Line)(self._host, self._port, timeout=_PATIENCE)
        connection.connect()
        if connection.sock is not None:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _see_that_it_is_near(self) -> None:
        """Nothing is sent to a host with an address that is neither loopback nor private."""
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)}
        if not all(_is_near(ip_address(text.partition("%")[0])) for text in found):
            raise Unanswered("its address is neither loopback nor private, and no other is asked", is_final=True)


def _read(response: http.client.HTTPResponse) -> bytes:
    content = bytearray()
    until = time.monotonic() + _LONGEST
    while piece := response.read1(_PIECE):
        content += piece
        if len(content) > MOST:
            reason = f"its journal is larger than {MOST // 2**20} MiB; empty it between tests"
            raise Unanswered(reason, is_final=True)
        if time.monotonic() > until:
            raise TimeoutError
    return bytes(content)


class Rejected(Unanswered):
    """An answer with another status than 200."""

    def __init__(self, status: int, content: bytes) -> None:
        super().__init__(f"its admin interface answers {status}")
        self.status = status
        self.content = content
        """The beginning of what it says of it."""


class _Line(http.client.HTTPConnection):
    """A connection whose calls are not noted as a test's."""

    putrequest = PUT_REQUEST


class _SecureLine(http.client.HTTPSConnection):
    """The same over TLS; a mock server's certificate is checked like any other."""

    putrequest = PUT_REQUEST


def _is_near(address: IPv4Address | IPv6Address) -> bool:
    meant = (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
    return any(meant in network for network in _NEAR if network.version == meant.version)
