"""The clients whose JSON calls hand out answers: requests, httpx and httpx2.

Facts from requests 2.34, httpx 0.28 and httpx2 2.16. ``Session.send`` answers one request and, for redirects, calls
itself; ``Client._send_single_request`` is asked for each hop. ``Response.json`` reads ``content`` or ``text``, as other
parts of these libraries do: only who else reads them reads the body past the notes. requests-mock 1.12 keeps the
``send`` that it found when it was imported.
"""

import functools
import sys
from collections.abc import Callable
from contextvars import ContextVar
from types import ModuleType
from typing import Any, Final, Protocol

from driftwatch.model.use import Touch
from driftwatch.plugin.companion import Desk

Function = Callable[..., Any]

UNDER_WAY: Final[ContextVar[list[Touch] | None]] = ContextVar("driftwatch_call", default=None)
"""The mocks that answered the call that is under way in this thread or task."""
_AS_TEXT: Final = (
    "__getstate__", "__iter__", "aiter_bytes", "aiter_lines", "aiter_raw", "aiter_text", "aread", "iter_bytes",
    "iter_content", "iter_lines", "iter_raw", "iter_text", "read",
)  # fmt: skip
"""Ways to a body that are no JSON call; a response that is pickled or copied is another one afterwards."""
_AS_TEXT_TOO: Final = ("content", "text")
_STREAMS: Final = ("raw", "stream")
"""Attributes of a response (the one of requests, the other of httpx) that anybody may read the body from."""
_PLUMBING: Final = frozenset({
    "httpx", "httpx2", "pytest_httpx", "requests", "requests_mock", "respx", "responses", "urllib3", "vcr",
})  # fmt: skip
"""Packages that handle such a stream on behalf of the client."""
_HARMLESS: Final = frozenset({"parse_constant", "parse_float", "parse_int", "strict"})
"""Arguments of ``json.loads`` that see single numbers alone."""


class Hearer(Protocol):
    """What is told of calls and answers."""

    def answered(self, response: Any, touches: list[Touch]) -> None:
        """These mocks answered a call; without a response where the answer is an error."""

    def handed(self, response: Any, value: Any, *, is_seen: bool) -> Any:
        """The JSON of a response as it is handed on. ``is_seen``: other code has looked at it before."""

    def seen(self, response: Any) -> None:
        """The body of a response goes to somebody who reads it past the notes."""


class Clients:
    """Watches the clients that are imported, until the run's patches are undone."""

    def __init__(self, desk: Desk, hearer: Hearer) -> None:
        self._desk = desk
        self._hearer = hearer
        when = desk.patches.when_imported
        when("requests.sessions", self._watch_requests)
        when("requests_mock.mocker", self._watch_requests_mock)
        when("httpx", self._watch_httpx)
        when("httpx2", self._watch_httpx)

    def _watch_requests(self, module: ModuleType) -> None:
        self._desk.patches.replace(module.Session, "send", self._sending)
        self._watch_response(module.Response, ("requests.models", "requests.sessions", "requests.auth"))

    def _watch_requests_mock(self, module: ModuleType) -> None:
        self._desk.patches.replace(module, "_original_send", self._sending)

    def _watch_httpx(self, module: ModuleType) -> None:
        self._desk.patches.replace(module.Client, "_send_single_request", self._sending)
        self._desk.patches.replace(module.AsyncClient, "_send_single_request", self._sending_in_turn)
        name = module.__name__
        inside = ("respx.router", *(f"{name}.{part}" for part in ("_auth", "_client", "_content", "_models")))
        self._watch_response(module.Response, inside)

    def _sending(self, original: Function) -> Function:
        def send(client: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            touches: list[Touch] = []
            token, response = UNDER_WAY.set(touches), None
            try:
                response = original(client, request, *args, **kwargs)
            finally:
                UNDER_WAY.reset(token)
                self._over(response, touches)
            return response

        return send

    def _sending_in_turn(self, original: Function) -> Function:
        async def send(client: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            touches: list[Touch] = []
            token, response = UNDER_WAY.set(touches), None
            try:
                response = await original(client, request, *args, **kwargs)
            finally:
                UNDER_WAY.reset(token)
                self._over(response, touches)
            return response

        return send

    def _over(self, response: Any, touches: list[Touch]) -> None:
        if not touches:
            return
        try:
            history = getattr(response, "history", None)
            # what requests returns after redirects is the answer to the last call; this one was the first
            self._hearer.answered(history[0] if history else response, touches)
        except Exception as error:
            self._desk.troubles.swallow(error)

    def _decoding(self, original: Function) -> Function:
        def json(response: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            value = original(response, *args, **kwargs)
            try:
                return self._hearer.handed(response, value, is_seen=bool(args or kwargs.keys() - _HARMLESS))
            except Exception as error:
                self._desk.troubles.swallow(error)
                return value

        return json

    def _watch_response(self, kind: type, inside: tuple[str, ...]) -> None:
        """``inside``: the library's own modules that read a body on behalf of the JSON call, or to be done with it."""
        hearer, swallow = self._hearer, self._desk.troubles.swallow

        def note(response: Any) -> None:
            if sys._getframe(2).f_globals.get("__name__") not in inside:  # noqa: SLF001 - who reads is the question
                try:
                    hearer.seen(response)
                except Exception as error:
                    swallow(error)

        def reading(original: Function) -> Function:
            def read(response: Any, *args: Any, **kwargs: Any) -> Any:
                __tracebackhide__ = True
                note(response)
                return original(response, *args, **kwargs)

            return read

        self._desk.patches.replace(kind, "json", self._decoding)
        for name in _AS_TEXT:
            if name in vars(kind):
                self._desk.patches.replace(kind, name, reading)
        for name in _AS_TEXT_TOO:
            original = vars(kind).get(name)
            if isinstance(original, property) and original.fget is not None:
                getter = functools.wraps(original.fget)(reading(original.fget))
                self._desk.patches.put(kind, name, property(getter, original.fset, original.fdel, original.__doc__))
        for name in _STREAMS:
            if name not in vars(kind):
                self._desk.patches.put(kind, name, _stream(name, hearer, swallow))


def _stream(name: str, hearer: Hearer, swallow: Callable[[Exception], None]) -> property:
    """An attribute of a response that tells who takes it; its value stays where it was."""

    def get(response: Any) -> Any:
        try:
            value = vars(response)[name]
        except KeyError:
            raise AttributeError(name, name=name, obj=response) from None
        package = str(sys._getframe(1).f_globals.get("__name__", "")).partition(".")[0]  # noqa: SLF001 - as above
        if package not in _PLUMBING:
            try:
                hearer.seen(response)
            except Exception as error:
                swallow(error)
        return value

    def put(response: Any, value: Any) -> None:
        vars(response)[name] = value

    def drop(response: Any) -> None:
        vars(response).pop(name, None)

    return property(get, put, drop)
