"""Mocks of every format as they are found in the wild: the service changes a type, heal follows, nothing is left."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.calling import call, untouched, write_config
from tests.conftest import ROOT
from tests.scenarios.healing.anything import moved_on

WILD: Final = ROOT / "tests/mocks/formats"
NOTHING: Final = {
    "har": "its one document is but an id", "mmock": "its requests are made up from patterns",
    "webmock-raw": "it has no requests",
}  # fmt: skip
"""Formats of whose mocks in the wild none can be healed; the first two are in the table of kinds."""


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with untouched(monkeypatch):
        yield


@pytest.mark.parametrize("name", sorted(path.name for path in WILD.iterdir()))
def test_what_is_healed_is_true(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No finding that was healed comes back, no new one appears, and what is left says why."""
    folders = []
    for case in sorted((WILD / name).iterdir()):
        folders.append(tmp_path / "mocks" / case.name)
        shutil.copytree(case, folders[-1], ignore=shutil.ignore_patterns("expected.json"))
    monkeypatch.chdir(tmp_path)
    with moved_on(folders) as service:
        providers = {one.name: {"mocks": f"mocks/{one.name}", "target": f"{service.url}/{one.name}"} for one in folders}
        write_config(tmp_path, providers)
        told: dict[str, Any] = json.loads(call(capsys, "heal", "--write", "--yes", "--format", "json").out)
        report = json.loads(call(capsys, "audit", "--format", "json").out)
    left = {finding["fingerprint"]: finding["reason"] for finding in told["left"]}
    assert [one for one in report["findings"] if one["fingerprint"] not in left] == []
    assert all(left.values())
    assert (told["totals"]["healed"] == 0) == (name in NOTHING)
