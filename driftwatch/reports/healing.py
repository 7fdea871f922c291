"""A healing for a person: the diff, with what it puts right above each change, and what it comes to."""

from collections.abc import Iterator, Sequence
from typing import Final

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.healing import Left
from driftwatch.model.summary import Summary
from driftwatch.model.treatment import Change, Treatment
from driftwatch.reports import rehearsal
from driftwatch.reports.digest import count, unreadable_files
from driftwatch.reports.hunks import Hunk, Line
from driftwatch.reports.legible import shorten
from driftwatch.reports.page import Page
from driftwatch.reports.patch import Changed

_MARGIN: Final = 2
_TEXT: Final = 12
"""The column of what is said of a finding: after the longest severity."""
_TOTALS: Final = 9
_LONGEST: Final = 400
"""Characters of one foreign text."""
_FIRST: Final = 8
"""Findings named for one reason to leave them, unless all are asked for."""
_ROOM: Final = 240
"""Characters of one line of a file; of a longer one the part around the change is shown."""
_BEFORE: Final = 60
"""Characters shown before the change in such a line."""
_STYLES: Final = {"-": "removed", "+": "added", " ": ""}


def render_changes(treatment: Treatment, *, colour: bool, width: int, verbose: bool = False) -> str:
    """Every file that changes, and an empty line; nothing if none does. ``verbose`` shows lines whole."""
    page = Page(width, colour=colour)
    changes = treatment.changes
    for change in changes:
        page.heading(change.draft.file, beside=", ".join(change.providers))
        _put_change(page, change, verbose)
    return f"{page}\n" if changes else ""


def render_end(treatment: Treatment, *, colour: bool, width: int, verbose: bool = False) -> str:
    """What is left and why, what the tests say, what was written; it ends in a newline."""
    page = Page(width, colour=colour)
    left = list(treatment.healing.left)
    if left:
        page.heading("Left as they are", beside=count(len(left), "finding"))
        for reason, alike in _by_reason(left):
            page.blank()
            page.put(shorten(reason, _LONGEST), margin=_MARGIN)
            shown = alike if verbose else alike[:_FIRST]
            for finding in shown:
                _put_finding(page, finding)
            if len(shown) < len(alike):
                page.put(f"and {len(alike) - len(shown)} more: --verbose", margin=_TEXT, style="faint")
    if treatment.rehearsal is not None:
        rehearsal.put(page, treatment.rehearsal, verbose=verbose)
    page.heading("In all")
    for label, text, style in _totals(treatment):
        page.put(shorten(text, _LONGEST), lead=label, lead_style="faint", hang=_TOTALS, style=style)
    return str(page)


def _put_change(page: Page, change: Change, verbose: bool) -> None:
    draft = change.draft
    changed = Changed(change.place.path, draft.before, draft.after)
    if not changed.is_text:
        _put_findings(page, change.findings)
        sizes = f"{len(draft.before)} bytes become {len(draft.after)}"
        page.put(f"This file is no UTF-8 text: {sizes}.", margin=_MARGIN, style="faint")
        return
    hunks = changed.hunks
    above = _above(change, hunks)
    _put_findings(page, [finding for finding in change.findings if finding not in above.values()])
    page.blank()
    page.line(f"--- a/{change.place.path}", "strong")
    page.line(f"+++ b/{change.place.path}", "strong")
    for place, hunk in enumerate(hunks):
        _put_findings(page, [finding for (at, _), finding in above.items() if at == place])
        page.line(hunk.head, "place")
        for line, shown in _shown(hunk, verbose):
            page.line(line.sign + shown, _STYLES[line.sign])
            if not line.content.endswith(b"\n"):
                page.line("\\ No newline at end of file", "faint")


def _above(change: Change, hunks: Sequence[Hunk]) -> dict[tuple[int, str], Finding]:
    """Findings by the first change within their stub, where the file tells where that ends."""
    if len(hunks) < 2:  # above the only change is above the file's name
        return {}
    found = {}
    for finding in change.findings:
        origin = finding.origin
        for place, hunk in enumerate(hunks):
            first, last = _lines_changed(hunk)
            if origin.file == change.draft.file and first <= origin.last_line and last >= origin.line:
                found[place, finding.fingerprint] = finding
                break
    return found


def _lines_changed(hunk: Hunk) -> tuple[int, int]:
    """The first and the last old line that a hunk is about, without those around."""
    signs = [line.sign for line in hunk.lines]
    leading = next(place for place, sign in enumerate(signs) if sign != " ")
    trailing = next(place for place, sign in enumerate(reversed(signs)) if sign != " ")
    return hunk.old_start + leading, hunk.old_start + hunk.old_count - 1 - trailing


def _put_findings(page: Page, findings: Sequence[Finding]) -> None:
    if findings:
        page.blank()
    for finding in findings:
        _put_finding(page, finding)
        if finding.claim or finding.observed:
            page.put(shorten(f"{finding.claim} → {finding.observed}", _LONGEST), margin=_TEXT, style="faint")
    if findings:
        page.blank()


def _put_finding(page: Page, finding: Finding) -> None:
    severity = finding.severity.value
    title = f"{finding.kind} · {finding.path or 'whole body'}"
    page.put(shorten(title, _LONGEST), lead=severity, lead_style=severity, margin=_MARGIN, hang=_TEXT)
    asked = f"{finding.method} {finding.path_template}".strip()
    place = f"{finding.origin}  {asked}  {finding.fingerprint}"
    page.put(shorten(place, _LONGEST), margin=_TEXT, style="faint", breaks_words=False)


def _shown(hunk: Hunk, verbose: bool) -> Iterator[tuple[Line, str]]:
    """Lines as a screen shows them: without their ends, and of very long ones the part that matters."""
    texts = [_text(line.content, _has_crlf(hunk)) for line in hunk.lines]
    for place, (line, text) in enumerate(zip(hunk.lines, texts, strict=True)):
        if verbose or len(text) <= _ROOM:
            yield line, text
            continue
        other = _counterpart(hunk, place)
        yield line, _part(text, _common(text, texts[other]) if other is not None else 0)


def _has_crlf(hunk: Hunk) -> bool:
    return all(line.content.endswith(b"\r\n") for line in hunk.lines if line.content.endswith(b"\n"))


def _text(content: bytes, has_crlf: bool) -> str:
    end = b"\r\n" if has_crlf and content.endswith(b"\r\n") else b"\n"
    return content.removesuffix(end).decode("utf-8", "replace").expandtabs(4)


def _counterpart(hunk: Hunk, place: int) -> int | None:
    """The line that a removed one became, or an added one was: the one at the same place of its block."""
    signs = [line.sign for line in hunk.lines]
    sign = signs[place]
    if sign == " ":
        return None
    begin = place
    while begin and signs[begin - 1] != " ":
        begin -= 1
    end = place
    while end < len(signs) and signs[end] != " ":
        end += 1
    own = [at for at in range(begin, end) if signs[at] == sign]
    others = [at for at in range(begin, end) if signs[at] != sign]
    position = own.index(place)
    return others[position] if position < len(others) else None


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    place, most = 0, min(len(one), len(other))
    while place < most and one[place] == other[place]:
        place += 1
    return place


def _part(text: str, change: int) -> str:
    start = max(0, min(change, len(text)) - _BEFORE)
    end = start + _ROOM
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"


def _by_reason(left: Sequence[Left]) -> list[tuple[str, list[Finding]]]:
    """The findings that stay, by reason; reasons of the gravest first."""
    reasons: dict[str, list[Finding]] = {}
    for one in left:
        reasons.setdefault(one.reason, []).append(one.finding)
    return sorted(reasons.items(), key=lambda entry: -max(finding.severity.rank for finding in entry[1]))


def _totals(treatment: Treatment) -> Iterator[tuple[str, str, str]]:
    healing, changes = treatment.healing, treatment.changes
    healed, left = sum(1 for _ in healing.healed), sum(1 for _ in healing.left)
    if healed or left:
        style = "good" if healed and not left else ""
        yield "healed", f"{count(healed, 'finding')} in {count(len(changes), 'file')}{_extent(changes)}", style
        yield "left", count(left, "finding"), ""
    else:
        style = "" if healing.summary.is_incomplete() else "good"
        yield "healed", "nothing that was asked for needs to be", style
    if changes:
        yield from (("note", note, "") for provider in healing.providers for note in provider.notes)
        yield from _written(treatment)
    if healing.summary.is_incomplete():
        yield "audit", f"incomplete: {_why_incomplete(healing.summary)}; `driftwatch audit` tells why", "warning"


def _why_incomplete(summary: Summary) -> str:
    failed = sum(number for verdict, number in summary.verdicts.items() if verdict.is_failure_to_check)
    refused = len(unreadable_files(summary))
    reasons = [f"{count(failed, 'mock')} could not be checked"] if failed else []
    reasons += [f"{count(refused, 'file')} could not be read"] if refused else []
    if not any(provider.results for provider in summary.providers):
        reasons = reasons or ["no mock was found"]
    return " and ".join(reasons) or "of some mocks nobody knows whether they tell the truth"


def _extent(changes: Sequence[Change]) -> str:
    files = [Changed(change.place.path, change.draft.before, change.draft.after) for change in changes]
    signs = [line.sign for file in files if file.is_text for hunk in file.hunks for line in hunk.lines]
    return f": {count(signs.count('+'), 'line')} added, {signs.count('-')} removed" if signs else ""


def _written(treatment: Treatment) -> Iterator[tuple[str, str, str]]:
    if treatment.patch:
        yield "patch", f"{treatment.patch}: `git apply` takes it in {treatment.folder}", ""
    if treatment.branch is not None:
        made = treatment.branch
        commits = count(len(made.commits), "commit")
        told = f"{made.name}, {commits}; nothing is pushed" if made.commits else f"{made.name} was not made"
        yield "branch", told, "" if made.commits else "warning"
        yield from (("", f"{one.file} is not on it: {one.reason}", "warning") for one in made.refused)
    if treatment.written:
        yield "written", count(len(treatment.written), "file"), "good"
    yield from (("", f"{one.draft.file} is not written: {one.reason}", "warning") for one in treatment.unsaved)
    if treatment.withheld:
        waiting = f"{count(len(treatment.withheld), _withheld(treatment))} not written without a yes: --yes"
        yield "" if treatment.written else "written", waiting, "warning"
    if not (treatment.patch or treatment.branch or treatment.is_to_be_written):
        yield "written", "nothing: --write writes it in place, --output FILE as a patch for `git apply`", ""


def _withheld(treatment: Treatment) -> str:
    is_breaking = all(finding.severity is Severity.BREAKING for finding in treatment.withheld)
    return "breaking finding" if is_breaking else "finding"
