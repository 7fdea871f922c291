"""Three-valued truth: whether a stub answers a request can be true, false, or not to be told here (``None``)."""

from collections.abc import Iterable

Truth = bool | None


def every(truths: Iterable[Truth]) -> Truth:
    """All of them: one ``False`` decides, else one ``None`` does."""
    outcome: Truth = True
    for truth in truths:
        if truth is False:
            return False
        outcome = outcome and truth
    return outcome


def some(truths: Iterable[Truth]) -> Truth:
    """One of them: one ``True`` decides, else one ``None`` does."""
    outcome: Truth = False
    for truth in truths:
        if truth:
            return True
        outcome = None if truth is None else outcome
    return outcome


def negated(truth: Truth) -> Truth:
    """The opposite; what cannot be told stays untold."""
    return None if truth is None else not truth
