"""What tests were seen to read of answers → what that says of each mock, for severities (drift semantics 3.7).

Nothing is said to be unread that somebody may have read: a test counts only if all that it read of the mock was noted,
and it ran to its end. What it needs it needs in any case.
"""

from collections.abc import Iterable, Mapping

from driftwatch.model.reading import MockReads
from driftwatch.model.reliance import KnownUse
from driftwatch.model.use import Outcome


def reads_of(uses: Iterable[KnownUse], provider: str) -> Mapping[str, MockReads]:
    """What tests read of a provider's mocks, by ``interaction_key``."""
    found: dict[str, MockReads] = {}
    for number, use in enumerate(uses):
        is_all_told = use.is_watching_reads and use.outcome is Outcome.PASSED
        for mock in use.mocks:
            if not mock.key or mock.provider != provider:
                continue
            reads = found.setdefault(mock.key, MockReads())
            if mock.reads:
                reads.add(number, mock.reads)
            if not (is_all_told and mock.reads):
                reads.doubt()
    return found
