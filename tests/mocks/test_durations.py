"""Lengths of time as Go spells them."""

import pytest

from driftwatch.mocks.answers.durations import go_duration, go_range
from driftwatch.mocks.refusal import Refusal


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("1s", 1000), ("1m30s", 90_000), ("1.5h", 5_400_000), (".5s", 500), ("250us", 0.25), ("0", 0), ("", None)],
)
def test_a_length_of_time_is_read(text: str, milliseconds: float | None) -> None:
    """Units add up; no text is no length."""
    assert go_duration(text) == milliseconds


@pytest.mark.parametrize("text", ["1", "s", "1 s", "-1s", "1d", "1s:2s", "9" * 1000 + "s"])
def test_what_is_none_is_refused(text: str) -> None:
    """The reason shows what would be right."""
    with pytest.raises(Refusal, match="no length of time such as"):
        go_duration(text)


def test_of_a_range_the_middle_counts() -> None:
    """``1s:3s`` takes two seconds on the average."""
    assert [go_range(text) for text in ("1s:3s", "1s", "")] == [2000, 1000, None]
