"""OpenAPI: what a schema allows is never found fault with, and what it forbids is."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.mocks.source import FolderSource
from driftwatch.model.context import Context
from driftwatch.model.interaction import Claim, Grade, Interaction, Unreadable
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation
from driftwatch.usecases.judgement import findings_of
from tests.mocks.openapi_schemas import Contract, Schema, contracts

JSON: Final = (("Content-Type", "application/json"),)


def description(schema: Schema, **media: object) -> dict[str, object]:
    """A description with one operation, whose answer is of this schema."""
    content = {"application/json": {"schema": schema, **media}}
    responses = {"200": {"description": "", "content": content}}
    return {"openapi": "3.1.0", "info": {}, "paths": {"/one": {"get": {"responses": responses}}}}


def interactions(document: object, **files: object) -> list[Interaction]:
    """What a description is read as."""
    with TemporaryDirectory() as folder:
        Path(folder, "api.json").write_text(json.dumps(document))
        for name, content in files.items():
            Path(folder, f"{name}.json").write_text(json.dumps(content))
        readings = list(FolderSource(Path(folder)).read())
    return [reading for reading in readings if isinstance(reading, Interaction)]


def findings(document: object, *answers: object) -> list[str]:
    """What is found where the service answers with these documents."""
    (interaction,) = interactions(document)
    samples = tuple(Observation(200, JSON, json.dumps(answer).encode(), credentials_sent=True) for answer in answers)
    found = findings_of(Claim((interaction,)), samples, Context(), Policy())
    return [f"{finding.kind} {finding.path}" for finding in found]


@settings(max_examples=150, deadline=None)
@given(contract=contracts(), data=st.data())
def test_what_satisfies_the_schema_is_never_drift(contract: Contract, data: st.DataObject) -> None:
    """Whatever documents of a schema the service sends, with or without an example beside it, nothing is found."""
    answers = data.draw(st.lists(contract.documents, min_size=1, max_size=3))
    examples = data.draw(st.lists(contract.documents, max_size=2))
    media = {"examples": {f"e{number}": {"value": value} for number, value in enumerate(examples)}} if examples else {}
    assert findings(description(contract.schema, **media), *answers) == []


RECORD: Final[Schema] = {
    "type": "object",
    "required": ["id", "tags"],
    "properties": {
        "id": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "note": {"type": "string"},
        "size": {"type": ["number", "null"]},
        "owner": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
    },
}
GOOD: Final = {"id": 7, "tags": [], "size": None}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"note": "n", "owner": {"name": "Ada"}}, []),
        ({"id": "7"}, ["type-changed /id"]),
        ({"id": 7.5}, ["integer-to-float /id"]),
        ({"id": None}, ["null-unexpected /id"]),
        ({"tags": [1]}, ["type-changed /tags/*"]),
        ({"note": None}, ["null-unexpected /note"]),
        ({"owner": {}}, ["field-missing /owner/name"]),
        ({"extra": 1}, ["field-added /extra"]),
    ],
)
@pytest.mark.parametrize("example", [None, GOOD | {"note": "2024-05-01"}], ids=["schema", "schema and example"])
def test_what_breaks_the_schema_is_drift(example: object, change: dict[str, object], found: list[str]) -> None:
    """A violation is found with and without an example, and what the schema leaves open is not."""
    media = {} if example is None else {"example": example}
    assert findings(description(RECORD, **media), GOOD | change) == found


def test_a_missing_member_is_drift_only_if_it_is_required() -> None:
    """The example shows all members; the schema says which must be there."""
    example = GOOD | {"note": "n", "owner": {"name": "Ada"}}
    assert findings(description(RECORD, example=example), {"id": 7, "tags": []}) == []
    assert findings(description(RECORD, example=example), {"tags": []}) == ["field-missing /id"]


def test_an_example_without_a_schema_is_a_plain_mock() -> None:
    """Nothing loosens it: its members are required and its formats count."""
    document = description(RECORD, example={"id": 1, "at": "2024-05-01T10:00:00Z"})
    del document["paths"]["/one"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]  # type: ignore[index]
    assert findings(document, {"id": 1}) == ["field-missing /at"]
    assert findings(document, {"id": 1, "at": "10:00 on May 1"}) == ["datetime-format-changed /at"]


def test_variants_that_a_fixed_member_tells_apart_are_compared_apart() -> None:
    """What a card must have is missed in a card, though a transfer never has it."""

    def variant(word: str, own: str) -> Schema:
        return {
            "type": "object",
            "required": ["type", own],
            "properties": {"type": {"const": word}, own: {"type": "string"}},
        }

    document = description({"type": "array", "items": {"oneOf": [variant("card", "last4"), variant("bank", "iban")]}})
    card, bank = {"type": "card", "last4": "4242"}, {"type": "bank", "iban": "AT61"}
    assert findings(document, [card, bank], [bank]) == []
    assert findings(document, [{"type": "card"}, bank]) == ["field-missing /*/last4"]
    assert findings(document, [card, {"type": "cash", "till": 1}]) == ["variant-unmocked /*"]


def test_a_list_that_is_always_empty_proves_nothing() -> None:
    """An answer that is an empty list satisfies the schema, and of the items nothing is known."""
    assert findings(description({"type": "array", "items": {"type": "string"}}), []) == ["unverifiable /*"]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("3.0.3", {"$ref": "#/components/schemas/Name", "type": ["null", "string"]}, ["null-unexpected /name"]),
        ("3.0.3", {"allOf": [{"$ref": "#/components/schemas/Name"}], "nullable": True}, []),
        ("3.1.0", {"anyOf": [{"$ref": "#/components/schemas/Name"}, {"type": "null"}]}, []),
        ("3.1.0", {"$ref": "#/components/schemas/Name", "description": "a sibling"}, ["null-unexpected /name"]),
        ("3.1.0", {"$ref": "#/components/schemas/Text", "enum": ["a", None]}, ["null-unexpected /name"]),
        ("3.1.0", {"$ref": "#/components/schemas/Text", "properties": {}}, ["null-unexpected /name"]),
    ],
)
def test_null_is_allowed_as_each_version_spells_it(before: str, after: Schema, found: list[str]) -> None:
    """``nullable`` in 3.0, where siblings of a reference are ignored; type lists in 3.1, where they count."""
    schemas = {"Name": {"type": "string"}, "Text": {"type": "string"}}
    whole: Schema = {"type": "object", "required": ["name"], "properties": {"name": after}}
    document = {**description(whole), "openapi": before, "components": {"schemas": schemas}}
    assert findings(document, {"name": None}) == found


def test_the_config_gives_parameters_their_values(tmp_path: Path) -> None:
    """A value of the config comes before an example, and fills what has none; a pair keeps its own example."""
    parameter = {"name": "id", "in": "path", "required": True, "examples": {"none": {"value": 0}, "one": {"value": 1}}}
    found = {"description": "", "content": {"application/json": {"example": {"id": 1}}}}
    lost = {"description": "", "content": {"application/json": {"examples": {"none": {"value": {}}}}}}
    get = {"parameters": [parameter], "responses": {"200": found, "404": lost}}
    document = {"openapi": "3.0.0", "paths": {"/a/{id}": {"get": get}, "/b/{key}": {"get": {"responses": {"200": {}}}}}}
    (tmp_path / "api.json").write_text(json.dumps(document))
    readings = FolderSource(tmp_path, variables={"id": "42", "key": "k/1"}).read()
    requests = [reading.request for reading in readings if isinstance(reading, Interaction)]
    assert [request.target for request in requests] == ["/a/0", "/a/42", "/b/k%2F1"]
    assert {request.grade for request in requests} == {Grade.EXAMPLE}


def test_a_reference_never_leaves_the_folder(tmp_path: Path) -> None:
    """Neither dots, nor an absolute path, nor a link, nor an URL leads to a file outside."""
    (tmp_path / "secret.json").write_text('{"type": "object", "properties": {"secret": {"type": "string"}}}')
    mocks = tmp_path / "mocks"
    mocks.mkdir()
    (mocks / "link.json").symlink_to(tmp_path / "secret.json")
    secret = (tmp_path / "secret.json").as_posix()
    for number, reference in enumerate(
        ["../secret.json", secret, f"file://{secret}", "link.json", "%2e%2e/secret.json"]
    ):
        (mocks / f"{number}.json").write_text(json.dumps(description({"$ref": reference})))
    readings = [reading for reading in FolderSource(mocks).read() if isinstance(reading, Interaction)]
    assert len(readings) == 5
    for reading in readings:
        assert all(b"secret" not in (variant.body or b"") for variant in reading.variants)
        assert len(reading.notes) == 1


def test_a_schema_that_grows_without_end_is_cut() -> None:
    """Schemas that hold each other many times over are read in time, as deep as their size allows."""
    names = [f"S{number}" for number in range(30)]
    members = {name: {"$ref": f"#/components/schemas/{name}"} for name in names}
    schemas = {name: {"type": "object", "required": names, "properties": members} for name in names}
    document = {**description({"$ref": "#/components/schemas/S0"}), "components": {"schemas": schemas}}
    (interaction,) = interactions(document)
    assert any("nothing is claimed" in note for note in interaction.notes)
    assert len(interaction.variants[0].matchers) < 4000
    assert findings(document, {name: dict.fromkeys(names, 1) for name in names[1:]}) == ["field-missing /S0"]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": 7, "properties": [], "required": "id", "enum": {}},
        {"allOf": {}, "oneOf": [1, None, []], "anyOf": [[]]},
        {"$ref": "#/paths/~1one"},
        {"$ref": "#"},
        {"items": {"$ref": "#/items"}, "minItems": "many"},
        {"type": "string", "pattern": "(((", "minLength": 1e300, "maxLength": -1},
        {"type": "integer", "multipleOf": 0, "minimum": 1e308, "maximum": -1e308},
        {"oneOf": [{"anyOf": [{"type": "string"}] * 40}] * 40, "allOf": [{"oneOf": [{}] * 40}] * 9},
        {"discriminator": {"propertyName": 3, "mapping": []}, "properties": {"a": None}},
        False,
    ],
)
def test_schemas_that_make_no_sense_claim_nothing_wrong(schema: Schema) -> None:
    """Whatever stands where a schema should, its operation is read, and an ordinary answer is compared with it."""
    document = description({"type": "object", "properties": {"id": {"type": "string"}, "odd": schema}})
    assert findings(document, {"id": "a"}) == []


ODD: Final[tuple[object, ...]] = (
    None, 1, True, "", "x", [], {}, [None], {"$ref": "#"}, {"$ref": "#/paths"}, 2**70, {"type": "object"}, {"": ""},
)  # fmt: skip
SERVED: Final = (Path(__file__).parent / "formats/openapi/served-swagger-2/library.json").read_text(encoding="utf-8")


def _places(value: object, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield above
    if isinstance(value, dict):
        inside: list[tuple[str | int, object]] = list(value.items())
    else:
        inside = list(enumerate(value)) if isinstance(value, list) else []
    for step, inner in inside:
        yield from _places(inner, (*above, step))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_value_of_another_kind_anywhere_is_a_reason(data: st.DataObject) -> None:
    """Whatever stands in the place of any part of a description, reading it ends in readings."""
    whole = json.loads(SERVED)
    for _ in range(data.draw(st.integers(1, 3))):
        *above, last = data.draw(st.sampled_from([place for place in _places(whole) if place]))
        here = whole
        for step in above:
            here = here[step]
        here[last] = deepcopy(data.draw(st.sampled_from(ODD)))
    with TemporaryDirectory() as folder:
        Path(folder, "api.json").write_text(json.dumps(whole))
        readings = list(FolderSource(Path(folder)).read())
    assert readings
    assert not any("could not be read (" in r.reason for r in readings if isinstance(r, Unreadable))
