"""Several processes at one store: nothing is lost, nothing is broken, and a run of the living is not taken for dead."""

import subprocess
import sys
import threading
from datetime import timedelta
from typing import Final

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from driftwatch.model.lifecycle import Life, Turn
from driftwatch.model.memory import RunStatus
from driftwatch.store import leases
from driftwatch.store.database import DatabaseStore
from driftwatch.store.tables import RUNS
from tests.conftest import ROOT
from tests.store.making import NOW, a_run, an_entry, given, keep, nothing_happens

WRITER: Final = """\
import sys
from msgspec.structs import replace
from driftwatch.store.database import DatabaseStore
from tests.store.making import a_mock, a_run, an_entry, given, one_run
place, provider, first = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = DatabaseStore.at(place)
for number in range(first, first + 8):
    run = replace(a_run(number, (provider,)), id=f"{provider}-{number}")
    given(store.begin(run))
    mocks = tuple(a_mock(each, provider) for each in range(first, first + 30))
    given(store.record(an_entry(run, mocks), one_run("S", run, provider=provider)))
"""


def _writer(place: str, provider: str, first: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-W", "error", "-c", WRITER, place, provider, str(first)], cwd=ROOT)


def test_processes_that_write_at_once(place: str) -> None:
    """Four of them, two at one provider, and no tables yet: all runs are kept, and each finding is told once."""
    writers = [_writer(place, provider, first) for provider in ("orders", "payments") for first in (0, 8)]
    assert [writer.wait(timeout=100) for writer in writers] == [0] * 4
    store = DatabaseStore.at(place)
    runs = given(store.runs(100))
    assert sorted(run.id for run in runs) == sorted(
        f"{provider}-{number}" for provider in ("orders", "payments") for number in range(16)
    )
    assert {run.status for run in runs} == {RunStatus.COMPLETE}
    lives = given(store.lives())
    assert [(life.finding.provider, life.sightings) for life in lives] == [("orders", 16), ("payments", 16)]
    assert [[event.change.value for event in given(store.events(life.fingerprint))] for life in lives] == [["new"]] * 2
    assert len(given(store.mock_scores(f"{0:016x}", 100))) > 0
    if "/" in place and not place.startswith("postgresql"):
        with store.engine.connect() as connection:
            assert connection.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
    store.close()


def test_two_providers_are_recorded_in_parallel_on_postgresql(place: str) -> None:
    """While the lives of one are being moved on, those of another are not waited for; those of the same are."""
    if not place.startswith("postgresql"):
        pytest.skip("SQLite has one writer")
    store, other = DatabaseStore.at(place), DatabaseStore.at(place)
    keep(store, 0)
    done = threading.Event()

    def meanwhile(_: tuple[Life, ...]) -> Turn:
        keep(other, 1, provider="orders")
        done.set()
        return Turn((), ())

    given(store.record(an_entry(a_run(2)), meanwhile))
    assert done.is_set()
    order: list[str] = []
    inside, began = threading.Event(), threading.Event()

    def first(_: tuple[Life, ...]) -> Turn:
        inside.set()
        began.wait(10)
        order.append("first")
        return Turn((), ())

    def second(_: tuple[Life, ...]) -> Turn:
        order.append("second")
        return Turn((), ())

    one = threading.Thread(target=lambda: store.record(an_entry(a_run(3)), first))
    one.start()
    assert inside.wait(10)
    two = threading.Thread(target=lambda: other.record(an_entry(a_run(4)), second))
    two.start()
    began.set()
    one.join(10)
    two.join(10)
    assert order == ["first", "second"]
    store.close()
    other.close()


def test_a_run_of_a_process_that_ended_is_interrupted(database: DatabaseStore) -> None:
    """The next run notices, and says which it was; a run of this process goes on."""
    mine, dead = a_run(0), replace(a_run(1), started_at=NOW)
    given(database.begin(mine))
    given(database.begin(dead))
    _set(database, dead.id, process="999999999 1")
    assert given(database.begin(replace(a_run(2), started_at=NOW))) == (dead.id,)
    statuses = {run.id: run.status for run in given(database.runs(9))}
    assert statuses == {"run-0": RunStatus.RUNNING, "run-1": RunStatus.INTERRUPTED, "run-2": RunStatus.RUNNING}


def test_a_process_number_that_was_given_anew(database: DatabaseStore) -> None:
    """Another process has the number now: when it began tells them apart."""
    run = a_run(0)
    given(database.begin(run))
    number = leases.process().partition(" ")[0]
    _set(database, run.id, process=f"{number} 1")
    assert given(database.begin(replace(a_run(1), started_at=NOW))) == (run.id,)


def test_a_run_on_another_machine_is_dead_when_it_was_not_heard_of(database: DatabaseStore) -> None:
    """Nobody can ask about a process elsewhere, so its signs of life count; one that speaks again is not lost."""
    run = a_run(0)
    given(database.begin(run))
    _set(database, run.id, machine="another", process="1 1")
    given(database.beat(run.id, NOW + timedelta(minutes=10)))
    assert given(database.begin(replace(a_run(1), started_at=NOW + timedelta(minutes=24)))) == ()
    found = given(database.begin(replace(a_run(2), started_at=NOW + timedelta(minutes=26))))
    assert run.id in found
    given(database.record(an_entry(run), nothing_happens))
    assert {each.status for each in given(database.runs(9)) if each.id == run.id} == {RunStatus.COMPLETE}


def _set(store: DatabaseStore, run_id: str, **values: str) -> None:
    with store.engine.connect() as connection, connection.begin():
        connection.execute(RUNS.update().where(RUNS.c.id == run_id).values(**values))
