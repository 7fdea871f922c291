"""Drift with a server we did not write: a real WireMock serves something else than the stub says."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from driftwatch.drift.catalog import KINDS
from driftwatch.model.secret import Secret
from driftwatch.model.summary import Summary
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.reference import Referenced
from driftwatch.settings.tree import BearerAuth, NoAuth, ProbingSettings, ProviderSettings, Settings
from driftwatch.wiring import run_audit
from tests.watchers import Silence
from tests.wiremock import WireMock, wiremock

ROWS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "drift.yaml").read_text(encoding="utf-8"))
JSON = {"Content-Type": "application/json"}

pytestmark = pytest.mark.java


def _served(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The mappings a row is served by: one, or a scenario that goes round its answers."""
    answers = row["served"] if isinstance(row["served"], list) else [row["served"]]
    request = {"method": "GET", "urlPath": f"/{row['kind']}{row.get('url', '/it')}"}
    responses = [{"status": 200, "headers": JSON, **answer} for answer in answers]
    if len(responses) == 1:
        return [{"request": request, "response": responses[0]}]
    states = ["Started", *(f"turn {number}" for number in range(1, len(responses)))]
    return [
        {
            "request": request,
            "response": response,
            "scenarioName": row["kind"],
            "requiredScenarioState": states[number],
            "newScenarioState": states[(number + 1) % len(states)],
        }
        for number, response in enumerate(responses)
    ]


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WireMock]:
    """All rows behind one WireMock, each below a path of its own, beside a stub that stays true."""
    folder = tmp_path_factory.mktemp("staging")
    (folder / "mappings").mkdir()
    mappings = [mapping for row in ROWS for mapping in _served(row)]
    mappings += [
        {
            "request": {"method": "GET", "urlPath": f"/{row['kind']}/true"},
            "response": {"headers": JSON, "jsonBody": {"ok": True}},
        }
        for row in ROWS
    ]
    (folder / "mappings" / "all.json").write_text(json.dumps({"mappings": mappings}), encoding="utf-8")
    with ExitStack() as stack:
        yield stack.enter_context(wiremock(folder))


def _mocks(row: dict[str, Any], folder: Path) -> tuple[Path, int]:
    """A file with a true stub and, below it, the row's; and the line the row's stub begins in."""
    mappings = [
        {
            "request": {"method": "GET", "url": "/true"},
            "response": {"status": 200, "headers": JSON, "jsonBody": {"ok": False}},
        },
        {
            "request": {"method": "GET", "url": row.get("url", "/it")},
            "response": {"status": 200, "headers": JSON, **row["mock"]},
        },
    ]
    text = json.dumps({"mappings": mappings}, indent=2)
    (folder / "mappings").mkdir()
    file = folder / "mappings" / f"{row['kind']}.json"
    file.write_text(text, encoding="utf-8")
    stubs = [number for number, line in enumerate(text.splitlines(), start=1) if line == "    {"]
    return file, stubs[1]


def _audit(row: dict[str, Any], folder: Path, url: str) -> Summary:
    token = Referenced("${env:TOKEN}", Secret("sesame"))
    provider = ProviderSettings(
        mocks=(WrittenPath("mocks", folder),),
        target=f"{url}/{row['kind']}",
        auth=BearerAuth(token=token) if row.get("credentials") else NoAuth(),
        probing=ProbingSettings(samples=4, spacing_seconds=0, rate=1000),
    )
    return run_audit(Settings(providers={"it": provider}), Silence())


@pytest.mark.parametrize("row", ROWS, ids=[row["kind"] for row in ROWS])
def test_exactly_that_finding(row: dict[str, Any], staging: WireMock, tmp_path: Path) -> None:
    """The changed answer yields the row's finding at the stub's file and line, and nothing else."""
    file, line = _mocks(row, tmp_path)
    summary = _audit(row, tmp_path, staging.url)
    found = [(f.kind, f.severity.value, f.path, Path(f.origin.file).name, f.origin.line) for f in summary.findings]
    assert found == [(row["kind"], row["severity"], row["path"], file.name, line)]
    verdicts = [result.verdict for result in summary.results]
    expected = row.get("verdict", "verified" if row["severity"] == "info" else "drifted")
    assert verdicts == ["verified", expected]
    assert summary.canary.is_alive


UNSAYABLE = {"enum-value-added", "expectation-overspecified", "expectation-violated"}
"""What the author of a WireMock stub cannot say: its matchers speak of requests alone."""


def test_every_kind_has_a_row() -> None:
    """No kind of the catalogue is left without a drifted server, but those that no WireMock stub can lead to."""
    assert sorted(set(KINDS) - UNSAYABLE) == sorted({row["kind"] for row in ROWS})
