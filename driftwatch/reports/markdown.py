"""Markdown for a pull request or a job's summary (GitHub Flavored Markdown 0.29, which GitLab reads as well).

Foreign words stand in code spans, where no sign means anything; in sentences every sign that could is escaped, and a
mention, a reference or a bare link is broken by an empty comment, so that no mock file calls people or leads anywhere.

GitHub drops a job's summary of more than 1 MiB whole ("$GITHUB_STEP_SUMMARY upload aborted, supports content up to a
size of 1024k"), and GitLab a description of more than a million characters, so the report ends before that and says so.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from driftwatch.model.finding import Finding
from driftwatch.model.summary import ProviderSummary, Summary
from driftwatch.reports import agreement, guards
from driftwatch.reports.conclusion import conclude, is_good_news
from driftwatch.reports.digest import checked, count, gaps, in_utc, unreadable_files
from driftwatch.reports.legible import legible, shorten
from driftwatch.reports.order import GAP_ORDER, by_operation, by_reason, by_trouble
from driftwatch.reports.sentences import began_with, how_often, of_canary, resting_on, share, since
from driftwatch.reports.suppressed import by_finding

MOST_BYTES: Final = 900_000
"""Of the report, but for its last line."""
_LONGEST: Final = 400
_MOST_PLACES: Final = 20
"""Gaps of one reason that are named; the rest is counted."""
_SIGNS: Final = re.compile(r"[\\`*_\[\]<>|~&$]")
_LINKED: Final = re.compile(r"([@#!]|:(?=//)|www(?=\.))(?=\S)", re.IGNORECASE)
"""What GitHub and GitLab make a mention, a reference or a link of."""
_TICKS: Final = re.compile(r"`+")


def render(summary: Summary) -> str:
    """The whole report, or what fits of it, ending in a newline."""
    return "\n".join(_fitting(_lines(summary))).rstrip() + "\n"


def _fitting(lines: Iterator[str]) -> Iterator[str]:
    room = MOST_BYTES
    for line in lines:
        room -= len(line.encode("utf-8", "replace")) + 1
        if room < 0:
            yield from (
                "",
                "**The rest is left out, for nobody shows a longer summary. The other reports tell it all.**",
            )
            return
        yield line


def _lines(summary: Summary) -> Iterator[str]:
    mark = "✅" if is_good_news(summary) else "❌"
    yield from (f"# {mark} driftwatch", "", _prose(conclude(summary)), "")
    yield from _totals(summary)
    for provider in sorted(summary.providers, key=by_trouble):
        yield from _provider(provider, summary)
    yield from _gaps(summary)
    yield from _guards(summary)
    yield from _files(summary)
    yield from _suppressed(summary)
    at = f"{in_utc(summary.started_at):%Y-%m-%d %H:%M:%S} UTC"
    yield f"<sub>{at}, run {_code(summary.run_id)}, driftwatch {_prose(summary.version)}</sub>"


def _totals(summary: Summary) -> Iterator[str]:
    yield from ("| Provider | Fidelity | Verified | Findings |", "| --- | ---: | ---: | --- |")
    for provider in summary.providers:
        fidelity = "–" if provider.fidelity is None else f"{math.floor(provider.fidelity)}"
        found = {f.fingerprint: f for result in provider.results for f in result.findings if not f.is_suppressed}
        severities = [finding.severity.value for finding in found.values()]
        tally = _tally({name: severities.count(name) for name in ("breaking", "warning", "info")})
        yield f"| {_prose(provider.name)} | {fidelity} | {checked(provider)} of {len(provider.results)} | {tally} |"
    verdicts = {verdict.value: number for verdict, number in summary.verdicts.items()}
    yield from ("", f"- interactions: {_tally(verdicts)}", f"- requests: {summary.requests_sent}")
    yield from (f"- canary: {_prose(of_canary(summary.canary))}", "")


def _tally(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "none"


def _provider(provider: ProviderSummary, summary: Summary) -> Iterator[str]:
    operations = by_operation(provider.results)
    if operations:
        yield from (f"## {_prose(provider.name)}", "", _prose(share(provider)), "")
    for (method, template), findings in operations:
        yield from (f"### {_code(f'{method} {template}'.strip())}", "")
        for finding in findings:
            yield from _finding(finding, summary)
        yield ""


def _finding(finding: Finding, summary: Summary) -> Iterator[str]:
    state = "" if finding.state == "open" else f" ({_prose(finding.state)})"
    where = f"{_code(finding.path or 'whole body')}{state} in {_code(str(finding.origin))}"
    yield f"- **{finding.severity}** {_prose(finding.kind)} at {where}"
    yield f"  - mock says {_code(finding.claim or 'nothing')}, service does {_code(finding.observed or 'nothing')}"
    facts = {
        "how often": how_often(finding), "three sides": agreement.tell(finding.agreement),
        "production": agreement.tell_production(finding.production), "since": since(finding, summary.started_at),
        "began with": began_with(finding.began_with, summary.started_at),
        "rests on": resting_on(finding.rests_on, summary.started_at),
    }  # fmt: skip
    yield from (f"  - {label}: {_prose(text)}" for label, text in facts.items() if text)
    for swallowed in finding.explains:
        yield f"  - explains {_prose(swallowed.kind)} at {_code(swallowed.path or 'whole body')}"
    if finding.hint:
        yield f"  - → {_prose(finding.hint)}"


def _gaps(summary: Summary) -> Iterator[str]:
    missed = list(gaps(summary))
    if missed:
        yield from (f"## Not checked: {len(missed)} of {count(sum(summary.verdicts.values()), 'interaction')}", "")
    for verdict in GAP_ORDER:
        for reason, alike in by_reason(gap for gap in missed if gap.verdict is verdict):
            yield f"- **{verdict}**: {_prose(reason or 'no reason given')} ({len(alike)})"
            yield from _places(f"{gap.interaction.origin}" for gap in alike)
    if missed:
        yield ""


def _places(places: Iterable[str]) -> Iterator[str]:
    named = sorted(places)
    yield from (f"  - {_code(place)}" for place in named[:_MOST_PLACES])
    if len(named) > _MOST_PLACES:
        yield f"  - and {len(named) - _MOST_PLACES} more"


def _guards(summary: Summary) -> Iterator[str]:
    fallen = list(guards.fallen(summary))
    if fallen:
        yield from (f"## Guards: {len(fallen)} of {count(len(summary.guards), 'guard')} not verified", "")
        yield from (f"- {_prose(guards.told(one))}" for one in fallen)
        yield ""


def _files(summary: Summary) -> Iterator[str]:
    if summary.unreadable:
        yield from (f"## Not readable: {count(len(unreadable_files(summary)), 'file')}", "")
        for one in sorted(summary.unreadable, key=lambda each: (each.file, each.line, each.pointer)):
            yield f"- {_code(f'{one.file}:{one.line}')} {_prose(f'{one.format}: {one.reason}')}"
        yield ""


def _suppressed(summary: Summary) -> Iterator[str]:
    hidden = by_finding(summary.suppressions)
    if summary.suppressed:
        yield from (f"## Suppressed: {count(len(summary.suppressed), 'finding')}", "")
        for finding in summary.suppressed:
            place = f"{_code(finding.path or 'whole body')} in {_code(str(finding.origin))}"
            yield f"- {finding.severity} {_prose(finding.kind)} at {place}"
            for one in hidden.get(finding.fingerprint, ()):
                yield f"  - until {one.until}, {_prose(one.owner)}: {_prose(one.reason)}"
        yield ""


def _fit(text: str) -> str:
    return shorten(legible(text), _LONGEST)


def _prose(text: str) -> str:
    escaped = _SIGNS.sub(r"\\\g<0>", _fit(text))
    return _LINKED.sub(r"\1<!-- -->", escaped)


def _code(text: str) -> str:
    """A code span (CommonMark 6.1): fenced by more backticks than stand in it."""
    fitted = _fit(text)
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(fitted)), default=0))
    padding = " " if fitted.startswith("`") or fitted.endswith("`") or not fitted.strip() else ""
    return f"{fence}{padding}{fitted}{padding}{fence}"
