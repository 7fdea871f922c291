"""The list of spellings is whole: every module is named, read back by a reader of its name, and told in the README."""

from pathlib import Path

import pytest

from driftwatch.mocks.catalog import FORMATS
from driftwatch.mocks.spelling import catalog
from driftwatch.mocks.spelling.catalog import SPELLINGS, spelling
from driftwatch.model.tape import Tape
from tests.conftest import ROOT

BESIDE = {"__init__", "catalog", "json_style", "parts", "shelving"}
"""What the spellings share."""


def test_every_module_is_listed() -> None:
    """A file that nobody listed could not be chosen."""
    modules = {path.stem for path in Path(catalog.__file__).parent.glob("*.py")} - BESIDE
    assert modules == {name.replace("-", "_") for name in SPELLINGS}
    assert list(SPELLINGS) == sorted(SPELLINGS)


def test_what_is_written_is_read() -> None:
    """Each is called as the reader of its files is."""
    assert {entry.load().NAME for entry in FORMATS} >= set(SPELLINGS)


@pytest.mark.parametrize("name", SPELLINGS)
def test_the_readme_tells_of_it(name: str) -> None:
    """In its table, with what is written."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("## Recording\n", 1)[1]
    assert f"| `{name}` | " in text


@pytest.mark.parametrize("name", SPELLINGS)
def test_nothing_is_something_to_say(name: str) -> None:
    """An empty tape is spelled without an error, though nobody writes it."""
    spelled = spelling(name).spell(Tape("shop", "https://shop.example", ()))
    assert spelled.unspelled == ()
