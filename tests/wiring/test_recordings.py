"""Recorded traffic through a whole audit: from files that a config names to reports and the store, and no secret."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from driftwatch.model.summary import Summary, Verdict
from driftwatch.reports.catalog import REPORTS, Options
from driftwatch.reports.json import render
from driftwatch.settings.load import load
from driftwatch.store.database import DatabaseStore
from driftwatch.transport.clock import SystemClock
from driftwatch.wiring.audits import run_remembered
from tests.fakes import NotedProgress

SECRET: Final = "planted-9f8e7d6c"
MOCK: Final = {
    "request": {"method": "POST", "url": "/orders"},
    "response": {"status": 201, "headers": {"Content-Type": "application/json"}, "jsonBody": {"id": "a", "total": 5}},
}
YESTERDAY: Final = (SystemClock().now() - timedelta(days=1)).isoformat()


def _entry(host: str, path: str = f"/api/orders?token={SECRET}", method: str = "POST") -> dict[str, Any]:
    kind = {"name": "Content-Type", "value": "application/json"}
    return {
        "startedDateTime": YESTERDAY, "time": 12,
        "request": {
            "method": method, "url": f"http://{host}{path}",
            "headers": [{"name": "Authorization", "value": f"Bearer {SECRET}"}, {"name": "Cookie", "value": SECRET}],
            "postData": {"mimeType": "application/json", "text": json.dumps({"password": SECRET})},
        },
        "response": {
            "status": 201, "headers": [kind, {"name": "Set-Cookie", "value": SECRET}],
            "content": {"mimeType": "application/json", "text": json.dumps({"id": SECRET, "mail": SECRET})},
        },
    }  # fmt: skip


def _audit(folder: Path, *entries: dict[str, Any], more: str = "") -> Summary:
    for name, document in (("mocks", MOCK), ("traffic", {"log": {"version": "1.2", "entries": list(entries)}})):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "a.json").write_text(json.dumps(document), encoding="utf-8")
    line = {"time": YESTERDAY, "method": "GET", "path": f"/api/reset/{SECRET}-{SECRET}", "status": 200, "auth": SECRET}
    (folder / "traffic" / "b.log").write_text(f"{json.dumps(line)}\n{{broken {SECRET}}}\n", encoding="utf-8")
    config = folder / "driftwatch.yaml"
    config.write_text(
        "providers:\n  shop:\n    mocks: mocks\n    target: http://127.0.0.1:9/api\n"
        f"    evidence:\n      files: traffic\n{more}",
        encoding="utf-8",
    )
    store = DatabaseStore.at(str(folder / "memory.db"))
    try:
        return run_remembered(load(config, {}), NotedProgress(), store=store).summary
    finally:
        store.close()


def test_what_is_recorded_is_judged_and_no_secret_of_it_goes_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Headers, cookies, queries, paths and bodies are searched for in every report, the log and the store."""
    monkeypatch.chdir(tmp_path)
    summary = _audit(tmp_path, _entry("127.0.0.1:9"))
    (result,) = summary.results
    assert result.verdict is Verdict.DRIFTED
    assert {finding.kind for finding in result.findings} == {"field-missing", "field-added", "endpoint-unmocked"}
    told = json.loads(render(summary))
    evidence = [one["rests_on"]["file"] for one in told["findings"] if one["kind"] == "field-missing"]
    assert evidence == ["traffic/a.json"]
    shown = [path.read_bytes() for path in tmp_path.glob("memory.db*")]
    shown += [one.render(summary, Options()).encode() for one in REPORTS]
    out, err = capfd.readouterr()
    names = [one for one in b"".join(shown).split(b"\0") if SECRET.encode() in one]
    assert (names, SECRET in out, SECRET in err) == ([], False, False)


HOSTS: Final = {
    "the target's": ("127.0.0.1:9", "", Verdict.DRIFTED),
    "another port": ("127.0.0.1:10", "", Verdict.SKIPPED),
    "another host": ("staging.example.com", "", Verdict.SKIPPED),
    "one that is named": ("staging.example.com", "      hosts: [staging.example.com]\n", Verdict.DRIFTED),
}


@pytest.mark.parametrize(("host", "more", "verdict"), HOSTS.values(), ids=HOSTS)
def test_whose_exchanges_count(host: str, more: str, verdict: Verdict, tmp_path: Path) -> None:
    """Those with the target's host and port, unless the config names others."""
    (result,) = _audit(tmp_path, _entry(host), more=more).results
    assert result.verdict is verdict
