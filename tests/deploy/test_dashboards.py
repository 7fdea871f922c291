"""The dashboards as code: what Grafana's own linter would ask for, and nothing that no metric tells."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from deploy.generate import files
from tests.conftest import ROOT
from tests.deploy.catalogue import AUDITS, OTHERS, recorded
from tests.deploy.promql import asked, complaints, substituted
from tests.node import package_file

PATHS: Final = sorted((ROOT / "deploy/grafana").glob("*.json"))
DASHBOARDS: Final = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in PATHS}
TYPES: Final = """
import type { Dashboard, DataQuery } from "@grafana/schema";
type Plain<T> =
  T extends string ? `${T}` :
  T extends DataQuery ? T & Record<string, unknown> :
  T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
"""
"""``Plain`` is the type in JSON: a member of an enumeration is its text, and a query is what its data source says."""
SOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}


def panels(dashboard: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every panel that shows something, those in collapsed rows too."""
    for panel in dashboard["panels"]:
        yield from panel["panels"] if panel["type"] == "row" else (panel,)


def _targets() -> Iterator[tuple[str, str]]:
    for name, dashboard in DASHBOARDS.items():
        for panel in panels(dashboard):
            for target in panel["targets"]:
                yield f"{name}: {panel['title']} {target['refId']}", target["expr"]
        for mark in dashboard["annotations"]["list"]:
            yield f"{name}: {mark['name']}", mark["target"]["expr"]


TARGETS: Final = dict(_targets())


@pytest.fixture(params=DASHBOARDS)
def dashboard(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each of them."""
    found: dict[str, Any] = DASHBOARDS[request.param]
    return found


def test_what_is_checked_in_is_what_is_generated() -> None:
    """After a change: python -m deploy.generate."""
    made = {path: text for path, text in files() if path.suffix == ".json"}
    assert sorted(made) == PATHS
    for path, text in made.items():
        assert path.read_text(encoding="utf-8") == text, path.name


def test_a_dashboard_can_be_provisioned(dashboard: dict[str, Any]) -> None:
    """A stable uid equal to the file's name, no id, no editing in place, a shared crosshair, a day, every minute."""
    assert DASHBOARDS[dashboard["uid"]] is dashboard
    assert dashboard["id"] is None
    assert "version" not in dashboard
    assert dashboard["editable"] is False
    assert (dashboard["graphTooltip"], dashboard["refresh"], dashboard["schemaVersion"]) == (1, "1m", 39)
    assert dashboard["time"] == {"from": "now-24h", "to": "now"}
    assert "not rendered in Grafana" in dashboard["description"]


def test_variables_choose_the_source_and_the_series(dashboard: dict[str, Any]) -> None:
    """One data source; job, namespace and provider, several at once, asked anew for each time range."""
    first, *rest = dashboard["templating"]["list"]
    assert (first["type"], first["name"], first["query"]) == ("datasource", "datasource", "prometheus")
    assert [(one["name"], one["allValue"]) for one in rest] == [("job", ".+"), ("namespace", ".*"), ("provider", ".+")]
    for one in rest:
        assert (one["datasource"], one["multi"], one["includeAll"], one["refresh"]) == (SOURCE, True, True, 2)
        metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", one["query"]["query"]).groups()  # type: ignore[union-attr]
        assert label == one["name"]
        assert metric in AUDITS


def test_every_panel_is_a_question_with_its_answer_explained(dashboard: dict[str, Any]) -> None:
    """Title, description, unit, a word for no data, the one data source, and letters of its own for its queries."""
    for panel in panels(dashboard):
        defaults = panel["fieldConfig"]["defaults"]
        assert panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert defaults["unit"]
        assert defaults["noValue"]
        assert defaults["mappings"] or defaults["thresholds"]["steps"]
        assert panel["datasource"] == SOURCE
        assert all(target["datasource"] == SOURCE for target in panel["targets"])
        letters = [target["refId"] for target in panel["targets"]]
        assert len(set(letters)) == len(letters) > 0


def test_panels_do_not_overlap(dashboard: dict[str, Any]) -> None:
    """Each has its number and its place in the 24 columns; a collapsed row takes one line."""
    numbers: list[int] = []
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        numbers += [panel["id"], *(inner["id"] for inner in panel.get("panels", ()))]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}  # fmt: skip
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("name", TARGETS)
def test_queries_ask_for_what_exists(name: str) -> None:
    """Every metric, label and closed value is one that the code, a recording rule or another exporter has."""
    assert not list(complaints(substituted(TARGETS[name])))


@pytest.mark.parametrize("name", TARGETS)
def test_queries_are_chosen_by_the_variables(name: str) -> None:
    """No metric of ours is shown without the chosen job; rates go over the interval that suits the scrapes."""
    expr = TARGETS[name]
    found = asked(substituted(expr))
    for metric in found.metrics - OTHERS.keys():
        assert (metric, "job", ".+") in found.matched, metric
    assert re.findall(r"\brate\([^\[\]]*\[([^\]]+)\]", expr) == ["$__rate_interval"] * expr.count("rate(")


def test_the_batch_dashboard_needs_no_daemon() -> None:
    """Only what is pushed or written to a file, recorded, or known to other exporters."""
    known = {*AUDITS, *OTHERS, *recorded()}
    for name, expr in TARGETS.items():
        if name.startswith("driftwatch-batch"):
            assert asked(substituted(expr)).metrics <= known, name


def test_every_metric_of_audits_is_looked_at_somewhere() -> None:
    """A metric that no dashboard, rule or alert uses is a question nobody asks; the exceptions say why."""
    unused = {
        "driftwatch_audit_last_run_requests",  # for those who pay for staging by the request
        "driftwatch_audit_last_success_timestamp_seconds",  # the providers' own are shown
        "driftwatch_guard_verified",  # an alert asks, and says which
        "driftwatch_mock_findings_suppressed",  # by state is shown, which says the same and more
        "driftwatch_mock_load_success",  # an alert asks
        "driftwatch_mock_unreadable_files",  # its number is in the report that the alert leads to
    }
    asked_for = set().union(*(asked(substituted(expr)).metrics for expr in TARGETS.values()))
    assert AUDITS.keys() - asked_for == unused


@pytest.mark.grafana
@pytest.mark.timeout(300)
def test_the_dashboards_fit_the_types_of_grafana(tmp_path: Path) -> None:
    """Each is a ``Dashboard`` of @grafana/schema, as the TypeScript compiler sees it; a misspelt one is none."""
    package_file("@grafana/schema", "13.2.3", "package.json")
    compiler = package_file("typescript", "7.0.2", "bin/tsc")
    modules = compiler.parents[2]
    (tmp_path / "node_modules").symlink_to(modules)
    for name, made in {**DASHBOARDS, "misspelt": {"editable": "no"}}.items():
        text = f"{TYPES}\nexport const made: Plain<Dashboard> = {json.dumps(made)};\n"
        (tmp_path / f"{name}.ts").write_text(text, encoding="utf-8")
    options = ["--noEmit", "--strict", "--skipLibCheck", "--moduleResolution", "bundler", "--module", "esnext"]
    names = [f"{name}.ts" for name in (*DASHBOARDS, "misspelt")]
    command = ["node", str(compiler), *options, *names]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False)
    mistakes = [line for line in ran.stdout.splitlines() if "error TS" in line]
    assert [line for line in mistakes if not line.startswith("misspelt.ts")] == []
    assert len(mistakes) > 0
