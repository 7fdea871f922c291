"""Shapes as JSON Schema."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing.exceptions import Unresolvable

from driftwatch.shapes.infer import infer
from driftwatch.shapes.schema import VIOLATIONS_LIMIT, Violation, to_schema, violations
from tests.shapes.documents import DOCUMENTS, FAMILIES

IDS = {str(number): number for number in range(40)}


@given(st.one_of(st.lists(DOCUMENTS, min_size=1, max_size=4), FAMILIES), st.booleans())
def test_every_document_fits_what_was_inferred_from_it(documents: list[object], literal: bool) -> None:
    """The law of inference: no document breaks the schema of its own shape, and the schema is a schema."""
    schema = to_schema(infer(documents, literal=literal))
    Draft202012Validator.check_schema(schema)
    assert [violations(schema, document) for document in documents] == [()] * len(documents)


@pytest.mark.parametrize(
    ("documents", "schema"),
    [
        ([], {}),
        ([1], {"type": "integer"}),
        ([1, 2.5], {"type": "number"}),
        ([1, None], {"type": ["integer", "null"]}),
        ([[]], {"type": "array"}),
        ([[1], ["a"]], {"type": "array", "items": {"type": ["integer", "string"]}}),
        ([{}], {"type": "object"}),
        (["2024-05-01T10:00:00Z"], {"type": "string", "format": "date-time"}),
        (["2024-05-01", ""], {"type": "string"}),
        (["2024-05-01", "x"], {"type": "string"}),
        (["10:00:00"], {"type": "string"}),
        (
            [{"a": 1, "b": None}, {"a": 2}],
            {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "null"}}, "required": ["a"]},
        ),
        ([IDS], {"type": "object", "additionalProperties": {"type": "integer"}}),
    ],
)
def test_a_shape_as_schema(documents: list[object], schema: dict[str, object]) -> None:
    """What was always there is required; nothing is closed."""
    assert to_schema(infer(documents, literal=True)) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
    }


def test_violations_name_the_place_and_not_the_value() -> None:
    """Where, by which keyword, and what the schema says; the document is not quoted."""
    schema = to_schema(infer([{"a/b": 1, "l": [{"x": "y", "z": 1}], "m": IDS}], literal=True))
    found = violations(schema, {"a/b": "secret", "l": [{"x": "y", "z": 1}, {"q": "secret"}], "m": {"7": "secret"}})
    assert found == (
        Violation("/a~1b", "type", "integer"),
        Violation("/l/1", "required", "x, z"),
        Violation("/m/7", "type", "integer"),
    )
    assert "secret" not in repr(found)


def test_violations_are_bounded() -> None:
    """A thousand wrong items are not a thousand lines."""
    schema = to_schema(infer([[1]], literal=True))
    assert len(violations(schema, ["x"] * 1000)) == VIOLATIONS_LIMIT
    assert len(violations(schema, ["x"] * 1000, limit=3)) == 3


def test_references_are_not_followed() -> None:
    """A schema of a stranger that points elsewhere is refused: nothing is fetched and no file is read."""
    for place in ("http://127.0.0.1:9/schema.json", "file:///etc/hostname"):
        with pytest.raises(Unresolvable):
            violations({"$ref": place}, 1)


def test_formats_are_not_checked() -> None:
    """Classes of strings are judged elsewhere, with rules of our own."""
    assert violations({"type": "string", "format": "date-time"}, "no date") == ()


def test_the_validator_is_loaded_only_when_used() -> None:
    """Start-up pays for neither jsonschema nor its schemas."""
    code = (
        "import sys, driftwatch.shapes.infer, driftwatch.shapes.walk, driftwatch.shapes.schema;"
        "sys.exit(any(name.split('.')[0] in ('jsonschema', 'referencing') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
