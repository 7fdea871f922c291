"""``driftwatch tests blind``: a team's real tests, with pytest, once their mocks have drifted as the service has."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from driftwatch.reports.schemas import interface_schema
from driftwatch.settings.store import place_in
from driftwatch.wiring.memory import store_at
from tests.cli.calling import Ran, call, untouched, write_config
from tests.programs import program
from tests.repositories import git
from tests.scenarios.blind import shop
from tests.servers import Answer, json_answer, serve

pytestmark = pytest.mark.timeout(240)
PYTEST: Final = f"{sys.executable} -m pytest -v -p no:cacheprovider {{tests}}"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Path]:
    """The shop's checkout, what its tests rest on in a store beside it, and its services as they are today."""
    program("git", "git")
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SHOP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # they are not needed, and take longer than the tests
    shop.lay_out(folder)
    answers = {path: json_answer(json.dumps(body)) for path, body in shop.TODAY.items()}
    with untouched(monkeypatch), serve(lambda request: answers.get(request.path, Answer(404))) as service:
        monkeypatch.setenv("DRIFTWATCH_STORE", str(tmp_path / "store.db"))
        write_config(folder, {name: {"mocks": f"mocks/{name}", "target": service.url} for name in ("orders", "stock")})
        git(folder, "init", "--quiet", "--initial-branch", "main")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "all of it")
        place = place_in(os.environ, folder)
        assert place is not None
        store = store_at(place, 90)
        assert store is not None
        known = shop.uses(shop.keys(call(capsys, "mocks", "--format", "json").out))
        assert store.keep_uses("shop", known, is_whole=True) is None
        yield folder


def blind(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[Ran, Any]:
    """The command, and its document, which fits its schema."""
    command = () if "--command" in arguments else ("--command", PYTEST)
    ran = call(capsys, "tests", "blind", "--format", "json", *command, *arguments)
    found = json.loads(ran.out)
    violations = Draft202012Validator(interface_schema("blind-1")).iter_errors(found)
    assert [f"{error.json_path}: {error.message}" for error in violations] == []
    return ran, found


def pairs(found: Any, verdict: str) -> dict[str, tuple[str, ...]]:
    """By test, the paths of the findings of one verdict."""
    paths = {one["fingerprint"]: one["path"] for one in found["findings"]}
    told: dict[str, list[str]] = {}
    for one in found["pairs"]:
        if one["verdict"] == verdict:
            told.setdefault(one["test"], []).append(paths[one["finding"]])
    return {test: tuple(sorted(own)) for test, own in told.items()}


def sorted_pairs(table: Any) -> dict[str, tuple[str, ...]]:
    """A table of the shop's as ``pairs`` tells it."""
    return {test: tuple(sorted(own)) for test, own in table.items() if own}


def state(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Every file with its bytes, its time and its mode."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
        for path in files
    }


def test_every_pair_has_the_verdict_that_was_counted_by_hand(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """Who notices what, who says nothing and why, the score; not one byte or time of the checkout is another."""
    before = state(project)
    ran, found = blind(capsys)
    assert state(project) == before
    assert pairs(found, "blind") == sorted_pairs(shop.BLIND)
    assert pairs(found, "noticed") == sorted_pairs(shop.NOTICED)
    assert pairs(found, "not-tried") == {}
    left_out = {one["test"]: one["reason"] for one in found["left_out"]}
    assert left_out.keys() == shop.LEFT_OUT.keys()
    assert [test for test, reason in left_out.items() if not reason.startswith(shop.LEFT_OUT[test])] == []
    totals = found["totals"]
    assert (totals["tried"], totals["blind"]) == (shop.TRIED, shop.BLIND_PAIRS)
    assert found["score"] == shop.BLIND_PAIRS / shop.TRIED
    assert totals["unused_findings"] == 1
    assert [one["finding"]["kind"] for one in found["not_applied"]] == ["endpoint-gone"]
    assert ran.code == 1
    # twice without drift, less the one that is no more; all at once, less those that do not load; one by one
    assert [one["tests"] for one in found["runs"]] == [14, 13, 1, 11, 10, 8, 6, 6, 6]


def test_what_the_plugin_writes_is_enough(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """The tests, run once with the plugin that watches them: from its record the same is counted as by hand."""
    record = tmp_path / "usage.json"
    options = {"driftwatch_usage": record, "driftwatch_mocks": "mocks", "driftwatch_suite": "shop"}
    written = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    plugin = ["-p", "driftwatch.plugin", "--driftwatch=record", *written]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, "tests"]
    ran = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 1, ran.stdout  # one fails without any drift
    (tmp_path / "runs").unlink()
    _, found = blind(capsys, "--usage", record)
    assert pairs(found, "blind") == sorted_pairs(shop.BLIND)
    assert pairs(found, "noticed") == sorted_pairs(shop.NOTICED)
