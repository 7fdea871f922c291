"""The whole audit in a few sentences of plain words."""

from collections.abc import Iterator
from typing import Final

from driftwatch.model.finding import Severity
from driftwatch.model.summary import Summary
from driftwatch.reports import guards
from driftwatch.reports.digest import checked, count, is_doubtful, unreadable_files, worst_drift

Places = list[tuple[str, int]]
"""Providers, each with the number of its mocks that something is said about."""

_ALARMS: Final = (Severity.BREAKING, Severity.WARNING)


def conclude(summary: Summary) -> str:
    """What a reader should take away, even if nothing else is read."""
    return " ".join([*_part(summary), *_verdict(summary), *_doubts(summary)])


def is_good_news(summary: Summary) -> bool:
    """Everything was checked, the canary proves that we looked, and no mock strays by more than a harmless detail."""
    is_strayed = any(_straying(summary, severity) for severity in _ALARMS)
    is_doubted = any(map(is_doubtful, summary.results)) or _hidden_alarms(summary) or any(guards.fallen(summary))
    return not (summary.is_incomplete() or is_strayed or is_doubted)


def _part(summary: Summary) -> Iterator[str]:
    shard = summary.shard
    if not shard.is_whole:
        yield f"This is shard {shard} of a run: what the others ask is not told here."


def _verdict(summary: Summary) -> Iterator[str]:
    lies, half_truths = (_straying(summary, severity) for severity in _ALARMS)
    if not summary.shard.is_whole and not any(provider.results for provider in summary.providers):
        yield "No interaction is in its share."
    elif not _is_anything_checked(summary):
        found = sum(summary.verdicts.values())
        known = f"{count(found, 'interaction')} found, none compared" if found else "no interaction was found"
        yield f"Nothing was checked ({known}): no mock is known to be true."
    elif not lies and not half_truths and summary.canary.is_alive:
        yield from _all_clear(summary)
    if lies:
        yield f"{_telling(lies, 'lies about', 'lie about')}: tests that rest on them can pass while production fails."
    if half_truths:
        yield f"{_telling(half_truths, 'tells half the truth about', 'tell half the truth about')}."


def _all_clear(summary: Summary) -> Iterator[str]:
    hidden = _hidden_alarms(summary)
    if hidden:
        yield f"But for {count(hidden, 'suppressed finding')}, every mock that could be checked tells the truth."
    else:
        yield "Every mock that could be checked tells the truth."
    stale = sum(number for _, number in _straying(summary, Severity.INFO))
    if stale:
        yield f"{count(stale, 'mock')} {'is' if stale == 1 else 'are'} out of date in harmless ways."


def _hidden_alarms(summary: Summary) -> int:
    return sum(finding.is_alarm for finding in summary.suppressed)


def _is_anything_checked(summary: Summary) -> bool:
    return any(map(checked, summary.providers))


def _straying(summary: Summary, severity: Severity) -> Places:
    mocks = ((p.name, sum(worst_drift(result) is severity for result in p.results)) for p in summary.providers)
    return [(name, number) for name, number in mocks if number]


def _telling(places: Places, one: str, many: str) -> str:
    """``2 mocks lie about payments and 1 about users``."""
    (name, number), *others = places
    parts = [f"{count(number, 'mock')} {one if number == 1 else many} {name}"]
    parts += [f"{more} about {other}" for other, more in others]
    *front, last = parts
    return f"{', '.join(front)} and {last}" if front else last


def _doubts(summary: Summary) -> Iterator[str]:
    failed = sum(number for verdict, number in summary.verdicts.items() if verdict.is_failure_to_check)
    refused = len(unreadable_files(summary))
    unreliable = sum(map(is_doubtful, summary.results))
    if unreliable:
        yield f"{count(unreliable, 'mock')} {'is' if unreliable == 1 else 'are'} stale or shadowed."
    doubts = [f"{count(failed, 'mock')} could not be checked"] if failed and _is_anything_checked(summary) else []
    doubts += [f"{count(refused, 'file')} could not be read"] if refused else []
    doubts += [f"journeys had {count(len(summary.troubles), 'trouble')}"] if summary.troubles else []
    doubts += guards.doubt(summary)
    if doubts:
        yield f"{' and '.join(doubts)}: the audit is incomplete."
    if not summary.canary.planted:
        yield "No false mock was planted, so nothing proves that this run would have noticed one."
    elif not summary.canary.is_alive:
        yield "This run missed a mock that was planted as false: what looks fine here is not proven."
