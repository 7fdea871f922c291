"""What a Bruno mock server's rules ask of a request, and how such a request is had."""

import pytest

from driftwatch.mocks.asking.candidates import Asked
from driftwatch.mocks.formats.bruno.blocks import Line, text_of
from driftwatch.mocks.formats.bruno.rules import Condition, Rules

ASKED = Asked(
    "POST",
    "/orders",
    (("page", "1"), ("page", "2")),
    (("X-Role", "guest"), ("x-role", "admin")),
    '{"item": {"sku": "A-1", "count": 2, "tags": ["a", "b"], "none": null, "gift": true}}',
)


@pytest.mark.parametrize(
    ("target", "key", "operator", "value", "holds"),
    [
        ("query", "page", "equals", "1,2", True),
        ("query", "size", "equals", "", True),
        ("query", "size", "not_equals", "", False),
        ("header", "X-ROLE", "equals", "guest, admin", True),
        ("header", "x-role", "contains", "min", True),
        ("header", "x-role", "matches", "^guest", True),
        ("header", "x-role", "regex", "guest$", False),
        ("header", "x-role", "unknown", "guest", False),
        ("body", "$.item.sku", "equals", "A-1", True),
        ("body", "item.count", "equals", "2", True),
        ("body", "$.item.gift", "equals", "true", True),
        ("body", "$.item.tags", "equals", "a,b", True),
        ("body", "$.item.tags.1", "equals", "b", True),
        ("body", "$.item.none", "equals", "", True),
        ("body", "$.item.sku.deeper", "equals", "", True),
        ("body", "$", "contains", "object", True),
        ("header", "x-role", "matches", "(?<=g)uest", True),
        ("", "x", "equals", "y", True),
    ],
)
def test_a_condition_compares_as_javascript_does(target: str, key: str, operator: str, value: str, holds: bool) -> None:
    """Missing values are the empty text, numbers and lists are compared as text."""
    assert Condition(target, key, operator, value).holds(ASKED) is holds


def test_a_request_is_made_for_all_conditions() -> None:
    """Header, query and body get what the conditions want, and the whole is then accepted."""
    rules = Rules((
        Condition("header", "X-Role", "equals", "admin"),
        Condition("query", "page", "matches", "[3-9]"),
        Condition("body", "$.item.sku", "contains", "B"),
        Condition("body", "$.item.count", "not_equals", "2"),
    ))  # fmt: skip
    (made,) = rules.requests(ASKED)
    assert rules.hold(made) is True
    assert rules.hold(ASKED) is False
    assert made.query == (("page", "3"),)


def test_one_condition_is_enough_where_the_rules_say_so() -> None:
    """Of alternatives, each makes a request of its own; one that cannot be made is passed over."""
    rules = Rules((Condition("header", "", "equals", "a"), Condition("query", "q", "equals", "b")), needs_all=False)
    (made,) = rules.requests(Asked("GET", "/"))
    assert made.query == (("q", "b"),)


def test_a_body_that_is_no_json_is_not_replaced() -> None:
    """A rule about the body of a request that sends something else has no request."""
    rules = Rules((Condition("body", "$.a", "equals", "b"),))
    assert not list(rules.requests(Asked("POST", "/", body="text")))


def test_indentation_is_taken_off_where_a_line_has_it_in_full() -> None:
    """Each level takes its own spaces or none, as Bruno does."""
    lines = tuple(Line(text, 0) for text in ("        a", "      b", "\tc", "", "         d"))
    assert text_of(lines, 2, 2, 4) == "a\n  b\n\tc\n\n d"
