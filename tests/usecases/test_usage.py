"""What tests read, by mock: what counts, and what leaves room for doubt."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import pytest

from driftwatch.model.finding import ReadBy
from driftwatch.model.reading import read_by
from driftwatch.model.reliance import KnownUse, UsedMock
from driftwatch.model.use import Need, Outcome
from driftwatch.usecases.usage import reads_of

N, O, W = Need.NEEDED, Need.OPTIONAL, Need.WHOLE  # noqa: E741 - short names of three readings
ID: Final[Mapping[str, Need]] = {"": O, "/id": N}


def a_use(
    test: str, *reads: Mapping[str, Need], outcome: Outcome = Outcome.PASSED, is_watching: bool = True, key: str = "k",
    provider: str = "shop",
) -> KnownUse:  # fmt: skip
    """A test that used one mock as often as there are readings."""
    mocks = tuple(UsedMock(key, "GET /orders/{id}", provider, "stub", one) for one in reads)
    return KnownUse("suite", test, outcome, datetime(2026, 5, 1, tzinfo=UTC), mocks, is_watching)


ROWS: Final[dict[str, tuple[tuple[KnownUse, ...], ReadBy | None, ReadBy | None]]] = {
    "one test that was watched": ((a_use("a", ID),), ReadBy(1, 1), ReadBy(0, 1)),
    "two tests": ((a_use("a", ID), a_use("b", {"": O})), ReadBy(1, 2), ReadBy(0, 2)),
    "one that nobody watched": ((a_use("a", ID), a_use("b", {}, is_watching=False)), ReadBy(1, 1), None),
    "one of which nothing is told": ((a_use("a", ID), a_use("b", {})), ReadBy(1, 1), None),
    "one that met the mock twice, once unseen": ((a_use("a", ID, {}),), ReadBy(1, 1), None),
    "one that failed half-way": ((a_use("a", ID), a_use("b", ID, outcome=Outcome.FAILED)), ReadBy(2, 2), None),
    "one that was skipped half-way": ((a_use("a", ID), a_use("b", ID, outcome=Outcome.SKIPPED)), ReadBy(2, 2), None),
    "reads of a record that does not say it": ((a_use("a", ID, is_watching=False),), ReadBy(1, 1), None),
    "one that walks all of it": ((a_use("a", ID), a_use("b", {"": W})), ReadBy(1, 2), None),
}


@pytest.mark.parametrize("name", ROWS)
def test_what_is_made_of_uses(name: str) -> None:
    """A need counts wherever it was seen; nothing is unread unless every test of the mock was seen to its end."""
    uses, of_id, of_total = ROWS[name]
    reads = reads_of(uses, "shop")["k"]
    assert read_by([reads], "/id") == of_id
    assert read_by([reads], "/total") == of_total


def test_mocks_of_others_are_left_out() -> None:
    """Of other providers' mocks and of those in code nothing is kept."""
    assert not reads_of((a_use("a", ID, provider="other"), a_use("b", ID, key="")), "shop")
