"""``pytest_httpx``: mocks for httpx, in code.

Facts from pytest-httpx 0.36.2: ``HTTPXMock`` takes each request in ``_handle_request`` or ``_handle_async_request``.
One that nothing matches is put into ``_requests_not_matched``; any other error is what the mock was told to raise.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from driftwatch.plugin.companion import Desk
from driftwatch.plugin.libraries.answers import Answers
from driftwatch.plugin.libraries.httpx_bodies import body_of

_TOOL: Final = "pytest-httpx"


def install(module: ModuleType, desk: Desk, answers: Answers) -> None:
    """Hear of answers, and of errors that are answers."""

    def answered(request: Any, response: Any) -> None:
        answers.from_code(_TOOL, request.method, str(request.url), lambda: body_of(response))

    def raised(mock: Any, request: Any) -> None:
        unmatched = getattr(mock, "_requests_not_matched", None)
        if unmatched is not None and not any(one is request for one in unmatched):
            answers.from_code(_TOOL, request.method, str(request.url), lambda: None)

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def handle_request(mock: Any, transport: Any, request: Any) -> Any:
            __tracebackhide__ = True
            try:
                response = original(mock, transport, request)
            except Exception:
                with desk.troubles.guarded():
                    raised(mock, request)
                raise
            with desk.troubles.guarded():
                answered(request, response)
            return response

        return handle_request

    def wrap_async(original: Callable[..., Any]) -> Callable[..., Any]:
        async def handle_async_request(mock: Any, transport: Any, request: Any) -> Any:
            __tracebackhide__ = True
            try:
                response = await original(mock, transport, request)
            except Exception:
                with desk.troubles.guarded():
                    raised(mock, request)
                raise
            with desk.troubles.guarded():
                answered(request, response)
            return response

        return handle_async_request

    desk.patches.replace(module.HTTPXMock, "_handle_request", wrap)
    desk.patches.replace(module.HTTPXMock, "_handle_async_request", wrap_async)
