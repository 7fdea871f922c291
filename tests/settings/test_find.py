"""Which config is meant."""

from pathlib import Path

import pytest

from driftwatch.model.errors import SettingsError
from driftwatch.settings.find import SMALLEST_CONFIG, find_config
from driftwatch.settings.load import load


def config(folder: Path, name: str) -> Path:
    """An empty file of that name."""
    path = folder / name
    path.touch()
    return path


def test_option_goes_before_everything(tmp_path: Path) -> None:
    """``--config`` wins over the variable and over the file at hand."""
    named = config(tmp_path, "named.yaml")
    other = config(tmp_path, "other.yaml")
    config(tmp_path, "driftwatch.yaml")
    assert find_config(named, {"DRIFTWATCH_CONFIG": str(other)}, tmp_path) == named


def test_variable_goes_before_the_file_at_hand(tmp_path: Path) -> None:
    """DRIFTWATCH_CONFIG wins over ``driftwatch.yaml``; a relative path starts at the working folder."""
    other = config(tmp_path, "other.yaml")
    config(tmp_path, "driftwatch.yaml")
    assert find_config(None, {"DRIFTWATCH_CONFIG": "other.yaml"}, tmp_path) == other


@pytest.mark.parametrize("name", ["driftwatch.yaml", "driftwatch.yml"])
def test_file_at_hand_is_found(tmp_path: Path, name: str) -> None:
    """Without a word, the working folder's own config is meant; an empty variable counts as unset."""
    expected = config(tmp_path, name)
    assert find_config(None, {"DRIFTWATCH_CONFIG": ""}, tmp_path) == expected


def test_longer_ending_goes_first(tmp_path: Path) -> None:
    """``driftwatch.yaml`` wins over ``driftwatch.yml``."""
    config(tmp_path, "driftwatch.yml")
    expected = config(tmp_path, "driftwatch.yaml")
    assert find_config(None, {}, tmp_path) == expected


def test_nothing_found_tells_where_and_what(tmp_path: Path) -> None:
    """The complaint names every place that was tried and shows the smallest config."""
    with pytest.raises(SettingsError) as refused:
        find_config(None, {}, tmp_path)
    told = str(refused.value)
    expected = (str(tmp_path), "--config", "DRIFTWATCH_CONFIG", "driftwatch.yaml", "driftwatch.yml", SMALLEST_CONFIG)
    assert all(part in told for part in expected)


@pytest.mark.parametrize(("name", "state"), [("absent.yaml", "does not exist"), (".", "is a folder")])
def test_named_config_must_be_a_file(tmp_path: Path, name: str, state: str) -> None:
    """A config that was named and is not there is never replaced by another."""
    config(tmp_path, "driftwatch.yaml")
    with pytest.raises(SettingsError, match=f"--config: .* {state}"):
        find_config(Path(name), {}, tmp_path)
    with pytest.raises(SettingsError, match=f"DRIFTWATCH_CONFIG: .* {state}"):
        find_config(None, {"DRIFTWATCH_CONFIG": name}, tmp_path)


def test_smallest_config_works(tmp_path: Path) -> None:
    """The config in the complaint can be pasted as it stands."""
    (tmp_path / "mocks" / "payments").mkdir(parents=True)
    path = config(tmp_path, "driftwatch.yaml")
    path.write_text(SMALLEST_CONFIG)
    assert list(load(path, {}).providers) == ["payments"]
