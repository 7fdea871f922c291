"""Quiet hours: over midnight, on some days, and in the nights in which clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.model.cadence import Cadence
from driftwatch.model.crontab import Crontab
from driftwatch.model.quiet import QuietHours, QuietSpan

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietSpan(22 * 60, 6 * 60)
WEEKEND = QuietSpan(0, 24 * 60, frozenset({5, 6}))
FRIDAY_NIGHT = QuietSpan(22 * 60, 6 * 60, frozenset({4}))


def moment(text: str) -> datetime:
    """A moment as ISO 8601 writes it."""
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("spans", "at", "end"),
    [
        ((NIGHT,), "2026-05-01T21:59:59+00:00", None),
        ((NIGHT,), "2026-05-01T22:00:00+00:00", "2026-05-02T06:00:00+00:00"),
        ((NIGHT,), "2026-05-02T05:59:59+00:00", "2026-05-02T06:00:00+00:00"),
        ((NIGHT,), "2026-05-02T06:00:00+00:00", None),
        ((FRIDAY_NIGHT,), "2026-05-01T23:00:00+00:00", "2026-05-02T06:00:00+00:00"),  # the first of May is a Friday
        ((FRIDAY_NIGHT,), "2026-05-02T23:00:00+00:00", None),
        ((FRIDAY_NIGHT,), "2026-05-01T05:00:00+00:00", None),
        ((FRIDAY_NIGHT, WEEKEND), "2026-05-01T23:00:00+00:00", "2026-05-04T00:00:00+00:00"),
        ((NIGHT, WEEKEND), "2026-05-01T23:00:00+00:00", "2026-05-04T06:00:00+00:00"),
    ],
)
def test_when_it_is_quiet_and_until_when(spans: tuple[QuietSpan, ...], at: str, end: str | None) -> None:
    """Stretches that follow one another are one."""
    hours = QuietHours(spans)
    assert hours.is_quiet(moment(at)) is (end is not None)
    assert hours.end(moment(at)) == moment(end or at)


@pytest.mark.parametrize(
    ("span", "at", "begin", "end"),
    [
        # 29 March 2026, 02:00 to 03:00 does not exist in Berlin
        (NIGHT, "2026-03-28T12:00:00+01:00", "2026-03-28T22:00:00+01:00", "2026-03-29T06:00:00+02:00"),
        (QuietSpan(150, 240), "2026-03-29T00:00:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00"),
        # 25 October 2026, 02:00 to 03:00 comes twice
        (NIGHT, "2026-10-24T12:00:00+02:00", "2026-10-24T22:00:00+02:00", "2026-10-25T06:00:00+01:00"),
        (QuietSpan(60, 150), "2026-10-25T00:00:00+02:00", "2026-10-25T01:00:00+02:00", "2026-10-25T02:30:00+02:00"),
    ],
)
def test_the_nights_in_which_clocks_are_changed(span: QuietSpan, at: str, begin: str, end: str) -> None:
    """What counts is what the clock on the wall shows."""
    hours = QuietHours((span,), BERLIN)
    assert hours.begin(moment(at)) == moment(begin)
    assert hours.end(moment(begin)) == moment(end)


@given(
    spans=st.lists(
        st.builds(
            QuietSpan,
            st.integers(0, 1439),
            st.integers(1, 1440),
            st.frozensets(st.integers(0, 6), min_size=1),
        ).filter(lambda span: span.begin != span.end),
        min_size=1,
        max_size=4,
    ),
    minutes=st.integers(0, 60 * 24 * 400),
    zone=st.sampled_from([UTC, BERLIN, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/St_Johns")]),
)
def test_an_end_is_the_first_moment_that_is_not_quiet(spans: list[QuietSpan], minutes: int, zone: ZoneInfo) -> None:
    """And a beginning the first that is: between here and there nothing changes."""
    hours = QuietHours(tuple(spans), zone)
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    for found, is_quiet in ((hours.end(at), False), (hours.begin(at), True)):
        if found is None:
            continue
        assert hours.is_quiet(found) is is_quiet
        step = max(timedelta(minutes=1), (found - at) / 50)
        between = [at + step * number for number in range(51)]
        assert not any(hours.is_quiet(each) is is_quiet for each in between if each < found)


def test_a_whole_week_is_known_as_such() -> None:
    """Day and night together leave nothing, nor do seven days."""
    assert QuietHours((NIGHT, QuietSpan(6 * 60, 22 * 60))).is_always
    assert QuietHours((QuietSpan(0, 24 * 60),)).is_always
    assert not QuietHours((NIGHT, WEEKEND)).is_always
    assert not QuietHours((QuietSpan(0, 1439),)).is_always


def test_the_longest_silence() -> None:
    """What a schedule may be late by."""
    assert QuietHours((NIGHT,)).longest == timedelta(hours=8)
    assert QuietHours((NIGHT, WEEKEND)).longest == timedelta(hours=56)


def test_audits_begin_when_quiet_hours_end() -> None:
    """Those that would begin within them; all others keep their time, and what is overdue is known to be allowed."""
    cadence = Cadence(Crontab.parse("0 * * * *"), quiet=QuietHours((NIGHT,)))
    assert cadence.next_after(moment("2026-05-01T20:30:00+00:00"), "it") == moment("2026-05-01T21:00:00+00:00")
    assert cadence.next_after(moment("2026-05-01T21:30:00+00:00"), "it") == moment("2026-05-02T06:00:00+00:00")
    assert cadence.next_after(moment("2026-05-02T06:00:00+00:00"), "it") == moment("2026-05-02T07:00:00+00:00")
    assert cadence.longest_gap(moment("2026-05-01T00:00:00+00:00")) == timedelta(hours=9)
    assert Cadence().first_from(moment("2026-05-01T23:00:00+00:00")) == moment("2026-05-01T23:00:00+00:00")
