"""When a crontab fires: as in a Kubernetes CronJob, on days of 23, 24 and 25 hours."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from driftwatch.model.crontab import MACROS, Crontab

BERLIN: Final = ZoneInfo("Europe/Berlin")
LORD_HOWE: Final = ZoneInfo("Australia/Lord_Howe")
"""Its clocks move by half an hour."""


def runs(written: str, after: str, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    """The next times as day, hour and offset of the zone."""
    crontab, moment, found = Crontab.parse(written), datetime.fromisoformat(after).replace(tzinfo=zone), []
    for _ in range(count):
        following = crontab.next_after(moment, zone)
        assert following is not None
        assert following > moment
        moment = following
        found.append(f"{following.astimezone(zone):%a %d %H:%M %z}")
    return found


TABLE: Final = [
    # 0 and 7 are Sunday, names work in any case; 2026-11-20 is a Friday
    ("0 0 * * 0", "2026-11-20", ["Sun 22 00:00 +0100", "Sun 29 00:00 +0100"]),
    ("0 0 * * 7", "2026-11-20", ["Sun 22 00:00 +0100", "Sun 29 00:00 +0100"]),
    ("0 0 * * SUN", "2026-11-20", ["Sun 22 00:00 +0100", "Sun 29 00:00 +0100"]),
    ("0 9 * * 1-5", "2026-11-20T10:00", ["Mon 23 09:00 +0100", "Tue 24 09:00 +0100"]),
    ("0 9 * * mon-fri", "2026-11-20T10:00", ["Mon 23 09:00 +0100", "Tue 24 09:00 +0100"]),
    ("0 9 * * 5-7", "2026-11-20T10:00", ["Sat 21 09:00 +0100", "Sun 22 09:00 +0100", "Fri 27 09:00 +0100"]),
    ("0 9 * * 1,3", "2026-11-20", ["Mon 23 09:00 +0100", "Wed 25 09:00 +0100"]),
    # steps, ranges, N/STEP, ? and macros
    ("*/20 * * * *", "2026-11-20T10:15", ["Fri 20 10:20 +0100", "Fri 20 10:40 +0100", "Fri 20 11:00 +0100"]),
    ("50/5 8-9 ? * *", "2026-11-20T08:00", ["Fri 20 08:50 +0100", "Fri 20 08:55 +0100", "Fri 20 09:50 +0100"]),
    ("@hourly", "2026-11-20T10:15", ["Fri 20 11:00 +0100"]),
    ("@daily", "2026-11-20T10:15", ["Sat 21 00:00 +0100"]),
    ("@weekly", "2026-11-20T10:15", ["Sun 22 00:00 +0100"]),
    # both days restricted: either is enough; a step from a star restricts, a star alone does not
    ("0 0 25 * 1", "2026-11-20", ["Mon 23 00:00 +0100", "Wed 25 00:00 +0100", "Mon 30 00:00 +0100"]),
    ("0 0 * * 1", "2026-11-20", ["Mon 23 00:00 +0100", "Mon 30 00:00 +0100"]),
    # 23 hours on 29 March: what is skipped comes an hour later by the wall, and no schedule comes twice
    ("30 2 * * *", "2026-03-28", ["Sat 28 02:30 +0100", "Sun 29 03:30 +0200", "Mon 30 02:30 +0200"]),
    ("0 * * * *", "2026-03-29T00:30", ["Sun 29 01:00 +0100", "Sun 29 03:00 +0200", "Sun 29 04:00 +0200"]),
    ("*/30 1-3 * * *", "2026-03-29T01:15", ["Sun 29 01:30 +0100", "Sun 29 03:00 +0200", "Sun 29 03:30 +0200",
                                            "Mon 30 01:00 +0200"]),
    # 25 hours on 25 October: a time shown twice comes once, every hour comes every hour
    ("30 2 * * *", "2026-10-24T12:00", ["Sun 25 02:30 +0200", "Mon 26 02:30 +0100"]),
    ("0 * * * *", "2026-10-25T01:30", ["Sun 25 02:00 +0200", "Sun 25 02:00 +0100", "Sun 25 03:00 +0100"]),
    ("30 */2 * * *", "2026-10-25T01:00", ["Sun 25 02:30 +0200", "Sun 25 02:30 +0100", "Sun 25 04:30 +0100"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "after", "expected"), TABLE, ids=[f"{row[0]} after {row[1]}" for row in TABLE])
def test_it_happens_when_a_cronjob_would(written: str, after: str, expected: list[str]) -> None:
    """Each row was read off a calendar."""
    assert runs(written, after, len(expected)) == expected


def test_clocks_that_move_by_half_an_hour() -> None:
    """On Lord Howe Island half an hour is shown twice on 5 April and skipped on 4 October."""
    assert runs("45 1 * * *", "2026-04-04T12:00", 2, LORD_HOWE) == ["Sun 05 01:45 +1100", "Mon 06 01:45 +1030"]
    assert runs("15 2 * * *", "2026-10-03T12:00", 2, LORD_HOWE) == ["Sun 04 02:45 +1100", "Mon 05 02:15 +1100"]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-03-30", 24), ("2026-10-25", 25)])
def test_every_hour_comes_in_each_hour_that_passes(day: str, hours: int) -> None:
    """However many the day has; and a daily schedule comes once on each."""
    start = datetime.fromisoformat(day).replace(tzinfo=BERLIN)
    until = (start + timedelta(days=1)).astimezone(UTC)
    for written, expected in (("0 * * * *", hours), ("0 2 * * *", 1), ("15 2 * * *", 1)):
        crontab, moment, count = Crontab.parse(written), start.astimezone(UTC) - timedelta(seconds=1), 0
        while (following := crontab.next_after(moment, BERLIN)) is not None and following < until:
            moment, count = following, count + 1
        assert count == expected, written


def test_leap_years() -> None:
    """The 29th of February is found across the missing one of 2100."""
    crontab = Crontab.parse("0 0 29 2 *")
    assert crontab.next_after(datetime(2096, 3, 1, tzinfo=UTC), UTC) == datetime(2104, 2, 29, tzinfo=UTC)


BAD: Final = [
    ("0 0 31 2 *", "never"), ("0 0 30 2 *", "never"), ("0 0 31 4,6,9,11 *", "never"), ("* * * *", "4 fields"),
    ("", "0 fields"), ("* * * * * *", "6 fields"), ("60 * * * *", "'60'"), ("* 24 * * *", "'24'"),
    ("* * 0 * *", "'0'"), ("* * * 13 *", "'13'"), ("* * * * 8", "'8'"), ("5-1 * * * *", "'5-1'"),
    ("*/0 * * * *", "'*/0'"), ("a * * * *", "'a'"), ("-1 * * * *", "'-1'"), ("1.5 * * * *", "'1.5'"),
    ("* * * foo *", "'foo'"), ("@every 1h", "2 fields"), ("@reboot", "1 fields"), ("TZ=UTC 0 0 * * *", "6 fields"),
    ("٣ * * * *", "'٣'"), ("*-5 * * * *", "'*-5'"), ("0 0 L * *", "'L'"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "why"), BAD, ids=[row[0] or "nothing" for row in BAD])
def test_what_never_happens_or_means_nothing_is_refused(written: str, why: str) -> None:
    """With a few words that name the part."""
    with pytest.raises(ValueError, match=r".") as refused:
        Crontab.parse(written)
    assert why in str(refused.value)


def test_a_weekday_saves_a_day_that_never_comes() -> None:
    """Either is enough, so 30 February or Mondays is Mondays in February."""
    assert runs("0 0 30 2 1", "2026-01-01", 2) == ["Mon 02 00:00 +0100", "Mon 09 00:00 +0100"]


def test_every_macro_means_something() -> None:
    """All words of CronJob are known."""
    assert all(Crontab.parse(word).written == word for word in MACROS)


@pytest.mark.parametrize(
    ("written", "gap"),
    [("*/5 * * * *", timedelta(minutes=5)), ("0 9 * * 1-5", timedelta(days=3, hours=1)),
     ("0 3 * * *", timedelta(days=1, hours=1)), ("0 0 29 2 *", timedelta(days=1461))],
)  # fmt: skip
def test_the_longest_gap_heeds_weekends_and_clocks(written: str, gap: timedelta) -> None:
    """A result may become so old without anything being amiss."""
    assert Crontab.parse(written).longest_gap(datetime(2026, 1, 1, tzinfo=UTC), BERLIN) == gap
