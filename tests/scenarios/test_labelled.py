"""One pass of the labelled bench: what changed for good is all found, and nothing is said of what did not change."""

from tests.bench.accuracy.endpoints import Mode
from tests.bench.bench_labelled import tallied


def test_all_is_found_and_nothing_else() -> None:
    """75 changed endpoints in one audit, 48 that only answer other records, 24 that change now and then."""
    tallies = tallied(1).values()
    missed = {
        one.label.change for one in tallies if one.label.mode is Mode.ALWAYS and one.found_within(1) < one.endpoints
    }
    assert not missed
    assert {one.label.change: dict(one.false) for one in tallies if one.false} == {}
    assert sum(one.unchecked for one in tallies if one.label.mode is not Mode.SOMETIMES) == 0
