"""Sentences that several reports say."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from driftwatch.reports.sentences import ago, began_with
from tests.reports.samples import BEGAN_WITH, STARTED


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s ago"), (0, "0 s ago"), (119, "119 s ago"), (120, "2 min ago"), (7199, "119 min ago"),
        (7200, "2 h ago"), (2 * 86_400 - 1, "47 h ago"), (2 * 86_400, "2 d ago"), (48.9 * 86_400, "48 d ago"),
    ],
)  # fmt: skip
def test_how_long_ago_is_told_in_one_unit(seconds: float, words: str) -> None:
    """Rounded down; a clock that is ahead means now."""
    assert ago(STARTED - timedelta(seconds=seconds), STARTED) == words


def test_the_rollout_a_finding_began_with() -> None:
    """Nothing where nobody can tell; the others only where there are any."""
    assert began_with(None, STARTED) == began_with(replace(BEGAN_WITH, rollout=None), STARTED) == ""
    assert began_with(replace(BEGAN_WITH, others=0), STARTED) == "rollout shop/payments 1.42.0, 48 d ago"
    assert began_with(replace(BEGAN_WITH, others=1), STARTED).endswith("; 1 other since the mock was last verified")
