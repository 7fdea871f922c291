"""Recording and alert rules: well-formed, tested in both directions, explained, and about metrics that exist."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from deploy.generate import PROMETHEUS_RULE, prometheus_rule
from tests.conftest import ROOT
from tests.deploy.catalogue import ALERTS, PROMETHEUS, RULES
from tests.deploy.promql import asked, complaints
from tests.prometheus import promtool
from tests.tables import table

CASES: Final = sorted((PROMETHEUS / "tests").glob("*.yaml"))
RUNBOOK: Final = (ROOT / "deploy/runbook.md").read_text(encoding="utf-8")


def _rules(path: Path) -> list[dict[str, Any]]:
    groups = table(path)["groups"]
    return [rule for group in groups for rule in group["rules"]]


ALL: Final = [*_rules(RULES), *_rules(ALERTS)]
BY_NAME: Final = {rule.get("record") or rule["alert"]: rule for rule in ALL}
OF_ALERTS: Final = {rule["alert"]: rule for rule in _rules(ALERTS)}


@pytest.mark.prometheus
@pytest.mark.parametrize("path", [RULES, ALERTS], ids=lambda path: path.name)
def test_promtool_finds_nothing(path: Path) -> None:
    """Prometheus accepts the files, and its linter has no remark."""
    ran = promtool("check", "rules", "--lint=all", "--lint-fatal", path)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def _with_what_feeds_them(names: Iterable[str]) -> set[str]:
    """These rules, and those that record what they ask for."""
    needed: set[str] = set()
    ahead = [name for name in names if name in BY_NAME]
    while ahead:
        name = ahead.pop()
        if name not in needed:
            needed.add(name)
            ahead += asked(BY_NAME[name]["expr"]).metrics & BY_NAME.keys()
    return needed


def _lay_out(case: dict[str, Any], test: dict[str, Any], folder: Path) -> Path:
    """One test of a case, with the rules that bear on it. It is about no others, which would cost most of the time."""
    names = {one["alertname"] for one in test.get("alert_rule_test", ())}
    names |= {name for one in test.get("promql_expr_test", ()) for name in asked(one["expr"]).metrics}
    needed = _with_what_feeds_them(names)
    folder.mkdir()
    for path in (RULES, ALERTS):
        groups = table(path)["groups"]
        for group in groups:
            group["rules"] = [rule for rule in group["rules"] if (rule.get("record") or rule["alert"]) in needed]
        (folder / path.name).write_text(json.dumps({"groups": groups}), encoding="utf-8")
    alone = {**case, "rule_files": [RULES.name, ALERTS.name], "tests": [test]}
    (folder / "case.yaml").write_text(json.dumps(alone), encoding="utf-8")
    return folder / "case.yaml"


@pytest.mark.prometheus
@pytest.mark.timeout(300)
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_cases_hold(path: Path, tmp_path: Path) -> None:
    """What fires and what does not, as the cases of promtool say."""
    case = table(path)
    assert [(path.parent / file).resolve() for file in case["rule_files"]] == [RULES, ALERTS]
    ran = promtool(
        "test", "rules", *(_lay_out(case, test, tmp_path / str(number)) for number, test in enumerate(case["tests"]))
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_alert_has_a_case_that_fires_and_one_that_does_not() -> None:
    """An alert that was never seen to be silent is as untested as one that was never seen to fire."""
    cases = [case for path in CASES for test in table(path)["tests"]
             for case in test.get("alert_rule_test", ())]  # fmt: skip
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == set(OF_ALERTS)
    assert {case["alertname"] for case in cases if not case["exp_alerts"]} == set(OF_ALERTS)


@pytest.mark.parametrize("name", OF_ALERTS)
def test_an_alert_says_what_it_means_and_where_to_read_on(name: str) -> None:
    """Severity, sentence, description and runbook entry; nobody is woken because a mock is old."""
    rule = OF_ALERTS[name]
    notes = rule["annotations"]
    assert re.fullmatch(r"Driftwatch([A-Z][a-z]+)+", name)
    assert rule["labels"] == {"severity": rule["labels"]["severity"]}
    assert rule["labels"]["severity"] in {"warning", "info"}
    assert re.fullmatch(r"[^{}]+\.", notes["summary"])
    assert notes["description"].endswith(".")
    assert notes["runbook_url"] == f"https://runbooks.example.com/driftwatch#{name.lower()}"
    assert "for" in rule


@pytest.mark.parametrize("name", OF_ALERTS)
def test_an_alert_waits_longer_than_two_scrapes(name: str) -> None:
    """Five minutes at least: no single failed scrape says anything."""
    number, unit = re.fullmatch(r"(\d+)([mhd])", OF_ALERTS[name]["for"]).groups()  # type: ignore[union-attr]
    assert int(number) * {"m": 1, "h": 60, "d": 1440}[unit] >= 5


def test_the_runbook_and_the_alerts_are_one_list() -> None:
    """One entry for each alert, in their order, and none besides."""
    assert re.findall(r"^### (\w+)$", RUNBOOK, re.MULTILINE) == list(OF_ALERTS)


@pytest.mark.parametrize("name", OF_ALERTS)
def test_a_runbook_entry_is_whole(name: str) -> None:
    """What it means, what to look at first, how to put it right, how to silence it honestly."""
    entry = RUNBOOK.split(f"### {name}\n")[1].split("\n##")[0]
    found = re.findall(r"^\*\*(.+?)\.\*\* \S", entry, re.MULTILINE)
    assert found == ["Means", "Look first", "Put right", "Silence"]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.get("record") or rule["alert"])
def test_rules_ask_for_what_exists(rule: dict[str, Any]) -> None:
    """Every metric, label and closed value is one that the code, or another exporter, has."""
    assert not list(complaints(rule["expr"]))


def test_rules_that_are_recorded_are_used() -> None:
    """By an alert, a dashboard or another rule."""
    texts = [rule["expr"] for rule in ALL]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "deploy/grafana").glob("*.json")]
    for rule in _rules(RULES):
        assert any(rule["record"] in text for text in texts), rule["record"]


def test_the_operator_gets_the_same_rules() -> None:
    """What is checked in is what the generator writes: python -m deploy.generate."""
    assert PROMETHEUS_RULE.read_text(encoding="utf-8") == prometheus_rule()
    spec = yaml.safe_load(prometheus_rule())["spec"]
    assert [rule for group in spec["groups"] for rule in group["rules"]] == ALL
