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
from driftwatch.settings.credentials import BearerAuth, NoAuth
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.probing import ProbingSettings
from driftwatch.settings.provider import ConsumerSettings, ProviderSettings
from driftwatch.settings.reference import Referenced
from driftwatch.settings.tree import Settings
from driftwatch.wiring.audits import run_audit
from tests.repositories import commit, git
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
    """A file with a true stub, below it the row's, and those that stand beside it; and the line the row's begins in."""
    mappings = [
        {
            "request": {"method": "GET", "url": "/true"},
            "response": {"status": 200, "headers": JSON, "jsonBody": {"ok": False}},
        },
        {
            "name": row.get("name", row["kind"]),
            "request": {"method": "GET", "url": row.get("url", "/it"), **row.get("request", {})},
            "response": {"status": 200, "headers": JSON, **row["mock"]},
        },
        *row.get("beside", []),
    ]
    text = json.dumps({"mappings": mappings}, indent=2)
    (folder / "mappings").mkdir()
    file = folder / "mappings" / f"{row['kind']}.json"
    if "committed" in row:
        git(folder, "init", "--quiet")
        commit(folder, f"mappings/{file.name}", text, at=row["committed"])
    else:
        file.write_text(text, encoding="utf-8")
    stubs = [number for number, line in enumerate(text.splitlines(), start=1) if line == "    {"]
    return file, stubs[1]


def _audit(row: dict[str, Any], folder: Path, url: str) -> Summary:
    token = Referenced("${env:TOKEN}", Secret("sesame"))
    provider = ProviderSettings(
        mocks=(WrittenPath("mocks", folder),),
        target=f"{url}/{row['kind']}",
        auth=BearerAuth(token=token) if row.get("credentials") else NoAuth(),
        probing=ProbingSettings(samples=row.get("samples", 4), spacing_seconds=0, rate=1000),
        consumer=ConsumerSettings(timeout_ms=row.get("consumer_waits_ms")),
    )
    return run_audit(Settings(providers={"it": provider}), Silence())


@pytest.mark.parametrize("row", ROWS, ids=[row["kind"] for row in ROWS])
def test_exactly_that_finding(row: dict[str, Any], staging: WireMock, tmp_path: Path) -> None:
    """The changed answer yields the row's finding at the stub's file and line, and nothing else."""
    file, line = _mocks(row, tmp_path)
    summary = _audit(row, tmp_path, staging.url)
    found = {(f.kind, f.severity.value, f.path, Path(f.origin.file).name, f.origin.line) for f in summary.findings}
    places = [(row["kind"], row["severity"], row["path"]), *map(tuple, row.get("also", []))]
    assert found == {(*place, file.name, line) for place in places}
    assert len(summary.findings) == len(places)
    verdicts = [result.verdict for result in summary.results]
    expected = row.get("verdict", "verified" if row["severity"] == "info" else "drifted")
    assert verdicts == ["verified", expected, *["verified" for _ in row.get("beside", [])]]
    assert summary.canary.is_alive


NEEDS_HISTORY = {"claim-unobserved", "value-drift"}
"""What one audit cannot find: it rests on what many answers, or answers of several days, had in common."""

NEEDS_REPLAY = {"idempotency-violated"}
"""What only a request sent twice with one key can show, and no audit sends such a one on its own."""

NEEDS_MORE = {"endpoint-unmocked", "happy-path-only", "latency-regressed", "permission-view-differs"}
"""What one audit with one identity cannot find: it rests on recorded traffic, earlier audits or a second identity."""

UNSAYABLE = {
    *NEEDS_REPLAY, "enum-value-added", "expectation-overspecified", "expectation-violated", *NEEDS_HISTORY, *NEEDS_MORE,
}  # fmt: skip
"""What the author of a WireMock stub cannot say: its matchers speak of requests alone."""


def test_every_kind_has_a_row() -> None:
    """No kind of the catalogue is left without a drifted server, but those that no WireMock stub can lead to."""
    assert sorted(set(KINDS) - UNSAYABLE) == sorted({row["kind"] for row in ROWS})
