"""Whole stories of healing what rests on known values: earlier audits saw others, or the mock's author pinned them.

Two days ago an audit remembered what the service said. Today heal writes, and the next audit sees nothing.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from driftwatch.transport.clock import SystemClock
from tests.cli.calling import call, untouched, write_config
from tests.scenarios.healing.rows import KNOWN, SPELLINGS, Rows, lay_out, moved_on
from tests.scenarios.healing.spellings import TO_THE_LETTER
from tests.scenarios.healing.story import changed, kinds_in

PINNED: Final = "expectation-violated"
"""Only a contract can say that a value is meant to the letter."""
UNFOUND: Final = {"pact": {"value-drift"}}
"""With a matcher for all of its body a contract says itself what may vary."""
AGO: Final = timedelta(days=2)


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with untouched(monkeypatch):
        yield


@contextmanager
def _days_ago() -> Iterator[None]:
    now = SystemClock.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemClock, "now", lambda clock: now(clock) - AGO)
        yield


def _rows(spelling: str) -> Rows:
    return [row for row in KNOWN if (row["kind"] == PINNED) is (spelling in TO_THE_LETTER)]


@pytest.mark.parametrize("spelling", [*SPELLINGS, *TO_THE_LETTER])
def test_what_was_healed_audits_clean(
    spelling: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing two days ago, or all of it; found today, healed, written, and gone: as a person would have done it."""
    monkeypatch.chdir(tmp_path)
    rows = _rows(spelling)
    files = lay_out(tmp_path / "mocks", spelling, rows=rows)
    by_hand = lay_out(tmp_path / "hand", spelling, "healed", rows)
    before = {kind: file.read_bytes() for kind, file in files.items()}

    def told(url: str, *command: str) -> dict[str, Any]:
        config = write_config(tmp_path, {"it": {"mocks": "mocks", "target": url}}, samples=4)
        report: dict[str, Any] = json.loads(call(capsys, *command, "--config", config, "--format", "json").out)
        return report

    with _days_ago(), moved_on(rows, "earlier") as service:
        earlier = told(service.url, "audit")
    with moved_on(rows) as service:
        healed = told(service.url, "heal", "--write", "--yes")
        left = told(service.url, "audit")
    found = {kind: {kind} for kind in files.keys() - UNFOUND.get(spelling, set())}
    assert kinds_in(earlier["findings"], files, tmp_path) == {kind: {kind} for kind in files if kind == PINNED}
    assert kinds_in(healed["healed"], files, tmp_path) == found
    assert (healed["left"], left["findings"]) == ([], [])
    for kind in found:
        after = files[kind].read_bytes()
        assert after != before[kind]
        assert changed(before[kind], after) <= changed(before[kind], by_hand[kind].read_bytes())
