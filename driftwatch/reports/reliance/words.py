"""Sentences about tests that rest on mocks, the same in every report for people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from driftwatch.model.reliance import Drift, Reliance, Resting, Trust, Trusted
from driftwatch.model.use import Outcome
from driftwatch.reports.digest import count, in_utc
from driftwatch.reports.reliance import Asked
from driftwatch.reports.sentences import ago

WORST_FIRST: Final = (Trust.DRIFTED, Trust.NEVER, Trust.STALE, Trust.VERIFIED)
_MONTHS_FROM: Final = timedelta(days=60)
_YEARS_FROM: Final = timedelta(days=730)


def conclusion(reliance: Reliance, asked: Asked) -> Iterator[str]:
    """What green tests rest on, the worst first: one sentence for each trust that there is."""
    green = [test for test in reliance.tests if test.outcome is Outcome.PASSED]
    for trust in WORST_FIRST:
        mine = [test for test in green if test.trust is trust]
        if mine:
            yield _sentence(trust, mine, asked)
    others = len(reliance.tests) - len(green)
    if others:
        yield f"{count(others, 'other test')} on mocks did not pass, and {_says(others)} nothing."
    if not reliance.tests:
        yield "No test is known to rest on a mock."
    if reliance.as_of is None:
        yield "No audit is known: nobody knows what is true. `driftwatch audit` asks."


def _sentence(trust: Trust, tests: Sequence[Resting], asked: Asked) -> str:
    mocks = _mocks(tests, trust)
    subject = f"{count(len(tests), 'green test')} {'rests' if len(tests) == 1 else 'rest'} on"
    if trust is Trust.DRIFTED:
        return f"{subject} {count(len(mocks), 'drifted mock')}."
    if trust is Trust.NEVER:
        return f"{subject} {count(len(mocks), 'mock')} that nobody ever verified."
    if trust is Trust.STALE:
        return f"{subject} {count(len(mocks), 'mock')} verified {_ages(mocks, asked.now)}."
    days = asked.stale_after.days
    return f"{subject} mocks that were verified within {'a day' if days == 1 else f'{days} days'}."


def _says(number: int) -> str:
    return "says" if number == 1 else "say"


def _mocks(tests: Iterable[Resting], trust: Trust) -> Sequence[Trusted]:
    named = {(one.mock.key, one.mock.label if not one.mock.key else ""): one for test in tests for one in test.mocks}
    return [one for one in named.values() if one.trust is trust]


def _ages(mocks: Iterable[Trusted], now: datetime) -> str:
    moments = sorted(at for one in mocks if (at := one.verified_at or one.compared_at) is not None)
    oldest, newest = aged(moments[0], now), aged(moments[-1], now)
    return f"{oldest}" if oldest == newest else f"{newest} to {oldest}"


def aged(at: datetime, now: datetime) -> str:
    """How long a moment is past, in the unit that people count it in."""
    past = in_utc(now) - in_utc(at)
    if past >= _YEARS_FROM:
        return f"{past.days // 365} years ago"
    if past >= _MONTHS_FROM:
        return f"{past.days * 12 // 365} months ago"
    if past >= timedelta(days=2):
        return f"{past.days} days ago"
    return ago(at, now)


def of_mock(one: Trusted, reliance: Mapping[str, Drift], now: datetime) -> str:
    """What is known of a mock, after the word for its trust."""
    parts = []
    alarms = [reliance[name] for name in one.findings if name in reliance and reliance[name].is_alarm]
    if one.trust is Trust.DRIFTED:
        parts.append(f"{alarms[0].severity} {alarms[0].kind}" if alarms else "")
        if len(alarms) > 1:
            parts.append(f"and {count(len(alarms) - 1, 'more finding')}")
        parts.append(f"last true {aged(one.verified_at, now)}" if one.verified_at else "")
    elif one.trust in (Trust.STALE, Trust.VERIFIED):
        at = one.verified_at or one.compared_at
        parts.append(f"verified {aged(at, now)}" if at is not None else "")
    parts.append(one.reason)
    return ", ".join(part for part in parts if part).replace(", and ", " and ", 1)


def place_of(one: Trusted) -> str:
    """Where a mock stands; empty for one in code."""
    return str(one.origin) if one.origin is not None and one.origin.file else ""


def of_test(test: Resting) -> str:
    """What else is to be known of a test; empty if nothing is."""
    return f"blind to {test.blind} of {count(test.tried, 'finding')} that were tried on it" if test.blind else ""


def resting_on(drift: Drift, tests: Iterable[Resting]) -> Sequence[Resting]:
    """The green tests that would be wrong, since a finding stands of a mock that they rest on."""
    return [
        test
        for test in tests
        if test.outcome is Outcome.PASSED and any(drift.fingerprint in one.findings for one in test.mocks)
    ]


def alarms(reliance: Reliance) -> Sequence[Drift]:
    """The findings that make a test's answer worthless, the worst first."""
    return [one for one in reliance.drift if one.is_alarm]


def doubted(reliance: Reliance) -> Iterator[str]:
    """How many mocks were met of which it is not sure which ones they are."""
    several = [one for one in reliance.doubts if one.fitting]
    none = [one for one in reliance.doubts if not one.fitting]
    if several:
        yield f"{count(len(several), 'mock')} could be several: the tests count as resting on each of them."
    if none:
        yield f"{count(len(none), 'mock')} could not be found: the records name them, and no mock is called so."
