"""What stubs ask of one text."""

import pytest

from driftwatch.mocks.asking.wish import How, Wish, holds, is_plain, values
from driftwatch.mocks.refusal import Refusal

NUMBER = Wish(How.WHOLE, r"\d+")
SHORT = Wish(How.WITHIN, "^.{1,3}$")
PLACES = Wish(How.EACH, parts=(Wish(How.AT, "$.a", (NUMBER,)), Wish(How.AT, "$.b", (SHORT,))))


@pytest.mark.parametrize(
    ("wish", "value", "truth"),
    [
        (Wish(How.EQUAL, "a"), "a", True),
        (Wish(How.EQUAL, "a"), "A", False),
        (Wish(How.FOLDED, "a"), "A", True),
        (Wish(How.EQUAL, ""), None, False),
        (NUMBER, "12x", False),
        (Wish(How.WITHIN, r"\d"), "x1x", True),
        (Wish(How.WITHIN, r"(?<!a)b("), "b", None),
        (Wish(How.GLOB, "/a/*/c"), "/a/b/b/c", True),
        (Wish(How.GLOB, "a*a"), "a", False),
        (Wish(How.GLOB, "*b*b*"), "b", False),
        (Wish(How.GLOB, "*"), "", True),
        (Wish(How.START, "ab"), "abc", True),
        (Wish(How.END, "bc"), "abc", True),
        (Wish(How.PART, "x"), "abc", False),
        (Wish(How.PRESENT), "", True),
        (Wish(How.PRESENT), None, False),
        (Wish(How.ABSENT), None, True),
        (Wish(How.ABSENT), "", False),
        (Wish(How.DOCUMENT, '{"a": 1.0, "b": []}'), '{"b":[],"a":1}', True),
        (Wish(How.DOCUMENT, '{"a": 1}'), '{"a": 1, "b": 2}', False),
        (Wish(How.DOCUMENT, '{"a": 1}'), "no JSON", False),
        (Wish(How.DOCUMENT, "<a><b/></a>"), "<a> <b></b> </a>", True),
        (Wish(How.COVERS, '{"a": 1}'), '{"a": 1, "b": 2}', True),
        (Wish(How.AT, "$.a.b", (NUMBER,)), '{"a": {"b": "7"}}', True),
        (Wish(How.AT, "$.a.b", (NUMBER,)), '{"a": {"b": "x"}}', False),
        (Wish(How.AT, "$..[?(@.a < 1)]", (NUMBER,)), '{"a": 1}', None),
        (Wish(How.EITHER, parts=(NUMBER, SHORT)), "abc", True),
        (Wish(How.EACH, parts=(NUMBER, SHORT)), "1234", False),
        (Wish(How.UNSURE, parts=(NUMBER, SHORT)), "12", True),
        (Wish(How.UNSURE, parts=(NUMBER, SHORT)), "1234", None),
        (Wish(How.UNSURE, parts=(NUMBER, SHORT)), "abcd", False),
    ],
)
def test_a_value_does_or_does_not(wish: Wish, value: str | None, truth: bool | None) -> None:
    """What cannot be told is neither true nor false."""
    assert holds(wish, value) is truth


@pytest.mark.parametrize(
    ("wish", "first"),
    [
        (Wish(How.EQUAL, "a"), ("a", True)),
        (Wish(How.WHOLE, "^abc$"), ("abc", True)),
        (Wish(How.WITHIN, "a.*"), ("ax", False)),
        (NUMBER, ("1", False)),
        (Wish(How.GLOB, "b*"), ("bx", False)),
        (Wish(How.PRESENT), ("x", False)),
        (Wish(How.EACH, parts=(Wish(How.START, "/a/"), Wish(How.END, "/z"))), ("/a/z", False)),
        (Wish(How.EACH, parts=(Wish(How.WITHIN, "[a-c]{2}"), Wish(How.END, "b"))), ("bb", False)),
        (Wish(How.EACH, parts=(NUMBER, Wish(How.END, "b"))), None),
        (PLACES, ('{"a":"1","b":"x"}', False)),
        (Wish(How.UNSURE, parts=(Wish(How.EQUAL, "a+b"), Wish(How.WITHIN, "a+b"))), ("a+b", True)),
        (Wish(How.ABSENT), None),
    ],
)  # fmt: skip
def test_the_likeliest_value_comes_first(wish: Wish, first: tuple[str, bool] | None) -> None:
    """A proposal satisfies its own matcher, and says whether no other would."""
    found = next(values(wish), None)
    assert found == first
    assert found is None or holds(wish, found[0]) is not False


@pytest.mark.parametrize("wish", [Wish(How.WHOLE, "/.*"), Wish(How.GLOB, "/*"), Wish(How.PART, "/")])
def test_a_path_that_could_be_any_is_refused(wish: Wish) -> None:
    """No request is made up for a matcher that pins nothing."""
    with pytest.raises(Refusal, match="nearly every path"):
        next(values(wish, in_path=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("application/vnd.api+json; charset=utf-8", True),
        ("a.b c", True),
        ('["id","name"]', True),
        ('{"a": "what?", "b": [1]}', True),
        ("[a-z]", False),
        ("a+", False),
        ('{"a": "(.*)"}', False),
        ('{"a": "\\d+"}', False),
        ("{not JSON", False),
    ],
)
def test_what_its_author_took_for_text_is_told_from_patterns(text: str, expected: bool) -> None:
    """Tools that take every operand for a regular expression are handed plain texts all the same."""
    assert is_plain(text) is expected


@pytest.mark.parametrize(
    ("wish", "prefix"),
    [
        (Wish(How.WHOLE, "^/a/[0-9]+"), "/a/"),
        (Wish(How.WITHIN, "/a"), ""),
        (Wish(How.GLOB, "/a/*"), "/a/"),
        (Wish(How.EITHER, parts=(Wish(How.EQUAL, "/abc"), Wish(How.EQUAL, "/abd"))), "/ab"),
        (Wish(How.EACH, parts=(Wish(How.START, "/abc"), Wish(How.END, "x"))), "/abc"),
        (Wish(How.UNSURE), ""),
    ],
)
def test_the_prefix_is_what_all_values_share(wish: Wish, prefix: str) -> None:
    """Stubs are found by it, so it may be too short and never too long."""
    assert wish.prefix == prefix
