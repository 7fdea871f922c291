"""The words of complaints."""

import pytest

from driftwatch.settings.words import describe, nearest, quote

KEYS = ("auth", "body_limit", "mocks", "samples", "target", "verify")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("targt", "target"), ("Target", "target"), ("bodyLimit", "body_limit"), ("body-limit", "body_limit"),
        ("url", "target"), ("stubs", "mocks"), ("smaples", "samples"), ("schedule", None), ("", None),
    ],
)  # fmt: skip
def test_nearest_word_is_guessed(word: str, meant: str | None) -> None:
    """Slips, other spellings and other tools' words lead to ours; what is far from all leads to none."""
    assert nearest(word, KEYS) == meant


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("plain", "`plain`"),
        ("https://u:p@host/a?key=v", "`https://********@host/a?********`"),
        ("https://u:p/w@host", "`https://********@host`"),
        ("https://token@host", "`https://********@host`"),
        ("u:p@host", "`********@host`"),
        ("ada@example.com", "`ada@example.com`"),
        ("a\nb\x1b[31m", "`a\\nb\\x1b[31m`"),
        ("x" * 120, "`" + "x" * 99 + "…`"),
    ],
)
def test_quotes_are_short_and_tell_no_login(text: str, quoted: str) -> None:
    """A quoted text stays on one line, cannot colour a terminal, and has no user info or query in it."""
    assert quote(text) == quoted


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "there is no value"), (True, "found `true`"), (3, "found the number `3`"), ("", "found an empty text"),
        ("3", "found the number `3` in quotes, which make it a text"), ([], "found an empty list"),
        ([1, 2], "found a list of 2"), ({}, "found no keys"), ({"a": 1}, "found the keys `a`"),
    ],
)  # fmt: skip
def test_values_are_described(value: object, words: str) -> None:
    """What was found is said in words, never as a dump."""
    assert describe(value) == words


def test_only_written_values_are_described() -> None:
    """Whatever JSON has no word for is our own mistake."""
    with pytest.raises(TypeError, match="not a written value"):
        describe(object())
