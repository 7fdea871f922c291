"""The log of an audit, as events with fields: what a log pipeline is told of every run."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from driftwatch.model.finding import Severity
from driftwatch.model.summary import Verdict
from tests.cli.calling import Ran, call, write_config, write_stub
from tests.servers import json_answer, serve


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    """Two providers, one of which has drifted and holds a file that cannot be read."""
    write_stub(tmp_path / "calm", "/it", {"ok": True})
    write_stub(tmp_path / "wild", "/it", {"gone": 1})
    write_stub(tmp_path / "wild", "/it", {"gone": 1}, name="posted", method="POST")
    (tmp_path / "wild" / "mappings" / "torn.json").write_text('{"request"')
    with serve({"/it": json_answer('{"ok": true}')}) as running:
        providers = {name: {"mocks": name, "target": running.url} for name in ("calm", "wild")}
        yield write_config(tmp_path, providers)


def _events(ran: Ran, name: str) -> list[dict[str, object]]:
    return [event for event in ran.events if event["event"] == name]


def test_an_audit_tells_that_it_starts_and_ends(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two events with the run's id, its providers and what it came to, in numbers that the report has, too."""
    ran = call(capsys, "audit", "--config", config, "--format", "json")
    report = json.loads(ran.out)
    first, *_, last = ran.events
    assert first["event"] == "audit.started"
    assert last["event"] == "audit.finished"
    run = report["run"]
    assert {(event["run_id"], *event["providers"]) for event in (first, last)} == {(run["id"], "calm", "wild")}  # type: ignore[misc]
    assert (first["version"], first["config_digest"]) == (run["version"], run["config_digest"])
    assert last["interactions"] == report["totals"]["verdicts"]
    assert last["findings"] == report["totals"]["findings"]
    assert last["requests"] == report["totals"]["requests_sent"] == len(report["providers"]) * 3 + 1
    assert last["unreadable"] == 1
    assert last["is_incomplete"] is True
    assert last["seconds"] == pytest.approx(run["seconds"], abs=0.001)


def test_every_verdict_and_severity_is_there(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What can be zero is told as zero, so that a query over the log never meets a hole."""
    (last,) = _events(call(capsys, "audit", "--config", config), "audit.finished")
    assert list(last["interactions"]) == [verdict.value for verdict in Verdict]  # type: ignore[call-overload]
    assert list(last["findings"]) == [severity.value for severity in reversed(Severity)]  # type: ignore[call-overload]
    assert last["interactions"] == dict.fromkeys(map(str, Verdict), 0) | {"verified": 1, "drifted": 1, "skipped": 1}


def test_every_event_has_a_time_and_a_level(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is JSON with the three fields that every pipeline asks for."""
    events = call(capsys, "audit", "--config", config).events
    assert [event for event in events if not {"event", "level", "timestamp"} <= event.keys()] == []


def test_only_chosen_providers_are_named(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run of one provider says so."""
    (first,) = _events(call(capsys, "audit", "--config", config, "--provider", "calm"), "audit.started")
    assert first["providers"] == ["calm"]


@pytest.mark.parametrize(
    ("level", "names"),
    [
        ("debug", {"audit.started", "probe.sent", "store.recorded", "audit.finished"}),
        ("info", {"audit.started", "store.recorded", "audit.finished"}),
        ("warning", set()),
        ("error", set()),
    ],
)
def test_the_level_decides_what_is_told(
    level: str, names: set[str], config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``DRIFTWATCH_LOG_LEVEL`` is the lowest level that is written; standard output never changes with it."""
    monkeypatch.setenv("DRIFTWATCH_LOG_LEVEL", level)
    ran = call(capsys, "audit", "--config", config, "--format", "json")
    assert {event["event"] for event in ran.events} == names
    assert json.loads(ran.out)["schema"] == "driftwatch.report/1"


def test_the_log_can_be_read_by_a_person(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``DRIFTWATCH_LOG_FORMAT=console`` writes words, one event a line, and colours only on a terminal."""
    monkeypatch.setenv("DRIFTWATCH_LOG_FORMAT", "console")
    told = call(capsys, "audit", "--config", config).err.splitlines()
    assert ["audit.started" in told[0], "audit.finished" in told[-1]] == [True, True]
    assert "\x1b" not in "".join(told)


def test_the_demonstration_keeps_its_log_to_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """What the report tells is not told twice."""
    assert call(capsys, "demo").err == ""
