"""``requests_mock``: mocks for requests, in code.

Facts from requests-mock 1.12.1: every request goes through ``Adapter.send``. It raises ``NoMockAddress`` where nothing
matches and ``_RunRealHTTP`` where the request is to be sent; any other error is what the mock was told to raise.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from driftwatch.plugin.companion import Desk
from driftwatch.plugin.libraries.answers import Answers

_TOOL: Final = "requests-mock"


def install(module: ModuleType, desk: Desk, answers: Answers) -> None:
    """Hear of answers, and of errors that are answers."""
    unanswered: tuple[type[BaseException], ...] = (module.exceptions.NoMockAddress, module._RunRealHTTP)  # noqa: SLF001

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def send(adapter: Any, request: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            try:
                answer = original(adapter, request, **kwargs)
            except unanswered:
                raise
            except Exception:
                with desk.troubles.guarded():
                    answers.from_code(_TOOL, request.method, request.url, lambda: None)
                raise
            with desk.troubles.guarded():
                answers.from_code(_TOOL, request.method, request.url, lambda: _body(answer))
            return answer

        return send

    desk.patches.replace(module.Adapter, "send", wrap)


def _body(answer: Any) -> bytes | None:
    """The body without reading it: the answer's own reader is for the test."""
    reader = getattr(getattr(answer, "raw", None), "_fp", None)
    value = getattr(reader, "getvalue", None)
    body = value() if value is not None else None
    return body if isinstance(body, bytes) else None
