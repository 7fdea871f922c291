"""A suite that meets mocks in every way: what is recorded is what was written down, and its own results stay the same.

``suite/expected.json`` tells of each test what became of it and, one line each, which mocks it met.
"""

import json
import shutil
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import pytest

from tests.conftest import ROOT
from tests.plugin.running import LIBRARIES, RECORD, Run, run_pytest

SUITE: Final = ROOT / "tests/plugin/suite"
TRACER: Final = ("-p", "tests.plugin.tracer")
Runs = Callable[..., tuple[Run, dict[str, Any]]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Runs the suite with options, each way once, in a copy of its folder."""

    @cache
    def run(*options: str) -> tuple[Run, dict[str, Any]]:
        folder = tmp_path_factory.mktemp("run") / "suite"
        shutil.copytree(SUITE, folder)
        done = run_pytest(folder, *options, environment={"PYTHONPATH": str(ROOT)}, plugins=LIBRARIES)
        traced = folder / "traced.json"
        return done, json.loads(traced.read_text(encoding="utf-8")) if traced.exists() else {}

    return run


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["serially", "by two workers"])
def test_every_touch_is_known(options: tuple[str, ...], runs: Runs) -> None:
    """Each test with its outcome and its mocks, no more and no fewer; nothing went wrong on the way."""
    expected = json.loads((SUITE / "expected.json").read_text(encoding="utf-8"))
    run, _ = runs(RECORD, *options)
    assert {test: [run.outcomes[test], *touches] for test, touches in run.touches.items()} == expected
    assert run.usage is not None
    assert run.usage["is_whole"]
    assert "driftwatch:" not in run.output


@pytest.mark.parametrize("options", [(), TRACER, ("-n", "2")], ids=["serially", "traced", "by two workers"])
def test_results_stay_the_same(options: tuple[str, ...], runs: Runs) -> None:
    """What JUnit XML says of each test, a failure's text and all, is what it says without the plugin.

    Warnings are errors in this suite. The tracer sees the same lines, and traces to the end.
    """
    without, traced = runs(*options)
    with_it, traced_too = runs(RECORD, *options)
    assert with_it.results == without.results
    assert len(without.results) > 60
    assert with_it.code == without.code
    assert traced_too == traced
    assert traced.get("is_tracing", True)


def test_without_being_asked_nothing_is_written(runs: Runs) -> None:
    """The plugin is there, and silent."""
    run, _ = runs()
    assert run.usage is None
    assert "driftwatch" not in run.output
