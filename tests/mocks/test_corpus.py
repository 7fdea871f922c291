"""Public mock files of thirty tools: what a correct reader finds in them, by an independent count.

The tables in ``corpus/`` name every file of a tool's folder: how many interactions it holds, or with what words it is
refused or ignored. ``nothing of its own`` are files that only draw others in, whose parts are told of instead.
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from driftwatch.mocks.catalog import FORMATS
from driftwatch.mocks.limits import Limits
from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.text.documents import Document, Options, open_document
from driftwatch.model.interaction import Interaction, Reading, Unreadable

pytestmark = pytest.mark.shared

TABLES = Path(__file__).parent / "corpus"
NAMES = sorted(path.stem for path in TABLES.glob("*.yaml"))
NOTES = "ORIGIN.md"
VISIBLE = ".resources"
"""Postman 3 keeps examples in folders of this name: the one hidden name that is entered."""


def _table(name: str) -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load((TABLES / f"{name}.yaml").read_text(encoding="utf-8"))
    return table


def _readings(name: str, shared: Path) -> list[Reading]:
    return list(FolderSource(shared / "corpus" / name).read())


OTHER_USE = {
    "pact-spec-cases",  # not mocks: cases for the comparison, run by test_pact_conformance.py
}


def test_every_tool_has_a_table(shared: Path) -> None:
    """A folder of the corpus that no table speaks of would be green without having been looked at."""
    folders = {path.name for path in (shared / "corpus").iterdir() if path.is_dir()}
    assert folders - set(NAMES) == OTHER_USE


@pytest.mark.parametrize("name", NAMES)
def test_the_corpus_holds_as_many_interactions_as_were_counted(name: str, shared: Path) -> None:
    """Each file yields the number of interactions that its origin notes state."""
    found: dict[str, int] = defaultdict(int)
    for reading in _readings(name, shared):
        if isinstance(reading, Interaction):
            assert reading.format == _table(name).get("format", name)
            found[reading.origin.file] += 1
    assert found == (_table(name).get("read") or {})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("verdict", ["refused", "ignored"])
def test_what_is_not_read_is_named_with_its_reason(name: str, verdict: str, shared: Path) -> None:
    """Old cassettes, missing body files, lookalikes: each is told of in words that help, and nothing else is."""
    said: dict[str, list[str]] = defaultdict(list)
    for reading in _readings(name, shared):
        if not isinstance(reading, Interaction) and isinstance(reading, Unreadable) is (verdict == "refused"):
            said[reading.file].append(reading.reason)
    said.pop(NOTES, None)
    expected = _table(name).get(verdict) or {}
    assert set(said) == set(expected)
    for file, words in expected.items():
        assert any(words in reason for reason in said[file]), (file, said[file])


@pytest.mark.parametrize("name", NAMES)
def test_no_file_is_passed_over(name: str, shared: Path) -> None:
    """Every file of a folder stands in its table."""
    folder = shared / "corpus" / name
    table = _table(name)
    told = {file for part in table.values() if isinstance(part, dict | list) for file in part}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    hidden = {file for file in files if any(step.startswith(".") and step != VISIBLE for step in file.split("/"))}
    assert files - told - hidden == {NOTES}


def test_other_tools_files_are_not_claimed(shared: Path) -> None:
    """No file outside a format's own folder is claimed by it, and no file is claimed twice."""
    corpus = shared / "corpus"
    for path in sorted(path for path in corpus.rglob("*") if path.is_file()):
        document = open_document(path, corpus, Limits(), Options())
        assert isinstance(document, Document), path
        claims = [known.NAME for known in (entry.load() for entry in FORMATS) if known.recognises(document)]
        folder = document.file.partition("/")[0]
        own = _table(folder).get("format", folder) if folder in NAMES else folder
        assert claims in ([], [own]), path


def test_no_credential_of_a_recording_is_ready_to_be_sent(shared: Path) -> None:
    """Not one request of the corpus carries a cookie, a token, a host or a recorder's own headers."""
    never = {"authorization", "cookie", "host", "user-agent", "accept-encoding", "content-length", "x-okapi-token"}
    for name in NAMES:
        for reading in _readings(name, shared):
            if isinstance(reading, Interaction):
                assert not never & {header.lower() for header, _ in reading.request.headers}, reading.origin
