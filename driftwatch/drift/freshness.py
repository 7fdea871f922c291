"""How long nobody has looked whether a mock is still true."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.gates import is_fault
from driftwatch.model.context import Context
from driftwatch.model.interaction import Claim

LONG: Final = timedelta(days=90)
"""Drift semantics 3.12."""


def unchecked(claim: Claim, context: Context) -> Iterator[Difference]:
    """That a mock is old and was not verified for as long, for a run that did not verify it either.

    Nothing is said of a mock whose age nobody knows, nor of one that claims nothing: what passes requests on or injects
    faults does not grow old.
    """
    if not claim.variants or is_fault(claim):
        return
    dates = [interaction.recorded_at for interaction in claim.interactions]
    known = [date for date in (*dates, context.history.verified_at) if date is not None]
    if context.now is None or not known or context.now - max(known) <= LONG:
        return
    recorded = max((date for date in dates if date is not None), default=None)
    yield Difference(
        Aspect.UNCHECKED,
        "mock",
        said=f"recorded on {recorded:%Y-%m-%d}" if recorded else "never dated",
        heard=f"{max(known):%Y-%m-%d}",
    )
