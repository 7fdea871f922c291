"""Where a score is heading."""

import pytest

from driftwatch.drift.trend import Direction, trend

ROWS = {
    "no run had a score": ((None, None), None),
    "one run is no direction": ((40.0,), (Direction.STEADY, 0.0)),
    "three runs are both the near and the far past": ((10.0, 50.0, 90.0), (Direction.STEADY, 0.0)),
    "a fall of the last three": ((*[100.0] * 7, 80.0, 80.0, 80.0), (Direction.DOWN, -14.0)),
    "a rise of the last three": ((*[50.0] * 7, 60.0, 60.0, 60.0), (Direction.UP, 7.0)),
    "five points are no direction": ((*[90.0] * 3, 80.0, 80.0, 80.0), (Direction.STEADY, -5.0)),
    "outages are left out": ((*[100.0] * 7, None, 80.0, None, 80.0, 80.0), (Direction.DOWN, -14.0)),
    "what was long ago is forgotten": ((0.0, 0.0, *[100.0] * 10), (Direction.STEADY, 0.0)),
}


@pytest.mark.parametrize(("scores", "expected"), ROWS.values(), ids=ROWS)
def test_trend(scores: tuple[float | None, ...], expected: tuple[Direction, float] | None) -> None:
    """Mean of the last three runs minus mean of the last ten; beyond five points it is a direction."""
    found = trend(scores)
    assert (None if found is None else (found.direction, round(found.points, 9))) == expected
