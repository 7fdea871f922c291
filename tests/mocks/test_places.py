"""Several places of one provider, named from where a person stands."""

from pathlib import Path

from driftwatch.mocks.places import Place, Places
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Ignored, Interaction, Unreadable

STUB = '{"request": {"url": "/a"}, "response": {"status": 200}}'


def _folder(folder: Path) -> Path:
    folder.mkdir()
    (folder / "good.json").write_text(STUB)
    (folder / "notes.txt").write_text("not a mock")
    (folder / "torn.json").write_text(STUB[:-4])
    return folder


def test_every_file_is_named_below_the_operators_folder(tmp_path: Path) -> None:
    """Interactions, unreadable and ignored files alike can be opened by the name that is shown."""
    readings = list(Place(FolderSource(_folder(tmp_path / "m")), "mocks/payments").read())
    named = {
        type(reading): reading.origin.file if isinstance(reading, Interaction) else reading.file for reading in readings
    }
    assert named == {
        Interaction: "mocks/payments/good.json",
        Unreadable: "mocks/payments/torn.json",
        Ignored: "mocks/payments/notes.txt",
    }


def test_without_a_folder_names_stay(tmp_path: Path) -> None:
    """From inside the folder the bare names lead to the files."""
    readings = list(Place(FolderSource(_folder(tmp_path / "m"))).read())
    assert {"good.json"} == {reading.origin.file for reading in readings if isinstance(reading, Interaction)}


def test_places_are_read_in_the_order_of_the_config(tmp_path: Path) -> None:
    """Two places, one after the other, nothing of either lost."""
    one, other = _folder(tmp_path / "b"), _folder(tmp_path / "a")
    places = Places((Place(FolderSource(one), "b"), Place(FolderSource(other), "a")))
    files = [reading.origin.file for reading in places.read() if isinstance(reading, Interaction)]
    assert files == ["b/good.json", "a/good.json"]
