"""Which of a stub's answers a variant is, where a reader leaves those out that cannot be compared."""

import re
from typing import Final

from driftwatch.model.interaction import Expectation

UNTOLD: Final = "it cannot be told which of the stub's answers it is"
_TURN: Final = re.compile(r"answer (\d{1,6}) of (\d{1,6}), ")
"""How readers that join answers begin their notes (``asking.contest.join``)."""


def turn_of(variant: Expectation, count: int) -> int | None:
    """The position of a variant among ``count`` answers, by the note of its reader; ``None`` if it has none."""
    if count == 1:
        return 0
    match = _TURN.match(variant.note)
    return int(match.group(1)) - 1 if match and int(match.group(2)) == count else None
