"""``--shard`` and ``--run``: what they may say, and what a share does and leaves to others."""

import json
from pathlib import Path
from typing import Any

import pytest

from driftwatch.cli.sharding import run_name, shard_from
from driftwatch.model.errors import UsageError
from driftwatch.model.shard import WHOLE, Shard
from driftwatch.transport.target import Target
from driftwatch.wiring.audits import shared
from tests.cli.calling import call, untouched, write_config, write_stub
from tests.servers import Received, json_answer, serve

JOB = {"JOB_COMPLETION_INDEX": "2", "DRIFTWATCH_SHARDS": "4"}


@pytest.mark.parametrize(
    ("written", "environment", "shard"),
    [
        (None, JOB, WHOLE),
        ("0/1", {}, WHOLE),
        ("0/4", {}, Shard(0, 4)),
        (" 999/1000 ", {}, Shard(999, 1000)),
        ("auto", JOB, Shard(2, 4)),
        ("AUTO", {"JOB_COMPLETION_INDEX": " 0 ", "DRIFTWATCH_SHARDS": "1"}, WHOLE),
    ],
)
def test_a_shard(written: str | None, environment: dict[str, str], shard: Shard) -> None:
    """As written, or as Kubernetes says."""
    assert shard_from(written, environment) == shard


@pytest.mark.parametrize(
    ("written", "environment", "told"),
    [
        ("4/4", {}, "numbered from 0"),
        ("0/0", {}, "0/4"),
        ("1/1001", {}, "1,000"),
        ("1", {}, "or auto"),
        ("-1/4", {}, "or auto"),
        ("٣/٤", {}, "or auto"),
        ("1/2/3", {}, "or auto"),
        ("auto", {}, "JOB_COMPLETION_INDEX and DRIFTWATCH_SHARDS not set"),
        ("auto", {"JOB_COMPLETION_INDEX": "1"}, "DRIFTWATCH_SHARDS not set"),
        ("auto", JOB | {"DRIFTWATCH_SHARDS": "2"}, "JOB_COMPLETION_INDEX=2, DRIFTWATCH_SHARDS=2"),
        ("auto", JOB | {"DRIFTWATCH_SHARDS": "four"}, "DRIFTWATCH_SHARDS is no whole number"),
    ],
)
def test_what_is_no_shard(written: str, environment: dict[str, str], told: str) -> None:
    """Is told with what would be one."""
    with pytest.raises(UsageError) as refused:
        shard_from(written, environment)
    assert told in str(refused.value)


@pytest.mark.parametrize("name", ["driftwatch-29384756", "nightly:2026.05_01", "a" * 64])
def test_a_name(name: str) -> None:
    """What Kubernetes calls a Job, and what a person would."""
    assert run_name(name) == name


@pytest.mark.parametrize("name", ["-x", "a b", "a" * 65, "né", "a\n"])
def test_what_is_no_name(name: str) -> None:
    """Is told where Kubernetes has one."""
    with pytest.raises(UsageError, match=r"batch\.kubernetes\.io/job-name"):
        run_name(name)


@pytest.mark.parametrize(
    ("index", "told"), [(0, (2.5, 3, 1)), (1, (2.5, 3, 1)), (2, (2.5, 2, 1)), (3, (2.5, 2, 1))]
)  # fmt: skip
def test_what_a_service_bears_is_divided(index: int, told: tuple[float, int, int]) -> None:
    """Rate and budget add up to those of one process; of connections each has one at least."""
    target = Target("x", "https://x.example", rate=10.0, budget=10, concurrency=4)
    mine = shared(target, Shard(index, 4))
    assert (mine.rate, mine.budget, mine.concurrency) == told
    assert shared(target, WHOLE) is target
    unlimited = shared(Target("x", "https://x.example", rate=None), Shard(index, 4))
    assert (unlimited.rate, unlimited.budget) == (None, None)


def test_a_days_budget_is_divided_where_no_store_counts_it() -> None:
    """In a store each takes what it needs until all is taken; without one, each has its part, which may be nothing."""
    target = Target("x", "https://x.example", daily_budget=3)
    assert [shared(target, Shard(index, 4)).daily_budget for index in range(4)] == [1, 1, 1, 0]
    assert [shared(target, Shard(index, 4), has_store=True).daily_budget for index in range(4)] == [3] * 4


def _team(folder: Path, url: str) -> Path:
    for number in range(20):
        write_stub(folder / "mocks", f"/items/{number}", {"id": number}, name=f"{number}")
    return write_config(folder, {"items": {"mocks": "mocks", "target": url}}, samples=1, rate=10_000)


def _item(request: Received) -> Any:
    return json_answer(f'{{"id": "{request.path.rpartition("/")[2]}"}}')


def test_the_last_of_them_tells_of_the_whole(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others tell of their share, with its findings and its exit code; metrics are those of the whole run."""
    textfile = tmp_path / "driftwatch.prom"
    with serve(_item) as staging, untouched(monkeypatch):
        config = _team(tmp_path, staging.url)
        monkeypatch.setenv("DRIFTWATCH_STORE", str(tmp_path / "store.db"))
        monkeypatch.setenv("DRIFTWATCH_RUN", "nightly")
        reports = []
        for index in (1, 0, 2):
            assert not textfile.exists()
            ran = call(
                capsys, "audit", "--config", config, "--shard", f"{index}/3", "--format", "json", "--textfile", textfile
            )
            assert ran.code == 1
            reports.append(json.loads(ran.out))
        assert 'driftwatch_mock_operations{provider="items",status="drifted"} 20.0' in textfile.read_text("utf-8")
        again = call(capsys, "audit", "--config", config, "--shard", "1/3")
        assert (again.code, again.out) == (0, "")
        assert "nothing is left to do" in again.err
        mistaken = call(capsys, "audit", "--config", config, "--shard", "1/5", "--run", "nightly")
        assert mistaken.code == 2
        assert "has 3 shards" in mistaken.err
    assert [report["run"]["shard"] for report in reports] == [
        {"index": 1, "count": 3}, {"index": 0, "count": 3}, None,
    ]  # fmt: skip
    assert {report["run"]["id"] for report in reports} == {"nightly"}
    *shares, whole = [report["totals"]["interactions"] for report in reports]
    assert whole == 20
    assert 0 < sum(shares) < 20


def test_without_a_store_each_has_its_own_metrics(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group of its own at the Pushgateway, as nobody puts them together."""
    with serve(_item) as staging, serve(lambda _: json_answer("")) as gateway, untouched(monkeypatch):
        config = _team(tmp_path, staging.url)
        monkeypatch.setenv("DRIFTWATCH_STORE", "none")
        for index in range(2):
            ran = call(
                capsys, "audit", "--config", config, "--shard", f"{index}/2", "--push-gateway", gateway.url,
                "--fail-on", "never",
            )  # fmt: skip
            assert ran.code == 0, ran.err
        assert [one.path for one in gateway.received if one.method == "PUT"] == [
            "/metrics/job/driftwatch/shard/0", "/metrics/job/driftwatch/shard/1",
        ]  # fmt: skip
