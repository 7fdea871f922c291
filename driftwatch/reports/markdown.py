"""Markdown for a pull request or a job's summary (GitHub Flavored Markdown 0.29, which GitLab reads as well).

GitHub drops a job's summary of more than 1 MiB whole ("$GITHUB_STEP_SUMMARY upload aborted, supports content up to a
size of 1024k"), and GitLab a description of more than a million characters, so the report ends before that and says so.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from driftwatch.model.finding import Finding
from driftwatch.model.summary import ProviderSummary, Summary
from driftwatch.reports import agreement, guards
from driftwatch.reports.conclusion import conclude, is_good_news
from driftwatch.reports.digest import checked, count, gaps, in_utc, unreadable_files
from driftwatch.reports.gfm import code, fitting, prose
from driftwatch.reports.order import GAP_ORDER, by_operation, by_reason, by_trouble
from driftwatch.reports.sentences import began_with, how_often, of_canary, read_by, resting_on, share, since
from driftwatch.reports.suppressed import by_finding

MOST_BYTES: Final = 900_000
"""Of the report, but for its last line."""
_LEFT_OUT: Final = "**The rest is left out, for nobody shows a longer summary. The other reports tell it all.**"
_MOST_PLACES: Final = 20
"""Gaps of one reason that are named; the rest is counted."""


def render(summary: Summary) -> str:
    """The whole report, or what fits of it, ending in a newline."""
    return "\n".join(fitting(_lines(summary), MOST_BYTES, _LEFT_OUT)).rstrip() + "\n"


def _lines(summary: Summary) -> Iterator[str]:
    mark = "✅" if is_good_news(summary) else "❌"
    yield from (f"# {mark} driftwatch", "", prose(conclude(summary)), "")
    yield from _totals(summary)
    for provider in sorted(summary.providers, key=by_trouble):
        yield from _provider(provider, summary)
    yield from _gaps(summary)
    yield from _guards(summary)
    yield from _files(summary)
    yield from _suppressed(summary)
    at = f"{in_utc(summary.started_at):%Y-%m-%d %H:%M:%S} UTC"
    yield f"<sub>{at}, run {code(summary.run_id)}, driftwatch {prose(summary.version)}</sub>"


def _totals(summary: Summary) -> Iterator[str]:
    yield from ("| Provider | Fidelity | Verified | Findings |", "| --- | ---: | ---: | --- |")
    for provider in summary.providers:
        fidelity = "–" if provider.fidelity is None else f"{math.floor(provider.fidelity)}"
        found = {f.fingerprint: f for result in provider.results for f in result.findings if not f.is_suppressed}
        severities = [finding.severity.value for finding in found.values()]
        tally = _tally({name: severities.count(name) for name in ("breaking", "warning", "info")})
        yield f"| {prose(provider.name)} | {fidelity} | {checked(provider)} of {len(provider.results)} | {tally} |"
    verdicts = {verdict.value: number for verdict, number in summary.verdicts.items()}
    yield from ("", f"- interactions: {_tally(verdicts)}", f"- requests: {summary.requests_sent}")
    yield from (f"- canary: {prose(of_canary(summary.canary))}", "")


def _tally(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "none"


def _provider(provider: ProviderSummary, summary: Summary) -> Iterator[str]:
    operations = by_operation(provider.results)
    if operations:
        yield from (f"## {prose(provider.name)}", "", prose(share(provider)), "")
    for (method, template), findings in operations:
        yield from (f"### {code(f'{method} {template}'.strip())}", "")
        for finding in findings:
            yield from _finding(finding, summary)
        yield ""


def _finding(finding: Finding, summary: Summary) -> Iterator[str]:
    state = "" if finding.state == "open" else f" ({prose(finding.state)})"
    where = f"{code(finding.path or 'whole body')}{state} in {code(str(finding.origin))}"
    yield f"- **{finding.severity}** {prose(finding.kind)} at {where}"
    yield f"  - mock says {code(finding.claim or 'nothing')}, service does {code(finding.observed or 'nothing')}"
    facts = {
        "how often": how_often(finding), "three sides": agreement.tell(finding.agreement),
        "production": agreement.tell_production(finding.production), "since": since(finding, summary.started_at),
        "began with": began_with(finding.began_with, summary.started_at),
        "rests on": resting_on(finding.rests_on, summary.started_at), "read by": read_by(finding),
    }  # fmt: skip
    yield from (f"  - {label}: {prose(text)}" for label, text in facts.items() if text)
    for swallowed in finding.explains:
        yield f"  - explains {prose(swallowed.kind)} at {code(swallowed.path or 'whole body')}"
    if finding.hint:
        yield f"  - → {prose(finding.hint)}"


def _gaps(summary: Summary) -> Iterator[str]:
    missed = list(gaps(summary))
    if missed:
        yield from (f"## Not checked: {len(missed)} of {count(sum(summary.verdicts.values()), 'interaction')}", "")
    for verdict in GAP_ORDER:
        for reason, alike in by_reason(gap for gap in missed if gap.verdict is verdict):
            yield f"- **{verdict}**: {prose(reason or 'no reason given')} ({len(alike)})"
            yield from _places(f"{gap.interaction.origin}" for gap in alike)
    if missed:
        yield ""


def _places(places: Iterable[str]) -> Iterator[str]:
    named = sorted(places)
    yield from (f"  - {code(place)}" for place in named[:_MOST_PLACES])
    if len(named) > _MOST_PLACES:
        yield f"  - and {len(named) - _MOST_PLACES} more"


def _guards(summary: Summary) -> Iterator[str]:
    fallen = list(guards.fallen(summary))
    if fallen:
        yield from (f"## Guards: {len(fallen)} of {count(len(summary.guards), 'guard')} not verified", "")
        yield from (f"- {prose(guards.told(one))}" for one in fallen)
        yield ""


def _files(summary: Summary) -> Iterator[str]:
    if summary.unreadable:
        yield from (f"## Not readable: {count(len(unreadable_files(summary)), 'file')}", "")
        for one in sorted(summary.unreadable, key=lambda each: (each.file, each.line, each.pointer)):
            yield f"- {code(f'{one.file}:{one.line}')} {prose(f'{one.format}: {one.reason}')}"
        yield ""


def _suppressed(summary: Summary) -> Iterator[str]:
    hidden = by_finding(summary.suppressions)
    if summary.suppressed:
        yield from (f"## Suppressed: {count(len(summary.suppressed), 'finding')}", "")
        for finding in summary.suppressed:
            place = f"{code(finding.path or 'whole body')} in {code(str(finding.origin))}"
            yield f"- {finding.severity} {prose(finding.kind)} at {place}"
            for one in hidden.get(finding.fingerprint, ()):
                yield f"  - until {one.until}, {prose(one.owner)}: {prose(one.reason)}"
        yield ""
