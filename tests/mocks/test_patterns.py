"""Shortest texts for regular expressions, and matching within a time limit."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.refusal import Refusal


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("/users/[0-9]+", "/users/1"),
        ("/users/[^/]+/orders", "/users/x/orders"),
        ("/a(b|c)?/\\d{3}", "/a/111"),
        ("/things.*", "/things"),
        ("/things/.*", "/things/x"),
        ("/v1/.*/end", "/v1/x/end"),
        ("/(en|de)/home", "/en/home"),
        ("^/exact$", "/exact"),
        ("/find\\?q=([a-z]+)&x=1", "/find?q=x&x=1"),
        ("/favicon.ico", "/favicon.ico"),
        ("items/\\w{2,}", "items/xx"),
    ],
)
def test_the_first_candidate_is_the_shortest_path(pattern: str, text: str) -> None:
    """Minimal repetition, the first branch, and something in each segment."""
    assert next(patterns.parse(pattern).candidates(in_path=True)) == text


def test_a_hint_stands_for_an_open_segment() -> None:
    """An identifier that is known is better than one made up; one that does not fit is not used."""
    pattern = patterns.parse("/users/[0-9]+")
    assert next(pattern.candidates(in_path=True, hints=["4711"])) == "/users/4711"
    assert next(pattern.candidates(in_path=True, hints=["ada"])) == "/users/1"


@pytest.mark.parametrize(
    "pattern",
    ["/x(?=y)", "(?<!a)b", "(a)\\1", "\\bword", "\\p{L}+", "[[a-z]&&[^b]]", "a{5000}", "(" * 100, "a)", "*a", "[z-a]",
     "(?>a)", "a\\"],
)  # fmt: skip
def test_what_is_not_of_the_subset_is_refused(pattern: str) -> None:
    """Look-arounds, back-references and their like have no candidate, and say why."""
    with pytest.raises(Refusal, match=r"pattern|class|match|quantifier|bracket|groups|look-around"):
        list(patterns.parse(pattern).candidates())


def test_literals_and_catch_alls_are_told_apart() -> None:
    """A pattern without a choice is exact; one that pins nothing is none to ask with."""
    assert patterns.parse("/users/me\\?x=1").literal == "/users/me?x=1"
    assert patterns.parse("/users/[0-9]").literal is None
    assert all(patterns.parse(pattern).is_catch_all for pattern in (".*", "/.*", "/[^/]+", "(.+)/?"))
    assert not patterns.parse("/api/.*").is_catch_all


def test_matching_gives_up_in_time() -> None:
    """A pattern that backtracks without end is "cannot tell", and so is one of another dialect."""
    assert patterns.matches("(a|a)*(a|a)*(a|a)*b", "a" * 5000) in (None, False)
    assert patterns.matches("([", "x") is None
    assert patterns.matches("[0-9]+", "12") is True
    assert patterns.matches("[0-9]+", "12x") is False


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [("/users/[0-9]+", "/users/"), ("/ab?c", "/a"), ("/a|/b", ""), (".*", ""), ("/all", "/all"), ("/x{2}", "/")],
)
def test_the_prefix_is_shared_by_every_match(pattern: str, prefix: str) -> None:
    """What every match begins with, never more."""
    assert patterns.literal_prefix(pattern) == prefix


PIECES = st.sampled_from(
    [
        "a", "b", "ab", "/", "1", "\\d", "\\.", "\\x41", "\\101", "\\w", ".", "[ab]", "[^a]", "[]a]", "[a\\]b]", "(ab)",
        "(a|b)", "(a(b)1)", "(?:ab)", "(?i)", "{", "}", "{2}", "{0}", "{,2}", "{0,1}", "?", "*", "+", "*?", "^", "$",
        "|", "\\\\", "[[:alpha:]]", "{e<=1}",
    ]
)  # fmt: skip


@given(
    pattern=st.lists(PIECES, min_size=1, max_size=8).map("".join),
    text=st.lists(st.sampled_from(["a", "b", "ab", "/", "1", "A", ".", "{2}", "\n", "]"]), max_size=6).map("".join),
)
def test_needles_are_in_every_match(pattern: str, text: str) -> None:
    """What is read off a pattern never hides a match, and looking without a clock tells the same."""
    try:
        compiled = regex.compile(pattern)
        whole, within = (look(text, timeout=1) is not None for look in (compiled.fullmatch, compiled.search))
    except (regex.error, MemoryError):
        return
    assert not whole or all(needle in text for needle in patterns.needles(pattern))
    assert patterns.matches(pattern, text) in (whole, None)
    assert patterns.occurs(pattern, text) in (within, None)


@given(st.from_regex(r"/([a-z]|\[a-c\]\+|\\d|\(x\|y\)\??|\.\*){1,6}", fullmatch=True))
def test_candidates_match_and_start_with_the_prefix(source: str) -> None:
    """Each text proposed is matched by the whole pattern and begins as every match does."""
    for text in patterns.parse(source).candidates(in_path=True):
        assert regex.fullmatch(source, text)
        assert text.startswith(patterns.literal_prefix(source))
