"""Several processes at one run, in every store there is: who joins which, who is last, what is lost."""

from datetime import datetime, timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from driftwatch.model.memory import RunRecord, RunStatus
from driftwatch.model.shard import Shard
from driftwatch.model.share import Handed, Joined, ProviderShare, Share
from driftwatch.ports import SharedStore
from driftwatch.store import leases
from driftwatch.store.database import DatabaseStore
from driftwatch.store.tables import SHARES
from tests.reports.samples import CAUGHT, an_interaction, verified
from tests.store.making import HISTORY, NOW, an_entry, given, nothing_happens

LATER: Final = NOW + leases.LEASE + timedelta(seconds=1)


def a_run(name: str = "nightly", count: int = 3, at: datetime = NOW, digest: str = "abc") -> RunRecord:
    """A run of several processes."""
    return RunRecord(name, at, "0.1.0", digest, ("payments",), shards=count)


def a_share(index: int, count: int = 3) -> Share:
    """What one of them found."""
    mock = an_interaction(f"charge-{index}")
    part = ProviderShare("payments", "https://x", (verified(mock),), (index,), count, "digest", (1.5,))
    return Share(
        Shard(index, count), NOW, 2.0, (part,), canary=CAUGHT, histories={f"{index:016x}": HISTORY}, claims={"k": "c"}
    )


def join(store: SharedStore, index: int, run: RunRecord | None = None, *, is_named: bool = True) -> Joined:
    """One process joins."""
    run = run or a_run()
    return given(store.join(run, Shard(index, run.shards), is_named=is_named))


def hand_in(store: SharedStore, index: int, name: str = "nightly", count: int = 3) -> Handed:
    """One process is done."""
    return given(store.hand_in(name, a_share(index, count), NOW))


def finish(store: SharedStore, run: RunRecord) -> bool:
    """Put a run together; whether this was the first time."""
    entry = an_entry(run)
    return given(store.record(replace(entry, run=replace(entry.run, shards=run.shards)), nothing_happens)).is_new


def test_the_last_one_knows(store: SharedStore) -> None:
    """Whatever the order they come in; and all that they found is there."""
    assert [join(store, index).run_id for index in range(3)] == ["nightly"] * 3
    assert [hand_in(store, index) for index in (1, 0, 2)] == [Handed.WAITING, Handed.WAITING, Handed.LAST]
    shares = given(store.shares("nightly"))
    assert [share.shard.index for share in shares] == [0, 1, 2]
    assert [share.providers[0].results[0].interaction.mock_id for share in shares] == [
        "charge-0", "charge-1", "charge-2",
    ]  # fmt: skip
    assert shares[1].histories[f"{1:016x}"].latency == HISTORY.latency


def test_a_share_may_be_done_twice(store: SharedStore) -> None:
    """Kubernetes may run an index twice: the second one changes nothing in number."""
    for index in (0, 1, 1):
        join(store, index)
    assert [hand_in(store, index) for index in (0, 1, 1)] == [Handed.WAITING] * 3
    assert join(store, 1).is_handed_in
    assert join(store, 1).is_complete
    assert not join(store, 2).is_handed_in


def test_a_run_is_put_together_once(store: SharedStore) -> None:
    """Of two that think they are the last, the second changes nothing; whoever comes after finds it over."""
    run = a_run(count=2)
    for index in range(2):
        join(store, index, run)
        hand_in(store, index, count=2)
    assert finish(store, run)
    assert not finish(store, run)
    again = join(store, 1, run)
    assert (again.is_over, again.is_handed_in) == (True, True)
    assert hand_in(store, 1, count=2) is Handed.LATE
    (kept,) = given(store.runs(9))
    assert (kept.status, kept.shards, kept.handed_in) == (RunStatus.COMPLETE, 2, 2)


def test_how_far_a_run_is(store: SharedStore) -> None:
    """Anybody can see that a share is missing."""
    join(store, 0)
    join(store, 1)
    hand_in(store, 0)
    (run,) = given(store.runs(9))
    assert (run.status, run.shards, run.handed_in) == (RunStatus.RUNNING, 3, 1)


def test_processes_that_do_not_agree_how_many_they_are(store: SharedStore) -> None:
    """Are told how many the first one meant."""
    join(store, 0)
    assert join(store, 0, a_run(count=5)).shards == 3


def test_a_later_run_does_not_wait_for_an_earlier_one(store: SharedStore) -> None:
    """Kubernetes gives a Job up when its retries are: the next Job tells what the one before left."""
    join(store, 0)
    hand_in(store, 0)
    assert join(store, 0, a_run("the next")).lost == ("nightly",)


class Elsewhere:
    """Processes of other machines, of which only their beats are known."""

    def __init__(self, database: DatabaseStore) -> None:
        self.database = database

    def has(self, index: int) -> None:
        """The process of a share is on another machine."""
        with self.database.engine.begin() as connection:
            connection.execute(SHARES.update().where(SHARES.c.shard == index).values(machine="another"))

    def beats(self, at: datetime) -> Any:
        """All that are known to live at a moment."""
        with self.database.engine.connect() as connection:
            return connection.execute(sa.select(sa.func.count()).where(SHARES.c.beat_at == at)).scalar()


def test_without_a_name_they_find_each_other(database: DatabaseStore) -> None:
    """By config, count and providers; a share that somebody does begins another run."""
    first = [join(database, index, a_run(f"{index}"), is_named=False) for index in range(2)]
    assert [one.run_id for one in first] == ["0", "0"]
    assert join(database, 0, a_run("again"), is_named=False).run_id == "again"
    assert join(database, 2, a_run("else", digest="other"), is_named=False).run_id == "else"
    assert join(database, 2, a_run("four", count=4), is_named=False).run_id == "four"


def test_the_share_of_a_dead_process_is_taken_by_its_retry(database: DatabaseStore) -> None:
    """Once it has not been heard of for long, or at once on the same machine."""
    join(database, 0, is_named=False)
    join(database, 1, is_named=False)
    Elsewhere(database).has(1)
    given(database.beat("nightly", LATER - timedelta(minutes=1)))
    assert join(database, 1, a_run("new", at=LATER - timedelta(minutes=10)), is_named=False).run_id == "new"
    assert join(database, 1, a_run("later", at=LATER), is_named=False).run_id == "nightly"
    assert hand_in(database, 1) is Handed.WAITING


def test_whoever_leaves_makes_room(database: DatabaseStore) -> None:
    """A process that failed says so; what was handed in stays."""
    join(database, 0, is_named=False)
    join(database, 1, is_named=False)
    hand_in(database, 1)
    for index in range(2):
        assert given(database.leave("nightly", Shard(index, 3))) is None
    assert join(database, 0, a_run("other"), is_named=False).run_id == "nightly"
    assert [share.shard.index for share in given(database.shares("nightly"))] == [1]


def test_a_run_without_a_name_is_lost_when_nobody_beats(database: DatabaseStore) -> None:
    """It is not when a second one merely begins beside it."""
    join(database, 0, is_named=False)
    assert join(database, 0, a_run("beside"), is_named=False).lost == ()
    late = join(database, 0, a_run("much later", at=LATER), is_named=False)
    assert (late.run_id, late.lost) == ("much later", ("nightly", "beside"))


def test_a_shared_run_outlives_the_process_that_began_it(database: DatabaseStore) -> None:
    """A run of one process that begins meanwhile does not take it for interrupted."""
    join(database, 0)
    with database.engine.begin() as connection:
        connection.execute(SHARES.update().values(process="1 0"))
    assert given(database.begin(RunRecord("single", NOW, "0.1.0", "abc", ("payments",)))) == ()
    assert hand_in(database, 0) is Handed.WAITING


def test_a_sign_of_life_is_that_of_the_process(database: DatabaseStore) -> None:
    """The shares of others do not live by it."""
    join(database, 0)
    join(database, 1)
    elsewhere = Elsewhere(database)
    elsewhere.has(1)
    at = NOW + timedelta(minutes=3)
    given(database.beat("nightly", at))
    assert elsewhere.beats(at) == 1


def test_what_was_handed_in_does_not_rest_for_ever(database: DatabaseStore) -> None:
    """Once the run is put together, its rows say it all."""
    run = a_run(count=2)
    for index in range(2):
        join(database, index, run)
        hand_in(database, index, count=2)
    finish(database, run)
    assert given(database.shares("nightly")) == ()


def test_a_share_of_no_run_is_late(database: DatabaseStore) -> None:
    """Retention may have taken the run away."""
    given(database.recall([]))
    assert hand_in(database, 0, "nobody's") is Handed.LATE


@pytest.mark.parametrize("index", [0, 1])
def test_both_of_two_may_be_last(store: SharedStore, index: int) -> None:
    """It depends on who comes last and on nothing else."""
    for each in range(2):
        join(store, each, a_run(count=2))
    assert hand_in(store, 1 - index, count=2) is Handed.WAITING
    assert hand_in(store, index, count=2) is Handed.LAST
