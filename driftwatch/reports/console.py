"""A summary for a person at a terminal: what is wrong, what nobody could check, and what it comes to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.summary import ProviderSummary, Result, Summary, Verdict
from driftwatch.reports import agreement
from driftwatch.reports.conclusion import conclude, is_good_news
from driftwatch.reports.digest import Gap, count, gaps, in_utc, unreadable_files
from driftwatch.reports.guards import put_guards
from driftwatch.reports.legible import shorten
from driftwatch.reports.order import GAP_ORDER, by_operation, by_reason, by_trouble
from driftwatch.reports.page import Page
from driftwatch.reports.sentences import (
    began_with,
    how_often,
    of_canary,
    read_by,
    resting_on,
    share,
    since,
    witnessed,
)
from driftwatch.reports.suppressed import put_suppressed

_MARGIN: Final = 2
_TEXT: Final = 12
"""The column of what is said of a finding: after the longest severity."""
_SIDES: Final = 26
"""The column of what each side says: after the longest label."""
_TOTALS: Final = 13
_LONGEST: Final = 400
"""Characters of one foreign text; a screen is no place for more, and the JSON report has it whole."""
_FIRST: Final = 3
"""Interactions named per reason, and reasons per verdict, unless all are asked for."""
_REASONS: Final = 8


def render(summary: Summary, *, colour: bool, width: int, verbose: bool = False) -> str:
    """The whole report, ending in a newline, at most ``width`` columns wide but for file names and at least 40.

    ``verbose`` adds what findings explain and rest on, and names every gap and ignored file instead of the first few.
    """
    page = Page(width, colour=colour)
    for provider in sorted(summary.providers, key=by_trouble):
        _put_provider(page, provider, summary.started_at, verbose)
    _put_gaps(page, summary, verbose)
    _put_journeys(page, summary)
    put_guards(page, summary)
    _put_remarks(page, summary, verbose)
    _put_files(page, summary, verbose)
    put_suppressed(page, summary)
    _put_totals(page, summary)
    return str(page)


def _put_provider(page: Page, provider: ProviderSummary, now: datetime, verbose: bool) -> None:
    operations = by_operation(provider.results)
    if not operations:
        return
    page.heading(_foreign(provider.name), beside=_foreign(provider.target))
    for (method, template), findings in operations:
        page.blank()
        page.put(_foreign(f"{method} {template}".strip()), style="strong")
        for finding in findings:
            page.blank()
            _put_finding(page, finding, now, verbose)


def _put_finding(page: Page, finding: Finding, now: datetime, verbose: bool) -> None:
    severity = finding.severity.value
    state = "" if finding.state == "open" else f" ({finding.state})"
    title = _foreign(f"{finding.kind} · {finding.path or 'whole body'}{state}")
    page.put(title, lead=severity, lead_style=severity, margin=_MARGIN, hang=_TEXT)
    page.put(_foreign(str(finding.origin)), margin=_TEXT, style="faint", breaks_words=False)
    _put_side(page, "mock says", finding.claim)
    _put_side(page, "service does", finding.observed)
    _put_side(page, "three sides", agreement.tell(finding.agreement))
    _put_side(page, "production", agreement.tell_production(finding.production))
    _put_side(page, "how often", how_often(finding))
    _put_side(page, "since", since(finding, now))
    _put_side(page, "began with", began_with(finding.began_with, now))
    _put_side(page, "rests on", resting_on(finding.rests_on, now))
    _put_side(page, "read by", read_by(finding))
    if verbose:
        _put_side(page, "by default", finding.default_severity if finding.default_severity != severity else "")
        _put_side(page, "certainty", f"{100 * finding.confidence:.0f} %" if finding.confidence < 1 else "")
        _put_side(page, "rests on", ", ".join(finding.evidence))
        for swallowed in finding.explains:
            _put_side(page, "explains", f"{swallowed.kind} · {swallowed.path or 'whole body'}")
    if finding.hint:
        page.put(_foreign(finding.hint), lead="→", margin=_TEXT, hang=_TEXT + 2)


def _put_side(page: Page, label: str, text: str) -> None:
    if text:
        page.put(_foreign(text), lead=label, lead_style="faint", margin=_TEXT, hang=_SIDES)


def _foreign(text: str) -> str:
    return shorten(text, _LONGEST)


def _put_gaps(page: Page, summary: Summary, verbose: bool) -> None:
    missed = list(gaps(summary))
    if not missed:
        return
    total = sum(summary.verdicts.values())
    page.heading("Not checked", beside=f"{len(missed)} of {count(total, 'interaction')}")
    for verdict in GAP_ORDER:
        reasons = by_reason(gap for gap in missed if gap.verdict is verdict)
        shown = len(reasons) if verbose else _REASONS
        for reason, alike in reasons[:shown]:
            page.blank()
            page.put(_foreign(f"{verdict} · {reason or 'no reason given'} · {len(alike)}"), margin=_MARGIN)
            _put_places(page, alike, len(summary.providers) > 1, verbose)
        _put_more_reasons(page, verdict, [alike for _, alike in reasons[shown:]])


def _put_places(page: Page, alike: Sequence[Gap], names_provider: bool, verbose: bool) -> None:
    ordered = sorted(alike, key=lambda gap: (gap.interaction.origin, gap.provider))
    shown = len(ordered) if verbose else _FIRST
    for gap in ordered[:shown]:
        request = gap.interaction.request
        asked = f"{gap.provider + ': ' if names_provider else ''}{request.method} {request.path_template}"
        page.put(_foreign(f"{gap.interaction.origin}  {asked}"), margin=2 * _MARGIN, breaks_words=False)
    _put_more(page, len(ordered) - shown, 2 * _MARGIN)


def _put_more_reasons(page: Page, verdict: Verdict, left_out: Sequence[Sequence[Gap]]) -> None:
    if left_out:
        reasons, interactions = count(len(left_out), "other reason"), count(sum(map(len, left_out)), "interaction")
        page.blank()
        page.put(f"{verdict} · {reasons} for {interactions}: --verbose", margin=_MARGIN)


def _put_more(page: Page, left_out: int, margin: int) -> None:
    if left_out > 0:
        page.put(f"and {left_out} more: --verbose", margin=margin, style="faint")


def _put_journeys(page: Page, summary: Summary) -> None:
    if summary.troubles:
        page.heading("Journeys", beside=count(len(summary.troubles), "trouble"))
    for trouble in summary.troubles:
        page.blank()
        page.put(_foreign(f"{trouble.provider}: {trouble.reason}"), margin=_MARGIN)


def _put_remarks(page: Page, summary: Summary, verbose: bool) -> None:
    told: dict[str, list[Result]] = {}
    for result in summary.results:
        for remark in result.remarks:
            told.setdefault(f"{remark.topic}: {remark.says}", []).append(result)
    if told:
        page.heading("Learnt beside the mocks", beside=count(len(told), "remark"))
    for says, results in told.items():
        page.blank()
        page.put(_foreign(says), margin=_MARGIN)
        shown = len(results) if verbose else _FIRST
        for result in results[:shown]:
            request = result.interaction.request
            place = f"{result.interaction.origin}  {request.method} {request.path_template}"
            page.put(_foreign(place), margin=2 * _MARGIN, breaks_words=False)
        _put_more(page, len(results) - shown, 2 * _MARGIN)


def _put_files(page: Page, summary: Summary, verbose: bool) -> None:
    files = unreadable_files(summary)
    if files:
        page.heading("Not readable", beside=count(len(files), "file"))
    for unreadable in sorted(summary.unreadable, key=lambda each: (each.file, each.line, each.pointer)):
        page.blank()
        page.put(_foreign(f"{unreadable.file}:{unreadable.line}"), margin=_MARGIN, breaks_words=False)
        page.put(_foreign(": ".join(filter(None, (unreadable.format, unreadable.reason)))), margin=2 * _MARGIN)
    if verbose and summary.ignored:
        page.heading("Ignored", beside=count(len(summary.ignored), "file"))
        for ignored in summary.ignored:
            page.put(_foreign(f"{ignored.file}: {ignored.reason}"), margin=_MARGIN)


def _put_totals(page: Page, summary: Summary) -> None:
    page.heading("In all", beside=f"{in_utc(summary.started_at):%Y-%m-%d %H:%M:%S} UTC, driftwatch {summary.version}")
    _put_total(page, "interactions", _tally(summary.verdicts))
    _put_total(page, "findings", _tally(summary.severities) + _beside(summary))
    _put_total(page, "files", f"{len(unreadable_files(summary))} unreadable, {len(summary.ignored)} ignored")
    _put_total(page, "requests", f"{summary.requests_sent} sent in {summary.seconds:.1f} s")
    _put_canary(page, summary)
    page.blank()
    for provider in summary.providers:
        _put_total(page, provider.name, share(provider))
        if provider.production is not None:
            _put_total(page, "", witnessed(provider.production))
    page.blank()
    page.put(_foreign(conclude(summary)), style="good" if is_good_news(summary) else "strong")


def _put_total(page: Page, label: str, text: str, style: str = "") -> None:
    page.put(_foreign(text), lead=_foreign(label), lead_style="faint", hang=_TOTALS, style=style)


def _tally(counts: Mapping[Verdict, int] | Mapping[Severity, int]) -> str:
    total = sum(counts.values())
    parts = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    return f"{total}: {parts}" if parts else "0"


def _beside(summary: Summary) -> str:
    hidden = len(summary.suppressed)
    return f"; {hidden} suppressed" if hidden else ""


def _put_canary(page: Page, summary: Summary) -> None:
    _put_total(page, "canary", of_canary(summary.canary), style="" if summary.canary.is_alive else "breaking")
