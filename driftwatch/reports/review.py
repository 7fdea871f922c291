"""A review of mocks: a checklist in Markdown for a pull request, and the same on a terminal."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from driftwatch.model.reliance import Trust
from driftwatch.model.review import Change, Review, ReviewedEndpoint, ReviewedMock, Said
from driftwatch.model.unshown import Sort
from driftwatch.reports.brief import brief
from driftwatch.reports.digest import count, in_utc
from driftwatch.reports.gaps import heading_of, told
from driftwatch.reports.gfm import MOST_OF_A_COMMENT, code, fitting, prose
from driftwatch.reports.legible import shorten
from driftwatch.reports.page import Page

_MARGIN: Final = 2
_HANG: Final = 6
_LONGEST: Final = 400
_SHAPE: Final = 240
"""Characters of a shape."""
_SAYINGS: Final = 4
"""Sides of a contradiction that are told."""
_MOCKS: Final = 30
"""Mocks of one endpoint that are told one by one, unless all are asked for."""
_CUT: Final = "**The rest is left out, for no comment may be longer. `--format json` tells it all.**"
_LACKS: Final = {
    Sort.EMPTY_LIST: "an empty list", Sort.FURTHER_PAGE: "a further page", Sort.NULL: "a null",
    Sort.STATUS: "an error",
}  # fmt: skip


class Point(Struct, frozen=True):
    """One line of the checklist."""

    is_done: bool
    """Nobody has to look at it."""
    words: tuple[str, ...]
    """Parts of a sentence in turn with names out of files."""

    @property
    def markdown(self) -> str:
        """As an item of a task list (GFM 5.3)."""
        parts = (code(word) if number % 2 else prose(word) for number, word in enumerate(self.words))
        return f"- [{'x' if self.is_done else ' '}] {''.join(parts)}"

    @property
    def plain(self) -> str:
        """For a terminal."""
        return shorten("".join(self.words), _LONGEST)


def _open(*words: str) -> Point:
    """Somebody has to look at it."""
    return Point(False, words)


def points(endpoint: ReviewedEndpoint, now: datetime) -> Iterator[Point]:
    """What is to be looked at, mock by mock, then of the endpoint as a whole."""
    for mock in endpoint.mocks:
        yield from _of_mock(mock, now)
    for one in endpoint.seen:
        beside = f" ({told(one)})" if told(one) else ""
        yield _open(f"No mock shows what audits saw: {heading_of(one)}{beside}")
    lacks = [_LACKS[sort] for sort in endpoint.lacks if sort in _LACKS]
    if lacks:
        yield _open(f"No mock shows {_or(lacks)}: does the service never do that?")
    for each in endpoint.contradictions:
        words = ["Mocks contradict each other at ", each.path or "the root", ": "]
        for saying in each.sayings[:_SAYINGS]:
            words += [saying.says, " in ", str(saying.origins[0]), "; "]
        yield _open(*words[:-1])


def _of_mock(one: ReviewedMock, now: datetime) -> Iterator[Point]:
    place = str(one.mock.origin)
    if one.mock.incomparable:
        yield _open("", place, f" can never be verified: {one.mock.incomparable}")
        return
    match one.trust:
        case Trust.VERIFIED:
            yield Point(True, ("", place, f" was verified {_age(one, now)}"))
        case Trust.STALE:
            yield _open("", place, f" was last verified {_age(one, now)}: audit it anew")
        case Trust.NEVER:
            reason = f": {one.known.reason}" if one.known.reason else ""
            yield _open("", place, f" was never verified as it stands{reason}")
        case Trust.DRIFTED:
            for drift in one.drift:
                words = f" has drifted: {drift.severity} {drift.kind} at "
                yield _open("", place, words, drift.path or "whole body")
            if not one.drift:
                yield _open("", place, " has drifted")


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _age(one: ReviewedMock, now: datetime) -> str:
    if one.known.verified_at is None:
        return "at some time"
    days = max((in_utc(now) - in_utc(one.known.verified_at)).days, 0)
    return f"{count(days, 'day')} ago" if days else "today"


def claim(one: Said) -> str:
    """One answer in a few words: ``200 {id: integer}``, ``404 text/html, 1204 bytes``."""
    if one.fault:
        return f"{one.status} a simulated failure ({one.fault})"
    if one.shape is not None:
        return f"{one.status} {shorten(brief(one.shape), _SHAPE)}"
    if one.size is None:
        return f"{one.status}, and says nothing of the body"
    if not one.size:
        return f"{one.status} without a body"
    return f"{one.status} {one.media_type or 'no media type'}, {count(one.size, 'byte')}"


def render(review: Review, now: datetime, *, colour: bool, width: int, verbose: bool = False) -> str:
    """For a terminal; the whole text, ending in a newline."""
    page = Page(width, colour=colour)
    for endpoint in review.endpoints:
        page.heading(endpoint.name, beside=_beside(endpoint))
        shown = endpoint.mocks if verbose else endpoint.mocks[:_MOCKS]
        for mock in shown:
            page.put(f"{mock.mock.origin}  {mock.change}", margin=_MARGIN, style="place", breaks_words=False)
            for said in mock.says:
                page.put(claim(said), margin=_MARGIN + 2)
        if len(shown) < len(endpoint.mocks):
            page.put(f"and {len(endpoint.mocks) - len(shown)} more: --verbose", margin=_MARGIN, style="faint")
        page.blank()
        for point in points(endpoint, now):
            lead, style = ("✓", "good") if point.is_done else ("☐", "warning")
            page.put(point.plain, lead=lead, lead_style=style, margin=_MARGIN, hang=_MARGIN + 2)
    for title, lines in _files(review):
        page.heading(title)
        for point in lines:
            page.put(point.plain, lead="☐", lead_style="warning", margin=_MARGIN, hang=_MARGIN + 2, breaks_words=False)
    page.blank()
    for remark in _remarks(review):
        page.put(remark, style="faint")
    page.put(conclusion(review, now), style="strong")
    return str(page)


def _beside(endpoint: ReviewedEndpoint) -> str:
    more = f"{count(endpoint.beside, 'mock')} beside" if endpoint.beside else ""
    return ", ".join(filter(None, (endpoint.provider, more)))


def _files(review: Review) -> Iterator[tuple[str, list[Point]]]:
    unreadable = [
        _open("", f"{one.file}:{one.line}", f" {one.format} {one.reason}".replace("  ", " "))
        for one in review.unreadable
    ]
    outside = [
        _open("", file, ": no audit asks about it; name it below `mocks` of a provider") for file in review.outside
    ]
    removed = [
        _open("", one.what, " is gone from ", one.file, ": does a test rest on it?")
        if one.what
        else _open("", one.file, " is gone")
        for one in review.removed
    ]
    ignored = [_open("", one.file, f" {one.reason}") for one in review.ignored]
    told = {
        "Not readable": unreadable, "Outside of every provider's mocks": outside, "Removed": removed,
        "No mocks": ignored,
    }  # fmt: skip
    return ((title, lines) for title, lines in told.items() if lines)


def _remarks(review: Review) -> Iterator[str]:
    if review.trouble:
        yield f"{review.trouble} What audits found is not told here."
    elif not review.is_remembered:
        yield "No audit is known: run `driftwatch audit` with a store, or name its report with --report."
    if review.unchanged:
        yield f"{count(review.unchanged, 'mock')} in the same files stand as they were."


def conclusion(review: Review, now: datetime) -> str:
    """What is to be looked at, in a sentence."""
    number = sum(1 for _ in review.mocks)
    left = sum(not point.is_done for endpoint in review.endpoints for point in points(endpoint, now))
    left += sum(len(lines) for _, lines in _files(review))
    if not number and not left:
        return "No mock was added or changed." if review.since else "There is no mock here."
    changes = [(review.of(change), change) for change in (Change.ADDED, Change.CHANGED) if review.of(change)]
    how = f" ({', '.join(f'{some} {change}' for some, change in changes)})" if changes else ""
    to_see = f"{count(left, 'point')} to look at" if left else "nothing to look at"
    return f"{count(number, 'mock')}{how}, {review.worth(Trust.VERIFIED)} verified as they stand: {to_see}."


def markdown(review: Review, now: datetime) -> str:
    """For a pull request, as much of it as a comment may hold."""
    return "\n".join(fitting(_lines(review, now), MOST_OF_A_COMMENT, _CUT)).rstrip() + "\n"


def _lines(review: Review, now: datetime) -> Iterator[str]:
    yield from ("# Review of mocks", "", f"**{prose(conclusion(review, now))}**", "")
    for endpoint in review.endpoints:
        beside = f" ({prose(_beside(endpoint))})" if _beside(endpoint) else ""
        yield from (f"### {code(endpoint.name)}{beside}", "")
        for mock in endpoint.mocks[:_MOCKS]:
            says = "; ".join(code(claim(said)) for said in mock.says) or "nothing"
            yield f"{code(str(mock.mock.origin))} ({mock.change}) says {says}  "
        if len(endpoint.mocks) > _MOCKS:
            yield f"and {len(endpoint.mocks) - _MOCKS} more"
        yield ""
        yield from (point.markdown for point in points(endpoint, now))
        yield ""
    for title, lines in _files(review):
        yield from (f"### {title}", "", *(point.markdown for point in lines), "")
    yield from (f"{prose(remark)}  " for remark in _remarks(review))
