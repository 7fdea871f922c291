"""A file with more stubs than may be compared says so: nobody takes silence for "no other one answers"."""

import importlib
from pathlib import Path

import pytest

from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Interaction

CASES = Path(__file__).parent / "formats"
WORDS = ("too many", "another resource may answer instead")


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("hoverfly", "driftwatch.mocks.formats.hoverfly.serving"),
        ("imposter", "driftwatch.mocks.formats.imposter.precedence"),
        ("moco", "driftwatch.mocks.asking.contest"),
        ("smocker", "driftwatch.mocks.formats.smocker.session"),
    ],
)
def test_a_spent_budget_is_told(name: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each interaction whose rivals were not looked at has a note on it."""
    monkeypatch.setattr(importlib.import_module(module), "_MOST_IN_ALL", 0)
    readings = [one for case in sorted((CASES / name).iterdir()) for one in FolderSource(case).read()]
    asked = [one for one in readings if isinstance(one, Interaction) and one.request.grade.is_sendable]
    told = [one for one in asked if any(word in note for note in one.notes for word in WORDS)]
    assert len(told) > len(asked) / 2, [one.origin for one in asked if one not in told]
