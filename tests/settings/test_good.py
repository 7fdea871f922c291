"""Good configs, each with what driftwatch makes of it beside it, defaults included."""

from pathlib import Path

import pytest

from driftwatch.settings.load import load
from driftwatch.settings.show import digest, show
from tests.settings.gold import ENVIRONMENT, FOLDER, GOOD, KINDS, TODAY


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_settings_are_what_stands_beside_the_file(path: Path) -> None:
    """The settings of a config, shown in full, are what was read in review."""
    assert show(load(path, ENVIRONMENT, KINDS, TODAY)) == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_shown_settings_load_again(path: Path, tmp_path: Path) -> None:
    """What is shown is a config itself, and means the same."""
    settings = load(path, ENVIRONMENT, KINDS, TODAY)
    for folder in ("data", "journeys", "mocks", "secrets", "suppressions", "traffic"):
        (tmp_path / folder).symlink_to(FOLDER / folder)
    (tmp_path / "good").mkdir()
    again = tmp_path / "good" / "again.yaml"
    again.write_text(show(settings), encoding="utf-8")
    reloaded = load(again, ENVIRONMENT, KINDS, TODAY)
    assert show(reloaded) == show(settings)
    assert digest(reloaded) == digest(settings)


def test_every_text_belongs_to_a_file() -> None:
    """No text is left behind by a file that was renamed."""
    assert {path.stem for path in (FOLDER / "good").glob("*.txt")} == {path.stem for path in GOOD}
