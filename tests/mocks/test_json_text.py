"""JSON in three speeds: the readers agree with each other and with the standard library, and places are true."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text, tolerant_json
from driftwatch.mocks.text.nodes import Kind, Node, to_json, to_value

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)
LAYOUTS = st.sampled_from([None, 0, 2, "\t"])


def places(node: Node, steps: tuple[Step, ...] = ()) -> list[tuple[tuple[Step, ...], Node]]:
    """Every value below a node with the steps that lead to it."""
    found = [(steps, node)]
    for name, value in node.members:
        found += places(value, (*steps, name.text))
    for index, item in enumerate(node.items):
        found += places(item, (*steps, index))
    return found


@given(value=VALUES, indent=LAYOUTS, ascii_only=st.booleans())
def test_the_tolerant_reader_agrees_with_the_standard_library(
    value: object, indent: int | str | None, ascii_only: bool
) -> None:
    """What is valid JSON is the same value to both."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert to_value(tolerant_json.parse(text, 100)) == json.loads(text) == json_text.decode(text)


@given(value=VALUES, indent=LAYOUTS)
def test_spans_slice_back_to_the_value(value: object, indent: int | str | None) -> None:
    """The characters a node occupies are the JSON of its value, and the quick layout finds the same ones."""
    text = json.dumps(value, indent=indent)
    layout = json_text.Layout(text)
    for steps, node in places(tolerant_json.parse(text, 100)):
        assert json.loads(text[node.start : node.end]) == to_value(node)
        assert layout.span(steps) == (node.start, node.end)
        assert json_text.Layout(text).source(steps) == text[node.start : node.end]


@given(items=st.lists(VALUES, max_size=5), indent=LAYOUTS, names=st.lists(TEXTS, max_size=2, unique=True))
def test_items_know_their_places_in_the_whole(items: list[object], indent: int | str | None, names: list[str]) -> None:
    """An item of a list that is read one by one has the places that it has in the whole text."""
    value: object = items
    for name in reversed(names):
        value = {"": 1, name: value} if name else {name: value}
    text, steps = json.dumps(value, indent=indent), tuple(names)
    whole = json_text.Layout(text)
    read = list(json_text.Layout(text).items(steps))
    assert [json.loads(one) for one, _ in read] == items
    for index, (one, layout) in enumerate(read):
        assert layout.span(()) == whole.span((*steps, index))
        assert layout.source(()) == one


@given(value=VALUES)
def test_a_node_written_as_json_is_the_same_value(value: object) -> None:
    """Standard JSON made of nodes loses nothing."""
    assert json.loads(to_json(tolerant_json.parse(json.dumps(value), 100))) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{'a': 'it\\'s'}", {"a": "it's"}),
        ('{"a": 1, /* why */ "b": [1, 2,], // end\n}', {"a": 1, "b": [1, 2]}),
        ("# first\n{a: true, b-c: undefined}", {"a": True, "b-c": None}),
        ('{"a": "line\nbreak\tand tab"}', {"a": "line\nbreak\tand tab"}),
        ('["\\,", "\\ud83d\\ude00", "\\u00e9"]', [",", "😀", "é"]),
        ("[007, .5, 5., +1, -Infinity]", [7, 0.5, 5.0, 1, float("-inf")]),
        ("\ufeff [1]", [1]),
    ],
)
def test_loose_spellings_are_read(text: str, value: object) -> None:
    """What Jackson's lenient mappers take is read."""
    assert to_value(tolerant_json.parse(text, 100)) == value


def test_number_literals_and_double_names_stay_visible() -> None:
    """``10.0`` is not ``10``, and a name that stands twice is there twice; the last one counts."""
    node = tolerant_json.parse('{"a": 10.0, "a": 10}', 100)
    assert [value.text for _, value in node.members] == ["10.0", "10"]
    assert to_value(node) == {"a": 10}
    assert to_json(node) == '{"a":10.0,"a":10}'


@pytest.mark.parametrize(
    ("text", "offset", "words"),
    [
        ("", 0, "expected a value"),
        ('{"a" 1}', 5, "expected ':'"),
        ("[1 2]", 3, "expected ',' or ']'"),
        ("[1]]", 3, "more text after the end"),
        ('["open]', 1, "does not end"),
        ("[nope]", 1, "expected a value"),
        ("[[[1]]]", 2, "nested deeper than 2 levels"),
        ("{1", 2, "expected ':'"),
        ("/* open", 0, "expected a value"),
    ],
)
def test_what_is_no_json_is_refused_at_its_place(text: str, offset: int, words: str) -> None:
    """The first wrong character is told by its offset."""
    with pytest.raises(Refusal, match=r"expected|more text|does not end|nested") as caught:
        tolerant_json.parse(text, 2)
    assert (caught.value.offset, words in caught.value.reason) == (offset, True)


def test_a_missing_place_is_a_lookup_error() -> None:
    """Asking for what is not there does not lead somewhere else."""
    layout = json_text.Layout('{"a": [1]}')
    for steps in (("b",), ("a", 1), ("a", "x"), (0,)):
        with pytest.raises(LookupError):
            layout.span(steps)


def test_depth_is_told_at_any_depth() -> None:
    """The limit is exact, and walking to it needs no recursion."""
    value: object = 1
    for _ in range(50):
        value = [{"a": value}]
    assert not json_text.is_deeper(value, 100)
    assert json_text.is_deeper(value, 99)
    assert tolerant_json.parse("[" * 3 + "]" * 3, 3).kind is Kind.ARRAY
