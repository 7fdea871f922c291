"""What a service asks for when it wants to be left alone."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from driftwatch.model.probe import Observation
from driftwatch.transport.retry_after import seconds_to_wait
from tests.transport.making import START


@pytest.mark.parametrize(
    ("status", "wish", "seconds"),
    [
        (429, "7", 7),
        (503, " 7 ", 7),
        (200, "7", 0),
        (301, "7", 0),
        (429, None, 1),
        (503, None, 0),
        (429, "soon", 1),
        (429, "-5", 1),
        (429, "9" * 400, 999_999_999),
        (503, format_datetime(START + timedelta(seconds=20), usegmt=True), 20),
        (503, format_datetime(START - timedelta(seconds=20), usegmt=True), 0),
        (503, "Fri, 02 Jan 2026 03:04:25 -0000", 20),
    ],
)
def test_retry_after(status: int, wish: str | None, seconds: float) -> None:
    """Seconds and dates count, on 429 and 503 alone; a 429 that does not say how long means a second."""
    headers = () if wish is None else (("Retry-After", wish),)
    assert seconds_to_wait(Observation(status, headers), START) == seconds
