"""Killed at any moment, a store opens again, knows which run was cut off, and the next run is right.

Five times in the suite; ``CRASHES=50`` for as many as one likes.
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from driftwatch.model.lifecycle import Life
from driftwatch.model.memory import RunStatus
from driftwatch.store.database import DatabaseStore
from tests.conftest import ROOT
from tests.store.crashing import MOCKS, audit_once
from tests.store.making import given

CRASHES = int(os.environ.get("CRASHES", "5"))


def _told(lives: tuple[Life, ...]) -> list[tuple[object, ...]]:
    """What is the same whenever a run was made."""
    return sorted(
        (life.fingerprint, life.state.value, life.finding.kind, life.finding.severity.value, life.incarnation)
        for life in lives
    )


@pytest.mark.timeout(60 + 40 * CRASHES)
def test_killed_at_random_moments(place: str, tmp_path: Path) -> None:
    """After each kill: the database is sound, no run is there in part, and the next run's findings are as ever."""
    undisturbed = DatabaseStore.at(str(tmp_path / "undisturbed.db"))
    expected = audit_once(undisturbed, "only")
    names = sorted(finding.fingerprint for finding in expected.summary.findings)
    dice = random.Random(20260501)
    for crash in range(CRASHES):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.crashing", place, f"crash-{crash}"], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        ended = {process.stdout.readline().decode().strip()}  # it has begun in earnest
        time.sleep(dice.uniform(0.0, 0.4))
        process.kill()
        ended |= {line.decode().strip() for line in process.stdout.read().splitlines()}
        process.wait()
        process.stdout.close()
        store = DatabaseStore.at(place)
        came = audit_once(store, f"after-{crash}")
        assert came.trouble is None
        assert sorted(finding.fingerprint for finding in came.summary.findings) == names
        assert {finding.state for finding in came.summary.findings} == {"open"}
        assert _told(came.lives) == _told(expected.lives)
        _check_runs(store, f"crash-{crash}-", ended, came.interrupted)
        _check_rows(store)


def _check_runs(store: DatabaseStore, prefix: str, ended: set[str], interrupted: tuple[str, ...]) -> None:
    """All runs that said they ended are whole; at most one was cut off, and the next run said so."""
    runs = {run.id: run.status for run in given(store.runs(10_000)) if run.id.startswith(prefix)}
    cut_off = {name for name, status in runs.items() if status is RunStatus.INTERRUPTED}
    assert {name for name, status in runs.items() if status is RunStatus.COMPLETE} >= ended
    assert len(cut_off) <= 1
    assert cut_off == set(interrupted)
    assert RunStatus.RUNNING not in runs.values()


def _check_rows(store: DatabaseStore) -> None:
    """A run has all its verdicts or none, and SQLite finds its file sound."""
    with store.engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT r.status, COUNT(v.mock) FROM runs r LEFT JOIN verdicts v ON v.run = r.number "
                    "GROUP BY r.number, r.status")
        ).all()  # fmt: skip
        assert {count for status, count in rows if status == "complete"} <= {0, MOCKS}
        assert {count for status, count in rows if status == "interrupted"} <= {0}
        if connection.dialect.name == "sqlite":
            assert connection.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
            assert connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []
