"""What behaviors do to a response: wait, copy from the request, look up in a file, or run a script.

New configs hold a list ``behaviors``, old ones an object ``_behaviors`` (``src/models/compatibility.js``, 2.9.1).
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text

_WHOLE_NUMBER: Final = re.compile(r"\s*\+?(\d{1,9})")
_STEERS: Final = re.compile(r"statusCode|headers")
"""In a decorating script: it may change more than the body."""


class Behaviors(Struct, frozen=True):
    """All behaviors of one response."""

    delay_ms: float | None = None
    tokens: tuple[str, ...] = ()
    """Texts that are replaced by values from the request or a file, wherever they stand."""
    is_decorated: bool = False
    """A script may change the body."""
    incomparable: str = ""
    notes: tuple[str, ...] = ()


def read_behaviors(response: Object, *steps: Step) -> Behaviors:
    """The behaviors of a response. Raises ``Refusal``."""
    delay: float | None = None
    tokens: list[str] = []
    notes: list[str] = []
    is_decorated, incomparable = False, ""
    for name, value in _each(response, *steps):
        match name:
            case "wait":
                milliseconds = _milliseconds(value)
                delay = delay if milliseconds is None else (delay or 0.0) + milliseconds
                notes += [] if milliseconds is not None else ["waits as long as a script says"]
            case "copy" | "lookup":
                token = as_text(as_object(value, *steps, name).get("into"), *steps, name, "into")
                tokens += [token] if token else []
            case "decorate":
                is_decorated = True
                notes.append("a script decorates the body, which is not compared")
                incomparable = incomparable or (_DECORATED if _STEERS.search(as_text(value, *steps, name)) else "")
            case "shellTransform":
                incomparable = "is made by a program (shellTransform)"
            case _:
                pass
    return Behaviors(delay, tuple(dict.fromkeys(tokens)), is_decorated, incomparable, () if incomparable else (*notes,))


_DECORATED: Final = "is made by a script (decorate)"


def _each(response: Object, *steps: Step) -> Iterator[tuple[str, object]]:
    """Names and values. The old object counts only where the new list and ``repeat`` are missing."""
    if isinstance(response.get("behaviors"), dict):
        listed: list[object] = [response["behaviors"]]
    else:
        listed = as_list(response.get("behaviors"), *steps, "behaviors")
    old = response.get("_behaviors")
    if "behaviors" not in response and "repeat" not in response and isinstance(old, dict):
        listed = [old]
    for behavior in listed:
        for name, value in as_object(behavior, *steps, "behaviors").items():
            for one in value if isinstance(value, list) else [value]:
                yield name, one


def _milliseconds(value: object) -> float | None:
    """A number, or text that begins with one (``parseInt``); ``None`` for a script."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if 0 <= value < 1e9 else None
    match = _WHOLE_NUMBER.match(value) if isinstance(value, str) else None
    return float(match.group(1)) if match else None
