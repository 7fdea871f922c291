"""Pact's paths: ``$.a[0]['b.c'][*].*``, taken apart into the steps from a body's root to a value.

Dotted and bracketed steps mix; quoted names may hold dots, spaces and signs; ``[*]`` and ``.*`` stand for every item or
member, while ``['*']`` is a member called ``*`` (pact-foundation/pact-reference @ 9930b06: ``path_exp.rs``).
"""

import re
from enum import Enum
from typing import Final

from driftwatch.mocks.refusal import Refusal

_STEP: Final = re.compile(
    r"""(?xs)
    \[\s*(?:(?P<every>\*)|(?P<index>\d+)|'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)")\s*\]
    | \.?(?P<star>\*)(?=[.\[]|$)
    | \.?(?P<name>[^.\[]+)
    """
)
_ESCAPED: Final = re.compile(r"(?s)\\(.)")
_LONGEST: Final = 2000


class Wildcard(Enum):
    """A step that leads to every item or member."""

    EVERY = "*"


PactStep = str | Wildcard
"""A name or a position as text, or all of them."""
PactPath = tuple[PactStep, ...]


def parse_path(source: str) -> PactPath:
    """The steps of a path below its root ``$``, which may be left out. Raises ``Refusal`` if it is no path."""
    text = source.strip()
    position = 1 if text.startswith("$") else 0
    steps: list[PactStep] = []
    if len(text) > _LONGEST:
        raise Refusal(f"a path of more than {_LONGEST} characters")
    while position < len(text):
        match = _STEP.match(text, position)
        if not match:
            raise Refusal(f"a path that cannot be read: {source[:80]}")
        steps.append(_step(match))
        position = match.end()
    return tuple(steps)


def _step(match: re.Match[str]) -> PactStep:
    if match["every"] or match["star"]:
        return Wildcard.EVERY
    quoted = match["single"] if match["single"] is not None else match["double"]
    if quoted is not None:
        return _ESCAPED.sub(r"\1", quoted)
    if match["index"] is not None:
        return match["index"].lstrip("0") or "0"
    return match["name"]
