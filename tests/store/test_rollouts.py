"""Rollouts are kept once, asked for by provider and moment, and forgotten like runs."""

from datetime import timedelta, timezone
from typing import Final

from msgspec.structs import replace

from driftwatch.model.rollout import MOST, Rollout, Source
from driftwatch.ports import Store
from driftwatch.store.database import DatabaseStore
from tests.store.making import NOW, given, keep

FIRST: Final = Rollout(
    "payments", "shop/payments", "1.42.0", NOW, Source.KUBERNETES, revision="7.0b6f4a52", link="https://ci.example/7"
)


def test_a_rollout_comes_back_as_it_was_told(store: Store) -> None:
    """With all that is known of it, whatever zone its moment was told in."""
    assert (given(store.rollouts(["payments"])), given(store.last_rollouts())) == ((), {})
    there = replace(FIRST, version="v\0\ud800", at=NOW.astimezone(timezone(timedelta(hours=2))))
    assert given(store.note(there)) is True
    assert given(store.rollouts(["payments"])) == (there,)
    assert given(store.last_rollouts()) == {"payments": NOW}


def test_the_same_rollout_is_one(store: Store) -> None:
    """By its revision, whoever tells of it when; another revision of the same version is another one."""
    assert given(store.note(FIRST)) is True
    assert given(store.note(replace(FIRST, at=NOW + timedelta(minutes=9), source=Source.WEBHOOK))) is False
    assert given(store.note(replace(FIRST, revision="8.0b6f4a52"))) is True
    assert given(store.note(replace(FIRST, name="shop/worker"))) is True
    assert given(store.note(replace(FIRST, provider="orders"))) is True
    assert len(given(store.rollouts(["payments"]))) == 3


def test_without_a_revision_the_same_version_again_is_the_same(store: Store) -> None:
    """Told twice in a row it is one; after another version it is a way back, and one more."""
    bare = replace(FIRST, revision="")

    def told(version: str, minutes: int) -> bool:
        return given(store.note(replace(bare, version=version, at=NOW + timedelta(minutes=minutes))))

    assert [told("1", 0), told("1", 1), told("2", 2), told("1", 3), told("1", 4)] == [True, False, True, True, False]
    assert told("2", 2) is False
    assert [one.version for one in given(store.rollouts(["payments"]))] == ["1", "2", "1"]


def test_rollouts_are_asked_for_by_provider_and_moment(store: Store) -> None:
    """The oldest first, whatever the order in which they were told."""
    for hours in (3, 1, 2):
        for provider in ("orders", "payments"):
            at = NOW + timedelta(hours=hours)
            given(store.note(replace(FIRST, provider=provider, at=at, revision=str(hours))))
    assert [one.revision for one in given(store.rollouts(["payments"]))] == ["1", "2", "3"]
    since = given(store.rollouts(["orders", "payments"], NOW + timedelta(hours=2)))
    assert sorted((one.revision, one.provider) for one in since) == [
        ("2", "orders"), ("2", "payments"), ("3", "orders"), ("3", "payments"),
    ]  # fmt: skip
    assert given(store.rollouts([])) == ()
    assert given(store.last_rollouts()) == dict.fromkeys(("orders", "payments"), NOW + timedelta(hours=3))


def test_rollouts_are_forgotten_like_runs(store: Store) -> None:
    """After as many days."""
    given(store.note(FIRST))
    given(store.note(replace(FIRST, at=NOW + timedelta(days=20), revision="8")))
    keep(store, 40)
    assert [one.revision for one in given(store.rollouts(["payments"]))] == ["8"]


def test_no_more_are_told_than_anybody_can_look_at(database: DatabaseStore) -> None:
    """The last ones, so that one who tells without end fills no memory."""
    from driftwatch.store.rows import ascii_json
    from driftwatch.store.tables import ROLLOUTS

    given(database.note(FIRST))
    many = [replace(FIRST, at=NOW + timedelta(seconds=number), revision=str(number)) for number in range(1, MOST + 10)]
    rows = [{"provider": one.provider, "key": one.key, "at": one.at, "rollout": ascii_json(one)} for one in many]
    with database.engine.connect() as connection, connection.begin():
        connection.execute(ROLLOUTS.insert(), rows)
    told = given(database.rollouts(["payments"]))
    assert len(told) == MOST
    assert told[-1] == many[-1]
    given(database.note(replace(FIRST, revision="one more")))
    with database.engine.connect() as connection:
        assert len(connection.execute(ROLLOUTS.select()).all()) == MOST + 1
