"""What other programs read: each document of the command line fits the JSON Schema that is shipped for it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from driftwatch.reports.schemas import interface_schema
from tests.cli.calling import call, write_config, write_stub
from tests.servers import Answer, json_answer, serve


def _check(name: str, document: Any) -> None:
    """Every violation is told, not only the first."""
    violations = Draft202012Validator(interface_schema(name)).iter_errors(document)
    assert [f"{error.json_path}: {error.message}" for error in violations] == []


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    """Mocks of every fate: true, drifted, gone, refused, never sent, unreadable, ignored."""
    mocks = tmp_path / "mocks"
    write_stub(mocks, "/true", {"ok": True})
    write_stub(mocks, "/drifted", {"ok": True, "at": "{{now}}"}, transformers=["response-template"])
    write_stub(mocks, "/gone", {"ok": True})
    write_stub(mocks, "/closed", {"ok": True})
    write_stub(mocks, "/true", {"ok": True}, name="posted", method="POST")
    write_stub(mocks, "/faulty", fault="CONNECTION_RESET_BY_PEER")
    (mocks / "mappings" / "torn.json").write_text('{"request": {"urlPath": "/x"}, "resp')
    (mocks / "caf\N{LATIN SMALL LETTER E WITH ACUTE}.txt").write_text("?")
    routes = {
        "/true": json_answer('{"ok": false}'),
        "/drifted": json_answer('{"ok": "yes"}'),
        "/closed": Answer(401, (("WWW-Authenticate", "Bearer"),)),
    }
    with serve(routes) as running:
        yield write_config(tmp_path, {"it": {"mocks": "mocks", "target": running.url}})


def test_the_report(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``audit --format json`` is one ``driftwatch.report/1`` document."""
    report = json.loads(call(capsys, "audit", "--config", config, "--format", "json").out)
    _check("report-1", report)
    assert report["totals"]["interactions"] == 6
    assert report["totals"]["unreadable"] == 1


def test_the_report_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An audit that found no mock is a document, too."""
    (tmp_path / "mocks").mkdir()
    with serve({}) as running:
        config = write_config(tmp_path, {"it": {"mocks": "mocks", "target": running.url}})
        ran = call(capsys, "audit", "--config", config, "--format", "json")
    _check("report-1", json.loads(ran.out))
    assert ran.code == 3


def test_the_list_of_mocks(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``mocks --format json`` is one ``driftwatch.mocks/1`` document, from a config and from a path alike."""
    told = json.loads(call(capsys, "mocks", "--config", config, "--format", "json").out)
    _check("mocks-1", told)
    assert {one["probe"]["decision"] for one in told["interactions"]} == {"send", "skip"}
    named = json.loads(call(capsys, "mocks", config.parent / "mocks", "--format", "json").out)
    _check("mocks-1", named)
    assert len(named["interactions"]) == len(told["interactions"]) == 6


CASES: Final = (
    {"id": "same", "mock": {"status": 200, "body": {"id": 1}}, "real": [{"status": 200, "body": {"id": 2}}]},
    {"id": "gone", "mock": {"status": 200, "body": {"id": 1}}, "real": [{"status": 200, "body": {}, "repeat": 5}]},
    {"id": "down", "mock": {"status": 200, "body": {}}, "real": [{"error": "timeout"}]},
)


def test_a_comparison(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``compare --format json`` is one document a case and line, in the order of the cases."""
    cases = tmp_path / "cases.jsonl"
    cases.write_text("".join(json.dumps(case) + "\n" for case in CASES))
    lines = call(capsys, "compare", "--cases", cases, "--format", "json").out.splitlines()
    for line in lines:
        _check("compare-1", json.loads(line))
    assert [json.loads(line)["id"] for line in lines] == ["same", "gone", "down"]


def test_the_exposition_is_read_back(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``audit --format prometheus`` is read by Prometheus' own client, and holds a sample for every verdict."""
    from prometheus_client.parser import text_string_to_metric_families

    text = call(capsys, "audit", "--config", config, "--format", "prometheus").out
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert families
    assert [name for name in families if not name.startswith("driftwatch_")] == []
