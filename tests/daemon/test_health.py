"""What the store and the others at it make of a process's health."""

from datetime import timedelta

import pytest

from driftwatch.daemon.board import Board
from driftwatch.daemon.health import leadership_check, store_check
from driftwatch.model.vitals import Role, Wellness
from tests.fakes import SetClock

NOW = SetClock().now()


def test_a_store_that_takes_no_runs_fails_whoever_chose_it() -> None:
    """Where nobody did, it is as good as none."""
    board = Board("0.1.0")
    board.read(NOW)
    assert store_check(board, NOW, is_chosen=True).wellness is Wellness.WELL
    board.store_failed("the disk is full")
    for is_chosen, wellness in ((True, Wellness.FAILED), (False, Wellness.IMPAIRED)):
        check = store_check(board, NOW, is_chosen=is_chosen)
        assert (check.wellness, check.reason) == (wellness, "the disk is full")


def test_a_store_that_cannot_be_read_takes_no_replica_out_of_service() -> None:
    """It shows what it knew, and says that it does."""
    board = Board("0.1.0")
    board.not_read("it cannot be reached")
    check = store_check(board, NOW, is_chosen=True)
    assert (check.wellness, check.reason) == (Wellness.IMPAIRED, "it cannot be reached")
    board.read(NOW)
    assert store_check(board, NOW, is_chosen=True).wellness is Wellness.WELL


@pytest.mark.parametrize(("seconds", "wellness"), [(60, Wellness.WELL), (61, Wellness.IMPAIRED)])
def test_a_store_that_does_not_answer_is_one_that_cannot_be_read(seconds: int, wellness: Wellness) -> None:
    """Whoever asked it may wait for long."""
    board = Board("0.1.0")
    board.read(NOW)
    assert store_check(board, NOW + timedelta(seconds=seconds), is_chosen=True).wellness is wellness


def test_a_follower_is_as_well_as_a_leader() -> None:
    """What impairs it is not to know who leads."""
    board = Board("0.1.0")
    for role in Role:
        board.stands(role)
        assert leadership_check(board).wellness is Wellness.WELL
    board.stands(Role.FOLLOWER, "a pooler stands before it")
    check = leadership_check(board)
    assert (check.wellness, check.reason) == (Wellness.IMPAIRED, "a pooler stands before it")
