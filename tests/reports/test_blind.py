"""What blind tests look like to a reader: whatever tests and mocks are called, and however many there are."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import pytest
from markdown_it import MarkdownIt

from driftwatch.model.blind import Blindness, LeftOut, Tried
from driftwatch.model.blindness import Sight, Sighting
from driftwatch.model.finding import Category, Direction, Finding, Severity
from driftwatch.model.healing import Left
from driftwatch.model.interaction import Origin
from driftwatch.reports.blind import conclusion, markdown, render

AT: Final = datetime(2026, 5, 1, tzinfo=UTC)
EVIL: Final = "]( ) `x` <img src=x> @all #1 | ~~y~~ https://evil.example \N{RIGHT-TO-LEFT OVERRIDE}\x1b[31m\n::error::z"

AS_FAR: Final = "as far as it could be tried"
THAT: Final = "can be applied and that a test rests on"


def finding(path: str) -> Finding:
    """One of many."""
    return Finding(
        "field-missing", Category.SCHEMA, Severity.BREAKING, Severity.BREAKING, path, Direction.MOCK_ONLY, EVIL, EVIL,
        "", "field-missing", provider="it", method="GET", path_template=f"/{EVIL}", origin=Origin(EVIL),
    )  # fmt: skip


def made(*sights: Sight, findings: int = 1, name: str = EVIL) -> Blindness:
    """Each sight is a test's, for every finding."""
    return of_each(*[sights] * findings, name=name)


def of_each(*rows: Sequence[Sight], name: str = EVIL) -> Blindness:
    """A row of sights for each finding, in it one for each test."""
    known = tuple(finding(f"/{number}") for number in range(len(rows)))
    sightings = tuple(
        Sighting("unit", f"{name}{number}", one.fingerprint, sight, AT, EVIL if sight is Sight.UNTRIED else "")
        for one, sights in zip(known, rows, strict=True)
        for number, sight in enumerate(sights)
    )
    left = (Left(finding("/left"), EVIL),)
    return Blindness(sightings, known, left, (LeftOut("unit", EVIL, EVIL),), 2, (Tried("x", 1, 1, 1.0, 0),), EVIL)


def test_foreign_words_mean_nothing() -> None:
    """Neither to a terminal nor in Markdown, where they stand in code or are escaped."""
    found = made(Sight.BLIND, Sight.NOTICED, Sight.UNTRIED)
    for text in (markdown(found), render(found, colour=False, width=100, verbose=True)):
        assert not {"\x1b", "\N{RIGHT-TO-LEFT OVERRIDE}"} & set(text)
        assert "\n::error::" not in text
    tokens = MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(markdown(found))
    children = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in children} <= {
        "text", "text_special", "code_inline", "strong_open", "strong_close", "softbreak", "html_inline",
    }  # fmt: skip
    assert {child.content for child in children if child.type == "html_inline"} <= {"<!-- -->"}


def test_it_fits_into_a_comment() -> None:
    """GitHub takes 65,536 characters; the rest is left out, and that is said. A terminal names the first ones."""
    found = made(*[Sight.BLIND] * 60, findings=60, name="tests/test_x.py::test_" + "y" * 60)
    text = markdown(found)
    assert 55_000 < len(text.encode()) < 65_536
    assert text.rstrip().endswith("`--format json` tells it all.**")
    assert "and 48 more: --verbose" in render(found, colour=False, width=100)


@pytest.mark.parametrize(("found", "words", "score"), [
    (made(Sight.BLIND, Sight.NOTICED), "1 of 2 tests stays green although what it rests on has drifted.", 0.5),
    (made(Sight.BLIND, Sight.BLIND), "2 of 2 tests stay green although what they rest on has drifted.", 1.0),
    (of_each((Sight.BLIND, Sight.NOTICED), (Sight.BLIND, Sight.BLIND)),
     "1 of 2 tests stays green although what it rests on has drifted; 1 more notices only some of it.", 0.75),
    (of_each((Sight.BLIND,), (Sight.NOTICED,)), "1 of 1 test notices only some of the drift that it rests on.", 0.5),
    (made(Sight.NOTICED), "Every test that rests on drift notices it (1 test).", 0.0),
    (made(Sight.NOTICED, Sight.UNTRIED), f"Every test that rests on drift notices it, {AS_FAR} (1 test).", 0.0),
    (made(Sight.UNTRIED), "Nothing could be tried: of no test is it known what it notices.", None),
    (Blindness((), ()), "There is no drift that a test rests on: nothing was tried.", None),
    (Blindness((), (), unused=1), f"There is no drift that {THAT}: nothing was tried.", None),
])  # fmt: skip
def test_what_it_comes_to(found: Blindness, words: str, score: float | None) -> None:
    """In one sentence, and as a number that counts only what was tried."""
    assert conclusion(found) == words
    assert found.score == score


def test_what_is_conclusive() -> None:
    """Nothing untried, an audit that saw everything; and where tests rest on drift, some of it was tried."""
    assert Blindness((), ()).is_conclusive
    assert not Blindness((), (), is_incomplete=True).is_conclusive
    assert made(Sight.BLIND).is_conclusive
    assert not made(Sight.BLIND, Sight.UNTRIED).is_conclusive
    assert not made().is_conclusive
    assert not Blindness((), (), left=(Left(finding("/x"), "no"),)).is_conclusive
