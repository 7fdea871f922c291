"""How much of one read goes into strangers' regular expressions: a file may hold a hundred thousand of them.

Taking one apart, and making texts that match it, costs half a millisecond; no server has more than some thousands.
"""

from math import inf
from typing import Final

from driftwatch.mocks.refusal import Refusal

_ALLOWED: Final = 2_000_000
"""Characters of patterns, which takes some ten seconds."""
_EACH: Final = 30
"""Characters that any pattern counts for beside its own."""


class _Account:
    def __init__(self) -> None:
        self.left: float = inf


_ACCOUNT: Final = _Account()
"""Reads at the same time share it, which only the absurd ones notice. Outside of a read nothing is counted."""


def begin() -> None:
    """A read begins."""
    _ACCOUNT.left = _ALLOWED


def end() -> None:
    """A read is over."""
    _ACCOUNT.left = inf


def spend(pattern: str) -> None:
    """A pattern will be taken apart. Raises ``Refusal`` after too many: nothing is asked of the rest."""
    _ACCOUNT.left -= _EACH + len(pattern)
    if _ACCOUNT.left < 0:
        raise Refusal("there are too many patterns among the mocks to look at each of them")
