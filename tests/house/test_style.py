"""Manners that no linter knows: signs on the doors, size, no loose ends, nothing of anybody's own machine."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT

PACKAGE: Final = ROOT / "driftwatch"
ROOMS: Final = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
LONGEST: Final = 350
"""Lines of a file; most have fewer than 130."""

SIGN: Final = re.compile(r'"""(Quiet room|Door \((?:files|network|database|people|time)\)|Conductor): \S.*')
LOOSE_END: Final = re.compile(r"\b(?:TO(?:)DO|FIX(?:)ME)\b")
"""Spelt so that it does not find itself."""
SOMEBODYS_PATH: Final = re.compile(r"(?<![\w.])/(?:home|Users|work|root|mnt)/[A-Za-z]|\.\./shared|[A-Z]:\\\\?Users")
EMPTY_WORDS: Final = {
    "data", "info", "item", "items", "result", "results", "manager", "handler", "processor", "helper", "helpers",
    "util", "utils", "common", "misc", "tools", "stuff",
}  # fmt: skip
"""Words that say nothing of what a module is about (the glossary's last paragraph)."""


def _sources() -> Iterator[Path]:
    for folder in (PACKAGE, ROOT / "tests"):
        yield from (path for path in folder.rglob("*.py"))


def _shipped() -> Iterator[Path]:
    """Every text file that a user gets with the package."""
    binary = {".pyc", ".png", ".ico", ".gz"}
    yield from (path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in binary)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _quiet() -> set[str]:
    """The rooms that the walls keep from touching anything outside."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract["name"] == "Quiet rooms touch nothing outside":
            return {module.removeprefix("driftwatch.") for module in contract["source_modules"]}
    raise AssertionError("no contract for quiet rooms")


@pytest.mark.parametrize("room", ROOMS)
def test_the_sign_on_the_door_says_what_room_it_is(room: str) -> None:
    """The first line says quiet, door or conductor; who says quiet is held to it by the walls, and nobody else."""
    first = (PACKAGE / room / "__init__.py").read_text(encoding="utf-8").splitlines()[0]
    sign = SIGN.match(first)
    assert sign, first
    assert (sign[1] == "Quiet room") == (room in _quiet())
    assert (sign[1] == "Conductor") == (room in ("usecases", "wiring"))


def test_no_file_outgrows_its_reader() -> None:
    """A file that needs more lines holds two ideas."""
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _sources()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_there_are_no_loose_ends() -> None:
    """What is to be done stands in an issue and not in a comment."""
    assert [_name(path) for path in _sources() if LOOSE_END.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_shipped_names_a_developers_machine() -> None:
    """No file of the package mentions somebody's home or a folder beside the checkout."""
    found = {_name(path): SOMEBODYS_PATH.findall(path.read_text(encoding="utf-8")) for path in _shipped()}
    assert {name: paths for name, paths in found.items() if paths} == {}


@pytest.mark.parametrize("path", ["/home/ann/x", "see /Users/Ann", "(/work/x)", "../shared/x", r"C:\Users\Ann"])
def test_somebodys_path_is_recognised(path: str) -> None:
    """The search above would find these."""
    assert SOMEBODYS_PATH.search(path)


@pytest.mark.parametrize("path", ["/users/{id}", "/v1/work/7", "https://example.org/home/ann", "/homes/4", "network/x"])
def test_a_path_of_a_service_is_nobodys(path: str) -> None:
    """And not these."""
    assert not SOMEBODYS_PATH.search(path)


def test_modules_are_named_by_their_subject() -> None:
    """No module is called by a word that fits everything."""
    assert [_name(path) for path in PACKAGE.rglob("*.py") if path.stem in EMPTY_WORDS] == []


def test_the_map_imports_nothing_of_ours() -> None:
    """The package's own file is read first and loads nothing."""
    text = (PACKAGE / "__init__.py").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(?:from|import) driftwatch", text, re.MULTILINE)
    assert re.search(r"^__version__ = ", text, re.MULTILINE)
