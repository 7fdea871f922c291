"""Whole outputs are what they were when someone last read them."""

import pytest

from tests.reports.gold import FOLDER, outputs

_OUTPUTS = outputs()


@pytest.mark.parametrize("name", _OUTPUTS)
def test_output_is_as_reviewed(name: str) -> None:
    """Each report of each summary equals its gold file (``python -m tests.reports.update_gold`` writes them)."""
    assert _OUTPUTS[name]() == (FOLDER / name).read_bytes().decode("utf-8")


def test_no_gold_file_is_left_over() -> None:
    """Every file in the folder belongs to an output."""
    assert {path.name for path in FOLDER.iterdir()} == _OUTPUTS.keys()
