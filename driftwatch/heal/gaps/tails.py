"""How long the slow answers of an endpoint take."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Final

from driftwatch.heal.gaps.variants import Seen
from driftwatch.model.history import History

_FEW: Final = 5
"""Fewer answers are no distribution."""
_MANY: Final = 20
"""From here on the 95th percentile counts, and one outlier does not. Both numbers are those of drift semantics 3.12."""


def tail_of(seen: Iterable[Seen], statuses: Container[int], histories: Iterable[History]) -> float | None:
    """The slow end of the slowest request of an endpoint, in milliseconds.

    It is measured as ``latency-timeout-risk`` measures it, in the answers of mocked ``statuses`` and in what earlier
    runs learnt; ``None`` where fewer than five answers of each request were timed.
    """
    times: dict[bytes, list[float]] = defaultdict(list)
    for request, sample in ((one.request, one.sample) for one in seen):
        if sample.elapsed_ms is not None and sample.status in statuses:
            times[request.key].append(sample.elapsed_ms)
    return max((*_ends(times.values()), *_known(histories)), default=None)


def _ends(several: Iterable[Sequence[float]]) -> Iterator[float]:
    for times in map(sorted, several):
        if len(times) >= _FEW:
            yield times[-(-95 * len(times) // 100) - 1] if len(times) >= _MANY else times[-1]


def _known(histories: Iterable[History]) -> Iterator[float]:
    for known in (history.latency for history in histories):
        if known is not None:
            yield from _ends([known.recent])
            if known.n:
                yield known.p95
