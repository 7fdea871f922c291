"""Laws of rewriting over random documents: nothing but what was meant changes, in whatever spelling."""

import json
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.rewriting import json_edits, yaml_edits
from driftwatch.mocks.rewriting.intended import applied, is_same
from driftwatch.mocks.rewriting.planned import Op, Retext
from driftwatch.mocks.rewriting.splices import Splice, differing, spliced
from driftwatch.mocks.text import tolerant_json, yaml_text
from driftwatch.mocks.text.nodes import Node, to_value
from driftwatch.model.edit import Change, Edit, Part
from tests.mocks.rewriting.documents import (
    LOOSE,
    MANNERS,
    ROOTS,
    TEXTS,
    VALUES,
    Manner,
    as_op,
    changes,
    is_lone,
    paths,
    yaml_texts,
)


def read(text: str) -> Any:
    """The value of JSON, however loose."""
    return to_value(tolerant_json.parse(text, 200))


def read_yaml(text: str) -> Any:
    """The value of a YAML document."""
    return to_value(yaml_text.parse(text, Limits())[0])


def in_json(text: str, edits: list[Edit]) -> str:
    """A JSON text with edits made."""
    return spliced(text, json_edits.edited(text, map(as_op, edits)))


def in_yaml(text: str, ops: list[Op | Retext]) -> str:
    """A YAML text with changes made."""
    return spliced(text, yaml_edits.edited(text, yaml_text.parse(text, Limits())[0], ops, Limits()))


@given(value=ROOTS, manner=st.one_of(MANNERS, LOOSE), data=st.data())
def test_an_edited_json_text_says_what_was_intended(value: Any, manner: Manner, data: st.DataObject) -> None:
    """Whatever the spelling, the text reads as the plain value with the same edits made."""
    text = manner.spelled(value)
    edits = data.draw(st.lists(changes(value), min_size=1, max_size=4))
    assume(is_lone(edits))
    new = in_json(text, edits)
    assert is_same(read(new), applied(read(text), edits))


@given(value=ROOTS, manner=MANNERS, data=st.data())
def test_an_edit_of_strict_json_stays_strict(value: Any, manner: Manner, data: st.DataObject) -> None:
    """Standard JSON is not made into something that only tolerant readers take."""
    edits = data.draw(st.lists(changes(value), min_size=1, max_size=3))
    assume(is_lone(edits))
    json.loads(in_json(manner.spelled(value), edits))


@given(value=ROOTS, manner=st.one_of(MANNERS, LOOSE), data=st.data())
def test_a_new_scalar_takes_the_place_of_the_old_and_no_more(value: Any, manner: Manner, data: st.DataObject) -> None:
    """The characters before and behind a value stay, and so does the number of lines."""
    leaves = [steps for steps, one in paths(value) if not isinstance(one, dict | list)]
    assume(leaves)
    steps, text = data.draw(st.sampled_from(leaves)), manner.spelled(value)
    (one,) = json_edits.edited(text, [Op(Change.SET, steps, json.dumps(data.draw(TEXTS)))])
    node = tolerant_json.parse(text, 200).find(steps)
    assert node is not None
    assert node.start <= one.start <= one.end <= node.end
    assert "\n" not in one.text


@given(value=ROOTS, manner=MANNERS)
def test_what_is_put_in_and_taken_out_leaves_no_trace(value: Any, manner: Manner) -> None:
    """A member or an item that is added at the end and removed again gives the very same text."""
    text = manner.spelled(value)
    step: str | int = "brand new" if isinstance(value, dict) else len(value)
    more = in_json(text, [Edit(Part.BODY, Change.ADD, (step,), value='{"k":[1,{}]}')])
    assert in_json(more, [Edit(Part.BODY, Change.REMOVE, (step,))]) == text


@given(value=ROOTS, inner=MANNERS, outer=MANNERS, data=st.data())
def test_json_in_a_string_of_json(value: Any, inner: Manner, outer: Manner, data: st.DataObject) -> None:
    """A change of the inner text is one of the outer text, whose other characters stay."""
    body = inner.spelled(value)
    text = outer.spelled({"before": 1, "body": body, "after": [True]})
    edits = data.draw(st.lists(changes(value), min_size=1, max_size=3))
    assume(is_lone(edits))
    splices = tuple(json_edits.edited(body, map(as_op, edits)))
    new = spliced(text, json_edits.edited(text, [Retext(("body",), splices)]))
    assert read(new) == {"before": 1, "body": spliced(body, splices), "after": [True]}


@given(old=TEXTS, new=TEXTS)
def test_the_difference_of_two_texts_makes_one_of_the_other(old: str, new: str) -> None:
    """And is empty exactly if they are equal."""
    splices = differing(old, new)
    assert spliced(old, splices) == new
    assert bool(splices) is (old != new)


@given(value=ROOTS, data=st.data())
def test_an_edited_yaml_text_says_what_was_intended(value: Any, data: st.DataObject) -> None:
    """Whatever the spelling, the text reads as the plain value with the same edits made."""
    text = data.draw(yaml_texts(value))
    read_before = read_yaml(text)
    assume(isinstance(read_before, dict | list))
    edits = data.draw(st.lists(changes(read_before), min_size=1, max_size=3))
    assume(is_lone(edits))
    new = in_yaml(text, [as_op(edit) for edit in edits])
    assert is_same(read_yaml(new), applied(read_before, edits))


@given(value=st.dictionaries(st.sampled_from("abcd"), VALUES, min_size=2), data=st.data())
def test_lines_of_other_members_stay(value: Any, data: st.DataObject) -> None:
    """In block style a new value leaves every line of the members before and behind it."""
    text = data.draw(yaml_texts(value))
    root = yaml_text.parse(text, Limits())[0]
    assume(text[root.start] != "{")
    step = data.draw(st.sampled_from(sorted(value)))
    new = in_yaml(text, [Op(Change.SET, (step,), json.dumps(data.draw(VALUES)))])
    assert _lines_of_others(text, root, step) == _lines_of_others(new, yaml_text.parse(new, Limits())[0], step)


def _lines_of_others(text: str, root: Node, step: str) -> tuple[str, str]:
    """The text before a member, and from the next member on."""
    names = [name for name, _ in root.members]
    at = next(number for number, name in enumerate(names) if name.text == step)
    behind = text[names[at + 1].start :] if at + 1 < len(names) else ""
    return text[: names[at].end], behind


@given(old=TEXTS, new=TEXTS, data=st.data())
def test_any_text_can_take_the_place_of_a_part_of_a_yaml_scalar(old: str, new: str, data: st.DataObject) -> None:
    """In every style that PyYAML writes, and the parser has the last word."""
    text = data.draw(yaml_texts({"a": 1, "k": [{"t": old, "z": 2}], "b": {"c": "d"}}))
    before = read_yaml(text)
    inner = before["k"][0]["t"]
    assume(isinstance(inner, str) and "\ud800" not in new)
    start = data.draw(st.integers(0, len(inner)))
    end = data.draw(st.integers(start, len(inner)))
    splice = Splice(start, end, new)
    after = read_yaml(in_yaml(text, [Retext(("k", 0, "t"), (splice,))]))
    assert after == {"a": 1, "k": [{"t": spliced(inner, [splice]), "z": 2}], "b": {"c": "d"}}


@given(value=ROOTS, data=st.data())
def test_json_in_a_scalar_of_yaml(value: Any, data: st.DataObject) -> None:
    """As recorders store bodies: the change of the body is made, and all else reads as before."""
    body = data.draw(MANNERS).spelled(value)
    text = data.draw(yaml_texts({"status": 200, "body": {"string": body}, "version": "1.10"}))
    before = read_yaml(text)
    edits = data.draw(st.lists(changes(value), min_size=1, max_size=3))
    assume(is_lone(edits))
    splices = tuple(json_edits.edited(before["body"]["string"], map(as_op, edits)))
    after = read_yaml(in_yaml(text, [Retext(("body", "string"), splices)]))
    assert after == {**before, "body": {"string": spliced(before["body"]["string"], splices)}}
