"""Foreign text becomes one visible line of known width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.reports.legible import columns, legible, shorten, wrap
from tests.reports.strategies import TEXTS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, with – signs · and 漢字", "plain text, with – signs · and 漢字"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\x7f\x00", "\\x7f\\x00"),
        ("user\u202etxt.exe", "user\\u202etxt.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("no-break\u00a0space", "no-break\\xa0space"),
        ("lone \ud800", "lone \\ud800"),
        ("private \U000f0000", "private \\U000f0000"),
        ("", ""),
    ],
)
def test_what_does_not_print_is_spelled_out(text: str, shown: str) -> None:
    """Controls, format characters, odd separators and surrogates are visible; letters of all scripts stay."""
    assert legible(text) == shown


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("漢字", 4), ("e\u0301", 1), ("ｆｕｌｌ", 8), ("\U0001f600", 2), ("→ …", 3)],
)
def test_width_is_what_a_terminal_gives(text: str, width: int) -> None:
    """Wide characters take two columns, combining marks none."""
    assert columns(text) == width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("   ", 2, [""]),
        ("ab   ", 2, ["ab"]),
        ("one two three", 7, ["one two", "three"]),
        ("a  b", 10, ["a  b"]),
        ("at most 63 %", 10, ["at most", "63 %"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("to abcdefghij", 4, ["to", "abcd", "efgh", "ij"]),
        ("漢字漢字", 5, ["漢字", "漢字"]),
        ("漢", 1, ["漢"]),
        ("e\u0301e\u0301", 1, ["e\u0301", "e\u0301"]),
    ],
)
def test_lines_break_at_spaces_and_long_words_at_the_edge(text: str, width: int, lines: list[str]) -> None:
    """Words are kept together where they fit; runs of spaces stay inside a line."""
    assert list(wrap(text, width)) == lines


def test_a_word_may_be_kept_whole() -> None:
    """A file name longer than the page stays in one piece."""
    assert list(wrap("at mappings/charge.json:3", 8, breaks_words=False)) == ["at", "mappings/charge.json:3"]


@given(TEXTS, st.integers(2, 30))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    """Every character that is not a space comes out again, in order, and no line is too wide."""
    lines = list(wrap(legible(text), width))
    assert "".join(lines).replace(" ", "") == legible(text).replace(" ", "")
    assert max(map(columns, lines)) <= width


def test_a_long_text_says_how_much_is_left_out() -> None:
    """Shortening never passes for the whole text."""
    assert shorten("abcdef", 6) == "abcdef"
    assert shorten("abcdef", 4) == "abcd… (2 more characters)"
