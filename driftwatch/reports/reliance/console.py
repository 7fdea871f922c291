"""Tests and their mocks at a terminal: what green tests are worth, then each one that is not, then what is unused."""

from collections.abc import Sequence
from typing import Final

from driftwatch.model.reliance import Drift, Reliance, Resting, Trust, Trusted
from driftwatch.model.use import Outcome
from driftwatch.reports.digest import count, in_utc
from driftwatch.reports.page import Page
from driftwatch.reports.reliance import Asked, words

_MOST: Final = 20
"""Of tests of one trust, of findings, of unused mocks, and of the tests of one finding, unless all are wanted."""
_STYLES: Final = {Trust.DRIFTED: "breaking", Trust.NEVER: "warning", Trust.STALE: "info", Trust.VERIFIED: "good"}
_HEADINGS: Final = {
    Trust.DRIFTED: "Green, and resting on mocks that are false",
    Trust.NEVER: "Green, and resting on mocks that nobody ever verified",
    Trust.STALE: "Green, and resting on mocks verified long ago",
    Trust.VERIFIED: "Green, and resting on mocks that are true",
}
_HANG: Final = 14


def render(reliance: Reliance, asked: Asked) -> str:
    """The whole text, ending in a newline."""
    page = Page(asked.options.width, colour=asked.options.colour)
    for trust in words.WORST_FIRST:
        mine = [test for test in reliance.tests if test.outcome is Outcome.PASSED and test.trust is trust]
        if mine and (trust is not Trust.VERIFIED or asked.options.verbose):
            _put_tests(page, trust, mine, reliance, asked)
    _put_findings(page, reliance, asked)
    _put_unused(page, reliance.unused, asked)
    _put_doubts(page, reliance, asked)
    page.blank()
    for sentence in words.conclusion(reliance, asked):
        page.put(sentence, style="strong")
    if reliance.as_of is not None:
        page.put(f"As of the audit of {in_utc(reliance.as_of):%Y-%m-%d %H:%M} UTC.", style="faint")
    return str(page)


def _put_tests(page: Page, trust: Trust, tests: Sequence[Resting], reliance: Reliance, asked: Asked) -> None:
    page.heading(_HEADINGS[trust], count(len(tests), "test"))
    drift = {one.fingerprint: one for one in reliance.drift}
    shown = tests if asked.options.verbose else tests[:_MOST]
    for test in shown:
        page.put(_name(test, reliance), margin=2, style="place", breaks_words=False)
        for one in test.mocks:
            _put_mock(page, one, drift, asked)
        if aside := words.of_test(test):
            page.put(aside, margin=_HANG, style="warning")
    _put_more(page, len(tests) - len(shown), "test")


def _put_mock(page: Page, one: Trusted, drift: dict[str, Drift], asked: Asked) -> None:
    parts = [one.mock.label, words.place_of(one)]
    page.put("  ".join(part for part in parts if part), lead=one.trust, lead_style=_STYLES[one.trust], margin=4,
             hang=_HANG, breaks_words=False)  # fmt: skip
    if says := words.of_mock(one, drift, asked.now):
        page.put(says, margin=_HANG, style="faint")


def _put_findings(page: Page, reliance: Reliance, asked: Asked) -> None:
    found = [(one, tests) for one in words.alarms(reliance) if (tests := words.resting_on(one, reliance.tests))]
    if not found:
        return
    page.heading("Findings, and the tests that are wrong with them", count(len(found), "finding"))
    shown = found if asked.options.verbose else found[:_MOST]
    for one, tests in shown:
        title = f"{one.kind} · {one.path or 'whole body'}  {one.method} {one.path_template}  {one.origin}"
        page.put(title, lead=one.severity, lead_style=one.severity, margin=2, hang=12, breaks_words=False)
        page.put(f"mock: {one.claim}", margin=12, style="faint")
        page.put(f"service: {one.observed}", margin=12, style="faint")
        named = tests if asked.options.verbose else tests[:_MOST]
        for test in named:
            page.put(_name(test, reliance), lead="-", margin=12, hang=14, breaks_words=False)
        _put_more(page, len(tests) - len(named), "test", margin=14)
    _put_more(page, len(found) - len(shown), "finding")


def _put_unused(page: Page, unused: Sequence[Trusted], asked: Asked) -> None:
    if not unused:
        return
    page.heading("Mocks that no test rests on", count(len(unused), "mock"))
    shown = unused if asked.options.verbose else unused[:_MOST]
    for one in shown:
        page.put(f"{one.mock.label}  {words.place_of(one)}", margin=2, breaks_words=False)
    _put_more(page, len(unused) - len(shown), "mock")


def _put_doubts(page: Page, reliance: Reliance, asked: Asked) -> None:
    sentences = list(words.doubted(reliance))
    if not sentences:
        return
    page.heading("Not sure", count(len(reliance.doubts), "mock"))
    for sentence in sentences:
        page.put(sentence, margin=2)
    for one in reliance.doubts if asked.options.verbose else ():
        fits = f"{one.fitting} fit" if one.fitting else "none fits"
        page.put(f"{one.label}: {fits}, {one.test}", lead="-", margin=2, hang=4, breaks_words=False)


def _put_more(page: Page, number: int, noun: str, margin: int = 2) -> None:
    if number > 0:
        page.put(f"and {count(number, f'more {noun}')}; --verbose names them", margin=margin, style="faint")


def _name(test: Resting, reliance: Reliance) -> str:
    """A test's name; with its suite where there are several."""
    is_alone = len({one.suite for one in reliance.tests}) == 1
    return test.test if is_alone else f"{test.suite}: {test.test}"
