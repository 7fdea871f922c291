"""JUnit XML for CI: one suite for each provider, one case for each mock.

There is no standard; these are the elements and attributes that Jenkins' ``junit-10.xsd``, GitLab and common parsers
read. A case fails for what is breaking; milder findings stand in its output, since tests that warn would cry wolf.
What should have been checked and was not is an error, what policy skips is skipped.
"""

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.summary import Result, Summary
from driftwatch.reports.digest import in_utc
from driftwatch.reports.legible import legible, shorten
from driftwatch.reports.sentences import how_often, of_canary

_LONGEST: Final = 1000

Case = tuple[str, list[str]]
"""Which count it adds to (empty for a success), and its lines."""


def render(summary: Summary) -> str:
    """The whole document, ending in a newline."""
    suites = [
        *((provider.name, [_interaction(result) for result in provider.results]) for provider in summary.providers),
        ("unreadable files", list(_unreadable(summary))),
        ("canary", [_canary(summary)]),
    ]
    at = f"{in_utc(summary.started_at):%Y-%m-%dT%H:%M:%S}"
    everything = [case for _, cases in suites for case in cases]
    lines = [f'<testsuites name="driftwatch"{_counts(everything)} time="{summary.seconds:.3f}">']
    for name, cases in suites:
        if cases:
            lines += [f'<testsuite name={_quoted(name)}{_counts(cases)} timestamp="{at}">']
            lines += [line for _, case in cases for line in case]
            lines += ["</testsuite>"]
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join([*lines, "</testsuites>"]) + "\n"


def _counts(cases: list[Case]) -> str:
    outcomes = [outcome for outcome, _ in cases]
    named = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    return f' tests="{len(cases)}"' + "".join(f' {name}="{outcomes.count(one)}"' for name, one in named)


def _interaction(result: Result) -> Case:
    one = result.interaction
    name = f"{one.request.method} {one.request.path_template} · {one.mock_id}"
    standing = [finding for finding in result.findings if not finding.is_suppressed]
    breaking = [finding for finding in standing if finding.severity is Severity.BREAKING]
    milder = [finding for finding in standing if finding.severity is not Severity.BREAKING]
    outcome, inner = "", []
    if breaking:
        outcome, inner = "failure", [_element("failure", breaking[0].kind, _title(breaking), map(_told, breaking))]
    elif result.verdict.is_failure_to_check:
        outcome, inner = "error", [_element("error", result.verdict.value, result.reason, [])]
    elif not result.verdict.is_answer:
        outcome, inner = "skipped", [f"<skipped message={_quoted(result.reason)}/>"]
    if milder:
        inner.append(f"<system-out>{_text(chr(10).join(map(_told, milder)))}</system-out>")
    return _case(outcome, one.provider, name, one.origin.file, one.origin.line, inner)


def _unreadable(summary: Summary) -> Iterator[Case]:
    for one in summary.unreadable:
        inner = [_element("error", "unreadable", f"{one.format}: {one.reason}", [])]
        yield _case(
            "error", "unreadable files", f"{one.file}:{one.line} {one.pointer}".strip(), one.file, one.line, inner
        )


def _canary(summary: Summary) -> Case:
    is_alive = summary.canary.is_alive
    inner = [] if is_alive else [_element("failure", "canary", of_canary(summary.canary), [])]
    return _case("" if is_alive else "failure", "driftwatch", "a planted false mock is noticed", "", 0, inner)


def _case(outcome: str, group: str, name: str, file: str, line: int, inner: list[str]) -> Case:
    place = f' file={_quoted(file)} line="{max(1, line)}"' if file else ""
    opening = f"<testcase classname={_quoted(group)} name={_quoted(name)}{place}"
    return outcome, [f"{opening}>", *inner, "</testcase>"] if inner else [f"{opening}/>"]


def _element(name: str, kind: str, message: str, told: Iterator[str] | list[str]) -> str:
    opening = f"<{name} type={_quoted(kind)} message={_quoted(message)}>"
    return f"{opening}{_text(chr(10).join(told))}</{name}>"


def _title(findings: list[Finding]) -> str:
    first, others = findings[0], len(findings) - 1
    more = f" and {others} more" if others else ""
    return f"{first.kind} at {first.path or 'whole body'}{more}"


def _told(finding: Finding) -> str:
    """One finding in one line for each thing that is said of it."""
    lines = [
        f"{finding.severity} {finding.kind} at {finding.path or 'whole body'} ({finding.origin})",
        f"  mock says: {finding.claim}",
        f"  service does: {finding.observed}",
        f"  how often: {how_often(finding)}" if how_often(finding) else "",
        f"  → {finding.hint}" if finding.hint else "",
    ]
    return "\n".join(shorten(legible(line), _LONGEST) for line in lines if line)


def _quoted(text: str) -> str:
    return quoteattr(shorten(legible(text), _LONGEST))


def _text(text: str) -> str:
    """Lines that were made legible one by one."""
    return escape(text)
