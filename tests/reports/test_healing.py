"""A healing as it is told: on a screen, to a machine, in a commit; compared with what was read in review."""

import json
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from driftwatch.reports.commit_message import message
from driftwatch.reports.healed import document
from driftwatch.reports.healing import render_changes
from driftwatch.reports.schemas import interface_schema
from tests.programs import program
from tests.reports.samples import a_finding, an_interaction
from tests.reports.treatments import GOLD, TREATMENTS, rendered


@pytest.mark.parametrize("name", TREATMENTS)
def test_it_is_told_as_it_was_reviewed(name: str) -> None:
    """``python -m tests.reports.treatments`` writes the outputs anew."""
    for file, text in rendered(name).items():
        assert text == (GOLD / file).read_text(encoding="utf-8"), file


def test_no_gold_is_forgotten() -> None:
    """Every file belongs to a situation."""
    assert {path.name for path in GOLD.iterdir()} == {file for name in TREATMENTS for file in rendered(name)}


@pytest.mark.parametrize("name", TREATMENTS)
def test_the_document_fits_its_schema(name: str) -> None:
    """``driftwatch.heal/1``, every violation told."""
    violations = Draft202012Validator(interface_schema("heal-1")).iter_errors(json.loads(document(TREATMENTS[name]())))
    assert [f"{error.json_path}: {error.message}" for error in violations] == []


@pytest.mark.parametrize("name", ["every-place", "long-lines", "one-file"])
def test_its_patches_apply(name: str, tmp_path: Path) -> None:
    """The patches of the document make of the old files the new ones."""
    program("git", "git")
    changes = TREATMENTS[name]().changes
    for change in changes:
        file = tmp_path / change.place.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(change.draft.before)
    patch = "".join(file["patch"] for file in json.loads(document(TREATMENTS[name]()))["files"])
    subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=tmp_path, check=True, capture_output=True)
    assert all((tmp_path / change.place.path).read_bytes() == change.draft.after for change in changes)


def test_nothing_on_a_screen_steers_it() -> None:
    """Whatever stands in a mock, a terminal is sent no control character but those of our own colours."""
    shown = render_changes(TREATMENTS["long-lines"](), colour=False, width=100, verbose=True)
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert max(map(len, shown.splitlines())) > 4000


def test_a_commit_message_stays_in_form() -> None:
    """A subject of at most 72 columns, an empty line, a point for each finding; no line break of a stranger's."""
    finding = a_finding(an_interaction("x", "GET /a\n\nSigned-off-by: me", "mocks/x.json"))
    text = message("a provider with a very long name that somebody thought up on a rainy day", [finding] * 300)
    subject, empty, *body = text.splitlines()
    assert (len(subject) <= 72, empty) == (True, "")
    assert not [line for line in body if line.startswith("Signed-off-by")]
    assert body[-1] == "- and 100 more"
    assert finding.fingerprint in text
