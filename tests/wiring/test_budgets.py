"""A budget too small for everything, over many runs: real mocks, a real service, a real store."""

from collections import Counter
from pathlib import Path

import pytest

from driftwatch.cli.progress import Bar
from driftwatch.model.summary import Summary, Verdict
from driftwatch.settings.load import load
from driftwatch.settings.tree import Settings
from driftwatch.store.database import DatabaseStore
from driftwatch.wiring.audits import run_remembered
from tests.cli.calling import write_config, write_stub
from tests.servers import Answer, Received, Server, json_answer, serve

MOCKS = 40
PATHS = [f"/things/{number:02}" for number in range(MOCKS)]


def settings_of(folder: Path, server: Server, **probing: object) -> Settings:
    """A config of one provider that is asked as fast as it goes, each mock once in a run."""
    for path in PATHS:
        write_stub(folder / "mocks", path, {"id": 1}, name=path[-2:])
    quick = {"samples": 1, "spacing_seconds": 0, "rate": 10_000, "concurrency": 1}
    return load(write_config(folder, {"it": {"mocks": "mocks", "target": server.url}}, **(quick | probing)), {})


def audit(settings: Settings, store: DatabaseStore) -> Summary:
    """One run."""
    with Bar() as bar:
        return run_remembered(settings, bar, store=store).summary


def asked(server: Server) -> list[str]:
    """The mocks that were asked since the last time, in order."""
    paths = [request.path for request in server.received if request.path in PATHS]
    server.received.clear()
    return paths


@pytest.fixture
def store(tmp_path: Path) -> DatabaseStore:
    """A new store."""
    return DatabaseStore.at(str(tmp_path / "driftwatch.db"))


def by_verdict(summary: Summary) -> dict[Verdict, int]:
    """Only those that there are."""
    return {verdict: number for verdict, number in summary.verdicts.items() if number}


def test_a_tenth_of_the_budget_verifies_everything_in_ten_runs(tmp_path: Path, store: DatabaseStore) -> None:
    """Each run takes the next tenth, and begins again with the oldest; what was not asked is said, each time."""
    with serve(json_answer('{"id": 1}')) as server:
        settings = settings_of(tmp_path, server, budget=MOCKS // 10 + 1)  # and one that learns of unknown routes
        first = []
        for _ in range(10):
            summary = audit(settings, store)
            assert by_verdict(summary) == {Verdict.VERIFIED: 4, Verdict.SKIPPED: 36}
            assert {one.reason for one in summary.results if one.verdict is Verdict.SKIPPED} == {
                "the run's budget of 5 requests is spent"
            }
            first.append(asked(server))
        assert sorted(path for each in first for path in each) == PATHS
        for number in range(10):
            audit(settings, store)
            assert sorted(asked(server)) == sorted(first[number])


def test_what_nobody_can_verify_does_not_keep_others_from_their_turn(tmp_path: Path, store: DatabaseStore) -> None:
    """Mocks whose requests are refused stay unverified for ever; every other mock is verified in ten runs."""

    def answer(request: Received) -> Answer:
        return Answer(403) if request.path in PATHS[:8] else json_answer('{"id": 1}')

    with serve(answer) as server:
        settings = settings_of(tmp_path, server, budget=MOCKS // 10 + 1)
        seen = Counter[str]()
        for _ in range(20):
            audit(settings, store)
            seen.update(asked(server))
        assert seen == dict.fromkeys(PATHS, 2)


def test_a_new_mock_comes_first(tmp_path: Path, store: DatabaseStore) -> None:
    """What no run ever asked is asked before anything else, wherever its file stands."""
    with serve(json_answer('{"id": 1}')) as server:
        audit(settings_of(tmp_path, server), store)
        write_stub(tmp_path / "mocks", "/things/new", {"id": 1}, name="zz")
        server.received.clear()
        audit(settings_of(tmp_path, server, budget=2), store)
        assert "/things/new" in [request.path for request in server.received]


def test_what_drifted_is_looked_at_before_what_never_did(tmp_path: Path, store: DatabaseStore) -> None:
    """Among mocks that were asked at the same time."""

    def answer(request: Received) -> Answer:
        return json_answer('{"id": "x"}' if request.path == PATHS[30] else '{"id": 1}')

    with serve(answer) as server:
        audit(settings_of(tmp_path, server), store)
        asked(server)
        audit(settings_of(tmp_path, server, budget=2), store)
        assert asked(server) == [PATHS[30]]


def test_what_matters_comes_first_among_equals(tmp_path: Path, store: DatabaseStore) -> None:
    """By the operator's word, where nothing else tells mocks apart."""
    with serve(json_answer('{"id": 1}')) as server:
        audit(settings_of(tmp_path, server, budget=3, important=["GET /things/2[0-1]"]), store)
        assert asked(server) == PATHS[20:22]


def test_a_budget_that_lasts_changes_no_order(tmp_path: Path, store: DatabaseStore) -> None:
    """All is asked in the order of the files, as without a memory."""
    with serve(json_answer('{"id": 1}')) as server:
        settings = settings_of(tmp_path, server, budget=MOCKS + 1, important=["GET /things/2[0-1]"])
        for _ in range(2):
            audit(settings, store)
            assert asked(server) == PATHS


def test_a_days_budget_is_shared_by_runs_through_the_store(tmp_path: Path, store: DatabaseStore) -> None:
    """Each run takes what is left, the stalest first; another process at the same store sees the same."""
    with serve(json_answer('{"id": 1}')) as server:
        settings = settings_of(tmp_path, server, daily_budget=30)
        assert by_verdict(audit(settings, store)) == {Verdict.VERIFIED: 29, Verdict.SKIPPED: 11}
        assert asked(server) == PATHS[:29]
        again = audit(settings, DatabaseStore.at(str(tmp_path / "driftwatch.db")))
        assert by_verdict(again) == {Verdict.SKIPPED: 40}
        assert {one.reason for one in again.results} == {
            "the day's budget of 30 requests is spent; the next day begins at 00:00 UTC"
        }
        assert server.received == []
        audit(settings_of(tmp_path, server, daily_budget=36), store)
        assert asked(server) == PATHS[29:34]
