"""The quick yes or no about a config is jsonschema's own verdict."""

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from driftwatch.model.errors import SettingsError
from driftwatch.settings.document import parse
from driftwatch.settings.fitting import fits
from driftwatch.settings.schema import settings_schema
from tests.settings.gold import BAD, GOOD

SCHEMA: Final = settings_schema()
SAMPLE: Final = Path(__file__).resolve().parents[2] / "config" / "driftwatch.yaml"
VALUES: Final[tuple[object, ...]] = (
    None, True, False, 0, 1, -1, 5, 2.0, 0.5, -0.5, 1e300, float("inf"), float("nan"), 10**30, 65_535, 65_536,
    "", " ", "a", "A", "0", "5s", "1h", "UTC", "none", "auto", "breaking", "a/b", "x" * 9000, "é\n", "${env:TOKEN}",
    "https://example.com", "postgresql://u@h/d", "*", "127.0.0.1", "* * * * *",
    [], [None], ["a"], ["a", "a"], [1, "b"], [[]], [{}],
    {}, {"": 1}, {"a": 1}, {"a b": "c"}, {"type": "none"}, {"username": "u", "password": "${env:P}"},
    {"when": "5m"}, {"mocks": "m", "target": "https://h"}, {"kind": "field-added", "severity": "info"},
)  # fmt: skip


def schemas(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A schema and all schemas in it."""
    yield schema
    below = [*schema.get("properties", {}).values(), *schema.get("oneOf", ())]
    below += [schema[name] for name in ("additionalProperties", "items", "not", "propertyNames") if name in schema]
    for one in below:
        if isinstance(one, dict):
            yield from schemas(one)


def has_one_verdict(part: object, schema: Mapping[str, Any]) -> bool:
    """Whether both say the same."""
    return fits(part, schema) == Draft7Validator(schema).is_valid(part)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:30])
def test_every_part_of_the_schema_says_the_same_of_every_kind_of_value(value: object) -> None:
    """Also of those that no config would hold there."""
    assert [schema for schema in schemas(SCHEMA) if not has_one_verdict(value, schema)] == []


@pytest.mark.parametrize("path", [SAMPLE, *GOOD, *BAD], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_config_is_judged_alike(path: Path) -> None:
    """Those that are right and those that are not."""
    try:
        written = parse(path.read_text(encoding="utf-8-sig"), path.name).root.plain
    except (SettingsError, UnicodeDecodeError):
        return  # nothing that a schema could be asked about
    assert has_one_verdict(written, SCHEMA)


def places(part: object, *steps: str | int) -> Iterator[tuple[str | int, ...]]:
    """The way to every piece of a document."""
    yield steps
    pairs = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for step, below in pairs:
        yield from places(below, *steps, step)


WHOLE: Final[Any] = parse(SAMPLE.read_text(encoding="utf-8"), SAMPLE.name).root.plain
PLACES: Final = [steps for steps in places(WHOLE) if steps]
ANYTHING: Final = st.one_of(st.sampled_from(VALUES), st.text(max_size=20), st.integers(), st.floats())


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(["put", "drop", "add"]), ANYTHING), max_size=3))
def test_a_config_that_was_tampered_with_is_judged_alike(
    changes: list[tuple[tuple[str | int, ...], str, object]],
) -> None:
    """Values of other types, keys that are gone, keys that nobody knows, at any place of the whole sample."""
    document = copy.deepcopy(WHOLE)
    for steps, change, value in changes:
        home: Any = document
        for step in steps[:-1]:
            names = home if isinstance(home, dict) else range(len(home)) if isinstance(home, list) else ()
            home = home[step] if step in names else None
        if not isinstance(home, dict):
            continue
        if change == "drop":
            home.pop(steps[-1], None)
        else:
            home[steps[-1] if change == "put" else "nobody-knows"] = value
    assert has_one_verdict(document, SCHEMA)


def test_the_sample_fits() -> None:
    """Or the test above would say little."""
    assert fits(WHOLE, SCHEMA)


def test_a_keyword_that_is_not_known_is_our_mistake() -> None:
    """It is neither kept nor broken."""
    with pytest.raises(KeyError, match="multipleOf"):
        fits(3, {"multipleOf": 2})
