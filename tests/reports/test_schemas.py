"""The shipped schemas are sound, told in words, and list what the code lists."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from driftwatch.model.finding import Category, Direction, Severity
from driftwatch.model.interaction import Provenance
from driftwatch.model.rollout import Source
from driftwatch.model.summary import Verdict
from driftwatch.model.unshown import Sort
from driftwatch.reports.json import direction_id
from driftwatch.reports.schemas import INTERFACES, interface_schema

READ: Final = ("usage-1",)
"""What others write: it says least what must be there."""


@pytest.mark.parametrize("name", INTERFACES)
def test_schema_is_itself_valid(name: str) -> None:
    """Each is a JSON Schema 2020-12 that names itself."""
    schema = interface_schema(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:driftwatch:{name.replace('-', ':')}"


def _properties(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield from node.get("properties", {}).items()
        for child in node.values():
            yield from _properties(child)
    elif isinstance(node, list):
        for child in node:
            yield from _properties(child)


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield node
        for child in node.values():
            yield from _objects(child)
    elif isinstance(node, list):
        for child in node:
            yield from _objects(child)


@pytest.mark.parametrize("name", INTERFACES)
def test_every_property_is_explained(name: str) -> None:
    """Each has a sentence of its own or that of the definition it refers to."""
    schema = interface_schema(name)
    for key, each in _properties(schema):
        target = schema["$defs"][each["$ref"].rpartition("/")[2]] if "$ref" in each else {}
        sentence = each.get("description") or target.get("description", "")
        assert sentence.endswith("."), key


@pytest.mark.parametrize("name", INTERFACES)
def test_every_object_is_closed_and_whole(name: str) -> None:
    """No unknown key passes, and no known one may be missing but from what others write for us."""
    for each in _objects(interface_schema(name)):
        assert each["additionalProperties"] is False
        if name in READ:
            assert set(each["required"]) <= {*each["properties"]}
        else:
            assert each["required"] == list(each["properties"])


@pytest.mark.parametrize(
    ("definition", "words"),
    [("severity", Severity), ("category", Category), ("verdict", Verdict)],
)
def test_lists_are_those_of_the_code(definition: str, words: type[StrEnum]) -> None:
    """A word added to the model is added to the interface, or this fails."""
    assert interface_schema("report-1")["$defs"][definition]["enum"] == [word.value for word in words]


def test_other_lists_are_those_of_the_code() -> None:
    """Directions, provenances, tellers of rollouts, the verdicts of gaps, the sorts of behaviours."""
    gaps = interface_schema("gaps-1")["$defs"]
    assert gaps["sort"]["enum"] == [sort.value for sort in Sort]
    report, listed = interface_schema("report-1")["$defs"], interface_schema("mocks-1")["$defs"]
    assert report["beginning"]["properties"]["source"]["enum"] == [source.value for source in Source]
    assert report["direction"]["enum"] == [direction_id(direction) for direction in Direction]
    assert report["gap"]["properties"]["verdict"]["enum"] == [v.value for v in Verdict if not v.is_answer]
    assert listed["request"]["properties"]["provenance"]["enum"] == [word.value for word in Provenance]


def test_interfaces_share_their_definitions() -> None:
    """What has one name in two interfaces is one thing."""
    definitions: dict[str, Any] = {}
    apart = {"finding", "interaction"}  # a compared finding has no address; a verdict on a mock is not the mock
    for name in INTERFACES:
        for key, definition in interface_schema(name)["$defs"].items():
            assert key in apart or definitions.setdefault(key, definition) == definition


def test_unknown_interface_is_refused_with_the_known_ones() -> None:
    """The message says what there is."""
    with pytest.raises(KeyError, match="compare-1, contradictions-1, deploy-1, findings-1, gaps-1, heal-1, history-1"):
        interface_schema("report-9")
