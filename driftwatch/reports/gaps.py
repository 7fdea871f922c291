"""What no mock shows, for a person: on a terminal, and as Markdown."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from driftwatch.model.unshown import Endpoint, Gaps, ProviderGaps, Sort, Unshown, by_sort, score_of
from driftwatch.reports.digest import count
from driftwatch.reports.legible import legible
from driftwatch.reports.page import Page

_SIGNS: Final = re.compile(r"[\\`*_\[\]!|]")
_ASIDE: Final = 2
_HANG: Final = 6
_WORDS: Final[Mapping[Sort, str]] = {
    Sort.ABSENCE: "not there sometimes",
    Sort.CONTENT: "content where mocks are empty",
    Sort.EMPTY_LIST: "empty list",
    Sort.ENUM_VALUE: "further value",
    Sort.ERROR_SHAPE: "other error body",
    Sort.FURTHER_PAGE: "further page",
    Sort.IDENTITY: "other identity sees other things",
    Sort.LATENCY_TAIL: "slow answers",
    Sort.LONG_LIST: "long list",
    Sort.NULL: "null",
    Sort.RATE_LIMIT: "throttling",
    Sort.STATUS: "other status",
    Sort.VARIANT: "further variant",
}
HOW_COUNTED: Final = (
    "The realism score counts one for each behaviour that the service was seen to have and no mock of the endpoint "
    "shows; 0 is the best."
)


def render(gaps: Gaps, *, colour: bool, width: int, verbose: bool = False) -> str:
    """The whole text, ending in a newline."""
    page = Page(width, colour=colour)
    for provider in gaps.providers:
        _put_provider(page, provider, verbose=verbose)
    page.blank()
    for line in _remarks(gaps):
        page.put(line)
    page.put(conclusion(gaps), style="strong")
    return str(page)


def _put_provider(page: Page, provider: ProviderGaps, *, verbose: bool) -> None:
    page.heading(provider.name, f"realism score {score_of(provider)}{_sum(provider)}")
    silent = 0
    for endpoint in provider.endpoints:
        if endpoint.unshown or endpoint.promised:
            _put_endpoint(page, endpoint, verbose=verbose)
        else:
            silent += 1
    if silent:
        page.put(f"{count(silent, 'endpoint')} without a gap that anybody saw.", margin=_ASIDE, style="faint")


def _sum(place: ProviderGaps | Endpoint) -> str:
    """`` = 2 null + 1 status``."""
    parts = " + ".join(f"{number} {sort}" for sort, number in by_sort(place).items())
    return f" = {parts}" if parts else ""


def _put_endpoint(page: Page, endpoint: Endpoint, *, verbose: bool) -> None:
    page.put(f"{endpoint.name}  {score_of(endpoint)}", margin=_ASIDE, style="place", breaks_words=False)
    for one in endpoint.unshown:
        page.put(f"{heading_of(one)}{_often(one)}", lead="-", margin=_ASIDE + 2, hang=_HANG)
        if says := told(one):
            page.put(says, margin=_HANG, style="faint")
        for file, content in one.files:
            page.put(file, lead="add", margin=_HANG, hang=_HANG + 5, breaks_words=False)
            if verbose:
                for line in content.decode("utf-8", "replace").rstrip().split("\n"):
                    page.line(" " * (_HANG + 5) + line, style="faint")
        if one.is_same_request and one.neighbour is not None:
            page.put(f"It answers the same request as {one.neighbour}: one of the two at a time.", margin=_HANG)
        if one.why_not:
            page.put(f"{one.advice} ({one.why_not})", margin=_HANG)
    for promised in endpoint.promised:
        what = "the operation" if promised.status is None else str(promised.status)
        page.put(
            f"{what}: promised at {promised.origin}, neither mocked nor seen", lead="·", margin=_ASIDE + 2, hang=_HANG
        )


def heading_of(one: Unshown) -> str:
    """The sort and the place: ``null at /nickname``, ``other status 404``."""
    words = _WORDS[one.sort]
    if one.sort in (Sort.STATUS, Sort.ERROR_SHAPE) and one.detail.isdecimal():
        return f"{words} {one.detail}"
    if one.sort is Sort.VARIANT:
        words = f"{words} {one.detail!r}"
    if one.path.startswith("/"):
        return f"{words} at {one.path}"
    return f"{words} at the root" if one.path == "" and one.sort is not Sort.ERROR_SHAPE else words


def _often(one: Unshown) -> str:
    share = f", {one.k} of {one.n}" if one.k and one.n else ""
    return f"{share}, last seen {one.last_seen:%Y-%m-%d}" if one.last_seen is not None else share


def told(one: Unshown) -> str:
    """Both sides in a few words."""
    return f"mocks: {one.shown}; service: {one.seen}" if one.shown and one.seen else ""


def _remarks(gaps: Gaps) -> Iterator[str]:
    promised = sum(provider.promised for provider in gaps.providers)
    if promised:
        yield f"{promised} promised and neither mocked nor seen: no part of the score, since nobody saw it."
    if gaps.unanswered:
        yield f"{count(gaps.unanswered, 'mock')} could not be compared: what the service does there, nobody saw."
    elif gaps.is_incomplete:
        yield "Not all of it could be looked at: `driftwatch audit` tells what, and why."
    if gaps.is_offline:
        yield "Nobody was asked: this is what earlier audits found."
    if any(True for provider in gaps.providers for _ in provider.unshown):
        yield HOW_COUNTED


def conclusion(gaps: Gaps) -> str:
    """The last line."""
    endpoints = sum(len(provider.endpoints) for provider in gaps.providers)
    asked = "" if gaps.is_offline else f", {count(gaps.requests_sent, 'request')} sent"
    return f"Realism score {gaps.score} in {count(endpoints, 'endpoint')}{asked}."


def markdown(gaps: Gaps) -> str:
    """The same for a pull request or a wiki, every variant in full."""
    lines = ["# What no mock shows", ""]
    for provider in gaps.providers:
        lines += [f"## {_plain(provider.name)}: realism score {score_of(provider)}{_sum(provider)}", ""]
        for endpoint in provider.endpoints:
            lines += _endpoint_lines(endpoint)
    lines += [*_remarks(gaps), "", f"**{conclusion(gaps)}**"]
    return "\n".join(lines) + "\n"


def _endpoint_lines(endpoint: Endpoint) -> Iterator[str]:
    if not endpoint.unshown and not endpoint.promised:
        return
    yield from (f"### {_code(endpoint.name)}: {score_of(endpoint)}", "")
    for one in endpoint.unshown:
        beside = f" – {_plain(told(one))}" if told(one) else ""
        yield f"- **{_plain(heading_of(one))}**{_often(one)}{beside}"
        if one.why_not:
            yield f"  {_plain(one.advice)} ({_plain(one.why_not)})"
        for file, content in one.files:
            yield from ("", f"  {_code(file)}", "", *_fenced(content.decode("utf-8", "replace")), "")
    for promised in endpoint.promised:
        what = "the operation" if promised.status is None else str(promised.status)
        yield f"- {what}: promised at {_code(str(promised.origin))}, neither mocked nor seen"
    yield ""


def _fenced(text: str) -> Iterator[str]:
    fence = "```"
    while fence in text:
        fence += "`"
    yield from (f"  {line}" for line in (fence, *map(legible, text.rstrip().split("\n")), fence))


def _plain(text: str) -> str:
    """A foreign text in which no sign means anything."""
    return _SIGNS.sub(r"\\\g<0>", legible(text)).replace("<", "&lt;")


def _code(text: str) -> str:
    """A foreign text as a code span."""
    return f"`{legible(text).replace('`', chr(39))}`"
