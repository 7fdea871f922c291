"""Which process takes which question: all of them are taken, evenly, and few change hands."""

from collections import Counter
from typing import Final

import pytest

from driftwatch.model.shard import WHOLE, Shard, shard_of

QUESTIONS: Final = [f"payments\0GET /v1/charges/{number}".encode() for number in range(3000)]
DEALT: Final = [1, 0, 3, 1, 0, 2, 0, 3, 3, 0, 3, 3]
"""The shards of the first of them, of four."""


@pytest.mark.parametrize("count", [1, 2, 3, 8, 50])
def test_every_question_has_one_shard(count: int) -> None:
    """None is asked twice, none is left out."""
    shards = [Shard(index, count) for index in range(count)]
    assert all(sum(shard.takes(question) for shard in shards) == 1 for question in QUESTIONS[:300])


@pytest.mark.parametrize("count", [2, 4, 8])
def test_shares_are_of_one_size(count: int) -> None:
    """Within what chance allows: five standard deviations of a fair draw."""
    sizes = Counter(shard_of(question, count) for question in QUESTIONS)
    mean = len(QUESTIONS) / count
    assert all(abs(size - mean) < 5 * (mean * (1 - 1 / count)) ** 0.5 for size in sizes.values())
    assert len(sizes) == count


@pytest.mark.parametrize("count", [1, 2, 3, 7, 20])
def test_one_shard_more_takes_only_its_own(count: int) -> None:
    """What changes hands goes to the new one; nothing goes from an old one to another."""
    moved = [
        after for question in QUESTIONS
        if (after := shard_of(question, count + 1)) != shard_of(question, count)
    ]  # fmt: skip
    assert set(moved) == {count}
    assert len(moved) < 1.5 * len(QUESTIONS) / (count + 1)


def test_the_shares_of_these_questions_stay_what_they_are() -> None:
    """Processes of two releases may share a run while a rollout goes on."""
    assert [shard_of(question, 4) for question in QUESTIONS[:12]] == DEALT


def test_the_whole_takes_everything() -> None:
    """Whatever it is."""
    assert WHOLE.takes(b"anything")
    assert WHOLE.is_whole
    assert not Shard(0, 2).is_whole
    assert str(Shard(3, 8)) == "3/8"


@pytest.mark.parametrize("amount", [0, 1, 7, 10_000])
def test_parts_add_up(amount: int) -> None:
    """To what all of them have, and differ by one at most."""
    parts = [Shard(index, 8).part_of(amount) for index in range(8)]
    assert sum(parts) == amount
    assert max(parts) - min(parts) <= 1
