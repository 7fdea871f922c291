"""``driftwatch explain``: every kind has a page that a reader finds."""

import pytest

from driftwatch.drift.catalog import KINDS
from tests.cli.calling import call


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_page(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The page names the kind, its severity and what to do, on lines that fit a terminal."""
    ran = call(capsys, "explain", kind)
    assert (ran.code, ran.err) == (0, "")
    first, *page = ran.out.splitlines()
    assert first.startswith(f"{kind}  ({KINDS[kind].severity}, ")
    assert len([line for line in page if line.strip()]) >= 4
    assert max(map(len, page)) <= 120


def test_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a kind all are listed, one a line, with severity and title."""
    lines = call(capsys, "explain").out.splitlines()
    assert [line.split()[:2] for line in lines] == [[kind.id, kind.severity.value] for kind in KINDS.values()]
    assert [line for line, kind in zip(lines, KINDS.values(), strict=True) if not line.endswith(kind.title)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_too_few_is_guessed(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt kind ends with 2 and names a kind that exists, as a rule the one that was meant."""
    ran = call(capsys, "explain", kind[:-1])
    assert (ran.code, ran.out) == (2, "")
    assert f"did you mean '{kind}'" in ran.err


def test_a_word_that_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no kind is near, the way to the list is told, and the word comes back without its control characters."""
    ran = call(capsys, "explain", "\x1b[31mzzz")
    assert ran.code == 2
    assert "lists them all" in ran.err
    assert "\x1b" not in ran.err
