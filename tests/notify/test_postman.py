"""From the outbox to the channels: at least once, in order, later and later, and never in anybody's way."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from driftwatch.model.memory import StoreError
from driftwatch.model.parcel import Outcome, Parcel, Undelivered
from driftwatch.notify.backoff import TRIES, pause
from driftwatch.notify.postman import HOLD, Deliverer, Postman
from driftwatch.store.memory_outbox import MemoryOutbox
from tests.fakes import SetClock
from tests.notify.making import NOW, Counted, Scripted, a_parcel
from tests.waiting import wait_until

BUSY = Undelivered("status 503")


@dataclass
class Office:
    """A postman with everything around it."""

    ways: tuple[Deliverer, ...]
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    clock: SetClock = field(default_factory=SetClock)
    counted: Counted = field(default_factory=Counted)

    def postman(self) -> Postman:
        """A new one, as after a restart."""
        return Postman(self.outbox, self.ways, ("payments",), self.clock, self.counted, lambda: 1.0)


def test_what_waits_is_delivered_in_order() -> None:
    """One parcel of each channel a round, the oldest first; then nothing waits."""
    way = Scripted()
    office = Office((way,))
    office.outbox.put([a_parcel(key="a"), a_parcel(key="b")], {})
    postman = office.postman()
    assert (office.counted.channels, postman.round()) == (["chat"], 0.0)
    assert postman.round() is None
    assert [parcel.key for parcel in way.got] == ["a", "b"]
    assert (office.counted.told, office.counted.waiting) == ([("chat", "delivered")] * 2, 0)


def test_what_fails_is_tried_later_and_holds_up_only_its_own_channel() -> None:
    """The one behind it waits with it; another channel does not."""
    slow, quick = Scripted(outcomes=[BUSY]), Scripted("mail")
    office = Office((slow, quick))
    office.outbox.put([a_parcel(key="a"), a_parcel(key="b"), a_parcel("mail")], {})
    postman = office.postman()
    assert postman.round() == 5.0
    assert (len(slow.got), len(quick.got)) == (1, 1)
    assert postman.round() == 5.0
    assert len(slow.got) == 1
    office.clock.go_on(5)
    postman.round()
    postman.round()
    assert [parcel.key for parcel in slow.got] == ["a", "a", "b"]
    assert [parcel.attempts for parcel in slow.got] == [0, 1, 0]


def test_what_always_fails_is_given_up() -> None:
    """After so many attempts, each counted, the last as dropped, with an error in the log."""
    way = Scripted(outcomes=[BUSY] * 99)
    office = Office((way,))
    office.outbox.put([a_parcel()], {})
    postman = office.postman()
    waits = []
    with capture_logs() as logs:
        while (wait := postman.round()) is not None:
            waits.append(wait)
            office.clock.go_on(wait)
    assert waits == [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0]
    assert office.counted.told == [("chat", "failed")] * TRIES + [("chat", "dropped")]
    assert (logs[-1]["event"], logs[-1]["log_level"]) == ("notice.given_up", "error")


def test_what_is_refused_is_not_tried_again() -> None:
    """A wrong URL stays wrong."""
    office = Office((Scripted(outcomes=[Undelivered("status 404", is_final=True)]),))
    office.outbox.put([a_parcel()], {})
    assert office.postman().round() is None
    assert office.counted.told == [("chat", "failed"), ("chat", "dropped")]


def test_a_mistake_of_ours_costs_one_attempt() -> None:
    """It is counted as a failure, its message is kept from the log, and the other channel is served."""

    class Broken(Scripted):
        def deliver(self, parcel: Parcel) -> Outcome:
            raise RuntimeError(f"hunter2 {parcel}")

    well = Scripted("mail")
    office = Office((Broken(), well))
    office.outbox.put([a_parcel(), a_parcel("mail")], {})
    with capture_logs() as logs:
        assert office.postman().round() == 5.0
    assert well.got
    assert "hunter2" not in str(logs)


def test_a_process_that_dies_while_it_delivers_loses_nothing() -> None:
    """What it took is due again after a while, for whoever comes then."""
    way = Scripted()
    office = Office((way,))
    office.outbox.put([a_parcel()], {})
    assert office.outbox.take(("chat",), ("payments",), NOW, HOLD)
    assert office.postman().round() == HOLD.total_seconds()
    assert not way.got
    office.clock.go_on(HOLD.total_seconds())
    assert office.postman().round() is None
    assert way.got


def test_what_came_meanwhile_is_not_lost_with_what_it_replaced() -> None:
    """A parcel of the same key that is put while the old one is delivered is delivered as well."""
    way = Scripted()
    office = Office((way,))

    class Putting(Scripted):
        def deliver(self, parcel: Parcel) -> Outcome:
            if not self.got:
                office.outbox.put([a_parcel(made_at=NOW + timedelta(seconds=1))], {})
            return super().deliver(parcel)

    putting = Putting()
    office.ways = (putting,)
    office.outbox.put([a_parcel()], {})
    office.clock.go_on(2)
    postman = office.postman()
    assert postman.round() == 0.0
    assert postman.round() is None
    assert [parcel.made_at for parcel in putting.got] == [NOW, NOW + timedelta(seconds=1)]


def test_what_others_share_the_outbox_for_is_left_alone() -> None:
    """Neither a channel nor a provider that this config does not know is touched."""
    way = Scripted()
    office = Office((way,))
    office.outbox.put([a_parcel("theirs"), a_parcel(provider="theirs")], {})
    assert office.postman().round() is None
    assert not way.got
    assert office.outbox.waiting(("theirs", "chat"), ("payments", "theirs")).parcels == 2


def test_a_full_outbox_drops_the_oldest_and_says_so() -> None:
    """It never grows beyond its bounds, and what is dropped is counted."""
    office = Office((Scripted(),), MemoryOutbox(capacity=3))
    pushed_out = office.outbox.put([a_parcel(key=str(number)) for number in range(5)], {})
    office.postman().pushed_out(pushed_out)
    assert office.counted.told == [("chat", "dropped")] * 2
    taken = office.outbox.take(("chat",), ("payments",), NOW, HOLD)
    assert [parcel.key for parcel in taken] == ["2"]


def test_an_outbox_in_trouble_is_asked_again_later() -> None:
    """The trouble is logged with its remedy, and nothing is raised."""

    class Troubled(MemoryOutbox):
        def take(self, *_: object) -> StoreError:  # type: ignore[override]
            return StoreError("here", "it is full", "Make room.")

    with capture_logs() as logs:
        assert Office((Scripted(),), Troubled()).postman().round() == 30.0
    assert (logs[0]["event"], logs[0]["remedy"]) == ("outbox.failed", "Make room.")


@pytest.mark.parametrize(("attempts", "least", "most"), [(1, 2.5, 5), (2, 5, 10), (8, 320, 640), (40, 450, 900)])
def test_waits_grow_and_are_spread(attempts: int, least: float, most: float) -> None:
    """Doubled each time, up to a quarter of an hour, over the upper half of it."""
    assert pause(attempts, 0.0) == timedelta(seconds=least)
    assert pause(attempts, 1.0) == timedelta(seconds=most)


@pytest.mark.parametrize(("asked", "wait"), [(None, 5), (1.0, 5), (90.0, 90), (1e9, 3600)])
def test_the_other_side_may_ask_for_time(asked: float | None, wait: float) -> None:
    """``Retry-After`` is the least, within reason."""
    assert pause(1, 1.0, asked) == timedelta(seconds=wait)


class Blocked(Scripted):
    """A way that answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.may_end = threading.Event(), threading.Event()

    def deliver(self, parcel: Parcel) -> Outcome:
        """Waits."""
        self.began.set()
        self.may_end.wait(30)
        return super().deliver(parcel)


def test_the_thread_delivers_what_it_is_called_for() -> None:
    """From call to delivery nobody waits; it ends when it is told to, and lets the delivery under way end."""
    way = Blocked()
    office = Office((way,))
    postman = office.postman()
    postman.start()
    office.outbox.put([a_parcel()], {})
    postman.call()
    assert way.began.wait(20)
    assert not postman.stop(0.01)
    way.may_end.set()
    assert postman.stop(20)
    assert len(way.got) == 1


@pytest.mark.parametrize("end", [lambda postman: postman.drain(0.05), lambda postman: postman.drain(0.0)])
def test_a_process_that_ends_waits_only_so_long(end: Callable[[Postman], int]) -> None:
    """A channel that hangs does not hold up its exit; the parcel stays for the next one."""
    way = Blocked()
    office = Office((way,))
    office.outbox.put([a_parcel()], {})
    end(office.postman())
    assert office.outbox.waiting(("chat",), ("payments",)).parcels == 1
    way.may_end.set()
    wait_until(lambda: not office.outbox.waiting(("chat",), ("payments",)).parcels)


def test_a_process_that_ends_delivers_all_that_is_due() -> None:
    """One after the other; what must wait longer than it has stays."""
    way = Scripted(outcomes=[Undelivered("status 429", retry_after=900.0)])
    office = Office((way, Scripted("mail")))
    office.outbox.put([a_parcel(), *(a_parcel("mail", str(number)) for number in range(20))], {})
    assert office.postman().drain(20) == 1
    assert len(way.got) == 1
    assert replace(way.got[0], due_at=None) == a_parcel()
