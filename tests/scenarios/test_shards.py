"""Eight processes on one PostgreSQL, as an Indexed Job starts them; one is killed and comes back.

``INTERACTIONS=20000`` makes it the size of an organisation.
"""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from tests.cli.calling import Ran, start, stop
from tests.postgres import Cluster, for_tests
from tests.servers import Answer, Received, json_answer, serve
from tests.waiting import wait_until

pytestmark = pytest.mark.postgres

COUNT: Final = 8
INTERACTIONS: Final = int(os.environ.get("INTERACTIONS", "800"))
PATIENCE: Final = 60 + INTERACTIONS / 20
_PASSING: Final = frozenset({
    "id", "started_at", "seconds", "requests_sent", "first_seen", "last_seen", "last_verified", "config_digest",
    "newest", "oldest",
})  # fmt: skip
"""Keys of a report that differ from run to run."""


@dataclass
class Staging:
    """A service of which every tenth item has lost its name and every fiftieth is gone; it waits until it may speak."""

    may_speak: threading.Event = field(default_factory=threading.Event)

    def __call__(self, request: Received) -> Answer:
        self.may_speak.wait(PATIENCE)
        number = request.path.rpartition("/")[2]
        if not number.isdigit() or int(number) % 50 == 7:
            return json_answer('{"error": "there is no such thing"}', 404)
        name = "" if int(number) % 10 == 3 else f'"name": "item {number}", '
        return json_answer(f'{{"id": {number}, {name}"price": 12.5}}')


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL for these tests."""
    yield from for_tests()


def write(folder: Path, url: str) -> Path:
    """Mocks of all items, a hundred in a file, and a config."""
    mocks = folder / "mocks"
    mocks.mkdir()
    for first in range(0, INTERACTIONS, 100):
        stubs = [
            {
                "request": {"method": "GET", "url": f"/items/{number}"},
                "response": {"status": 200, "jsonBody": {"id": number, "name": f"item {number}", "price": 9.5}},
            }
            for number in range(first, first + 100)
        ]
        (mocks / f"{first:06d}.json").write_text(json.dumps({"mappings": stubs}), encoding="utf-8")
    config = folder / "driftwatch.yaml"
    config.write_text(
        f"""
providers:
  items:
    mocks: mocks
    target: {url}
    probing:
      samples: 1
      rate: 10000
      concurrency: 8
      budget: 1000000
      timeout: {{read: {PATIENCE:.0f}, total: {PATIENCE:.0f}}}
""",
        encoding="utf-8",
    )
    return config


def ran(command: tuple[object, ...], environment: dict[str, str]) -> Ran:
    """One process, to its end."""
    with start(*command, environment=environment) as process:
        out, err = process.communicate(timeout=PATIENCE)
    return Ran(process.returncode, out, err)


def told(text: str) -> Any:
    """A report, without what differs from run to run."""
    report = json.loads(text)
    assert report["canary"]["planted"] == report["canary"]["caught"]
    del report["canary"]
    return _lasting(report)


def _lasting(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _lasting(value) for name, value in part.items() if name not in _PASSING}
    return [_lasting(each) for each in part] if isinstance(part, list) else part


def rows(database: str, query: str) -> list[tuple[Any, ...]]:
    """What stands in the database."""
    with psycopg.connect(database) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.timeout(2 * PATIENCE + 120)
def test_what_eight_find_is_what_one_finds(postgres: Cluster, tmp_path: Path) -> None:
    """One is killed in the middle of its work: it is seen to be missing, and its retry makes up for it."""
    staging, database = Staging(), postgres.new_database()
    with serve(staging) as server, ExitStack() as stack:
        config = write(tmp_path, server.url)
        command = ("audit", "--config", config, "--format", "json", "--fail-on", "never", "--shard", "auto")
        job = {"DRIFTWATCH_STORE": database, "DRIFTWATCH_SHARDS": str(COUNT), "DRIFTWATCH_RUN": "driftwatch-29384"}
        pods = []
        for index in range(COUNT):
            pods.append(start(*command, environment=job | {"JOB_COMPLETION_INDEX": str(index)}))
            stack.callback(stop, pods[-1])
        for _ in range(int(PATIENCE / 30) + 1):
            with suppress(AssertionError):
                wait_until(lambda: bool(server.received) and len(_shares(database)) == COUNT)
                break
        pods[3].kill()
        pods[3].communicate()
        staging.may_speak.set()
        reports = [pod.communicate(timeout=PATIENCE)[0] for index, pod in enumerate(pods) if index != 3]
        assert [pod.returncode for pod in pods] == [0, 0, 0, -9, 0, 0, 0, 0]
        assert [json.loads(report)["run"]["shard"]["count"] for report in reports] == [COUNT] * 7
        assert sum(ended for _, ended in _shares(database)) == 7
        assert rows(database, "SELECT status, shards FROM runs") == [("running", COUNT)]

        again = ran(command, job | {"JOB_COMPLETION_INDEX": "3"})
        assert again.code == 0, again.err
        assert rows(database, "SELECT status, shards FROM runs") == [("complete", COUNT)]
        alone = ran(command[:-2], {"DRIFTWATCH_STORE": postgres.new_database()})
        assert alone.code == 0, alone.err

        whole = told(again.out)
        assert whole == told(alone.out)
        assert json.loads(again.out)["run"]["shard"] is None
        assert whole["totals"]["interactions"] == INTERACTIONS
        assert whole["totals"]["findings"]["breaking"] == INTERACTIONS // 10 + INTERACTIONS // 50
        assert whole["totals"]["verdicts"]["verified"] == INTERACTIONS - whole["totals"]["findings"]["breaking"]


def _shares(database: str) -> list[tuple[int, bool]]:
    """Which shares somebody takes, and whether they are done; none before there are tables."""
    try:
        return rows(database, "SELECT shard, ended_at IS NOT NULL FROM shares ORDER BY shard")
    except psycopg.errors.UndefinedTable:
        return []
