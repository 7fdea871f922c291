"""The calls that this process makes: by them it is known whose an event in a server's journal is.

Seen where the common clients meet: ``http.client`` (urllib, requests, urllib3, botocore), httpcore (httpx) and aiohttp.
Nothing is kept of a call but its method, its path, the port it was made from, and which mock WireMock says answered it.
"""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection
from types import ModuleType
from typing import Any, Final

from driftwatch.plugin.patches import Patches

_MOST: Final = 10_000
"""Calls kept between two looks at a journal."""
_STUB: Final = "Matched-Stub-Id"
"""A header of WireMock's answers (2.x on)."""
PUT_REQUEST: Final = HTTPConnection.putrequest
"""As it is when nobody watches: what asks the journals is not noted."""


class Call:
    """One call. ``by`` is filled in when its answer is there."""

    __slots__ = ("by", "method", "path", "port")

    def __init__(self, method: str, path: str) -> None:
        self.method = method
        self.path = path
        self.by = ""
        """The id of WireMock's stub that answered it."""
        self.port = ""
        """The port of this process that it was made from, where that is known."""


class Calls:
    """The calls since somebody last took them."""

    def __init__(self, patches: Patches) -> None:
        self._made: deque[Call] = deque(maxlen=_MOST)
        patches.replace(HTTPConnection, "putrequest", self._putting)
        patches.replace(HTTPConnection, "getresponse", self._getting)
        patches.when_imported("httpcore", lambda httpcore: self._watch_httpcore(patches, httpcore))
        patches.when_imported("aiohttp.client", lambda client: self._watch_aiohttp(patches, client))

    def __len__(self) -> int:
        return len(self._made)

    def take(self) -> list[Call]:
        """All that were made since the last time, oldest first."""
        made = list(self._made)
        self._made.clear()
        return made

    def _note(self, method: object, path: object) -> Call:
        call = Call(_text(method), _text(path).partition("?")[0])
        self._made.append(call)
        return call

    def _putting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def putrequest(self_: HTTPConnection, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            # a connection has one call under way at a time
            self_.__dict__["_driftwatch_call"] = self._note(method, _without_host(url))
            return original(self_, method, url, *args, **kwargs)

        return putrequest

    def _getting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def getresponse(self_: HTTPConnection, *args: Any, **kwargs: Any) -> Any:
            call = self_.__dict__.pop("_driftwatch_call", None)
            if call is not None and self_.sock is not None:
                with suppress(OSError, LookupError):
                    call.port = str(self_.sock.getsockname()[1])
            response = original(self_, *args, **kwargs)
            if call is not None:
                call.by = str(getattr(response, "headers", {}).get(_STUB) or "")
            return response

        return getresponse

    def _watch_httpcore(self, patches: Patches, httpcore: ModuleType) -> None:
        def sync(original: Callable[..., Any]) -> Callable[..., Any]:
            def handle_request(pool: Any, request: Any) -> Any:
                call = self._note(request.method, request.url.target)
                response = original(pool, request)
                _answered(call, response)
                return response

            return handle_request

        def asynchronous(original: Callable[..., Any]) -> Callable[..., Any]:
            async def handle_async_request(pool: Any, request: Any) -> Any:
                call = self._note(request.method, request.url.target)
                response = await original(pool, request)
                _answered(call, response)
                return response

            return handle_async_request

        patches.replace(httpcore.ConnectionPool, "handle_request", sync)
        patches.replace(httpcore.AsyncConnectionPool, "handle_async_request", asynchronous)

    def _watch_aiohttp(self, patches: Patches, client: ModuleType) -> None:
        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            async def _request(session: Any, method: str, str_or_url: Any, *args: Any, **kwargs: Any) -> Any:
                call = self._note(method, _without_host(str(str_or_url)))
                response = await original(session, method, str_or_url, *args, **kwargs)
                call.by = str(response.headers.get(_STUB) or "")
                return response

            return _request

        patches.replace(client.ClientSession, "_request", wrap)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _without_host(url: object) -> str:
    """The path of a target, which may be in absolute form where a proxy is asked (RFC 9112, 3.2.2)."""
    text = _text(url)
    _, separator, rest = text.partition("://")
    return f"/{rest.partition('/')[2]}" if separator else text


def _answered(call: Call, response: Any) -> None:
    """What httpcore knows once an answer begins."""
    name = _STUB.lower().encode()
    call.by = next((_text(value) for key, value in response.headers if key.lower() == name), "")
    with suppress(Exception):  # a stranger's transport need not know it
        call.port = str(response.extensions["network_stream"].get_extra_info("client_addr")[1])
