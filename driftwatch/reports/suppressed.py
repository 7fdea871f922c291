"""What people decided not to be told of, for a reader at a terminal: never silently gone."""

from collections.abc import Iterable, Iterator
from typing import Final

from driftwatch.model.finding import Finding
from driftwatch.model.summary import Summary
from driftwatch.model.suppression import Fate, Reviewed, Suppression
from driftwatch.reports.digest import count
from driftwatch.reports.legible import shorten
from driftwatch.reports.page import Page

_MARGIN: Final = 2
_TEXT: Final = 12
_LONGEST: Final = 400
OVER: Final = (Fate.EXPIRED, Fate.UNUSED)
"""What somebody should see to."""


def put_suppressed(page: Page, summary: Summary) -> None:
    """Each suppressed finding with who answers for it, then the suppressions that somebody should see to."""
    hidden = summary.suppressed
    if hidden:
        page.heading("Suppressed", beside=count(len(hidden), "finding"))
    applied = by_finding(summary.suppressions)
    for finding in hidden:
        page.blank()
        _put(page, f"{finding.kind} · {finding.path or 'whole body'}", finding.severity.value)
        _put_place(page, f"{finding.origin}  {_asked(finding)}")
        for one in applied.get(finding.fingerprint, ()):
            page.put(_foreign(f"until {one.until}, {one.owner}: {one.reason}"), margin=_TEXT)
    over = [reviewed for reviewed in summary.suppressions if reviewed.fate in OVER]
    if over:
        page.heading("Suppressions to see to", beside=f"{len(over)} of {len(summary.suppressions)}")
    for reviewed in over:
        page.blank()
        _put_over(page, reviewed)


def _put_over(page: Page, reviewed: Reviewed) -> None:
    one = reviewed.suppression
    _put(page, " · ".join(words(one)), reviewed.fate.value)
    _put_place(page, one.where)
    page.put(_foreign(f"{one.owner}: {one.reason}"), margin=_TEXT)
    page.put(remedy(reviewed), lead="→", margin=_TEXT, hang=_TEXT + 2)


def _put_place(page: Page, place: str) -> None:
    if place:
        page.put(_foreign(place), margin=_TEXT, style="faint", breaks_words=False)


def _put(page: Page, title: str, lead: str) -> None:
    page.put(_foreign(title), lead=lead, lead_style="faint", margin=_MARGIN, hang=_TEXT)


def _foreign(text: str) -> str:
    return shorten(text, _LONGEST)


def _asked(finding: Finding) -> str:
    return f"{finding.provider}: {finding.method} {finding.path_template}".strip(": ")


def by_finding(suppressions: Iterable[Reviewed]) -> dict[str, list[Suppression]]:
    """The suppressions that hide each finding."""
    applied: dict[str, list[Suppression]] = {}
    for one in suppressions:
        for fingerprint in one.findings if one.fate is Fate.APPLIED else ():
            applied.setdefault(fingerprint, []).append(one.suppression)
    return applied


def words(one: Suppression) -> Iterator[str]:
    """What a suppression is about, part by part."""
    if one.fingerprint:
        yield f"the finding {one.fingerprint}"
    else:
        yield from (one.kind, one.path or "whole body", "all providers" if one.provider == "*" else one.provider)


def remedy(reviewed: Reviewed) -> str:
    """What to do about a suppression that somebody should see to."""
    if reviewed.fate is Fate.UNUSED:
        return "Nothing like it was found, though all was checked: take it away."
    ended, number = f"It ended with {reviewed.suppression.until}", len(reviewed.findings)
    if not number:
        return f"{ended} and nothing like it was found: take it away."
    stand = "stands" if number == 1 else "stand"
    return f"{ended}; {count(number, 'finding')} it hid {stand} again: mend the mock, or decide anew."
