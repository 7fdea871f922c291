"""YAML → a tree with lines."""

import pytest

from driftwatch.model.errors import SettingsError
from driftwatch.settings.document import DEPTH_LIMIT, parse


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("null", None), ("~", None), ("", None), ("true", True), ("False", False), ("3", 3), ("-0.5e1", -5.0),
        ("no", "no"), ("On", "On"), ("010", "010"), ("0x1F", "0x1F"), ("1_000", "1_000"), ("+1", "+1"), (".5", ".5"),
        ("12:30:45", "12:30:45"), ("2026-01-01", "2026-01-01"), (".inf", ".inf"), ("1e999", "1e999"), ("=", "="),
        ("'3'", "3"), ('"true"', "true"), ("!!str 3", "3"), ("1" * 19, "1" * 19),
    ],
)  # fmt: skip
def test_scalars_are_what_json_would_see(written: str, value: object) -> None:
    """Only what JSON spells without quotes is no text; YAML 1.1's surprises are the texts they look like."""
    plain = parse(f"key: {written}\n", "file").root.plain
    assert plain == {"key": value}
    assert isinstance(plain, dict)
    assert type(plain["key"]) is type(value)


def test_keys_are_texts() -> None:
    """A key is what it looks like, too."""
    assert parse("{on: 1, 200: 2, 2026-01-01: 3, null: 4}", "file").root.plain == {
        "on": 1, "200": 2, "2026-01-01": 3, "null": 4,
    }  # fmt: skip


def test_lines_are_those_of_the_keys() -> None:
    """A place is found where its key stands, however far below its value begins, and through aliases too."""
    root = parse("# note\na: &a\n\n  b:\n    - 1\n    -\n      c: 2\nd: *a\n", "file").root
    places = {("a",): 2, ("a", "b"): 4, ("a", "b", 1): 7, ("a", "b", 1, "c"): 7, ("d",): 8, ("a", "absent"): 2}
    assert {steps: root.line_of(steps) for steps in places} == places


def test_aliases_nest_no_deeper_than_brackets() -> None:
    """Depth is counted through aliases, each of which adds one level in one line."""
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, DEPTH_LIMIT + 5))
    with pytest.raises(SettingsError, match="more than 32 levels are nested"):
        parse(chain, "file")


def test_wide_documents_are_fine() -> None:
    """Ordinary aliases in an ordinary number are followed."""
    text = "a: &a {x: 1}\n" + "".join(f"b{n}: *a\n" for n in range(500))
    assert parse(text, "file").root.weight == 1 + 2 * 501
