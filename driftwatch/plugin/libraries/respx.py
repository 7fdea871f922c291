"""``respx``: mocks for httpx, in code.

Facts from respx 0.23.1: a ``Router`` tells each request once to ``record``: with an answer; without one where the route
raises, which is its answer; and, while ``PassThrough`` is handled, where the request is sent on.
"""

import sys
from types import ModuleType
from typing import Any, Final

from driftwatch.plugin.companion import Desk
from driftwatch.plugin.libraries.answers import Answers
from driftwatch.plugin.libraries.httpx_bodies import body_of

_TOOL: Final = "respx"


def install(module: ModuleType, desk: Desk, answers: Answers) -> None:
    """Hear of what a router records."""

    def recorded(_: object, __: object, request: Any, **kwargs: Any) -> None:
        response = kwargs.get("response")
        if response is None and isinstance(sys.exc_info()[1], module.PassThrough):
            return
        answers.from_code(_TOOL, request.method, str(request.url), lambda: body_of(response))

    desk.patches.after(module.Router, "record", recorded)
