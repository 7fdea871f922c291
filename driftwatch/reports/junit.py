"""JUnit XML for CI: one suite for each provider, one case for each mock; one suite of all guards.

There is no standard; these are the elements and attributes that Jenkins' ``junit-10.xsd``, GitLab and common parsers
read. A case fails for what is breaking; milder findings stand in its output, since tests that warn would cry wolf.
What should have been checked and was not is an error, what policy skips is skipped. A guard fails with its mock,
however mild the finding: it was made to be heard.

GitLab (docs.gitlab.com, "Unit test reports", of 2026; ``lib/gitlab/ci/parsers/test/junit.rb``) shows the content of
``failure``, ``error`` and ``skipped`` and not their ``message``, so what is to be read stands in both. It takes
``classname`` for the suite, and of cases with the same suite, class and name it keeps one: names are made unique. In
``system-out`` it looks for ``[[ATTACHMENT|path]]``, which no mock may write. A file of 30 MB or more is dropped, so of
one mock no more than some findings are told.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.guard import Guarded
from driftwatch.model.interaction import Origin
from driftwatch.model.summary import Result, Summary
from driftwatch.reports.digest import count, in_utc
from driftwatch.reports.guards import words_of
from driftwatch.reports.legible import legible, shorten
from driftwatch.reports.sentences import how_often, of_canary

_LONGEST: Final = 1000
_MOST_FINDINGS: Final = 20
"""Findings of one mock that are told; the rest is counted."""


class Case(Struct, frozen=True):
    """One mock, before it has a name that no other case of its suite has."""

    outcome: str
    """Which count it adds to; empty for a success."""
    group: str
    name: str
    place: Origin
    inner: tuple[str, ...] = ()

    def lines(self, name: str) -> Iterator[str]:
        """The element; ``name`` is legible."""
        place = f' file={_quoted(self.place.file)} line="{max(1, self.place.line)}"' if self.place.file else ""
        opening = f"<testcase classname={_quoted(self.group)} name={quoteattr(name)}{place}"
        yield from (f"{opening}>", *self.inner, "</testcase>") if self.inner else (f"{opening}/>",)


def render(summary: Summary) -> str:
    """The whole document, ending in a newline."""
    suites = [
        *((provider.name, [_interaction(result) for result in provider.results]) for provider in summary.providers),
        ("guards", [_guard(one) for one in summary.guards]),
        ("unreadable files", list(_unreadable(summary))),
        ("canary", [_canary(summary)]),
    ]
    at = f"{in_utc(summary.started_at):%Y-%m-%dT%H:%M:%S}"
    everything = [case for _, cases in suites for case in cases]
    lines = [f'<testsuites name="driftwatch"{_counts(everything)} time="{summary.seconds:.3f}">']
    for name, cases in suites:
        if cases:
            lines += [f'<testsuite name={_quoted(name)}{_counts(cases)} timestamp="{at}">']
            lines += [line for case, unique in zip(cases, _names(cases), strict=True) for line in case.lines(unique)]
            lines += ["</testsuite>"]
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join([*lines, "</testsuites>"]) + "\n"


def _names(cases: list[Case]) -> Iterator[str]:
    """A name for each case that no other has: if need be with its place, and with a number where that is no help."""
    alike = Counter(_legible(case.name) for case in cases)
    taken: set[str] = set()
    tried: Counter[str] = Counter()
    for case in cases:
        plain = _legible(case.name)
        name = named = plain if alike[plain] == 1 else f"{plain} ({_legible(str(case.place))})"
        while name in taken:
            tried[named] += 1
            name = f"{named} #{tried[named] + 1}"
        taken.add(name)
        yield name


def _counts(cases: list[Case]) -> str:
    outcomes = Counter(case.outcome for case in cases)
    named = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    return f' tests="{len(cases)}"' + "".join(f' {name}="{outcomes[one]}"' for name, one in named)


def _interaction(result: Result) -> Case:
    one = result.interaction
    name = f"{one.request.method} {one.request.path_template} · {one.mock_id}"
    standing = [finding for finding in result.findings if not finding.is_suppressed]
    breaking = [finding for finding in standing if finding.severity is Severity.BREAKING]
    milder = [finding for finding in standing if finding.severity is not Severity.BREAKING]
    outcome, inner = "", []
    if breaking:
        outcome, inner = "failure", [_element("failure", breaking[0].kind, _title(breaking), _told(breaking))]
    elif result.verdict.is_failure_to_check:
        outcome, inner = "error", [_element("error", result.verdict.value, result.reason, _legible(result.reason))]
    elif not result.verdict.is_answer:
        outcome, inner = "skipped", [_element("skipped", "", result.reason, _legible(result.reason))]
    if milder:
        inner.append(f"<system-out>{_text(_told(milder))}</system-out>")
    return Case(outcome, one.provider, name, one.origin, tuple(inner))


def _unreadable(summary: Summary) -> Iterator[Case]:
    for one in summary.unreadable:
        place = Origin(one.file, one.pointer, one.line)
        reason = f"{one.format}: {one.reason}"
        inner = (_element("error", "unreadable", reason, _legible(reason)),)
        yield Case("error", "unreadable files", f"{place} {one.pointer}".strip(), place, inner)


def _guard(guarded: Guarded) -> Case:
    name, place = f"{guarded.guard.provider}: {guarded.guard.name}", Origin(guarded.guard.file)
    if guarded.is_verified:
        return Case("", "guards", name, place)
    outcome, words = "failure" if guarded.is_answered else "error", words_of(guarded)
    return Case(outcome, "guards", name, place, (_element(outcome, guarded.verdict, words, _legible(words)),))


def _canary(summary: Summary) -> Case:
    name, nowhere = "a planted false mock is noticed", Origin("")
    if summary.canary.is_alive:
        return Case("", "driftwatch", name, nowhere)
    words = of_canary(summary.canary)
    return Case("failure", "driftwatch", name, nowhere, (_element("failure", "canary", words, _legible(words)),))


def _element(name: str, kind: str, message: str, told: str) -> str:
    attributes = (f" type={_quoted(kind)}" if kind else "") + f" message={_quoted(message)}"
    return f"<{name}{attributes}>{_text(told)}</{name}>"


def _title(findings: list[Finding]) -> str:
    first, others = findings[0], len(findings) - 1
    more = f" and {others} more" if others else ""
    return f"{first.kind} at {first.path or 'whole body'}{more}"


def _told(findings: list[Finding]) -> str:
    """The findings of one mock, and how many more there are."""
    hidden = len(findings) - _MOST_FINDINGS
    more = [f"and {count(hidden, 'more finding')}, which the other reports tell"] if hidden > 0 else []
    return "\n".join([*_sentences(findings[:_MOST_FINDINGS]), *more])


def _sentences(findings: Iterable[Finding]) -> Iterator[str]:
    """A line for each thing that is said of each."""
    for finding in findings:
        yield _legible(f"{finding.severity} {finding.kind} at {finding.path or 'whole body'} ({finding.origin})")
        yield _legible(f"  mock says: {finding.claim}")
        yield _legible(f"  service does: {finding.observed}")
        if often := how_often(finding):
            yield _legible(f"  how often: {often}")
        if finding.hint:
            yield _legible(f"  → {finding.hint}")


def _legible(text: str) -> str:
    return shorten(legible(text), _LONGEST)


def _quoted(text: str) -> str:
    return quoteattr(_legible(text))


def _text(text: str) -> str:
    """Lines that were made legible one by one."""
    return escape(text.replace("[[ATTACHMENT|", "[ [ATTACHMENT|"))
