"""How long answers take and how large they are, beside what the mock, the consumer and earlier audits say.

Nothing is said of a mock that answers at once: every service is slower than that (drift semantics 2.9).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.model.answers import Pair
from driftwatch.model.context import Context
from driftwatch.model.history import KnownLatency
from driftwatch.model.interaction import Expectation, MatcherKind

_FEW: Final = 5
"""Fewer answers are no distribution."""
_MANY: Final = 20
"""From here on a 95th percentile is one, and medians are compared with earlier ones."""
_SLOWER_BY: Final = 100
_APART_BY: Final = 200
"""Milliseconds."""
_LARGE: Final = 1024 * 1024
"""Bytes. All numbers are those of drift semantics 3.12."""

_ANY_LENGTH: Final = frozenset({MatcherKind.IGNORE, MatcherKind.ANY, MatcherKind.DYNAMIC})


def compare_latency(pairs: Sequence[Pair], context: Context) -> Iterator[Difference]:
    """What is to be said of the time that all answers of mocked statuses took, and of their size."""
    alike = [pair for pair in pairs if all(sample.status == pair.variants[0].status for sample in pair.samples)]
    for pair in alike:
        yield from _size(pair)
    timeout, known = context.consumer.timeout_ms, context.history.latency
    if timeout or known:
        times = sorted(time for pair in alike for time in _times(pair))
        yield from _timeout(times, timeout or 0)
        yield from _regression(_lately(times, known), known)
    for pair in alike:
        yield from _pace(pair, timeout)


def _times(pair: Pair) -> list[float]:
    return sorted(sample.elapsed_ms for sample in pair.samples if sample.elapsed_ms is not None)


def _percentile(times: Sequence[float], percent: int) -> float:
    """By nearest rank."""
    return times[-(-percent * len(times) // 100) - 1]


def _timeout(times: Sequence[float], timeout: float) -> Iterator[Difference]:
    if len(times) < _FEW or timeout <= 0:
        return
    slow = _percentile(times, 95) if len(times) >= _MANY else times[-1]
    if slow * 5 < timeout * 4:
        return
    k = sum(time * 5 >= timeout * 4 for time in times)
    note = "over" if slow >= timeout else "near"
    yield _differs(Aspect.TOO_SLOW, timeout, slow, k, len(times), note)


def _lately(times: Sequence[float], known: KnownLatency | None) -> Sequence[float]:
    """The last answers: this run's, and where these are too few to compare, those of the runs just before it."""
    if known is None or not known.recent or len(times) >= _MANY:
        return times
    return sorted([*known.recent, *times][-_MANY:])


def _regression(times: Sequence[float], known: KnownLatency | None) -> Iterator[Difference]:
    if known is None or known.p50 <= 0 or min(len(times), known.n) < _MANY:
        return
    median = _percentile(times, 50)
    if median >= 2 * known.p50 and median - known.p50 >= _SLOWER_BY:
        k = sum(time >= 2 * known.p50 for time in times)
        yield _differs(Aspect.SLOWER, known.p50, median, k, len(times))


def _pace(pair: Pair, timeout: float | None) -> Iterator[Difference]:
    """Against the delay that comes nearest, if every variant has one of its own.

    A delay that the consumer does not wait for is a time-out on purpose, and no claim of how slow the service is.
    """
    delays = [variant.delay_ms for variant in pair.variants if variant.delay_ms is not None and variant.delay_ms > 0]
    if len(delays) < len(pair.variants) or (timeout and max(delays) >= timeout):
        return
    times = _times(pair)
    if len(times) < _FEW:
        return
    median = _percentile(times, 50)
    delay = min(delays, key=lambda delay: abs(delay - median))
    is_in_order = any(one <= median * 5 and median <= one * 5 for one in delays)
    if not is_in_order and abs(median - delay) >= _APART_BY:
        yield _differs(Aspect.OTHER_PACE, delay, median, len(times), len(times))


def _differs(aspect: Aspect, said: float, heard: float, k: int, n: int, note: str = "") -> Difference:
    return Difference(aspect, "latency", said=f"{said:.6g} ms", heard=f"{heard:.6g} ms", k=k, n=n, note=note)


def _size(pair: Pair) -> Iterator[Difference]:
    """A body that our own limit cut is at least as large as what is left of it."""
    sizes = [len(sample.body) if sample.size is None else sample.size for sample in pair.samples]
    if not pair.has_body or max(sizes, default=0) < _LARGE or not all(map(_has_length, pair.variants)):
        return
    mocked = max(len(variant.body or b"") for variant in pair.variants)
    large = [size for size in sizes if size >= max(_LARGE, 10 * mocked)]
    if large:
        told = (f"{mocked} bytes", f"{max(large) / _LARGE:.1f} MiB")
        yield Difference(Aspect.LARGE, "", said=told[0], heard=told[1], k=len(large), n=len(sizes))


def _has_length(variant: Expectation) -> bool:
    """Whether the mock says how long its body is: it shows one, and no template stands for the whole of it."""
    is_open = any(matcher.path == "" and matcher.kind in _ANY_LENGTH for matcher in variant.matchers)
    return variant.body is not None and not is_open
