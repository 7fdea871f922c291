"""Exit codes as a table: the same folder, service and options always end the same way."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from driftwatch.cli.exits import Exit
from tests.cli.calling import call, write_config, write_stub
from tests.servers import Answer, json_answer, serve

ROUTES: Final = {
    "/true": json_answer('{"ok": false}'),
    "/broken": json_answer('{"renamed": 1}'),
    "/aged": json_answer('{"ok": null}'),
    "/grown": json_answer('{"ok": true, "more": 1}'),
    "/closed": Answer(403),
}

NOON: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)

Make = Callable[[Path], object]
MAKES: Final[dict[str, Make]] = {
    "true": lambda folder: write_stub(folder, "/true", {"ok": True}),
    "breaking": lambda folder: write_stub(folder, "/broken", {"ok": True}),
    "info": lambda folder: write_stub(folder, "/grown", {"ok": True}),
    "unauthorized": lambda folder: write_stub(folder, "/closed", {"ok": True}),
    "unverifiable": lambda folder: write_stub(folder, "/proxied", proxyBaseUrl="http://127.0.0.1"),
    "skipped": lambda folder: write_stub(folder, "/true", {"ok": True}, name="posted", method="POST"),
    "unreadable": lambda folder: (folder / "mappings" / "torn.json").write_text('{"request": {"url": "/x"}, "resp'),
    "stray": lambda folder: (folder / "notes.txt").write_text("not a mock"),
    "nothing": lambda _: None,
}
"""What may lie in a folder of mocks."""


@dataclass(frozen=True, slots=True)
class Row:
    """A folder, the option, and what it comes to."""

    folder: str
    code: int
    fail_on: str = ""

    def __str__(self) -> str:
        return f"{self.folder} {self.fail_on}".strip()


ROWS: Final = [
    Row("true", 0),
    Row("true", 0, "info"),
    Row("true stray", 0),
    Row("breaking", 1),
    Row("breaking true", 1),
    Row("breaking", 0, "never"),
    Row("info", 0),
    Row("info", 0, "warning"),
    Row("info", 1, "info"),
    Row("info", 0, "never"),
    # incomplete: what should have been checked was not
    Row("true unverifiable", 3),
    Row("true unreadable", 3),
    Row("true unauthorized", 3),
    Row("true unverifiable", 3, "never"),
    Row("true unreadable", 3, "never"),
    Row("info unreadable", 3),
    # what policy skips is no failure to check, unless nothing else was checked
    Row("true skipped", 0),
    Row("skipped", 3),
    Row("skipped", 3, "never"),
    Row("nothing", 3),
    Row("nothing", 3, "never"),
    Row("stray", 3),
    # findings win over gaps, and are no shield for them
    Row("breaking unreadable", 1),
    Row("breaking unverifiable skipped", 1),
    Row("breaking unreadable", 3, "never"),
    Row("info unverifiable", 1, "info"),
]


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """A service that is as the mocks say in some places."""
    with serve(ROUTES) as running:
        yield running.url


def _config(folder: Path, url: str) -> Path:
    (folder / "mocks" / "mappings").mkdir(parents=True)
    token = {"bearer": {"token": "${env:TOKEN}"}}
    return write_config(folder, {"it": {"mocks": "mocks", "target": url, "auth": token}})


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_an_audit_ends_with(
    row: Row, service: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 fine, 1 findings at or above the option, 3 incomplete; 1 wins over 3."""
    monkeypatch.setenv("TOKEN", "sesame")
    config = _config(tmp_path, service)
    for word in row.folder.split():
        MAKES[word](tmp_path / "mocks")
    option = ["--fail-on", row.fail_on] if row.fail_on else []
    ran = call(capsys, "audit", "--config", config, *option)
    assert ran.code == row.code, ran.out


@pytest.mark.parametrize("folder", ["nothing", "stray", "skipped"])
def test_nothing_to_send_is_said(
    folder: str, service: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An audit without a single comparison says so in its last sentence, although its canary was caught."""
    monkeypatch.setenv("TOKEN", "sesame")
    config = _config(tmp_path, service)
    MAKES[folder](tmp_path / "mocks")
    told = call(capsys, "audit", "--config", config).out
    assert "Nothing was checked" in told.splitlines()[-1]
    assert "caught, 1 of 1" in told


def test_the_config_decides_where_no_option_does(
    service: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``policy.fail_on`` holds for every run; the option holds for one."""
    monkeypatch.setenv("TOKEN", "sesame")
    config = _config(tmp_path, service)
    MAKES["breaking"](tmp_path / "mocks")
    config.write_text(config.read_text().replace('{"probing"', '{"policy": {"fail_on": "never"}, "probing"', 1))
    assert call(capsys, "audit", "--config", config).code == 0
    assert call(capsys, "audit", "--config", config, "--fail-on", "breaking").code == 1


SECRET: Final = "hunter2-from-a-body"


def test_our_own_mistake(
    service: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours ends with 70 and one line that says where, and nothing of what was being worked on."""

    def fail(*_: object) -> object:
        raise ValueError(f"cannot work on {SECRET}")

    monkeypatch.setenv("TOKEN", "sesame")
    monkeypatch.setattr("driftwatch.usecases.remember.take_share", fail)
    ran = call(capsys, "audit", "--config", _config(tmp_path, service))
    assert (ran.code, ran.out) == (Exit.INTERNAL, "")
    last = ran.err.splitlines()[-1]
    assert last.startswith("driftwatch: internal error ValueError at ")
    assert "remember.py" in last
    assert SECRET not in ran.err
    assert "Traceback" not in ran.err


def test_a_provider_that_is_not_in_the_config(
    service: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelt provider ends with 2 and the nearest name; an audit of nobody must not look like one of somebody."""
    monkeypatch.setenv("TOKEN", "sesame")
    ran = call(capsys, "audit", "--config", _config(tmp_path, service), "--provider", "itt", "--provider", "it")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no provider 'itt'" in ran.err
    assert "`it`" in ran.err


SUPPRESSION: Final = {"owner": "team", "reason": "known", "kind": "field-missing", "path": "*", "provider": "it"}


@pytest.mark.parametrize(
    ("days", "code", "told"),
    [(0, 0, "; 1 suppressed"), (180, 0, "; 1 suppressed"), (-1, 1, "1 finding it hid stands again"), (181, 2, "")],
    ids=["today", "as long as may be", "over", "too long"],
)
def test_what_is_suppressed_fails_no_run(
    days: int, code: int, told: str, service: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """It is counted and shown while it holds; when it is over the run fails as before, and says why."""
    monkeypatch.setattr("driftwatch.transport.clock.SystemClock.now", lambda _: NOON)
    monkeypatch.setenv("TOKEN", "sesame")
    config = _config(tmp_path, service)
    MAKES["breaking"](tmp_path / "mocks")
    until = (NOON + timedelta(days=days)).date().isoformat()
    config.write_text(json.dumps({**json.loads(config.read_text()), "suppressions": [{**SUPPRESSION, "until": until}]}))
    ran = call(capsys, "audit", "--config", config)
    assert ran.code == code, ran.out
    assert told in ran.out


def test_a_suppression_is_no_shield_for_gaps(
    service: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be checked stays unchecked, whoever does not want to hear of it."""
    monkeypatch.setattr("driftwatch.transport.clock.SystemClock.now", lambda _: NOON)
    monkeypatch.setenv("TOKEN", "sesame")
    config = _config(tmp_path, service)
    MAKES["unauthorized"](tmp_path / "mocks")
    wish = {**SUPPRESSION, "kind": "access-denied", "until": NOON.date().isoformat()}
    config.write_text(json.dumps({**json.loads(config.read_text()), "suppressions": [wish]}))
    assert call(capsys, "audit", "--config", config).code == 3
