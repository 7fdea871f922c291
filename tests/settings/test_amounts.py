"""Sizes and durations as people write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.settings.amounts import DURATION_PATTERN, SIZE_PATTERN, parse_duration, parse_size


@pytest.mark.parametrize(
    ("written", "size"),
    [
        (17, 17), (3.0, 3), ("17B", 17), ("8MiB", 8_388_608), ("500 kB", 500_000), ("8mb", 8_000_000), ("1.5KiB", 1536),
        ("0.3B", 0), ("2 GiB", 2_147_483_648), ("1GB", 10**9),
    ],
)  # fmt: skip
def test_sizes_are_bytes(written: str | float, size: int) -> None:
    """Decimal prefixes count in thousands, binary ones in 1,024s, whatever their case."""
    assert parse_size(written) == size


@pytest.mark.parametrize("written", ["", "8", "8M", "8 M", "-1MB", "1e3B", "8  MiB", "8MiB\n", "1_000B", "∞B", "٣B"])
def test_sizes_without_clear_unit_are_refused(written: str) -> None:
    """What tools read differently is not guessed."""
    with pytest.raises(ValueError, match="not an amount"):
        parse_size(written)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [(2, 2.0), (0.5, 0.5), ("1.1s", 1.1), ("500ms", 0.5), ("2m", 120.0), ("1 h", 3600.0), ("0s", 0.0)],
)
def test_durations_are_seconds(written: str | float, seconds: float) -> None:
    """A unit is counted out exactly: 1.1s is the number 1.1."""
    assert parse_duration(written) == seconds


@pytest.mark.parametrize("written", ["", "5", "1m30s", "1:30", "2 days", "-1s", "5S", "1e3s", "2m\n", "nan"])
def test_durations_without_clear_unit_are_refused(written: str) -> None:
    """What tools read differently is not guessed."""
    with pytest.raises(ValueError, match="not an amount"):
        parse_duration(written)


@given(st.from_regex(re.compile(SIZE_PATTERN.removesuffix("$") + r"\Z", re.ASCII)))
def test_sizes_that_the_schema_admits_are_read(written: str) -> None:
    """The pattern that editors use and the reader agree."""
    assert parse_size(written) >= 0


@given(st.from_regex(re.compile(DURATION_PATTERN.removesuffix("$") + r"\Z", re.ASCII)))
def test_durations_that_the_schema_admits_are_read(written: str) -> None:
    """The pattern that editors use and the reader agree."""
    assert parse_duration(written) >= 0
