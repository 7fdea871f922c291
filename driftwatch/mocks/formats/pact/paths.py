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
_PLAIN: Final = re.compile(r"[A-Za-z_][\w-]*")
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


def respelled(source: str, position: int, name: str) -> str:
    """The path with another name in the place of one of its steps, in brackets if it cannot stand behind a dot.

    Raises ``Refusal`` if it is no path, or has no such step.
    """
    at = len(source) - len(source.lstrip())
    at += source.startswith("$", at)
    for _ in range(position):
        match = _STEP.match(source, at)
        at = match.end() if match else len(source)
    match = _STEP.match(source, at)
    if match is None:
        raise Refusal(f"a path that cannot be read: {source[:80]}")
    return source[:at] + _spelled(match, name) + source[match.end() :]


def _spelled(match: re.Match[str], name: str) -> str:
    if match["name"] and _PLAIN.fullmatch(name):
        return match.group().replace(match["name"], name)
    quote = '"' if match["double"] is not None else "'"
    escaped = name.replace("\\", r"\\").replace(quote, f"\\{quote}")
    return f"[{quote}{escaped}{quote}]"


def _step(match: re.Match[str]) -> PactStep:
    if match["every"] or match["star"]:
        return Wildcard.EVERY
    quoted = match["single"] if match["single"] is not None else match["double"]
    if quoted is not None:
        return _ESCAPED.sub(r"\1", quoted)
    if match["index"] is not None:
        return match["index"].lstrip("0") or "0"
    return match["name"]
