"""Identifiers from list calls, over mocks as tools write them and a service on a real socket."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from driftwatch.settings.load import load
from driftwatch.settings.tree import Settings
from driftwatch.wiring.audits import run_audit
from tests.fakes import NotedProgress
from tests.servers import Answer, Received, json_answer, serve

CASES: Final = yaml.safe_load(Path(__file__).with_name("discovery.yaml").read_text(encoding="utf-8"))


def settings_of(case: Mapping[str, Any], url: str, folder: Path, *, discover: bool) -> Settings:
    """The case's config, with its mocks on disk."""
    for name, content in case["files"].items():
        (folder / "mocks" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "mocks" / name).write_text(json.dumps(content), encoding="utf-8")
    probing = {"samples": 1, "spacing_seconds": 0, "rate": 1000, "never": case.get("never", [])}
    given = case.get("variables", {})
    provider = {"mocks": "mocks", "target": url, "discover": discover, "probing": probing, "variables": given}
    config = folder / "driftwatch.yaml"
    config.write_text(json.dumps({"providers": {"shop": provider}, "store": "none"}), encoding="utf-8")
    return load(config, {})


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_identifiers_are_discovered(case: Mapping[str, Any], tmp_path: Path) -> None:
    """Each list is asked once, what it names is asked next, and what cannot be had is told with what to supply."""

    def respond(received: Received) -> Answer:
        found = case["answers"].get(received.path)
        return json_answer('{"error": "none"}', 404) if found is None else json_answer(json.dumps(found))

    with serve(respond) as service:
        summary = run_audit(settings_of(case, service.url, tmp_path, discover=True), NotedProgress())
    results = {
        f"{one.interaction.request.method} {one.interaction.request.path_template}": one for one in summary.results
    }
    told = {operation: (one.verdict.value, one.reason) for operation, one in results.items()}
    asked = [one.path for one in service.received if "driftwatch-" not in one.path]
    assert sorted(asked) == sorted(case["asked"]), told
    expected = case.get("verdicts") or dict.fromkeys(told, "verified")
    assert {operation: verdict for operation, (verdict, _) in told.items()} == expected, told
    for operation, words in case.get("reasons", {}).items():
        assert words in told[operation][1]


@pytest.mark.parametrize("case", [case for case in CASES.values() if "never" not in case], ids=str)
def test_without_the_setting_no_list_is_asked(case: Mapping[str, Any], tmp_path: Path) -> None:
    """What is asked is what the mocks say themselves; what lacks an identifier tells how to have it found."""
    with serve(json_answer("{}")) as service:
        summary = run_audit(settings_of(case, service.url, tmp_path, discover=False), NotedProgress())
    mocks = {one.interaction.request.path for one in summary.results}
    assert {one.path for one in service.received if "driftwatch-" not in one.path} <= mocks
    for result in summary.results:
        if result.verdict == "unverifiable" and result.interaction.request.method == "GET":
            assert "or let `discover: true` take it from GET /" in result.reason
