"""What is spent of a day's budget is spent once; how mocks fared in the last runs is known."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from msgspec.structs import replace

from driftwatch.model.standing import Standing
from driftwatch.model.summary import Verdict
from driftwatch.ports import Store
from driftwatch.store.database import DatabaseStore
from tests.store.making import NOW, a_mock, a_run, an_entry, given, nothing_happens

TODAY = NOW.date()
LOOKED_BACK = 20


def test_no_more_is_granted_than_there_is(store: Store) -> None:
    """Who comes late gets the rest, and then nothing; the day before and the day after are others."""
    assert given(store.spent("payments", TODAY)) == 0
    assert given(store.spend("payments", TODAY, 60, 100)) == 60
    assert given(store.spend("payments", TODAY, 60, 100)) == 40
    assert given(store.spend("payments", TODAY, 60, 100)) == 0
    assert given(store.spend("orders", TODAY, 60, 100)) == 60
    assert given(store.spend("payments", TODAY + timedelta(days=1), 60, 100)) == 60
    assert given(store.spent("payments", TODAY)) == 100


def test_what_was_not_used_is_given_back(store: Store) -> None:
    """And never more than was taken; a budget that was made smaller meanwhile grants nothing."""
    given(store.spend("payments", TODAY, 60, 100))
    assert given(store.spend("payments", TODAY, -50, 100)) == -50
    assert given(store.spend("payments", TODAY, -50, 100)) == -10
    given(store.spend("payments", TODAY, 60, 100))
    assert given(store.spend("payments", TODAY, 1, 50)) == 0
    assert given(store.spent("payments", TODAY)) == 60


def test_several_processes_spend_one_budget(place: str) -> None:
    """Eight of them at once, each with a connection of its own, get together what there is."""
    stores = [DatabaseStore.at(place) for _ in range(8)]
    given(stores[0].spent("payments", TODAY))
    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(lambda store: given(store.spend("payments", TODAY, 20, 100)), stores))
    assert sorted(granted) == [0, 0, 0, 20, 20, 20, 20, 20]
    for store in stores:
        store.close()


def test_how_mocks_fared_in_the_last_runs(store: Store) -> None:
    """When each was asked, how often it was compared, how often it had drifted; of this provider's last runs alone."""
    verdicts = {
        1: [Verdict.DRIFTED] * LOOKED_BACK + [Verdict.VERIFIED, Verdict.DRIFTED],
        2: [Verdict.UNREACHABLE] + [Verdict.SKIPPED] * (LOOKED_BACK - 1) + [Verdict.UNAUTHORIZED, Verdict.SKIPPED],
        3: [Verdict.SKIPPED] * (LOOKED_BACK + 2),
    }
    for number in range(LOOKED_BACK + 2):
        mocks = tuple(replace(a_mock(mock), verdict=said[number]) for mock, said in verdicts.items())
        given(store.begin(a_run(number)))
        given(store.record(an_entry(a_run(number), mocks), nothing_happens))
    other = an_entry(a_run(LOOKED_BACK + 2, ("orders",)), (a_mock(4, "orders"),))
    given(store.begin(other.run))
    given(store.record(other, nothing_happens))
    last = [a_run(number).started_at for number in range(LOOKED_BACK + 2)]
    assert given(store.standings("payments", LOOKED_BACK)) == {
        a_mock(1).key: Standing(last[-1], LOOKED_BACK, LOOKED_BACK - 1),
        a_mock(2).key: Standing(last[-2], 0, 0),
        a_mock(3).key: Standing(None, 0, 0),
    }
    assert given(store.standings("nobody", LOOKED_BACK)) == {}
