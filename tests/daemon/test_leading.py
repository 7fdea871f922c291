"""Who leads: as long as it is proven, one term after the other, and never on a mere belief."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from driftwatch.daemon.leading import LEASE, Alone, Candidate, Onlooker
from driftwatch.model.memory import StoreError
from driftwatch.model.vitals import Role
from tests.fakes import SetClock
from tests.waiting import wait_until

GONE = StoreError("postgresql://x/y", "it cannot be reached or opened", "Check that it runs.")


@dataclass
class Scripted:
    """A seat whose answers a test writes down."""

    is_free: bool | StoreError = True
    is_kept: bool | StoreError = True
    is_stirring: bool = False
    asked: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    """What happens while an answer is waited for."""

    def take(self) -> bool | StoreError:
        """See ``Seat``."""
        self.asked.append("take")
        self.meanwhile()
        return self.is_free

    def prove(self) -> bool | StoreError:
        """See ``Seat``."""
        self.asked.append("prove")
        self.meanwhile()
        return self.is_kept

    def leave(self) -> None:
        """See ``Seat``."""
        self.asked.append("leave")

    def has_stirred(self) -> bool:
        """See ``Seat``."""
        return self.is_stirring


@pytest.fixture
def clock() -> SetClock:
    """Stands still."""
    return SetClock(seconds=1000.0)


def test_whoever_has_the_seat_leads(clock: SetClock) -> None:
    """And proves it from then on; whoever finds it taken follows and tries again."""
    seat = Scripted(is_free=False)
    candidate = Candidate(seat, clock)
    assert (candidate.term, candidate.role) == (None, Role.FOLLOWER)
    candidate.step()
    assert (candidate.term, candidate.role) == (None, Role.FOLLOWER)
    seat.is_free = True
    for _ in range(3):
        candidate.step()
    assert (candidate.term, candidate.role) == (1, Role.LEADER)
    assert seat.asked == ["take", "take", "prove", "prove"]


@pytest.mark.parametrize("answer", [False, GONE])
def test_a_seat_that_is_not_proven_is_lost_at_once(answer: bool | StoreError, clock: SetClock) -> None:
    """Whatever the reason; the next time is another term, so that nothing of the first one goes on in it."""
    seat = Scripted()
    candidate = Candidate(seat, clock)
    candidate.step()
    seat.is_kept = answer
    candidate.step()
    assert candidate.term is None
    candidate.step()
    assert candidate.term == 2


def test_nobody_leads_longer_than_it_is_proven(clock: SetClock) -> None:
    """No answer is needed to know that: a process that was stopped knows it when it goes on."""
    candidate = Candidate(Scripted(), clock)
    candidate.step()
    terms = []
    for seconds in (LEASE - 0.1, 0.1):
        clock.go_on(seconds)
        terms.append(candidate.term)
    candidate.step()
    assert [*terms, candidate.term] == [1, None, 2], "whoever looked saw that the first one was over"


def test_a_proof_is_as_old_as_its_question(clock: SetClock) -> None:
    """The answer may have been on its way for long."""
    seat = Scripted(meanwhile=lambda: clock.go_on(LEASE))
    candidate = Candidate(seat, clock)
    candidate.step()
    assert candidate.term is None
    seat.meanwhile = lambda: None
    candidate.step()
    assert candidate.term is not None


def test_a_new_leader_begins_when_it_is_ready(clock: SetClock) -> None:
    """It holds the seat meanwhile, and is told how long it has waited."""
    waited: list[float] = []

    def is_ready(seconds: float) -> bool:
        waited.append(seconds)
        return seconds >= 6

    seat = Scripted()
    candidate = Candidate(seat, clock, is_ready)
    for _ in range(4):
        candidate.step()
        clock.go_on(3)
    assert waited == [0, 3, 6]
    assert seat.asked == ["take", "prove", "prove", "prove"]
    assert candidate.term == 1


def test_what_others_find_out_ends_a_term(clock: SetClock) -> None:
    """At once; and the seat, which nobody can be sure of any more, is left before it is taken again."""
    seat = Scripted()
    candidate = Candidate(seat, clock)
    candidate.step()
    candidate.cease()
    assert candidate.term is None
    candidate.step()
    assert (candidate.term, seat.asked[-2:]) == (None, ["prove", "leave"])
    candidate.step()
    assert candidate.term == 2


def test_doubt_that_comes_while_a_proof_is_under_way_counts(clock: SetClock) -> None:
    """An answer that was true when it was given does not win against it."""
    seat = Scripted()
    candidate = Candidate(seat, clock)
    candidate.step()
    seat.meanwhile = candidate.cease
    candidate.step()
    assert candidate.term is None


def test_trouble_is_told_until_it_is_over(clock: SetClock) -> None:
    """In the log once, not with every look."""
    seat = Scripted(is_free=GONE)
    candidate = Candidate(seat, clock)
    with capture_logs() as logs:
        for _ in range(3):
            candidate.step()
        assert "cannot be reached" in candidate.trouble
        seat.is_free = False
        candidate.step()
    assert candidate.trouble == ""
    assert [log["event"] for log in logs] == ["leadership.unknown"]


def test_it_looks_again_and_again_and_leaves_in_the_end(clock: SetClock) -> None:
    """Whoever wants to know is told of every change; a mistake of ours ends a term and not the thread."""
    changes, mistakes = threading.Semaphore(0), iter([True])

    def is_ready(_: float) -> bool:
        if next(mistakes, False):
            raise ZeroDivisionError
        return True

    seat = Scripted()
    candidate = Candidate(seat, clock, is_ready, chance=lambda: -1.1)
    candidate.start(changes.release)
    for _ in range(2):
        assert changes.acquire(timeout=20)
    wait_until(lambda: candidate.term is not None)
    candidate.stop()
    assert candidate.term is None
    assert seat.asked[:3] == ["take", "leave", "take"]
    assert seat.asked[-1] == "leave"


def test_it_looks_at_once_when_there_is_news_of_the_seat(clock: SetClock) -> None:
    """Not when its time comes, which here is minutes away."""
    seat = Scripted(is_free=False)
    candidate = Candidate(seat, clock, chance=lambda: 100.0)
    candidate.start(lambda: None)
    wait_until(lambda: seat.asked == ["take"])
    seat.is_free = seat.is_stirring = True
    wait_until(lambda: candidate.term is not None)
    candidate.stop()


def test_one_that_never_began_can_be_stopped(clock: SetClock) -> None:
    """Nothing was taken and nothing is left."""
    seat = Scripted()
    Candidate(seat, clock).stop()
    assert seat.asked == []


def test_alone_one_always_leads_and_an_onlooker_never() -> None:
    """There is nothing to find out for either."""
    for standing, role, term in ((Alone(), Role.ALONE, 0), (Onlooker(), Role.ONLOOKER, None)):
        standing.start(lambda: None)
        assert (standing.role, standing.term, standing.trouble) == (role, term, "")
        standing.stop()
