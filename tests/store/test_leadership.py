"""One of several processes at a PostgreSQL leads, and what the others still write is not kept."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
import pytest
import sqlalchemy as sa

from driftwatch.model.lifecycle import Life, Turn
from driftwatch.model.memory import RunStatus, StoreError
from driftwatch.store.database import DatabaseStore
from driftwatch.store.leadership import LEADING, NAME, SILENCE, Seat
from driftwatch.store.schema import _MIGRATING
from tests.postgres import Cluster
from tests.programs import program
from tests.servers import closed_port
from tests.store.making import a_run, an_entry, given, nothing_happens
from tests.store.test_snapshots import _run
from tests.waiting import wait_until

pytestmark = pytest.mark.postgres

NOBODY: Final[Callable[[], None]] = lambda: None  # noqa: E731 - nobody need be told


@pytest.fixture
def url(postgres: Cluster) -> str:
    """A database of its own."""
    return postgres.new_database()


@contextmanager
def seats(*places: str) -> Iterator[list[Seat]]:
    """One for each process."""
    made = [Seat.at(place) for place in places]
    try:
        yield made
    finally:
        for seat in made:
            seat._drop()


def end_sessions(place: str) -> int:
    """As an administrator or the end of the server would."""
    with psycopg.connect(place, autocommit=True) as connection:
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
        return len(connection.execute(query, [NAME]).fetchall())


def test_one_sits_and_the_next_one_gets_the_seat_when_it_is_left(url: str) -> None:
    """At once, whether it was left or the session ended."""
    with seats(url, url) as (one, two):
        assert (one.take(), two.take(), one.prove()) == (True, False, True)
        one.leave()
        assert (two.take(), one.take(), two.prove()) == (True, False, True)
        two._drop()
        wait_until(lambda: one.take() is True)


def test_whoever_waits_for_the_seat_hears_that_it_was_left(url: str) -> None:
    """Without a question; and whoever sits there, that its session was ended. Nothing is heard twice."""
    with seats(url, url) as (one, two):
        assert (one.has_stirred(), two.has_stirred()) == (False, False), "before it was asked for"
        assert (one.take(), two.take()) == (True, False)
        assert (one.has_stirred(), two.has_stirred()) == (False, False)
        one.leave()
        wait_until(two.has_stirred)
        assert (two.take(), two.has_stirred(), one.has_stirred()) == (True, False, False)
        assert end_sessions(url) == 1
        wait_until(two.has_stirred)
        assert isinstance(two.prove(), StoreError)
        assert not two.has_stirred()


def test_databases_of_one_server_have_seats_of_their_own(postgres: Cluster) -> None:
    """Two installations may share a server."""
    with seats(postgres.new_database(), postgres.new_database()) as (one, two):
        assert (one.take(), two.take()) == (True, True)


def test_no_other_lock_of_ours_is_the_same(url: str) -> None:
    """Neither that of migrations nor that of any provider or run: whoever leads holds up nobody's writing."""
    assert len({LEADING, _MIGRATING}) == 2
    with seats(url) as (one,):
        assert one.take() is True
        store = DatabaseStore.at(url)
        given(store.begin(a_run(0)))
        given(store.record(an_entry(a_run(0)), nothing_happens))


def test_a_session_that_was_ended_has_no_seat(url: str) -> None:
    """Whoever had it finds out when he proves it, and can sit down again."""
    with seats(url) as (one,):
        assert one.take() is True
        assert end_sessions(url) == 1
        assert isinstance(one.prove(), StoreError)
        assert (one.take(), one.prove()) == (True, True)


def test_the_server_ends_a_session_that_falls_silent(url: str) -> None:
    """And one whose machine is gone: what it was told is what it does, as far as a session can tell it."""
    with seats(url) as (one,):
        assert one.take() is True
        assert one._connection is not None
        shown = {
            name: one._connection.execute(sa.text(f"SHOW {name}")).scalar()
            for name in ("idle_session_timeout", "statement_timeout")
        }
        assert shown == {"idle_session_timeout": f"{SILENCE}s", "statement_timeout": "5s"}
        one._connection.execute(sa.text("SET idle_session_timeout = 100"))
        with seats(url) as (two,):
            wait_until(lambda: two.take() is True)
        assert isinstance(one.prove(), StoreError)


def test_a_database_that_is_not_there_is_told(url: str) -> None:
    """With a remedy, and asked again it may be there."""
    with seats(f"{url.replace('/store_', '/absent_')}") as (one,):
        trouble = one.take()
        assert isinstance(trouble, StoreError)
        assert "createdb" in trouble.remedy


def test_a_run_is_kept_while_its_leader_leads(url: str) -> None:
    """All of it, as without a fence."""
    with seats(url) as (one,):
        assert one.take() is True
        fence = one.fence(NOBODY)
        store = DatabaseStore.at(url).fenced(fence)
        given(store.begin(a_run(0)))
        given(store.record(an_entry(a_run(0)), nothing_happens))
        given(store.show(_run("run-0", "payments"), a_run(0).started_at))
        assert not fence.has_refused
        assert [run.status for run in given(store.runs(9))] == [RunStatus.COMPLETE]


def test_a_run_of_one_that_leads_no_more_is_not_kept(url: str) -> None:
    """Neither its beginning nor its end nor what it would show; that it ended may be noted, and the leader is told."""
    told: list[str] = []
    plain = DatabaseStore.at(url)
    with seats(url, url) as (one, two):
        assert one.take() is True
        fence = one.fence(lambda: told.append("refused"))
        store = plain.fenced(fence)
        given(store.begin(a_run(0)))
        end_sessions(url)
        wait_until(lambda: two.take() is True)
        came = (
            store.begin(a_run(1)),
            store.record(an_entry(a_run(0)), nothing_happens),
            store.show(_run("run-0", "payments"), a_run(0).started_at),
        )
        assert all(isinstance(one, StoreError) and "ceased to lead" in one.problem for one in came)
        assert fence.has_refused
        assert told == ["refused"] * 3
        assert [(run.id, run.status) for run in given(plain.runs(9))] == [("run-0", RunStatus.RUNNING)]
        assert given(plain.scores("payments", 9)) == ()
        assert given(plain.snapshots(0)) == ()
        given(store.end("run-0", RunStatus.INTERRUPTED, a_run(0).started_at))
        assert [run.status for run in given(plain.runs(9))] == [RunStatus.INTERRUPTED]


def test_a_term_that_ended_is_over_though_its_process_leads_again(url: str) -> None:
    """Somebody else may have led between."""
    with seats(url) as (one,):
        assert one.take() is True
        store = DatabaseStore.at(url).fenced(one.fence(NOBODY))
        end_sessions(url)
        assert isinstance(one.prove(), StoreError)
        assert one.take() is True
        assert isinstance(store.begin(a_run(0)), StoreError)
        given(DatabaseStore.at(url).fenced(one.fence(NOBODY)).begin(a_run(1)))


def test_one_that_is_deposed_while_it_writes_keeps_nothing(url: str) -> None:
    """It is asked at the end, when the next one can write nothing about the same provider before it is through."""
    inside, go_on = threading.Event(), threading.Event()
    came: list[object] = []

    def step(_: tuple[Life, ...]) -> Turn:
        inside.set()
        go_on.wait(20)
        return Turn((), ())

    plain = DatabaseStore.at(url)
    with seats(url, url) as (one, two):
        assert one.take() is True
        late = plain.fenced(one.fence(NOBODY))
        given(late.begin(a_run(0)))
        writing = threading.Thread(target=lambda: came.append(late.record(an_entry(a_run(0)), step)))
        writing.start()
        assert inside.wait(20)
        end_sessions(url)
        wait_until(lambda: two.take() is True)
        fresh = plain.fenced(two.fence(NOBODY))
        given(fresh.begin(a_run(1, at=a_run(0).started_at)))
        next_one = threading.Thread(target=lambda: came.append(fresh.record(an_entry(a_run(1)), nothing_happens)))
        next_one.start()
        go_on.set()
        writing.join(20)
        next_one.join(20)
    assert [isinstance(one, StoreError) for one in came] == [True, False]
    assert [score.run_id for score in given(plain.scores("payments", 9))] == ["run-1"]


def test_a_transaction_that_stops_in_the_middle_holds_nobody_up_for_ever(url: str) -> None:
    """The server ends it: a process may be stopped while it holds the locks that all others need."""
    store = DatabaseStore.at(url)
    show = sa.text("SHOW idle_in_transaction_session_timeout")
    assert store._write(lambda connection: connection.execute(show).scalar()) == "1min"
    assert store._read(lambda connection: connection.execute(show).scalar()) == "0"


@contextmanager
def pooled(postgres: Cluster, place: str, mode: str) -> Iterator[str]:
    """The same database through a PgBouncer."""
    name, port = place.partition("@/")[2].partition("?")[0], closed_port()
    settings = {
        "listen_addr": "127.0.0.1", "listen_port": port, "unix_socket_dir": "", "auth_type": "any", "pool_mode": mode,
    }  # fmt: skip
    lines = ["[databases]", f"{name} = host={postgres.folder} user=driftwatch", "[pgbouncer]"]
    file = postgres.folder / f"pgbouncer-{port}.ini"  # a folder that its user may read
    file.write_text("\n".join([*lines, *(f"{name} = {value}" for name, value in settings.items()), ""]))
    command = [program("pgbouncer", "pgbouncer"), "--quiet", str(file)]
    process = subprocess.Popen(postgres.as_user(command), stderr=subprocess.DEVNULL)
    through = f"postgresql://driftwatch@127.0.0.1:{port}/{name}"

    def is_up() -> bool:
        try:
            psycopg.connect(through).close()
        except psycopg.OperationalError:
            return False
        return True

    try:
        wait_until(is_up)
        yield through
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.pgbouncer
@pytest.mark.parametrize("mode", ["transaction", "session"])
def test_through_a_pooler_nobody_leads(mode: str, postgres: Cluster, url: str) -> None:
    """Two clients of one session would both get the lock: so that is told, and audits are nobody's.

    A pooler of sessions would do, and looks the same from here.
    """
    with pooled(postgres, url, mode) as through, seats(through, through) as made:
        for seat in made:
            trouble = seat.take()
            assert isinstance(trouble, StoreError)
            assert "PgBouncer" in trouble.problem
        given(DatabaseStore.at(through).begin(a_run(0)))


def test_a_standby_seats_nobody(postgres: Cluster, url: str) -> None:
    """Its locks are its own: one could lead there and another one at the primary."""
    folder, port = postgres.folder / "standby", closed_port()
    postgres.run("pg_basebackup", "-h", str(postgres.folder), "-U", "driftwatch", "-D", str(folder), "-c", "fast", "-N")
    subprocess.run(postgres.as_user(["touch", str(folder / "standby.signal")]), check=True)
    options = f"-k {postgres.folder} -c listen_addresses= -c port={port} -c fsync=off"
    postgres.run("pg_ctl", "-D", str(folder), "-o", options, "-w", "-l", str(postgres.folder / "standby.log"), "start")
    try:
        with seats(f"{url}&port={port}") as (one,):
            trouble = one.take()
            assert isinstance(trouble, StoreError)
            assert "standby" in trouble.problem
    finally:
        postgres.run("pg_ctl", "-D", str(folder), "-m", "immediate", "-w", "stop")
