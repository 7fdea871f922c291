"""The real time."""

from datetime import UTC, datetime

from driftwatch.transport.clock import SystemClock


def test_now_is_in_utc() -> None:
    """The moment carries its zone and lies between two of the system's."""
    before = datetime.now(UTC)  # noqa: TID251  the yardstick
    moment = SystemClock().now()
    assert before <= moment <= datetime.now(UTC)  # noqa: TID251  the yardstick
    assert moment.utcoffset() == before.utcoffset()


def test_elapsed_never_runs_backwards() -> None:
    """Two looks are in order."""
    clock = SystemClock()
    assert clock.elapsed() <= clock.elapsed()
