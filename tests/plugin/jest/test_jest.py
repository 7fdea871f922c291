"""A consumer in JavaScript: Jest and nock, run for real with the two files that the documents show."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from driftwatch.mocks.uses.usage import read_usage
from driftwatch.model.use import Outcome, UseRecord
from tests.conftest import ROOT
from tests.node import package_file
from tests.plugin.servers.suites import ids, resolved

pytestmark = pytest.mark.jest

HERE = Path(__file__).parent
SHOWN = ROOT / "deploy" / "usage" / "jest"
VERSIONS = {"nock": "14.0.17", "nock-13": "13.5.6"}


def run(package: str, folder: Path, *options: str) -> UseRecord:
    """The record of a run with one version of nock; a test of it fails, and so does the run."""
    jest = package_file("jest", "30.5.2", "bin/jest.js")
    nock = package_file(package, VERSIONS[package], "package.json").parent
    for name in ("src", "mocks"):
        shutil.copytree(HERE / name, folder / name, dirs_exist_ok=True)
    for name in ("driftwatch-setup.cjs", "driftwatch-reporter.cjs"):
        shutil.copy(SHOWN / name, folder)
    config = {
        "setupFilesAfterEnv": ["<rootDir>/driftwatch-setup.cjs"],
        "reporters": ["default", ["<rootDir>/driftwatch-reporter.cjs", {"suite": "orders"}]],
        "moduleNameMapper": {"^nock$": str(nock)},
        "modulePaths": [str(nock.parent)],
        "cacheDirectory": str(folder / "cache"),
        "watchman": False,
    }
    (folder / "jest.config.json").write_text(json.dumps(config))
    command = ["node", str(jest), *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Tests:       1 failed," in done.stderr, done.stderr
    return read_usage(folder / ".driftwatch" / "usage.json")


@pytest.mark.parametrize(("package", "workers"), [("nock", "--maxWorkers=2"), ("nock-13", "--runInBand")])
def test_exactly_the_mocks_that_answered(package: str, workers: str, tmp_path: Path) -> None:
    """From a file by any of nock's ways: the ids are those of `driftwatch mocks`. A mock in code has none."""
    record = run(package, tmp_path, workers)
    known = ids(tmp_path / "mocks")
    order, card, invoice = (known[f"orders.json/{index}"] for index in range(3))
    left = known["stock.json/0"]
    assert resolved(record, tmp_path / "mocks") == {
        "src/orders.test.js#reads an order": {order},
        "src/orders.test.js#paying by card": {card},
        "src/orders.test.js#paying by invoice": {invoice},
        "src/orders.test.js#paying fails": {card},
        "src/orders.test.js#has a mock in code": {"(GET https://orders.example.com:443/orders/8)"},
        "src/stock.test.js#reads what is left": {left},
        "src/stock.test.js#reads what is left, with a callback": {left},
    }
    outcomes = {use.test.partition("#")[2]: use.outcome for use in record.uses}
    assert outcomes["paying fails"] is Outcome.FAILED
    assert outcomes["is not yet there"] is Outcome.SKIPPED
    assert outcomes["needs nobody"] is Outcome.PASSED
    assert record.is_whole
    assert "secret" not in (tmp_path / ".driftwatch" / "usage.json").read_text()


def test_a_part_is_no_whole(tmp_path: Path) -> None:
    """Where only some tests were asked for, the record says so."""
    assert not run("nock", tmp_path, "src/orders.test.js").is_whole
