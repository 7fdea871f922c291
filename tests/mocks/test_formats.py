"""Every format against mocks as they are found in the wild: one folder a case, with what reading it yields."""

import json
from pathlib import Path

import pytest

from driftwatch.mocks.catalog import FORMATS
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Interaction, Unreadable
from tests.mocks.compact import compact

CASES = Path(__file__).parent / "formats"
EXPECTED = "expected.json"


def _folders() -> list[Path]:
    return sorted(path for path in CASES.glob("*/*") if path.is_dir())


@pytest.mark.parametrize("case", _folders(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_case_reads_as_expected(case: Path) -> None:
    """The mock files of a case yield exactly the readings that stand beside them."""
    readings = [compact(reading) for reading in FolderSource(case).read()]
    found = [reading for reading in readings if reading.get("ignored") != EXPECTED]
    assert found == json.loads((case / EXPECTED).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [entry.load().NAME for entry in FORMATS])
def test_every_format_has_a_case_that_reads_and_one_that_is_refused(name: str) -> None:
    """A format in the register is shown reading something, and refusing something with a reason and a line."""
    readings = [reading for case in (CASES / name).iterdir() for reading in FolderSource(case).read()]
    assert any(isinstance(reading, Interaction) and reading.format == name for reading in readings)
    refused = [reading for reading in readings if isinstance(reading, Unreadable) and reading.format == name]
    assert any(len(reading.reason) > 20 and reading.line >= 1 for reading in refused)


@pytest.mark.parametrize("case", _folders(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_case_is_claimed_by_its_own_format_only(case: Path) -> None:
    """What comes out of a case's folder bears the name of the format it stands under."""
    readings = FolderSource(case).read()
    names = {reading.format for reading in readings if isinstance(reading, Interaction | Unreadable)}
    assert names == {case.parent.name}
