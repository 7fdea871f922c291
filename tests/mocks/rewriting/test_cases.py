"""Changes as a person would make them: what a text becomes, to the letter."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting import json_edits, yaml_edits
from driftwatch.mocks.rewriting.planned import Op, Retext
from driftwatch.mocks.rewriting.splices import Splice, spliced
from driftwatch.mocks.text import yaml_text
from driftwatch.model.edit import Change

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))


def _op(change: dict[str, Any]) -> Op:
    kind = next(one for one in Change if one.value in change)
    steps = tuple(change[kind.value])
    return Op(kind, steps, change.get("to", ""), change.get("as", ""), change.get("after"))


def changed(text: str, *ops: Op | Retext, is_yaml: bool = False) -> str:
    """A text with changes made."""
    if not is_yaml:
        return spliced(text, json_edits.edited(text, ops))
    return spliced(text, yaml_edits.edited(text, yaml_text.parse(text, Limits())[0], ops, Limits()))


@pytest.mark.parametrize("case", CASES, ids=[case["is"] for case in CASES])
def test_a_change_is_made_as_a_person_would(case: dict[str, Any]) -> None:
    """Nothing else moves."""
    made = changed(case["text"], *map(_op, case["changes"]), is_yaml=case.get("yaml", False))
    assert made == case["becomes"]


STYLES = [
    ("plain", "k: a b c\nl: 1\n", 2, 3, "q r", "k: a q r c\nl: 1\n"),
    ("plain that would not do any more", "k: abc\nl: 1\n", 0, 1, "x: y #", "k: 'x: y #bc'\nl: 1\n"),
    ("single", "k: '{\"id\": 1}' # c\n", 7, 8, '"it\'s"', "k: '{\"id\": \"it''s\"}' # c\n"),
    ("single over lines", 'k: \'{"id":\n  1, "b":\n  2}\'\n', 7, 8, "17", 'k: \'{"id":\n  17, "b":\n  2}\'\n'),
    ("double", r'k: "{\"id\": 1, \"n\": \"\xE9\"}"', 7, 8, '"ö"', r'k: "{\"id\": \"\xF6\", \"n\": \"\xE9\"}"'),
    ("double over lines", 'k: "{\\"id\\":\\\n  \\ 1}"\n', 7, 8, "2", 'k: "{\\"id\\":\\\n  \\ 2}"\n'),
    ("literal", "k: |\n  {\n    1\n  }\nl: 1\n", 4, 5, "2,\n  3", "k: |\n  {\n    2,\n    3\n  }\nl: 1\n"),
    ("literal with signs", "k: |4-  # c\n     a\n    b\nl: 1\n", 1, 2, "x", "k: |4-  # c\n     x\n    b\nl: 1\n"),
    ("folded", 'k: >-\n  {"id": 1,\n  "b": 2}\n', 7, 8, "17", 'k: >-\n  {"id": 17,\n  "b": 2}\n'),
    ("literal that cannot hold it", "k: |\n  abc\nl: 1\n", 0, 1, "\x07", 'k: "\\abc\\n"\nl: 1\n'),
    ("in a flow", "m: {k: abc, l: 1}\n", 1, 2, ", ", "m: {k: 'a, c', l: 1}\n"),
    ("with a tag", "k: !!str abc\n", 1, 2, "x", "k: !!str axc\n"),
]


@pytest.mark.parametrize(("name", "text", "start", "end", "new", "becomes"), STYLES, ids=[one[0] for one in STYLES])
def test_a_text_in_a_scalar_changes_in_its_style(
    name: str, text: str, start: int, end: int, new: str, becomes: str
) -> None:
    """And in another only where its own cannot say it."""
    steps = ("m", "k") if name == "in a flow" else ("k",)
    assert changed(text, Retext(steps, (Splice(start, end, new),)), is_yaml=True) == becomes


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("a: &x 1\nb: *x\n", Op(Change.SET, ("a",), "2")),
        ("a: &x {c: 1}\nb: *x\n", Op(Change.SET, ("b", "c"), "2")),
        ("a: &x\n  c: 1\nb: *x\n", Op(Change.SET, ("a", "c"), "2")),
        ("a: &x\n  c: 1\nb:\n  <<: *x\n  d: 2\n", Op(Change.SET, ("b", "c"), "2")),
        ("- &x 1\n- *x\n", Op(Change.REMOVE, (0,))),
    ],
)
def test_what_several_places_share_is_left(text: str, op: Op) -> None:
    """A change behind an anchor, an alias or a merge key would be one of other mocks, too."""
    with pytest.raises(Refusal, match="other places of its file share"):
        changed(text, op, is_yaml=True)


def test_an_anchor_that_nobody_refers_to_is_no_reason() -> None:
    """Its value changes, and the anchor stays."""
    assert changed("a: &x 1\nb: 2\n", Op(Change.SET, ("a",), "3"), is_yaml=True) == "a: &x 3\nb: 2\n"


@pytest.mark.parametrize(
    "ops",
    [
        [Op(Change.SET, ("a",), "1"), Op(Change.SET, ("a", "b"), "1")],
        [Op(Change.REMOVE, ("a",)), Op(Change.ADD, ("a", "c"), "1")],
        [Op(Change.SET, ("x",), "1")],
        [Op(Change.ADD, ("a",), "1")],
        [Op(Change.SET, ("l", 7), "1")],
        [Op(Change.REMOVE, ())],
    ],
)
def test_changes_that_have_no_place_are_refused(ops: list[Op]) -> None:
    """What is not there, what is there already, and what another change takes away."""
    with pytest.raises(Refusal):
        changed('{"a": {"b": 1}, "l": [1]}', *ops)
