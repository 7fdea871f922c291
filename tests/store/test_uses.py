"""Which test rests on which mocks, and what it notices, is kept by suite and test, and forgotten with its suite."""

from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from driftwatch.model.blindness import Sight, Sighting
from driftwatch.model.reliance import KnownUse, UsedMock
from driftwatch.model.use import Need, Outcome
from driftwatch.ports import Store
from driftwatch.store.database import DatabaseStore
from tests.store.making import NOW, given, keep

MOCK: Final = UsedMock("00112233445566ff", "GET /a/{id}", "payments", "m\0\ud800", {"/b": Need.NEEDED, "": Need.WHOLE})
CODED: Final = UsedMock("", "POST https://x/pay")


def a_use(test: str = "test_a", suite: str = "shop", *mocks: UsedMock) -> KnownUse:
    """A test that passed."""
    return KnownUse(suite, test, Outcome.PASSED, NOW, mocks or (MOCK, CODED))


def names_in(store: Store) -> list[str]:
    """All that are known, in the store's order."""
    return [f"{one.suite}.{one.test}" for one in given(store.uses())]


def test_uses_come_back_as_they_were_told(store: Store) -> None:
    """Whatever signs their names hold; by suite and test."""
    assert given(store.uses()) == ()
    strange = replace(a_use("z\0\ud800[ü]"), is_watching_reads=True, outcome=Outcome.FAILED)
    given(store.keep_uses("shop", [strange, a_use()], is_whole=True))
    assert given(store.uses()) == (a_use(), strange)


def test_a_whole_record_takes_the_place_of_its_suite(store: Store) -> None:
    """And of no other suite; an empty one leaves nothing."""
    given(store.keep_uses("shop", [a_use("a"), a_use("b")], is_whole=True))
    given(store.keep_uses("till", [a_use("c", "till")], is_whole=True))
    given(store.keep_uses("shop", [a_use("b")], is_whole=True))
    assert names_in(store) == ["shop.b", "till.c"]
    given(store.keep_uses("shop", [], is_whole=True))
    assert names_in(store) == ["till.c"]


def test_a_record_of_some_tests_changes_these(store: Store) -> None:
    """One that uses no mock any more is forgotten; the others stay."""
    given(store.keep_uses("shop", [a_use("a"), a_use("b"), a_use("c")], is_whole=True))
    now = replace(a_use("b"), mocks=(CODED,), at=NOW + timedelta(days=1))
    given(store.keep_uses("shop", [now, replace(a_use("c"), mocks=())], is_whole=False))
    assert given(store.uses()) == (a_use("a"), now)


def test_a_use_without_mocks_is_kept_nowhere(store: Store) -> None:
    """It rests on nothing."""
    given(store.keep_uses("shop", [replace(a_use(), mocks=())], is_whole=True))
    assert given(store.uses()) == ()


def test_many_tests_are_kept_and_forgotten_at_once(store: Store) -> None:
    """More than a statement has room for."""
    many = [a_use(f"test_{number}") for number in range(2_000)]
    given(store.keep_uses("shop", many, is_whole=True))
    assert len(given(store.uses())) == 2_000
    given(store.keep_uses("shop", [replace(one, mocks=()) for one in many[1:]], is_whole=False))
    assert names_in(store) == ["shop.test_0"]


def test_suites_that_nobody_tells_of_are_forgotten(store: Store) -> None:
    """After a quarter of a year, however short runs are remembered; with what their tests noticed."""
    given(store.keep_uses("shop", [a_use()], is_whole=True))
    given(store.keep_blindness([a_sighting()]))
    keep(store, 89)
    assert names_in(store) == ["shop.test_a"]
    keep(store, 91)
    assert (given(store.uses()), given(store.blindness())) == ((), ())


def a_sighting(sight: Sight = Sight.BLIND, finding: str = "aa00") -> Sighting:
    """Of one test and one finding."""
    return Sighting("shop", "test_a\0\ud800", finding, sight, NOW, "why", is_alone=False)


def test_what_tests_notice_is_kept_by_finding(store: Store) -> None:
    """The last word counts, but that nobody tried again takes the place of nothing that was tried."""
    assert given(store.blindness()) == ()
    given(store.keep_blindness([a_sighting(finding="bb00"), a_sighting(), a_sighting(Sight.UNTRIED, "cc00")]))
    again = [a_sighting(Sight.UNTRIED), a_sighting(Sight.NOTICED, "bb00"), a_sighting(Sight.UNTRIED, "dd00")]
    given(store.keep_blindness(again))
    assert given(store.blindness()) == (
        a_sighting(), a_sighting(Sight.NOTICED, "bb00"), a_sighting(Sight.UNTRIED, "cc00"),
        a_sighting(Sight.UNTRIED, "dd00"),
    )  # fmt: skip


def test_a_use_that_takes_long_names_fits(database: DatabaseStore) -> None:
    """Rows are looked up by digests: no database bounds a name."""
    long = a_use("test_" + "x" * 4_000, "s" * 4_000)
    given(database.keep_uses(long.suite, [long], is_whole=True))
    assert given(database.uses()) == (long,)
