"""How much it costs to remember a run of 10,000 interactions, beside its very rows inserted by bare SQL in one run.

Run as ``python -m tests.bench.bench_store``; prints one JSON object per figure. Both sides write to SQLite files of one
kind (WAL, the same tables) in one folder, take turns, and the best of several rounds counts: seconds on the wall, since
a database waits for its disk. Bare SQL has its rows ready; the store makes them of nouns, moves 2,000 findings on by
the timeline, keeps what is to be kept and forgets the rest. A run is the fourth of its kind, so that rows are replaced
as well as added.
"""

import dataclasses
import gc
import json
import platform
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from driftwatch.drift.timeline import advance
from driftwatch.model.memory import Entry
from driftwatch.model.score import Score
from driftwatch.model.summary import Result, Verdict
from driftwatch.store import rows, tables
from driftwatch.store.database import DatabaseStore
from tests.drift.lives import FINDINGS, STUB, Story
from tests.store.making import HISTORY, NOW, a_mock, a_run, an_entry, given

INTERACTIONS = 10_000
FINDINGS_FOUND = 2_000
ROUNDS = 5
BOUND = 8.0
LEARNT = dataclasses.replace(HISTORY, noise=())

MOCKS, LIVES, VERDICTS, RUNS = (
    [column.name for column in table.columns if column.name != "number"]
    for table in (tables.MOCKS, tables.LIVES, tables.VERDICTS, tables.RUNS)
)


def main() -> None:
    """Measure and tell."""
    with tempfile.TemporaryDirectory() as folder:
        ours, bare = str(Path(folder) / "ours.db"), str(Path(folder) / "bare.db")
        store = DatabaseStore.at(ours)
        for number in range(3):
            _record(store, number)
            _record(DatabaseStore.at(bare), number)
        best = {"store": float("inf"), "bare": float("inf")}
        for number in range(3, 3 + ROUNDS):
            best["store"] = min(best["store"], _timed(lambda n=number: _record(store, n)))  # type: ignore[misc]
            best["bare"] = min(best["bare"], _timed(_bare(bare, number)))
        size = Path(ours).stat().st_size
    print(  # noqa: T201
        json.dumps({
            "goal": "STORE", "what": "recording a 10,000-interaction run / the same rows by bare SQL",
            "ratio": round(best["store"] / best["bare"], 2), "bound": BOUND,
            "seconds": {name: round(seconds, 3) for name, seconds in best.items()},
            "megabytes_after_8_runs": round(size / 1e6, 1), "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
        })
    )  # fmt: skip


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _entry(number: int) -> Entry:
    run = a_run(number, at=NOW + timedelta(hours=number))
    mocks = (replace(a_mock(each), mock_id=f"stub-{each}", reason="", history=LEARNT) for each in range(INTERACTIONS))
    return an_entry(run, tuple(mocks))


def _findings(number: int) -> Story:
    return Story(FINDINGS["sure"], at=NOW + timedelta(hours=number))


def _record(store: DatabaseStore, number: int) -> None:
    """What a use case does once the audit is over, but for the audit."""
    story, entry = _findings(number), _entry(number)
    found = tuple(replace(story.finding, path=f"/{each}") for each in range(FINDINGS_FOUND))
    summary = story.summary("S")
    result = Result(STUB, Verdict.DRIFTED, "", found, Score(49.0), samples=3)
    summary = replace(summary, providers=(replace(summary.providers[0], results=(result,)),))
    given(store.begin(entry.run))
    given(store.record(entry, lambda lives: advance(lives, summary, {})))


def _bare(place: str, number: int) -> Callable[[], None]:
    """The rows of the same run, ready to be written."""
    entry = _entry(number)
    with sqlite3.connect(place) as connection:
        run = connection.execute("SELECT MAX(number) FROM runs").fetchone()[0] + 1
        lives = connection.execute(f"SELECT {', '.join(LIVES)} FROM lives").fetchall()  # noqa: S608
    connection.close()
    row = rows.run_row(entry.run)
    mocks = [_plain(rows.mock_row(mock, run), MOCKS) for mock in entry.mocks]
    verdicts = [_plain(rows.verdict_row(mock, run), VERDICTS) for mock in entry.mocks]

    def write() -> None:
        connection = sqlite3.connect(place, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}").close()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_insert("runs", RUNS), _plain(row, RUNS))
        connection.execute("INSERT INTO scores VALUES (?, 'payments', 80.0, 0.5, 2.5)", (run,))
        connection.executemany(_insert("mocks", MOCKS, over="key"), mocks)
        connection.executemany(_insert("verdicts", VERDICTS), verdicts)
        connection.executemany(_insert("lives", LIVES, over="fingerprint"), lives)
        connection.execute("COMMIT")
        connection.close()

    return write


def _plain(row: rows.Row, columns: list[str]) -> tuple[object, ...]:
    values = (row[name] for name in columns)
    return tuple(value.isoformat(" ") if hasattr(value, "isoformat") else value for value in values)


def _insert(table: str, columns: list[str], over: str = "") -> str:
    text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
    if not over:
        return text
    rest = ", ".join(f"{name} = excluded.{name}" for name in columns if name != over)
    return f"{text} ON CONFLICT ({over}) DO UPDATE SET {rest}"


if __name__ == "__main__":
    main()
