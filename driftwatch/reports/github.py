"""Workflow commands of GitHub Actions: each finding becomes an annotation at its file and line.

Spelling and escaping are those of actions/toolkit, ``packages/core/src/command.ts``: per cent, CR and LF in messages,
colon and comma as well in properties. GitHub shows ten of each level for a step, so the worst come first.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.interaction import Origin
from driftwatch.model.summary import Summary
from driftwatch.reports.conclusion import conclude, is_good_news
from driftwatch.reports.digest import Gap, gaps
from driftwatch.reports.legible import legible, shorten

_LONGEST: Final = 400
_LEVELS: Final[Mapping[Severity, str]] = {
    Severity.BREAKING: "error", Severity.WARNING: "warning", Severity.INFO: "notice",
}  # fmt: skip


def render(summary: Summary) -> str:
    """One command a line, ending in a newline; what nobody could check is a warning, what policy skips is not told."""
    return "\n".join(_lines(summary)) + "\n"


def _lines(summary: Summary) -> Iterator[str]:
    yield from map(_finding, summary.standing)
    for unreadable in summary.unreadable:
        place = Origin(unreadable.file, unreadable.pointer, unreadable.line)
        yield _command("warning", place, "driftwatch: not readable", f"{unreadable.format}: {unreadable.reason}")
    yield from (_gap(gap) for gap in gaps(summary) if gap.verdict.is_failure_to_check)
    yield _command("notice" if is_good_news(summary) else "warning", None, "driftwatch", conclude(summary))


def _finding(finding: Finding) -> str:
    title = f"driftwatch: {finding.kind} · {finding.path or 'whole body'}"
    asked = f"{finding.provider}: {finding.method} {finding.path_template}".strip(": ")
    said = [asked, f"mock says: {finding.claim}", f"service does: {finding.observed}", finding.hint]
    return _command(_LEVELS[finding.severity], finding.origin, title, *filter(None, said))


def _gap(gap: Gap) -> str:
    request = gap.interaction.request
    asked = f"{gap.provider}: {request.method} {request.path_template}"
    return _command("warning", gap.interaction.origin, f"driftwatch: {gap.verdict}", asked, gap.reason)


def _command(level: str, place: Origin | None, title: str, *lines: str) -> str:
    properties = {"file": place.file, "line": str(max(1, place.line))} if place is not None and place.file else {}
    told = ",".join(f"{name}={_property(value)}" for name, value in {**properties, "title": title}.items())
    return f"::{level} {told}::" + "%0A".join(map(_data, lines))


def _data(text: str) -> str:
    """Legible text has no line break of its own; what GitHub would take for an escape is escaped."""
    return shorten(legible(text), _LONGEST).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
