"""Which texts and numbers are moments."""

from datetime import UTC, datetime

import pytest

from driftwatch.drift.moments import band, end_of, moment


@pytest.mark.parametrize(("value", "expected"), [
    ("2024-06-30", datetime(2024, 6, 30, tzinfo=UTC)),
    ("2024-06-30T10:00:00Z", datetime(2024, 6, 30, 10, tzinfo=UTC)),
    ("2024-06-30t10:00:00.123456789z", datetime(2024, 6, 30, 10, 0, 0, 123456, tzinfo=UTC)),
    ("2024-06-30 12:00:00+02:00", datetime(2024, 6, 30, 10, tzinfo=UTC)),
    ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("Sun, 30 Jun 2024 10:00:00 GMT", datetime(2024, 6, 30, 10, tzinfo=UTC)),
    (1_719_741_600, datetime(2024, 6, 30, 10, tzinfo=UTC)),
    (1_719_741_600_000, datetime(2024, 6, 30, 10, tzinfo=UTC)),
    (1_719_741_600_000_000, datetime(2024, 6, 30, 10, tzinfo=UTC)),
])  # fmt: skip
def test_moments(value: object, expected: datetime) -> None:
    """Each of these says day, month and year without doubt."""
    assert moment(value) == expected


@pytest.mark.parametrize("value", [
    "", "soon", "01/05/2024", "2024-02-30", "0000-01-01", "10:00:00", "2024-06-30T25:00:00Z",
    "Sun, 99 Jun 2024 10:00:00 GMT", "Sun, 30 Xyz 2024 10:00:00 GMT", "9" * 5000, True, None, 7, 1e300, float("inf"),
    [], {}, "2024-06-30T10:00:00+99:00",
])  # fmt: skip
def test_what_is_no_moment(value: object) -> None:
    """Neither nonsense nor a date that can be read in two ways."""
    assert moment(value) is None


def test_a_day_ends_at_its_end() -> None:
    """What is valid until a day is valid on that day, even on the last there is."""
    assert end_of("2024-06-30") == datetime(2024, 6, 30, 23, 59, 59, 999999, tzinfo=UTC)
    assert end_of("9999-12-31") == datetime.max.replace(tzinfo=UTC)
    assert end_of("2024-06-30T10:00:00Z") == datetime(2024, 6, 30, 10, tzinfo=UTC)


@pytest.mark.parametrize(("number", "unit"), [
    (10**9 - 1, ""), (10**9, "seconds"), (10**10, ""), (10**12, "milliseconds"), (10**13, ""), (10**15, "microseconds"),
    (10**16, ""), (-(10**9), ""),
])  # fmt: skip
def test_bands_of_time(number: int, unit: str) -> None:
    """The borders are those of the drift semantics."""
    assert band(number) == unit
