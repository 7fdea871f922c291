"""YAML from strangers: typed as JSON, with places, and without a single foreign object."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.nodes import Node, to_json, to_value
from driftwatch.mocks.text.yaml_text import parse


def load(text: str) -> object:
    """The value of the one document in a text."""
    (node,) = parse(text, Limits())
    return to_value(node)


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("no", "no"), ("010", "010"), ("2024-01-02", "2024-01-02"), ("12:30:45", "12:30:45"), ("1_000", "1_000"),
        ("0x1F", "0x1F"), (".5", ".5"), ("1.10", 1.1), ("1e3", 1000.0), ("7", 7), ("true", True), ("False", False),
        ("null", None), ("~", None), ("", None), ("'7'", "7"), ("!!str 7", "7"), ("! 7", "7"),
        ("!!python/unicode abc", "abc"), ("!!python/str abc", "abc"), ("!binary aGk=", b"hi"), ("!!binary aGk=", b"hi"),
        ("!!python/tuple [1, a]", [1, "a"]), ("!!timestamp 2024-01-02", "2024-01-02"),
    ],
)  # fmt: skip
def test_scalars_are_typed_as_in_json(scalar: str, value: object) -> None:
    """Only what JSON would call a number, a truth value or null is one; harmless tags are understood."""
    assert load(f"key: {scalar}\n") == {"key": value}


def test_keys_are_text() -> None:
    """``200`` and ``on`` are names, not a number and a truth value."""
    assert load("200: ok\non: push\n") == {"200": "ok", "on": "push"}


def test_a_pickled_bytes_io_gives_its_bytes() -> None:
    """VCR.py once stored file-like bodies so; nothing is constructed."""
    text = "body: !!python/object/new:_io.BytesIO\n  state: !!python/tuple [!!binary aGk=, 0, null]\n"
    assert load(text) == {"body": b"hi"}


@pytest.mark.parametrize(
    "tag",
    ["!!python/object:vcr.request.Request", "!!python/object/apply:os.system", "!!python/name:os.system",
     "!ruby/object:Net", "!!python/object/new:subprocess.Popen", "!include"],
)  # fmt: skip
@pytest.mark.parametrize("content", ["{a: 1}", "[a]", "text"])
def test_foreign_tags_refuse_the_document(tag: str, content: str) -> None:
    """The reason names the tag, and the offset is where it stands."""
    with pytest.raises(Refusal, match="foreign type") as caught:
        load(f"a: 1\nkey: {tag} {content}\n")
    assert tag in caught.value.reason
    assert caught.value.offset == 10


def test_anchors_aliases_and_merges_are_followed() -> None:
    """A merged mapping's own members win, as in YAML 1.1."""
    text = "base: &base {a: 1, b: 2}\nmine:\n  <<: *base\n  b: 3\nsame: *base\n"
    assert load(text) == {"base": {"a": 1, "b": 2}, "mine": {"a": 1, "b": 3}, "same": {"a": 1, "b": 2}}


def test_several_documents_are_several_nodes() -> None:
    """A stream of three documents has three values, and an anchor lives in its own."""
    assert [to_value(node) for node in parse("a\n---\nb\n---\n{c: 1}\n", Limits())] == ["a", "b", {"c": 1}]
    with pytest.raises(Refusal, match="no anchor"):
        parse("a: &x 1\n---\nb: *x\n", Limits())


def test_places_are_those_of_the_text() -> None:
    """Offsets count characters, also behind ones that take several bytes and across Windows line ends."""
    text = 'name: "Zoë 😀"\r\nlist:\r\n- {a: 10.0}\r\n'
    (node,) = parse(text, Limits())
    found = node.find(("list", 0, "a"))
    assert isinstance(found, Node)
    assert text[found.start : found.end] == found.text == "10.0"
    assert to_json(node) == '{"name":"Zoë 😀","list":[{"a":10.0}]}'


@pytest.mark.parametrize("text", ["a: [1", "a: b: c", "\tkey: 1", "a: \x01", "- a\nb: 1", "!!binary x: 1", "{[a]: 1}"])
def test_what_is_no_yaml_is_refused(text: str) -> None:
    """Syntax errors, control characters and names that are no text are reasons."""
    with pytest.raises(Refusal, match=r"YAML|base64|name of a member"):
        load(text)


NAMES = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=5)


@given(st.recursive(st.integers() | st.booleans() | st.text("abc é\n\"'", max_size=8),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)))  # fmt: skip
def test_json_is_yaml(value: object) -> None:
    """A JSON text read as YAML is the same value."""
    assert load(json.dumps(value)) == value
