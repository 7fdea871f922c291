"""The outbox, wherever it rests."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import Change
from driftwatch.model.memory import StoreError
from driftwatch.model.notice import Ailment, Told
from driftwatch.model.parcel import Parcel, Waiting
from driftwatch.model.secret import Secret
from driftwatch.ports import Outbox
from driftwatch.store.database import DatabaseStore
from driftwatch.store.memory_outbox import MemoryOutbox
from driftwatch.store.outbox import CAPACITY, DatabaseOutbox
from tests.notify.making import HOSTILE, NOW, a_notice, a_parcel, an_alert, an_item
from tests.postgres import Cluster
from tests.store.making import a_run, given

CHANNELS = ("chat", "mail")
OURS = ("payments",)
HOLD = timedelta(minutes=5)


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outbox]:
    """A new one of every kind."""
    if request.param == "memory":
        yield MemoryOutbox()
        return
    place = str(tmp_path / "driftwatch.db")
    if request.param == "postgres":
        running: Cluster = request.getfixturevalue("postgres")
        place = running.new_database()
    made = DatabaseOutbox(Secret(place))
    yield made
    made.close()


def keys(parcels: tuple[Parcel, ...]) -> list[str]:
    """Which they are."""
    return [f"{parcel.channel}/{parcel.key}" for parcel in parcels]


def test_a_new_outbox_is_empty(outbox: Outbox) -> None:
    """Everything can be asked of it."""
    assert given(outbox.told(OURS)) == {}
    assert given(outbox.take(CHANNELS, OURS, NOW, HOLD)) == ()
    assert given(outbox.waiting(CHANNELS, OURS)) == Waiting()


def test_a_parcel_comes_back_as_it_went_in(outbox: Outbox) -> None:
    """A notice or alerts, with all that strangers wrote into them."""
    hostile = an_item(1, Change.WORSE, Severity.INFO, path=HOSTILE, operation=HOSTILE, origin=HOSTILE)
    notice = a_parcel(notice=a_notice(an_item(), hostile, owner=HOSTILE, more=7))
    alerts = Parcel("mail", "payments", NOW, alerts=(an_alert(team=HOSTILE), replace(an_alert(), is_resolved=True)))
    assert given(outbox.put([notice, alerts], {})) == ()
    came = given(outbox.take(CHANNELS, OURS, NOW, HOLD))
    assert [replace(parcel, due_at=None) for parcel in came] == [notice, alerts]


def test_what_was_told_is_remembered(outbox: Outbox) -> None:
    """By provider, the latest only, and only of those that are asked for."""
    before = Told((Ailment.UNREACHABLE,), (an_alert(),), NOW)
    given(outbox.put([], {"payments": before, "users": Told()}))
    assert given(outbox.told(OURS)) == {"payments": before}
    given(outbox.put([], {"payments": Told()}))
    assert given(outbox.told(("payments", "users", "others"))) == {"payments": Told(), "users": Told()}


def test_the_first_of_each_channel_is_taken_and_held(outbox: Outbox) -> None:
    """Nobody else gets it until it is due again, and those behind it wait."""
    given(outbox.put([a_parcel(key="a"), a_parcel(key="b"), a_parcel("mail", "c")], {}))
    assert keys(given(outbox.take(CHANNELS, OURS, NOW, HOLD))) == ["chat/a", "mail/c"]
    assert given(outbox.take(CHANNELS, OURS, NOW, HOLD)) == ()
    assert given(outbox.waiting(CHANNELS, OURS)) == Waiting(3, NOW + HOLD)
    assert keys(given(outbox.take(CHANNELS, OURS, NOW + HOLD, HOLD))) == ["chat/a", "mail/c"]


def test_what_is_removed_makes_way(outbox: Outbox) -> None:
    """The next one of its channel is due."""
    given(outbox.put([a_parcel(key="a"), a_parcel(key="b")], {}))
    (first,) = given(outbox.take(CHANNELS, OURS, NOW, HOLD))
    given(outbox.remove(first))
    given(outbox.remove(first))
    assert keys(given(outbox.take(CHANNELS, OURS, NOW, HOLD))) == ["chat/b"]


def test_what_is_postponed_keeps_its_count_and_its_place(outbox: Outbox) -> None:
    """It is due when it says, before what came after it."""
    given(outbox.put([a_parcel(key="a"), a_parcel(key="b")], {}))
    (first,) = given(outbox.take(CHANNELS, OURS, NOW, HOLD))
    later = NOW + timedelta(seconds=7)
    given(outbox.postpone(replace(first, attempts=1, due_at=later)))
    assert given(outbox.waiting(CHANNELS, OURS)) == Waiting(2, later)
    assert given(outbox.take(CHANNELS, OURS, NOW, HOLD)) == ()
    (again,) = given(outbox.take(CHANNELS, OURS, later, HOLD))
    assert (again.key, again.attempts) == ("a", 1)


def test_a_later_parcel_takes_the_place_of_one_of_the_same_key(outbox: Outbox) -> None:
    """And whoever carries the old one cannot take the new one away with it."""
    given(outbox.put([a_parcel()], {}))
    (old,) = given(outbox.take(CHANNELS, OURS, NOW, HOLD))
    newer = a_parcel(made_at=NOW + timedelta(microseconds=1))
    given(outbox.put([newer], {}))
    given(outbox.remove(old))
    given(outbox.postpone(replace(old, attempts=5)))
    (left,) = given(outbox.take(CHANNELS, OURS, NOW + HOLD, HOLD))
    assert (left.made_at, left.attempts) == (newer.made_at, 0)


def test_what_is_of_others_is_left_to_them(outbox: Outbox) -> None:
    """Several installations may share a database: neither their channels nor their providers are ours."""
    given(outbox.put([a_parcel("theirs"), a_parcel(key="users", provider="users")], {}))
    assert given(outbox.take(CHANNELS, OURS, NOW, HOLD)) == ()
    assert given(outbox.waiting(CHANNELS, OURS)) == Waiting()
    assert keys(given(outbox.take(CHANNELS, ("users",), NOW, HOLD))) == ["chat/users"]


def test_it_never_holds_more_than_it_can(outbox: Outbox) -> None:
    """The oldest are pushed out, and it is said whose they were."""
    parcels = [a_parcel("mail" if number < 2 else "chat", str(number)) for number in range(CAPACITY + 3)]
    assert given(outbox.put(parcels, {})) == ("mail", "mail", "chat")
    assert given(outbox.waiting(CHANNELS, OURS)).parcels == CAPACITY
    assert keys(given(outbox.take(CHANNELS, OURS, NOW, HOLD))) == ["chat/3"]


def test_it_outlives_the_process_beside_the_store(tmp_path: Path) -> None:
    """Both use one file, and whoever opens it next finds what waits."""
    place = str(tmp_path / "driftwatch.db")
    store = DatabaseStore.at(place)
    given(store.begin(a_run()))
    given(DatabaseOutbox(Secret(place)).put([a_parcel()], {"payments": Told()}))
    assert keys(given(DatabaseOutbox(Secret(place)).take(CHANNELS, OURS, NOW, HOLD))) == [f"chat/{a_parcel().key}"]
    assert len(given(store.runs(9))) == 1


def test_trouble_is_a_value(tmp_path: Path) -> None:
    """A file that is no database is told, with a remedy."""
    place = tmp_path / "driftwatch.db"
    place.write_bytes(b"no database at all, and long enough to be looked at as one" * 20)
    assert isinstance(DatabaseOutbox(Secret(str(place))).take(CHANNELS, OURS, NOW, HOLD), StoreError)
