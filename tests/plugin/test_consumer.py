"""A project of a consumer: sixty tests over seven ways to mock, and exactly those that lie are found.

``consumer/expected.json`` is written by hand: it tells what each mock is worth after the audit below, which tests rest
on which, and which mocks nobody uses.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.calling import PATIENCE, plain_environment
from tests.conftest import ROOT
from tests.plugin.running import LIBRARIES, RECORD, Run, run_pytest
from tests.servers import Answer, json_answer, serve

CONSUMER: Final = ROOT / "tests/plugin/consumer"
EXPECTED: Final = json.loads((CONSUMER / "expected.json").read_text(encoding="utf-8"))
WAYS: Final = {"serially": (), "by two workers": ("-n", "2"), "traced": ("-p", "tests.plugin.tracer")}


def _order(number: int) -> dict[str, object]:
    return {"id": number, "state": "paid", "total": "12.50", "lines": [{"sku": "A-1", "count": 2}]}


def _invoice(number: int) -> dict[str, object]:
    return {"number": number, "amount": "99.00", "due": "2026-12-24", "paid": False}


STAGING: Final[Mapping[str, object]] = {
    "/orders/v1/orders/1": _order(1),
    "/orders/v1/orders/2": {name: value for name, value in _order(2).items() if name != "total"},
    "/orders/v1/orders/3": _order(3),
    "/orders/v1/customers/7": {"id": 7, "name": "Ada", "points": "120"},
    "/orders/v1/customers/8": {"id": 8, "name": "Grace", "points": 80},
    "/orders/v1/rates": {"EUR": "1.00"},
    "/billing/v1/invoices/1": _invoice(1),
    "/billing/v1/invoices/2": {**_invoice(2), "amount": None},
    "/billing/v1/invoices/3": _invoice(3),
    "/billing/v1/invoices/4": _invoice(4),
    "/billing/v1/refunds/1": {"id": 1, "amount": "5.00"},
    "/stock/v1/items/A": {"sku": "A", "left": 3},
    "/stock/v1/items/B": {"sku": "B"},
    "/stock/v1/items/C": {"sku": "C", "left": 5},
}
"""What the real services answer today."""
OLD: Final = ("order-3.json", 'invoices.yaml","/interactions/2', 'items.yaml","/responses/2')
"""Where the mocks stand that were found true 240 days ago, and not since."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, after an audit of its mocks."""
    folder = tmp_path_factory.mktemp("consumer") / "shop"
    shutil.copytree(CONSUMER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    with serve(lambda request: _answer(request.path)) as staging:
        providers = {
            name: {"mocks": f"mocks/{name}", "target": f"{staging.url}/{name}"}
            for name in ("orders", "billing", "stock")
        }
        config = {"providers": providers, "probing": {"samples": 1, "rate": 50, "total_rate": 100}}
        (folder / "driftwatch.yaml").write_text(json.dumps(config), encoding="utf-8")
        driftwatch(folder, "audit", "--fail-on", "never")
    with closing(sqlite3.connect(folder / ".driftwatch/driftwatch.db")) as store, store:
        for place in OLD:
            back = "UPDATE mocks SET verified_at = datetime(verified_at, '-240 days') WHERE place LIKE ?"
            assert store.execute(back, (f"%{place}%",)).rowcount == 1
    return folder


@pytest.fixture(scope="module")
def runs(project: Path) -> Callable[..., Run]:
    """Runs the project's tests with options, each way once."""
    return cache(
        lambda *options: run_pytest(project, *options, environment={"PYTHONPATH": str(ROOT)}, plugins=LIBRARIES)
    )


def _answer(path: str) -> Answer:
    return json_answer(json.dumps(STAGING[path])) if path in STAGING else json_answer("{}", 404)


def driftwatch(folder: Path, *words: str) -> str:
    """What a command prints in a folder, in a process of its own; it must end well."""
    done = subprocess.run(
        [sys.executable, "-m", "driftwatch", *words], cwd=folder, env=plain_environment(), capture_output=True,
        text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _place(mock: Mapping[str, Any]) -> str:
    """Where a mock stands; one that stands in code is known by what it answers."""
    origin = mock["origin"]
    if origin is None:
        return str(mock["label"])
    return f"{origin['file']}#{origin['pointer']}" if origin["pointer"] else str(origin["file"])


def _told(document: Mapping[str, Any]) -> dict[str, Any]:
    """What `driftwatch tests` tells, in the form of ``expected.json``."""
    tests = document["tests"]
    green = {
        trust: sorted(test["test"] for test in tests if test["trust"] == trust and test["outcome"] == "passed")
        for trust in ("drifted", "never", "stale", "verified")
    }
    return {
        "mocks": {_place(mock): mock["trust"] for test in tests for mock in test["mocks"]},
        "unused": {_place(mock): mock["trust"] for mock in document["unused"]},
        "not green": {test["test"]: test["outcome"] for test in tests if test["outcome"] != "passed"},
        **green,
    }


@pytest.mark.parametrize("way", WAYS)
def test_exactly_those_that_lie(way: str, project: Path, runs: Callable[..., Run]) -> None:
    """Lying, never verified, stale, verified and unused: each set is the one that was written down."""
    run = runs(RECORD, *WAYS[way])
    assert run.usage is not None, run.output
    assert run.usage["is_whole"]
    assert "driftwatch:" not in run.output
    usage = project / ".driftwatch/usage.json"
    usage.write_text(json.dumps(run.usage), encoding="utf-8")
    words = ("tests", "--usage", str(usage), "--format", "json", "--fail-on", "nothing")
    document = json.loads(driftwatch(project, *words))
    expected = {name: sorted(value) if isinstance(value, list) else value for name, value in EXPECTED.items()}
    del expected["on no mock"]
    assert _told(document) == expected
    assert sorted(test["test"] for test in document["tests"] if test["is_lying"]) == expected["drifted"]


def test_every_test_is_accounted_for(runs: Callable[..., Run]) -> None:
    """Sixty in all: each of them is in one of the sets, or meets no mock."""
    sets = ("drifted", "never", "stale", "verified", "not green", "on no mock")
    names = [name for one in sets for name in EXPECTED[one]]
    assert len(names) == len(set(names)) == 60
    assert len(runs().results) == 60
    assert set(runs(RECORD).touches) == set(names) - set(EXPECTED["on no mock"])


@pytest.mark.parametrize("way", WAYS)
def test_its_own_results_stay_the_same(way: str, runs: Callable[..., Run]) -> None:
    """What becomes of each test, with the text of its failure, is what becomes of it without the plugin."""
    with_it, without = runs(RECORD, *WAYS[way]), runs(*(WAYS[way] if way == "traced" else ()))
    assert with_it.results == without.results
    assert with_it.code == without.code == 1


def test_in_the_run_itself(runs: Callable[..., Run]) -> None:
    """A line after the results counts the same, by what the last audit left in the store."""
    run = runs("--driftwatch")
    assert run.results == runs().results
    told = [line for line in run.output.splitlines() if line.startswith("driftwatch: ")]
    assert "16 green tests" in told[0], told
