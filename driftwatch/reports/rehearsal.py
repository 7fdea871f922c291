"""What a team's own tests say of healed mocks, in words."""

from collections.abc import Iterator, Sequence
from typing import Final

from driftwatch.model.rehearsal import Performance, Rehearsal
from driftwatch.reports.digest import count
from driftwatch.reports.legible import shorten
from driftwatch.reports.page import Page

_MARGIN: Final = 2
_SHOWN: Final = 20
"""Tests that are named, unless all are asked for."""
_LONGEST: Final = 300


def put(page: Page, rehearsal: Rehearsal, *, verbose: bool) -> None:
    """A section of its own: what to conclude, then the tests by name."""
    page.heading("Your tests", beside=shorten(rehearsal.command, _LONGEST))
    page.blank()
    page.put(conclusion(rehearsal), margin=_MARGIN, style="breaking" if rehearsal.is_worse else "")
    broken = [(test.name, test.words) for test in rehearsal.broken]
    _put_tests(page, broken, verbose=verbose)
    if rehearsal.vanished:
        page.blank()
        page.put(f"{_tests(len(rehearsal.vanished))} did not run any more:", margin=_MARGIN)
        _put_tests(page, [(name, "") for name in rehearsal.vanished], verbose=verbose)
    for sentence in _beside(rehearsal):
        page.blank()
        page.put(sentence, margin=_MARGIN, style="faint")
    telling = rehearsal.after or rehearsal.before
    if telling.words and not broken and (telling.code != 0 or verbose):
        page.blank()
        page.put("The last lines it printed:", margin=_MARGIN, style="faint")
        for line in telling.words.splitlines():
            page.line(" " * 2 * _MARGIN + shorten(line, _LONGEST))


def conclusion(rehearsal: Rehearsal) -> str:
    """What it comes to, in a sentence or two."""
    before, after = rehearsal.before, rehearsal.after
    if before.code is None or after is None:
        how = "did not end in time" if before.code is None else f"end with {before.code} and write no report"
        return f"With the mocks as they are the tests {how}: nothing can be said of the healed ones."
    if after.code is None:
        return "With the healed mocks the tests did not end in time, and with the mocks as they are they did."
    broken = len(rehearsal.broken)
    if broken:
        these = "This test breaks" if broken == 1 else f"These {_number(broken)} tests break"
        return f"{these} once the mock tells the truth: that is the bug production would have shown you."
    if rehearsal.vanished:
        return "Some tests did not even run once the mocks told the truth."
    if rehearsal.is_worse:
        return f"The command ends with {after.code} once the mocks tell the truth, and no report names a test."
    ran = f" ({_tests(len(after.tests))})" if after.tests else ""
    return f"No test breaks once the mocks tell the truth{ran}."


def _beside(rehearsal: Rehearsal) -> Iterator[str]:
    if failing := len(rehearsal.still_failing):
        yield f"{_tests(failing)} {'fails' if failing == 1 else 'fail'} either way, and {_is(failing)} not counted."
    if mended := len(rehearsal.mended):
        yield f"{_tests(mended)} {'fails' if mended == 1 else 'fail'} now and {_pass(mended)} with the healed mocks."
    yield from filter(None, dict.fromkeys(_trouble(one) for one in (rehearsal.before, rehearsal.after)))


def _trouble(performance: Performance | None) -> str:
    return f"{performance.trouble.capitalize()}." if performance is not None and performance.trouble else ""


def _put_tests(page: Page, tests: Sequence[tuple[str, str]], *, verbose: bool) -> None:
    shown = tests if verbose else tests[:_SHOWN]
    for name, words in shown:
        page.put(shorten(name, _LONGEST), margin=2 * _MARGIN, breaks_words=False)
        if words:
            page.put(shorten(words, _LONGEST), margin=3 * _MARGIN, style="faint")
    if len(shown) < len(tests):
        page.put(f"and {len(tests) - len(shown)} more: --verbose", margin=2 * _MARGIN, style="faint")


def _tests(number: int) -> str:
    return count(number, "test")


def _number(number: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return words[number] if number < len(words) else str(number)


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _pass(number: int) -> str:
    return "passes" if number == 1 else "pass"
