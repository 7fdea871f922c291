"""What two runs of a team's tests come to, in a sentence, and whether that is worse."""

from typing import Final

import pytest

from driftwatch.model.rehearsal import Fate, Performance, Rehearsal, Test
from driftwatch.reports.page import Page
from driftwatch.reports.rehearsal import conclusion, put

Fates = dict[str, Fate]
NO_START: Final = "the tests end with 127 and write no report"
GOOD, BAD, SKIPPED = Fate.PASSED, Fate.FAILED, Fate.SKIPPED


def performed(code: int | None, fates: Fates, words: str = "") -> Performance:
    """One run."""
    return Performance(code, 1.0, tuple(Test(name, fate) for name, fate in fates.items()), words)


CASES: Final[dict[str, tuple[Performance, Performance | None, str, bool, bool]]] = {
    "nothing breaks": (
        performed(0, {"a": GOOD, "b": SKIPPED}), performed(0, {"a": GOOD, "b": SKIPPED}),
        "No test breaks once the mocks tell the truth (2 tests).", True, False,
    ),
    "one breaks": (
        performed(0, {"a": GOOD}), performed(1, {"a": BAD}),
        "This test breaks once the mock tells the truth: that is the bug production would have shown you.",
        True, True,
    ),
    "twenty break": (
        performed(0, {f"t{n}": GOOD for n in range(20)}), performed(1, {f"t{n}": BAD for n in range(20)}),
        "These 20 tests break once the mock tells the truth: that is the bug production would have shown you.",
        True, True,
    ),
    "it fails either way": (
        performed(1, {"a": BAD}), performed(1, {"a": BAD}),
        "No test breaks once the mocks tell the truth (1 test).", True, False,
    ),
    "one that was skipped fails": (
        performed(0, {"a": SKIPPED}), performed(1, {"a": BAD}),
        "This test breaks once the mock tells the truth: that is the bug production would have shown you.",
        True, True,
    ),
    "a new one fails": (
        performed(0, {"a": GOOD}), performed(1, {"a": GOOD, "b": BAD}),
        "This test breaks once the mock tells the truth: that is the bug production would have shown you.",
        True, True,
    ),
    "they vanish": (
        performed(0, {"a": GOOD}), performed(2, {}),
        "Some tests did not even run once the mocks told the truth.", True, True,
    ),
    "a code alone": (
        performed(0, {}), performed(3, {}),
        "The command ends with 3 once the mocks tell the truth, and no report names a test.", True, True,
    ),
    "codes alone, both good": (
        performed(0, {}), performed(0, {}), "No test breaks once the mocks tell the truth.", True, False,
    ),
    "no end at first": (
        performed(None, {}), None,
        "With the mocks as they are the tests did not end in time: nothing can be said of the healed ones.",
        False, False,
    ),
    "no end after": (
        performed(0, {"a": GOOD}), performed(None, {}),
        "With the healed mocks the tests did not end in time, and with the mocks as they are they did.", False, False,
    ),
    "no start": (
        performed(127, {}), None,
        f"With the mocks as they are {NO_START}: nothing can be said of the healed ones.",
        False, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_it_comes_to(case: str) -> None:
    """The sentence, whether it proves anything, and whether healing breaks anything."""
    before, after, sentence, is_conclusive, is_worse = CASES[case]
    told = Rehearsal("make test", before, after)
    assert (conclusion(told), told.is_conclusive, told.is_worse) == (sentence, is_conclusive, is_worse)


def test_output_is_shown_where_no_test_is_named() -> None:
    """The last lines of what it printed, made legible; where tests are named, they say enough."""
    shown = Page(100, colour=False)
    put(shown, Rehearsal("make", performed(0, {}), performed(1, {}, "one\n\x1b[2Jtwo")), verbose=False)
    assert "    one\n    \\x1b[2Jtwo\n" in str(shown)
    named = Page(100, colour=False)
    put(named, Rehearsal("make", performed(0, {"a": GOOD}), performed(1, {"a": BAD}, "one")), verbose=False)
    assert "one" not in str(named).split("\n")[-2]
