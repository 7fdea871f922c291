"""Reports that other programs read: their own parsers take them, whatever strangers wrote into mocks."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from msgspec.structs import replace

from driftwatch.model.finding import Severity
from driftwatch.model.interaction import Unreadable
from driftwatch.model.summary import Canary, Result, Summary, Verdict
from driftwatch.reports import github, junit, markdown, sarif
from tests.node import package_file
from tests.reports.samples import (
    SUMMARIES,
    a_finding,
    a_provider,
    a_summary,
    an_interaction,
    canary_missed,
    drift_in_two_providers,
    drifted,
    everything_fine,
    suppressed,
    verified,
)

EVIL = "x`y``z|<b onclick=a>&lt; ![a](http://b) @ann #12 **c** ]]> %0A::error:: a,b:c \\ $\\frac$ www.d.example \n# e"


def evil() -> Summary:
    """Signs that mean something in one of the languages."""
    stub = an_interaction(EVIL, f"GET /{EVIL}", f"{EVIL}.json", provider=EVIL)
    finding = replace(a_finding(stub, path=f"/{EVIL}"), claim=EVIL, observed=EVIL, hint=EVIL, state=EVIL)
    summary = a_summary(a_provider(drifted(stub, finding), Result(stub, Verdict.UNREACHABLE, EVIL), name=EVIL))
    return replace(summary, unreadable=(Unreadable(EVIL, EVIL, EVIL, pointer=EVIL),))


EVERY = pytest.mark.parametrize("make", [*SUMMARIES.values(), evil], ids=[*SUMMARIES, "evil"])


@EVERY
def test_every_report_is_legible(make: Callable[[], Summary]) -> None:
    """No control, no invisible character, no lone surrogate in any of them, and one newline at the end."""
    for render in (github.render, junit.render, markdown.render, sarif.render):
        text = render(make())
        assert all(line.isprintable() for line in text.split("\n"))
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


# github


@EVERY
def test_a_command_is_a_line(make: Callable[[], Summary]) -> None:
    """Each line is one command with properties that hold neither colon nor comma, and no bare per cent sign."""
    for line in github.render(make()).splitlines():
        found = re.fullmatch(r"::(error|warning|notice) ((?:\w+=[^:,]*)(?:,\w+=[^:,]*)*)::(.*)", line)
        assert found is not None, line
        assert re.fullmatch(r"(?:[^%]|%25|%0A|%3A|%2C)*", found[2] + found[3]), line


def test_levels_follow_severities_and_policy_is_silent() -> None:
    """Breaking is an error, harmless a notice, what could not be checked a warning; what policy skips is not told."""
    lines = github.render(drift_in_two_providers()).splitlines()
    levels = [line.split(" ", 1)[0] for line in lines]
    assert levels == ["::error"] * 2 + ["::warning", "::notice"] + ["::warning"] * 7
    assert not any("refunds" in line for line in lines)
    assert github.render(everything_fine()).startswith("::notice title=driftwatch::Every mock")
    assert "charge.json" not in github.render(suppressed())


# junit


def _suites(summary: Summary) -> JUnitXml:
    return JUnitXml.fromstring(junit.render(summary).encode())


@EVERY
def test_junit_counts_what_it_shows(make: Callable[[], Summary]) -> None:
    """A common parser reads it, and the sums in the attributes are those of the cases."""
    parsed = _suites(make())
    written = [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in parsed]
    total = (parsed.tests, parsed.failures, parsed.errors, parsed.skipped)
    parsed.update_statistics()  # type: ignore[no-untyped-call] # the parser ships half of its types
    assert written == [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in parsed]
    assert total == (parsed.tests, parsed.failures, parsed.errors, parsed.skipped)
    interactions = sum(1 for _ in make().results)
    assert parsed.tests == interactions + len(make().guards) + len(make().unreadable) + 1


@pytest.mark.parametrize(
    ("severity", "failures"), [(Severity.BREAKING, 1), (Severity.WARNING, 0), (Severity.INFO, 0)]
)  # fmt: skip
def test_only_what_breaks_fails(severity: Severity, failures: int) -> None:
    """Milder findings stand in the output of a case that passes; a suppressed one does not fail either."""
    stub = an_interaction()
    finding = a_finding(stub, severity=severity)
    text = junit.render(a_summary(a_provider(drifted(stub, finding))))
    assert _suites(a_summary(a_provider(drifted(stub, finding)))).failures == failures
    assert "field-missing at /email" in text
    hidden = replace(finding, state="suppressed")
    assert _suites(a_summary(a_provider(drifted(stub, hidden)))).failures == 0


@pytest.mark.parametrize(
    ("verdict", "errors", "skipped"),
    [(Verdict.UNREACHABLE, 1, 0), (Verdict.UNAUTHORIZED, 1, 0), (Verdict.UNVERIFIABLE, 1, 0), (Verdict.SKIPPED, 0, 1)],
)
def test_what_was_not_checked_never_passes(verdict: Verdict, errors: int, skipped: int) -> None:
    """An error if it should have been, skipped if policy says so."""
    parsed = _suites(a_summary(a_provider(verified(an_interaction()), Result(an_interaction("b"), verdict, "why"))))
    assert (parsed.failures, parsed.errors, parsed.skipped) == (0, errors, skipped)


@pytest.mark.parametrize("canary", [Canary(1, 0), Canary()], ids=["missed", "not-planted"])
def test_a_canary_that_was_not_caught_fails(canary: Canary) -> None:
    """A run that proves nothing is not green."""
    assert _suites(everything_fine()).failures == 0
    assert _suites(replace(everything_fine(), canary=canary)).failures == 1


# markdown

OURS = {
    "h1", "h2", "h3", "p", "ul", "li", "strong", "code", "table", "thead", "tbody", "tr", "th", "td", "sub",
}  # fmt: skip


@pytest.mark.parametrize("make", [evil, SUMMARIES["hostile-text"]], ids=["evil", "controls"])
def test_foreign_words_do_nothing_in_markdown(make: Callable[[], Summary]) -> None:
    """No element of theirs, no link, no picture, no mention; every row of a table has its cells."""
    text = markdown.render(make())
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text)
    tags = set(re.findall(r"<(\w+)", html))
    assert tags <= OURS
    assert len(re.findall(r"<td", html)) == 4 * len(make().providers)
    outside = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    assert not re.search(r"[@#]\w|://|www\.", outside)
    assert "onclick" not in re.sub(r"&lt;b onclick=a&gt;", "", html)


def test_markdown_tells_what_the_console_tells() -> None:
    """Findings with both sides, gaps with reasons and places, files, suppressed findings with who and why."""
    text = markdown.render(drift_in_two_providers())
    for words in ("mock says `string (email)`", "staging is ahead", "the list came back empty", "broken.json:7"):
        assert words in text
    assert "until 2026-06-30, team-checkout: The reader is released in June." in markdown.render(suppressed())
    assert "MISSED" in markdown.render(canary_missed())


# sarif


def _log(summary: Summary) -> dict[str, list[dict[str, list[dict[str, object]]]]]:
    log: dict[str, list[dict[str, list[dict[str, object]]]]] = json.loads(sarif.render(summary))
    return log


@EVERY
def test_sarif_leads_to_its_rules_and_files(make: Callable[[], Summary]) -> None:
    """One result for each standing finding, rules in order, URIs that are relative references."""
    text = sarif.render(make())
    (run,) = json.loads(text)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted(set(rules))
    assert len(run["results"]) == len(make().standing)
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    for uri in re.findall(r'"uri": "([^"]*)"', text):
        assert re.fullmatch(r"(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+", uri), uri


def test_what_is_suppressed_is_no_result() -> None:
    """Code scanning would open an alert for it; who does not want to be told, and why, is a notification."""
    (run,) = _log(suppressed())["runs"]
    assert [result["ruleId"] for result in run["results"]] == [finding.kind for finding in suppressed().standing]
    assert "suppressions" not in json.dumps(run)
    (invocation,) = run["invocations"]
    assert "team-checkout: The reader is released in June." in json.dumps(invocation)


def test_what_was_not_checked_is_notified() -> None:
    """Gaps, unreadable files and a missed canary make the invocation unsuccessful or stand beside it."""
    text = sarif.render(drift_in_two_providers())
    for words in ("the connection was refused", "a string is not closed", "nobody consented"):
        assert words in text
    (invocation,) = _log(canary_missed())["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "MISSED" in json.dumps(invocation)


@pytest.mark.sarif
def test_sarif_has_the_types_of_its_schema(tmp_path: Path) -> None:
    """The published types of SARIF 2.1.0 take every log: no unknown member, no wrong type."""
    compiler = package_file("typescript", "7.0.2", "bin/tsc")
    types = package_file("@types/sarif", "2.1.7", "index.d.ts")
    logs = [sarif.render(make()) for make in (*SUMMARIES.values(), evil)]
    wrong = '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "nonsense": 1}}}]}'
    for name, texts in (("good", logs), ("bad", [wrong])):
        lines = [f"const log{number}: Log = {text.strip()};" for number, text in enumerate(texts)]
        source = "\n".join([f'import type {{ Log }} from "{types.with_suffix("").with_suffix("")}";', *lines])
        (tmp_path / f"{name}.ts").write_text(source, encoding="utf-8")
    checked = [
        subprocess.run(
            ["node", str(compiler), "--noEmit", "--strict", "--skipLibCheck", "--module", "esnext",
             "--moduleResolution", "bundler", f"{name}.ts"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )
        for name in ("good", "bad")
    ]  # fmt: skip
    assert checked[0].returncode == 0, checked[0].stdout[-3000:]
    assert checked[1].returncode != 0
    assert "nonsense" in checked[1].stdout
