"""What GitHub and GitLab take of a report, and what they do with it: sizes, identities, what they show."""

import gzip
import json
from collections.abc import Iterator
from typing import Any, Final
from xml.etree.ElementTree import Element, fromstring

import pytest
from msgspec.structs import replace

from driftwatch.drift.catalog import KINDS, PAGES
from driftwatch.model.finding import Severity
from driftwatch.model.interaction import Unreadable
from driftwatch.model.summary import Canary, Result, Summary, Verdict
from driftwatch.reports import junit, markdown, sarif
from driftwatch.reports.lexicon import Entry
from tests.reports.samples import (
    SUMMARIES,
    a_finding,
    a_provider,
    a_summary,
    an_interaction,
    drift_in_two_providers,
    drifted,
    verified,
)

GITHUB_PACKED: Final = 10_000_000
GITHUB_RESULTS: Final = 25_000
GITHUB_SUMMARY: Final = 1024 * 1024
GITLAB_REPORT: Final = 30_000_000
LEXICON: Final = {kind.id: Entry(kind.category, kind.severity, PAGES[kind.id]) for kind in KINDS.values()}
LONG: Final = "ж" * 990


def flooded(mocks: int, findings: int) -> Summary:
    """Very many long findings, one in ten of them breaking, and as many gaps."""
    results: list[Result] = []
    for number in range(mocks):
        stub = an_interaction(f"stub-{number}", file=f"mappings/{number}.json")
        found = (
            replace(a_finding(stub, path=f"/{place}"), claim=LONG, severity=_severity(number))
            for place in range(findings)
        )
        results += [drifted(stub, *found), Result(an_interaction(f"gap-{number}"), Verdict.UNREACHABLE, LONG)]
    return a_summary(a_provider(*results))


def _severity(number: int) -> Severity:
    return Severity.INFO if number % 10 else Severity.BREAKING


def _run(summary: Summary) -> dict[str, Any]:
    (run,) = json.loads(sarif.render(summary, LEXICON))["runs"]
    found: dict[str, Any] = run
    return found


# SARIF, as GitHub's code scanning takes it


def test_a_log_is_never_refused_for_its_size() -> None:
    """The least severe are left out and counted, and no kind of them weighs too much."""
    text = sarif.render(flooded(mocks=1500, findings=4), LEXICON)
    assert len(gzip.compress(text.encode())) < GITHUB_PACKED
    (run,) = json.loads(text)["runs"]
    assert len(run["results"]) == sarif.MOST_RESULTS < GITHUB_RESULTS
    assert [result["level"] for result in run["results"]] == ["error"] * 600 + ["note"] * (sarif.MOST_RESULTS - 600)
    told = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert told[0].startswith("1000 more findings")
    assert told[-1].startswith("500 more notifications")
    assert len(told) == sarif.MOST_NOTIFICATIONS + 2


def test_findings_of_one_line_are_alerts_of_their_own() -> None:
    """Code scanning tells alerts of a kind apart by one fingerprint: it outlives a moved line and is not shared."""
    stub = an_interaction()
    findings = [a_finding(stub, path=path) for path in ("/email", "/name", "/tier")]
    moved = [replace(finding, origin=replace(finding.origin, line=99)) for finding in findings]
    prints = [
        [result["partialFingerprints"]["primaryLocationLineHash"] for result in _run(_of(found))["results"]]
        for found in (findings, moved)
    ]
    assert prints[0] == prints[1]
    assert len(set(prints[0])) == 3


def _of(findings: list[Any]) -> Summary:
    return a_summary(a_provider(drifted(an_interaction(), *findings)))


def test_an_analysis_replaces_the_one_before() -> None:
    """Runs differ in what stands behind the last slash; what stands before it is the category."""
    ids = [_run(replace(drift_in_two_providers(), run_id=name))["automationDetails"]["id"] for name in ("a", "b")]
    assert [one.rpartition("/") for one in ids] == [("driftwatch", "/", "a"), ("driftwatch", "/", "b")]


def test_a_mock_elsewhere_has_a_file_uri() -> None:
    """Code scanning wants one scheme for what is not below the root of the checkout."""
    stubs = [an_interaction("a", file="/srv/mocks/a b.json"), an_interaction("b", file="mocks/c:d.json")]
    run = _run(a_summary(a_provider(*(drifted(stub, a_finding(stub)) for stub in stubs))))
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in run["results"]]
    assert places == [{"uri": "file:///srv/mocks/a%20b.json"}, {"uri": "mocks/c%3Ad.json", "uriBaseId": "%SRCROOT%"}]
    assert run["originalUriBaseIds"].keys() == {"%SRCROOT%"}


def test_rules_are_those_of_the_tool() -> None:
    """Every kind, whatever was found, with all that code scanning asks of a rule."""
    rules = _run(a_summary(a_provider(verified(an_interaction()))))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(KINDS)
    for rule in rules:
        kind = KINDS[rule["id"]]
        told = {rule["shortDescription"]["text"], rule["fullDescription"]["text"]}
        assert told == {f"{kind.title[0].upper()}{kind.title[1:]}."} or len(told) == 1
        assert "What to do" in rule["help"]["text"]
        assert "\n### What to do\n" in rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
        assert rule["properties"]["problem.severity"] in {"error", "warning", "recommendation"}
        assert 0 < len(rule["properties"]["tags"]) <= 10


def test_without_pages_a_rule_says_where_they_are() -> None:
    """A report made without the catalogue is still one that is taken."""
    (run,) = json.loads(sarif.render(drift_in_two_providers()))["runs"]
    assert {rule["help"]["text"] for rule in run["tool"]["driver"]["rules"]} >= {"driftwatch explain field-missing"}


# JUnit, as GitLab takes it


def _cases(summary: Summary) -> Iterator[tuple[str, Element]]:
    root = fromstring(junit.render(summary))  # noqa: S314 - our own text
    for suite in root.iter("testsuite"):
        yield from ((suite.get("name", ""), case) for case in suite.iter("testcase"))


@pytest.mark.parametrize("name", SUMMARIES)
def test_what_gitlab_shows_is_there(name: str) -> None:
    """It shows what stands inside an element, so whatever failed, erred or was skipped says why there."""
    summary = replace(SUMMARIES[name](), canary=Canary())
    for _, case in _cases(summary):
        for element in (*case.iter("failure"), *case.iter("error"), *case.iter("skipped")):
            assert (element.text or "").strip(), case.get("name")


def test_no_case_is_dropped_for_its_name() -> None:
    """GitLab keeps one of the cases that share suite, class and name."""
    twins = [verified(an_interaction("same", line=line)) for line in (3, 3, 9)]
    strangers = [verified(an_interaction(f"{LONG}{LONG}{number}")) for number in range(3)]
    lookalike = verified(an_interaction("same (mappings/charge.json:3) #2"))
    files = tuple(Unreadable("a.json", "wiremock", "torn") for _ in range(3))
    summary = replace(a_summary(a_provider(lookalike, *twins, *strangers)), unreadable=files)
    keys = [(suite, case.get("classname"), case.get("name")) for suite, case in _cases(summary)]
    assert len(keys) == len(set(keys)) == 11


def test_no_mock_attaches_a_file() -> None:
    """GitLab makes a link of ``[[ATTACHMENT|path]]`` in a case's output."""
    stub = an_interaction()
    finding = replace(a_finding(stub, severity=Severity.INFO), claim="[[ATTACHMENT|../secret]]")
    assert "[[ATTACHMENT|" not in junit.render(a_summary(a_provider(drifted(stub, a_finding(stub), finding))))


def test_a_document_is_never_refused_for_its_size() -> None:
    """Of one mock some findings are told and the rest is counted."""
    text = junit.render(flooded(mocks=400, findings=60))
    assert len(text.encode()) < GITLAB_REPORT
    assert text.count("and 40 more findings, which the other reports tell") == 400


# Markdown, as both take it


def test_a_summary_is_never_dropped_for_its_size() -> None:
    """It ends before the limit, at the end of a line, and says that it does; a small one is whole."""
    text = markdown.render(flooded(mocks=300, findings=4))
    assert markdown.MOST_BYTES * 0.9 < len(text.encode()) < GITHUB_SUMMARY
    assert text.endswith("The other reports tell it all.**\n")
    assert "left out" not in markdown.render(drift_in_two_providers())
