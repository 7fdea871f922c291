"""What went wrong in our own code, told once and in few words: a run of tests is never ended by it."""

import traceback
from collections.abc import Callable
from pathlib import PurePath
from typing import Final

_MOST: Final = 20
"""Sentences that are kept; what goes wrong in a thousand ways is wrong in one."""
_PACKAGE: Final = "driftwatch"


def described(error: BaseException) -> str:
    """The kind of an error and the place in our own code; never its message, which may quote an answer."""
    ours = ""
    for frame in traceback.extract_tb(error.__traceback__):
        parts = PurePath(frame.filename).parts
        if _PACKAGE in parts:
            ours = f" at {'/'.join(parts[len(parts) - 1 - parts[::-1].index(_PACKAGE) :])}:{frame.lineno}"
    return f"{type(error).__name__}{ours}"


class Troubles:
    """What is to be told at the end of the run."""

    def __init__(self) -> None:
        self.told: dict[str, None] = {}
        self._guard = Guard(self.swallow)
        self.has_lost = False
        """Whether some of what tests met is not known: nothing may be called unused then."""

    def tell(self, sentence: str) -> None:
        """Keep a sentence for the end; the same one is told once."""
        if len(self.told) < _MOST:
            self.told[sentence] = None

    def lose(self, sentence: str) -> None:
        """The same of something that tests may have met and that was not noted."""
        self.has_lost = True
        self.tell(sentence)

    def swallow(self, error: BaseException) -> None:
        """Note that something of ours broke, without a word of what it was about."""
        self.lose(f"a part of the recording failed and was left out: {described(error)}")

    def guarded(self) -> "Guard":
        """What happens within stays without consequences."""
        return self._guard


class Guard:
    """Keeps errors from whoever called us. One for all: a generator for each of a suite's calls would be felt."""

    def __init__(self, swallow: Callable[[BaseException], None]) -> None:
        self._swallow = swallow

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if not isinstance(error, Exception):
            return False
        self._swallow(error)
        return True
