"""Our builder beside plain genson's, on whose inner parts it stands."""

from typing import Any

from genson import SchemaBuilder
from hypothesis import example, given
from hypothesis import strategies as st

from driftwatch.shapes.infer import Builder
from driftwatch.shapes.splits import SEEN
from tests.shapes.documents import DOCUMENTS, FAMILIES

SCALARS = frozenset({"null", "boolean", "integer", "number", "string"})


def plain(documents: list[object]) -> Any:
    """What genson says."""
    builder = SchemaBuilder(schema_uri=None)
    for document in documents:
        builder.add_object(document)
    return normal(builder.to_schema())


def ours(documents: list[object]) -> Any:
    """What our builder says, as a schema."""
    builder = Builder(literal=True)
    builder.add_all(documents)
    return normal(builder.to_schema())


def normal(schema: dict[str, Any]) -> Any:
    """A schema without our counts; one entry for each type, whether genson wrote a list of types or ``anyOf``."""
    entries = {}
    for part in schema.get("anyOf", [schema]):
        kinds = part.get("type", [])
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            entries[kind] = {
                "properties": {name: normal(inner) for name, inner in part.get("properties", {}).items()},
                "items": normal(part["items"]) if "items" in part else None,
                "required": part.get("required", []),
                "more": part.keys() - {"type", "properties", "items", "required", SEEN},
            }
    return entries


@given(st.one_of(st.lists(DOCUMENTS, min_size=1, max_size=5), FAMILIES))
@example([[1, 2.5], [], [None, "a", {"b": 1}]])
@example([{}, {"a": 1}])
def test_the_schema_is_gensons(documents: list[object]) -> None:
    """Without the counts, our builder finds the schema that genson finds: the private parts we use still hold."""
    assert ours(documents) == plain(documents)


@given(st.lists(DOCUMENTS, min_size=2, max_size=4))
def test_the_schema_survives_merging(documents: list[object]) -> None:
    """Merged from parts it is still the schema of all, where genson's own merge forgets an emptied ``required``."""
    whole = Builder(literal=True)
    for document in documents:
        part = Builder(literal=True)
        part.add(document)
        whole.merge(part)
    assert normal(whole.to_schema()) == plain(documents)


def test_gensons_own_merge_forgets() -> None:
    """The reason for the counts, kept here so that we notice when genson 1.x no longer needs them."""
    first = SchemaBuilder(schema_uri=None)
    first.add_object({"a": 1})
    first.add_object({"b": 1})
    second = SchemaBuilder(schema_uri=None)
    second.add_schema(first.to_schema())
    second.add_object({"a": 1, "b": 1})
    assert second.to_schema()["required"] == ["a", "b"]
