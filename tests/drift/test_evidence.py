"""Shares and certainty: repeats of one record are one observation, another day is another look."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import pytest
from msgspec.structs import replace

from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Expectation
from driftwatch.model.probe import Failure, Observation
from tests.drift.making import a_claim, delivery, found, promise

DAY: Final = datetime(2025, 3, 1, 12, tzinfo=UTC)
MAIL: Final = promise({"id": 1, "mail": "x"})
LIST: Final = promise([{"id": 1, "mail": "x"}])


class Row(NamedTuple):
    """A mock, the documents that came, and in how many of how many observations the one finding shows."""

    mock: Expectation
    delivered: Sequence[object]
    k: int
    n: int
    observations: int


TABLE: Final[Mapping[str, Row]] = {
    "three reads of one record are one": Row(MAIL, [{"id": 7}] * 3, 1, 1, 3),
    "a record that does not say which is one as well": Row(promise({"mail": "x"}), [{"a": 1}] * 3, 1, 1, 3),
    "three records are three": Row(MAIL, [{"id": 7}, {"id": 8}, {"id": 9}], 3, 3, 3),
    "a list of twenty gives twenty, however often": Row(LIST, [[{"id": n} for n in range(20)]] * 3, 20, 20, 60),
    "a list in another order is the same list": Row(
        LIST, [[{"id": 1}, {"id": 2, "mail": "y"}], [{"id": 2, "mail": "y"}, {"id": 1}]], 1, 2, 4),
    "a list that goes on brings more": Row(LIST, [[{"id": 1}, {"id": 2}], [{"id": 2}, {"id": 3}]], 3, 3, 4),
    "items that do not say which are told by place": Row(
        promise([{"mail": "x"}]), [[{}, {}, {"mail": "y"}]] * 2, 2, 3, 6),
    "a repeat that comes out otherwise is no repeat": Row(MAIL, [{"id": 7}, {"id": 7, "mail": "y"}], 1, 2, 2),
    "a null of one record": Row(MAIL, [{"id": 7, "mail": None}] * 4, 1, 1, 4),
    "nulls of some records": Row(LIST, [[{"id": 1, "mail": None}, {"id": 2, "mail": "y"}]] * 3, 1, 2, 6),
    "another type": Row(LIST, [[{"id": 1, "mail": 1}, {"id": 2, "mail": "y"}]] * 3, 1, 2, 6),
    "fractions": Row(promise([{"n": 1}]), [[{"n": 1.5}, {"n": 2}, {"n": 3.0}]] * 3, 1, 3, 9),
    "widths": Row(promise([{"n": 1}]), [[{"n": 2**33}, {"n": 2**34}, {"n": 3}]] * 3, 2, 3, 9),
    "units": Row(promise([{"ts": 1714550400}]), [[{"ts": 1714550400123}, {"ts": 1714550400}]] * 3, 1, 2, 6),
    "offsets": Row(
        promise([{"at": "2024-05-01T10:00:00Z"}]),
        [[{"at": "2024-05-01T10:00:00+02:00"}, {"at": "2024-05-01T10:00:00Z"}]] * 3, 1, 2, 6),
    "forms, where only the share is known": Row(
        promise([{"day": "2024-05-01"}]), [[{"day": "May"}, {"day": "2024-05-01"}]] * 3, 1, 2, 6),
    "content where the mock has none": Row(promise({"items": []}), [{"items": [1]}] * 3, 1, 1, 3),
    "members of one variant among others": Row(
        promise([{"type": "a", "x": 1}, {"type": "b", "x": "s"}]),
        [[{"type": "a", "x": True}, {"type": "b", "x": "t"}, {"type": "b", "x": "u"}]] * 3, 1, 1, 3),
    "many items of answers that differ are counted by their share": Row(
        promise({"q": 1, "l": [{"n": 1}]}),
        [{"q": q, "l": [{"n": 2**33}, {"n": 7}] * 4000} for q in range(2)], 4000, 8000, 16_000),
    "many items are counted by their share": Row(
        promise([{"n": 1}]), [[{"n": None} for _ in range(15_000)]] * 2, 15_000, 15_000, 30_000),
}  # fmt: skip


def _one(mock: Expectation, *samples: Observation) -> Finding:
    (finding,) = (f for f in found(a_claim(mock), *samples) if f.kind != "field-added")
    return finding


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_repeats_of_a_record_are_one_observation(row: Row) -> None:
    """The share is of records, the interval is as wide as their number asks; what was seen is counted in full."""
    finding = _one(row.mock, *map(delivery, row.delivered))
    assert finding.prevalence is not None
    assert (finding.prevalence.k, finding.prevalence.n) == (row.k, row.n)
    assert finding.observations == row.observations


def test_another_day_is_another_look() -> None:
    """One record read on three days is three observations, and the fact is as good as certain."""
    lost = [replace(delivery({"id": 7}), at=DAY + timedelta(days=day)) for day in range(3)]
    finding = _one(MAIL, *lost)
    assert finding.prevalence is not None
    assert (finding.prevalence.k, finding.prevalence.n, finding.confidence) == (3, 3, 0.99)
    same_day = [replace(sample, at=DAY + timedelta(seconds=n)) for n, sample in enumerate(lost)]
    assert _one(MAIL, *same_day).confidence == 0.9


def test_a_fact_seen_once_is_half_certain() -> None:
    """An answer that does not show it is no repeat of it, nor is a failure."""
    lost, whole = delivery({"id": 7}), delivery({"id": 7, "mail": "y"})
    assert _one(MAIL, lost, whole, whole).confidence == 0.5
    assert _one(MAIL, lost, whole, lost).confidence == 0.9
    findings = found(a_claim(MAIL), lost, Observation(failure=Failure.TIMEOUT))
    assert {f.kind: f.confidence for f in findings} == {"field-missing": 0.5, "intermittent-error": 0.5}


def test_one_answer_of_another_status_is_seen_once() -> None:
    """Events of the answer itself are counted as they came."""
    other = _one(promise({"a": 1}), delivery({"a": 1}), delivery({"a": 1}), delivery({"a": 1}, 202))
    assert (other.kind, other.confidence) == ("status-widened", 0.5)
    assert other.prevalence is not None
    assert (other.prevalence.k, other.prevalence.n) == (1, 3)
