"""Which of the few failures we tell apart an exception is.

requests wraps urllib3's exceptions, urllib3 wraps the standard library's; the cause is found by walking down. The words
that leave this file are fixed: exceptions of all three print hosts, URLs and bytes of the answer.
"""

import errno
import http.client
import ssl
from collections.abc import Iterator
from socket import gaierror
from typing import Final, NamedTuple

from urllib3 import exceptions as wrapped

from driftwatch.model.probe import Failure


class Cause(NamedTuple):
    """A failure, and a few words on it."""

    failure: Failure
    detail: str


_CONNECTING: Final[tuple[tuple[type[BaseException], Cause], ...]] = (
    (wrapped.NameResolutionError, Cause(Failure.UNKNOWN_HOST, "the name does not resolve")),
    (gaierror, Cause(Failure.UNKNOWN_HOST, "the name does not resolve")),
    (wrapped.LocationParseError, Cause(Failure.UNKNOWN_HOST, "the name cannot be one")),
    (UnicodeError, Cause(Failure.UNKNOWN_HOST, "the name cannot be one")),
    (ssl.SSLCertVerificationError, Cause(Failure.TLS, "the certificate was not accepted")),
    (ssl.SSLZeroReturnError, Cause(Failure.CONNECT_FAILED, "closed during the handshake")),
    (ssl.SSLEOFError, Cause(Failure.CONNECT_FAILED, "closed during the handshake")),
    (ssl.SSLError, Cause(Failure.TLS, "no common ground for an encrypted connection")),
    (ConnectionRefusedError, Cause(Failure.CONNECT_REFUSED, "nobody listens at the port")),
    (ConnectionResetError, Cause(Failure.CONNECT_FAILED, "reset while connecting")),
    (TimeoutError, Cause(Failure.TIMEOUT, "no connection in time")),
    (wrapped.ConnectTimeoutError, Cause(Failure.TIMEOUT, "no connection in time")),
)
_CONNECTED: Final[tuple[tuple[type[BaseException], Cause], ...]] = (
    (http.client.RemoteDisconnected, Cause(Failure.RESET, "closed before the answer began")),
    (http.client.BadStatusLine, Cause(Failure.MALFORMED, "the answer does not begin as HTTP does")),
    (http.client.LineTooLong, Cause(Failure.MALFORMED, "a line of the head is too long")),
    (http.client.IncompleteRead, Cause(Failure.RESET, "ended before the announced end of the body")),
    (wrapped.ReadTimeoutError, Cause(Failure.TIMEOUT, "silence")),
    (TimeoutError, Cause(Failure.TIMEOUT, "silence")),
    (ConnectionError, Cause(Failure.RESET, "reset during the exchange")),
    (ssl.SSLError, Cause(Failure.RESET, "the encrypted connection broke")),
    (http.client.HTTPException, Cause(Failure.MALFORMED, "the head of the answer breaks the limits of HTTP")),
)


def cause_of(error: BaseException, *, is_connected: bool) -> Cause:
    """The failure behind an exception; ``is_connected`` says whether the connection stood when it came."""
    chain = tuple(_chain(error))
    if is_connected and _is_bad_chunk(chain):
        return Cause(Failure.MALFORMED, "a chunk of the body has no valid length")
    for kind, cause in _CONNECTED if is_connected else _CONNECTING:
        if any(isinstance(link, kind) for link in chain):
            return _via_proxy(chain, cause)
    if is_connected:
        return Cause(Failure.MALFORMED, type(chain[-1]).__name__)
    return _via_proxy(chain, Cause(Failure.CONNECT_FAILED, _errno_name(chain)))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and all it wraps, however each library keeps it; the innermost of a straight chain is last."""
    seen: set[int] = set()
    ahead: list[object] = [error]
    while ahead:
        link = ahead.pop(0)
        if isinstance(link, BaseException) and id(link) not in seen:
            seen.add(id(link))
            yield link
            ahead += [*link.args, getattr(link, "reason", None), link.__cause__, link.__context__]


def _is_bad_chunk(chain: tuple[BaseException, ...]) -> bool:
    """The standard library calls a chunk's unreadable length an incomplete read, and keeps the ``ValueError`` in it."""
    kinds = {type(link) for link in chain}
    return http.client.IncompleteRead in kinds and ValueError in kinds


def _via_proxy(chain: tuple[BaseException, ...], cause: Cause) -> Cause:
    if not any(isinstance(link, wrapped.ProxyError) for link in chain):
        return cause
    failure = Failure.CONNECT_FAILED if cause.failure is Failure.CONNECT_REFUSED else cause.failure
    return Cause(failure, f"at the proxy: {cause.detail}")


def _errno_name(chain: tuple[BaseException, ...]) -> str:
    numbers = (link.errno for link in chain if isinstance(link, OSError) and link.errno)
    return next((errno.errorcode.get(number, "") for number in numbers), "") or type(chain[-1]).__name__
