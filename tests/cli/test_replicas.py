"""Several ``driftwatch serve`` at one PostgreSQL, as processes: one audits, all show, and another one takes over."""

import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import psycopg
import pytest

from driftwatch.daemon.leading import LEASE
from driftwatch.reports.metrics import METRICS
from driftwatch.store.leadership import NAME, SILENCE
from tests.cli.calling import spawn
from tests.cli.replicas import EVERY, MINUTE, audits_of, carried, config_of, replicas, seconds_until_audited, staging
from tests.cli.test_serve import Service, running
from tests.postgres import Cluster, for_tests
from tests.servers import misbehave, serve
from tests.waiting import wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(240)]

HARD: Final = 40.0
"""Seconds until another one audits, if the one that did says nothing any more and still seems to be there."""
SOFT: Final = 8.0
"""The same if it has said that it goes."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL for these tests."""
    yield from for_tests()


def said_of_mocks(service: Service) -> list[str]:
    """The samples that any replica should have."""
    names = {metric.name for metric in METRICS}
    return [line for line in service.get("/metrics").text.splitlines() if re.split(r"[{ ]", line)[0] in names]


def page(service: Service, path: str) -> str:
    """What stands on a page, but for what each replica says of itself."""
    text = service.get(path).text
    return re.sub(r"<footer>.*?</footer>|<small>next .*?</small>|<small>another one is running</small>|"
                  r'<span class="small soft">next .*?</span>', "", text, flags=re.DOTALL)  # fmt: skip


def test_one_audits_and_all_show(tmp_path: Path, postgres: Cluster) -> None:
    """The other one begins nothing, is as ready, and says the same of the mocks, in metrics and on pages."""
    with replicas(tmp_path, postgres.new_database()) as them:
        leader, follower = them.leader_and_follower()
        wait_until(lambda: audits_of(leader) >= 2)
        assert follower.events("audit.started") == []
        assert follower.value("driftwatch_leader") == 0
        # between two looks of the follower's the leader may have ended an audit more
        wait_until(lambda: said_of_mocks(leader) == said_of_mocks(follower))
        for path in ("/", "/providers/payments", "/findings", "/runs", "/config"):
            wait_until(lambda path=path: page(leader, path) == page(follower, path))  # type: ignore[misc]
        assert "field-" in page(follower, "/findings")
        for service, word in ((leader, "leads"), (follower, "follows")):
            health = service.get("/readyz")
            assert (health.status_code, health.json()["status"]) == (200, "well")
            assert word in service.get("/health").text.split("<footer>")[1]
        assert follower.value('driftwatch_audit_next_run_timestamp_seconds{provider="payments"}') == 0
        assert follower.value('driftwatch_audit_runs_total{provider="payments"}') == 0
        assert follower.value('driftwatch_audit_interval_seconds{provider="payments"}') == EVERY
        assert (them.overlaps(), them.staging.overlaps()) == (0, [])


def test_another_one_takes_over_from_one_that_was_killed(tmp_path: Path, postgres: Cluster) -> None:
    """In the middle of an audit, without a word: well below a minute, and no two of them asked at the same time."""
    with replicas(tmp_path, postgres.new_database()) as them:
        leader, follower = them.leader_and_follower()
        wait_until(lambda: audits_of(leader) >= 1)
        begun = len(leader.events("audit.started"))
        wait_until(lambda: len(leader.events("audit.started")) > begun)
        killed = time.monotonic()
        leader.process.kill()
        assert seconds_until_audited(follower, killed) < HARD
        assert follower.value("driftwatch_leader") == 1
        assert (them.overlaps(), them.staging.overlaps()) == (0, [])


def test_another_one_takes_over_at_once_from_one_that_was_stopped(tmp_path: Path, postgres: Cluster) -> None:
    """SIGTERM lets the audit end and frees the seat: the next one need not wait to be sure."""
    with replicas(tmp_path, postgres.new_database()) as them:
        leader, follower = them.leader_and_follower()
        wait_until(lambda: audits_of(leader) >= 1)
        assert leader.end(signal.SIGTERM) == 0
        assert seconds_until_audited(follower, time.monotonic()) < SOFT + EVERY
        assert (them.overlaps(), them.staging.overlaps()) == (0, [])


def test_a_leader_whose_session_was_ended_leads_no_more(tmp_path: Path, postgres: Cluster) -> None:
    """It gives up the audit, somebody leads again, and what was asked and recorded tells of one audit at a time."""
    with replicas(tmp_path, postgres.new_database()) as them:
        leader, _ = them.leader_and_follower()
        for _round in range(3):
            leader, follower = them.leader_and_follower()
            before = len(leader.events("leadership.lost")), len(leader.events("leadership.won"))
            begun = len(leader.events("audit.started"))
            wait_until(lambda: len(leader.events("audit.started")) > begun)  # noqa: B023 - waited for here
            ended = them.sql(
                "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
                " WHERE a.application_name = %s AND l.locktype = 'advisory'", NAME,
            )  # fmt: skip
            assert ended == [(True,)]
            wait_until(lambda: len(leader.events("leadership.lost")) > before[0])  # noqa: B023
            recorded = audits_of(leader) + audits_of(follower)
            wait_until(lambda: audits_of(leader) + audits_of(follower) > recorded)  # noqa: B023
            assert len(them.leading()) == 1
        assert (them.overlaps(), them.staging.overlaps()) == (0, [])


def test_one_that_slept_through_its_term_records_nothing(tmp_path: Path, postgres: Cluster) -> None:
    """Stopped for longer than the server waits for it, another one leads; awake again, it ends what it had begun."""
    with replicas(tmp_path, postgres.new_database()) as them:
        leader, follower = them.leader_and_follower()
        wait_until(lambda: audits_of(leader) >= 1)
        begun = len(leader.events("audit.started"))
        wait_until(lambda: len(leader.events("audit.started")) > begun)
        (*_, mine) = leader.events("audit.started")
        wait_until(lambda: mine["run_id"] in them.staging.asked)
        slept = time.monotonic()
        leader.process.send_signal(signal.SIGSTOP)
        try:
            took = seconds_until_audited(follower, slept)
        finally:
            leader.process.send_signal(signal.SIGCONT)
        assert SILENCE - 5 < took < MINUTE - 5
        wait_until(lambda: bool(leader.events("leadership.lost")))
        wait_until(lambda: bool(leader.events("audit.interrupted")))
        assert them.leading() == [follower]
        assert len(leader.events("audit.started")) == begun + 1
        assert them.sql("SELECT status FROM runs WHERE id = %s", mine["run_id"]) == [("interrupted",)]
        (shown,) = them.sql("SELECT count(*) FROM scores JOIN runs ON number = run WHERE id = %s", mine["run_id"])
        assert shown == (0,)
        wait_until(lambda: said_of_mocks(leader) == said_of_mocks(follower))


def test_a_leader_that_is_cut_off_knows_it_by_its_own_clock(tmp_path: Path, postgres: Cluster) -> None:
    """No answer comes, not even a refusal: it leads no longer than its last proof is good for, and serves on."""
    is_cut, there = threading.Event(), postgres.new_database()
    name = there.partition("@/")[2].partition("?")[0]
    with ExitStack() as stack:
        made, server = stack.enter_context(staging())
        way = stack.enter_context(misbehave(carried(postgres.folder / ".s.PGSQL.5432", is_cut)))
        place = f"postgresql://driftwatch@127.0.0.1:{way.port}/{name}"
        service = stack.enter_context(running(config_of(tmp_path, server, place)))
        wait_until(lambda: audits_of(service) > 0)
        is_cut.set()
        cut = time.monotonic()
        wait_until(lambda: bool(service.events("leadership.lost")))
        assert time.monotonic() - cut < LEASE + 5
        begun = len(service.events("audit.started"))
        asked = sum(map(len, made.asked.values()))
        wait_until(lambda: bool(service.events("leadership.unknown")))
        assert service.value("driftwatch_leader") == 0
        assert service.get("/readyz").status_code == 200
        assert service.get("/").status_code == 200
        assert len(service.events("audit.started")) == begun
        assert sum(map(len, made.asked.values())) <= asked + 2, "but for the answer that was under way"
        is_cut.clear()
        wait_until(lambda: len(service.events("leadership.won")) > 1)
        before = audits_of(service)
        wait_until(lambda: audits_of(service) > before)


def impaired(service: Service) -> set[str]:
    """Names of what the service says somebody should look at."""
    checks = service.get("/readyz").json()["checks"]
    return {name for name, check in checks.items() if check["status"] == "impaired"}


def test_a_database_that_is_not_there_yet_is_waited_for(tmp_path: Path, postgres: Cluster) -> None:
    """The daemon serves and says what is wrong; it audits nothing, and leads as soon as it can know that it does."""
    there = postgres.new_database()
    name = "late"
    place = re.sub(r"/store_\w+", f"/{name}", there)
    with staging() as (made, server), running(config_of(tmp_path, server, place)) as service:
        wait_until(lambda: impaired(service) >= {"leadership", "store"})  # two threads learn it, each by its own look
        answer = service.get("/readyz")
        assert answer.status_code == 200
        assert "createdb" in answer.json()["checks"]["store"]["reason"]
        assert "createdb" in service.get("/health").text
        assert service.value("driftwatch_leader") == 0
        assert service.value("driftwatch_state_last_read_timestamp_seconds") == 0
        assert made.asked == {}
        with psycopg.connect(there, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        wait_until(lambda: audits_of(service) > 0)
        wait_until(lambda: service.get("/readyz").json()["status"] == "well")
        assert service.end(signal.SIGTERM) == 0


def test_without_audits_it_shows_what_others_found(tmp_path: Path, postgres: Cluster) -> None:
    """Those of a command, too; it never leads, though nobody else does, and claims no schedule."""
    place = postgres.new_database()
    with staging() as (made, server):
        config = config_of(tmp_path, server, place)
        with running(config, "--no-audits") as service:
            ran = spawn("audit", "--config", config, "--fail-on", "never")
            assert ran.code == 0, ran.err
            asked = len(made.asked)
            wait_until(lambda: service.value('driftwatch_mock_verified_ratio{provider="payments"}') == 1)
            assert service.value('driftwatch_mock_findings{impact="breaking",provider="payments"}') == 1
            text = service.get("/metrics").text
            assert not re.search(r"^driftwatch_(leader|audit_interval_seconds)[ {]", text, re.MULTILINE)
            assert len(made.asked) == asked
            assert "audits nothing" in service.get("/health").text.split("<footer>")[1]
            assert service.end(signal.SIGTERM) == 0


def test_without_audits_and_without_a_store_there_is_nothing_to_do(tmp_path: Path) -> None:
    """That is told before anything is served."""
    with serve({}) as server:
        config = config_of(tmp_path, server, "none")
        ran = spawn("serve", "--config", config, "--no-audits")
    assert ran.code == 2
    assert "--no-audits" in ran.err
    assert "DRIFTWATCH_STORE" in ran.err
