"""Code, schema and sample say the same."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from driftwatch.drift.catalog import KINDS as KINDS_OF_CODE
from driftwatch.model.errors import SettingsError
from driftwatch.model.password import hash_password
from driftwatch.settings.load import load
from driftwatch.settings.schema import schema_text, settings_schema
from tests.settings.gold import ENVIRONMENT, FOLDER, GOOD, KINDS

CONFIG = FOLDER.parent.parent / "config"
SAMPLE = CONFIG / "driftwatch.yaml"
SUPPRESSIONS = CONFIG / "suppressions.yaml"
"""A part of the sample, in a file of its own."""

Way = tuple[str, ...]


def walk(schema: dict[str, Any], way: Way = ()) -> Iterator[tuple[Way, dict[str, Any]]]:
    """Every setting of the schema with the keys that lead to it; ``<name>`` and ``0`` stand for free ones."""
    for name, part in schema.get("properties", {}).items():
        yield (*way, name), part
        yield from walk(part, (*way, name))
    if isinstance(each := schema.get("additionalProperties"), dict):
        yield from walk(each, (*way, "<name>"))
    if "items" in schema:
        yield from walk(schema["items"], (*way, "0"))


SETTINGS = dict(walk(settings_schema()))


def comments(text: str) -> str:
    """All that is said in comments, on one line."""
    return " ".join(
        line.strip().removeprefix("#").strip() for line in text.splitlines() if line.strip().startswith("#")
    )


def variables(text: str) -> dict[str, str]:
    """A value for each variable that a config refers to."""
    hashed = hash_password("hunter2", b"0123456789abcdef")
    names = re.findall(r"\$\{env:(\w+)\}", text)
    return {name: hashed if name.endswith("_HASH") else f"value-of-{name}" for name in names}


def test_schema_file_is_the_code_s() -> None:
    """``config/settings.schema.json`` is what ``python -m driftwatch.settings.schema`` writes."""
    assert (CONFIG / "settings.schema.json").read_text(encoding="utf-8") == schema_text()


def test_schema_is_one() -> None:
    """The schema obeys its own meta-schema."""
    Draft7Validator.check_schema(json.loads(schema_text()))


def test_sample_loads() -> None:
    """The complete sample is a good config."""
    settings = load(SAMPLE, variables(SAMPLE.read_text(encoding="utf-8")))
    assert sorted(settings.providers) == ["geo", "orders", "payments", "search"]


def test_sample_of_suppressions_is_loaded_by_the_sample() -> None:
    """Both ways to mean a finding are shown, each with owner, reason and end, and lead back to their lines."""
    by_kind, by_fingerprint = load(SAMPLE, variables(SAMPLE.read_text(encoding="utf-8")), KINDS_OF_CODE).suppressions
    assert (by_kind.kind, by_kind.path, by_kind.provider) == ("field-optional", "/items/*/discount", "orders")
    assert by_fingerprint.fingerprint == "0d5a3c9e71b4f260"
    lines = SUPPRESSIONS.read_text(encoding="utf-8").splitlines()
    for one in (by_kind, by_fingerprint):
        assert all((one.owner, one.reason, one.until))
        file, _, line = one.where.rpartition(":")
        assert file == str(SUPPRESSIONS)
        assert lines[int(line) - 1].startswith(("  kind:", "  fingerprint:"))


@pytest.mark.parametrize("way", SETTINGS, ids=".".join)
def test_sample_shows_every_setting(way: Way) -> None:
    """Each setting is written in the sample as a key, and explained there by its sentence."""
    text = (SUPPRESSIONS if way[0] == "suppressions" and len(way) > 1 else SAMPLE).read_text(encoding="utf-8")
    assert re.search(rf"^ *(- )?{way[-1]}:", text, re.MULTILINE), "no line in the sample"
    assert SETTINGS[way]["description"] in comments(text)


@pytest.mark.parametrize("way", SETTINGS, ids=".".join)
def test_every_setting_has_sentence_and_remedy(way: Way) -> None:
    """Each setting says what it is for, and what would be right when it is wrong, in whole sentences."""
    for part in ("description", "errorMessage"):
        assert re.fullmatch(r"\S.*[.]", SETTINGS[way][part]), part


@pytest.mark.parametrize("way", SETTINGS, ids=".".join)
def test_every_setting_refuses_nonsense(way: Way, tmp_path: Path) -> None:
    """A value of no use is complained of at its very key, with the words of the schema."""
    nonsense: Any = [[[]]] if SETTINGS[way].get("type") != "array" else {"a": []}
    for step in reversed(way):
        nonsense = [nonsense] if step == "0" else {"it" if step == "<name>" else step: nonsense}
    config = tmp_path / "driftwatch.yaml"
    config.write_text(json.dumps(nonsense), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load(config, {})
    place = ".".join("it" if step == "<name>" else step for step in way).replace(".0", "[0]")
    at_place = [
        mistake for mistake in refused.value.mistakes if f"{mistake.where}[".split(" ")[1].startswith(f"{place}[")
    ]
    assert len(at_place) == 1, str(refused.value)
    assert at_place[0].remedy


@pytest.mark.parametrize("way", SETTINGS, ids=".".join)
def test_every_setting_stands_in_a_good_config(way: Way) -> None:
    """Each setting is written in the sample or in one of the good configs, and so has been read once."""
    texts = [path.read_text(encoding="utf-8-sig") for path in (SAMPLE, SUPPRESSIONS, *GOOD)]
    assert any(re.search(rf"\b{way[-1]}\b\"?:", text) for text in texts)


def test_defaults_are_the_code_s() -> None:
    """The defaults that editors show are those that hold."""
    settings = load(FOLDER / "good" / "smallest.yaml", ENVIRONMENT, KINDS)
    assert SETTINGS["probing", "samples"]["default"] == settings.probing.samples
    assert SETTINGS["policy", "fail_on"]["default"] == settings.policy.fail_on
    assert SETTINGS["probing", "timeout", "total"]["default"] == settings.probing.timeout.total
