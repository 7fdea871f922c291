"""Where memory rests: what is written, where that leads, and what is never shown."""

from pathlib import Path
from typing import Final

import pytest

from driftwatch.model.errors import SettingsError
from driftwatch.settings.load import load
from driftwatch.settings.show import show
from driftwatch.settings.single import single_provider
from driftwatch.settings.store import DEFAULT, named_place, place_in
from driftwatch.settings.tree import Settings

PASSWORD: Final = "do-not-show-me"
URL: Final = f"postgresql://me:{PASSWORD}@db.example.com/driftwatch"


def _load(folder: Path, store: str | None, **environment: str) -> Settings:
    (folder / "mocks").mkdir(exist_ok=True)
    config = folder / "driftwatch.yaml"
    line = "" if store is None else f"store: {store}\n"
    config.write_text(f"{line}providers: {{it: {{mocks: mocks, target: 'https://x.example.com'}}}}\n")
    return load(config, environment)


def _led(settings: Settings) -> str | None:
    place = settings.store.place
    return None if place is None else place.reveal()


def test_a_config_has_its_memory_beside_it(tmp_path: Path) -> None:
    """Nobody chose the place, so a place that cannot be used fails no run."""
    settings = _load(tmp_path, None)
    assert _led(settings) == str(tmp_path / ".driftwatch" / "driftwatch.db")
    assert not settings.store.is_chosen


def test_the_folder_of_the_state_is_named_where_the_config_s_is_not_writable(tmp_path: Path) -> None:
    """For an image. Still nobody chose it; a place that the config names goes before it, and empty counts as none."""
    kept = tmp_path / "kept"
    settings = _load(tmp_path, None, DRIFTWATCH_STATE=str(kept))
    assert _led(settings) == str(kept / "driftwatch.db")
    assert not settings.store.is_chosen
    assert _led(_load(tmp_path, "here.db", DRIFTWATCH_STATE=str(kept))) == str(tmp_path / "here.db")
    assert _led(_load(tmp_path, None, DRIFTWATCH_STATE=" ")) == str(tmp_path / ".driftwatch" / "driftwatch.db")


def test_without_a_config_there_is_no_memory(tmp_path: Path) -> None:
    """The first report in one command leaves no trace."""
    assert single_provider(tmp_path, "https://x.example.com").store == DEFAULT
    assert DEFAULT.place is None


WRITTEN: Final = {
    "none": None,
    "memory/driftwatch.db": "{folder}/memory/driftwatch.db",
    "/var/lib/driftwatch.db": "/var/lib/driftwatch.db",
    "sqlite:///memory.db": "{folder}/memory.db",
    "postgresql://me@db.example.com/driftwatch": "postgresql://me@db.example.com/driftwatch",
    "postgres:///driftwatch?host=/run/postgresql": "postgres:///driftwatch?host=/run/postgresql",
    "${env:STORE}": URL,
}


@pytest.mark.parametrize(("written", "led"), WRITTEN.items(), ids=WRITTEN)
def test_what_is_written_leads_there(tmp_path: Path, written: str, led: str | None) -> None:
    """From the config's folder; it is shown as it is written."""
    settings = _load(tmp_path, f"'{written}'", STORE=URL)
    assert _led(settings) == (led and led.format(folder=tmp_path))
    assert settings.store.is_chosen
    assert f'store: "{written}"' in show(settings)
    assert PASSWORD not in f"{settings}{show(settings)}"


REFUSED: Final = (
    URL,
    f"postgresql://db/x?password={PASSWORD}",
    f"mysql://me:{PASSWORD}@db/x",
    f"postgresql://[me:{PASSWORD}",
    "mocks",
)


@pytest.mark.parametrize("written", REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_meant(tmp_path: Path, written: str) -> None:
    """A password in the config, another database, a folder: told without the password."""
    with pytest.raises(SettingsError) as refused:
        _load(tmp_path, f"'{written}'")
    assert len(refused.value.mistakes) == 1
    assert PASSWORD not in str(refused.value)


def test_the_environment_goes_before_the_config(tmp_path: Path) -> None:
    """A relative path starts where the command was called; an empty variable counts as unset."""
    place = place_in({"DRIFTWATCH_STORE": "here.db"}, tmp_path)
    assert place is not None
    assert place.place is not None
    assert place.place.reveal() == str(tmp_path / "here.db")
    nowhere = place_in({"DRIFTWATCH_STORE": "none"}, tmp_path)
    assert nowhere is not None
    assert nowhere.place is None
    assert place_in({"DRIFTWATCH_STORE": " "}, tmp_path) is None


def test_a_place_with_a_password_may_stand_in_the_environment(tmp_path: Path) -> None:
    """That is where it belongs; it is shown by the variable's name."""
    place = place_in({"DRIFTWATCH_STORE": URL}, tmp_path)
    assert place is not None
    assert place.place is not None
    assert place.place.reveal() == URL
    assert PASSWORD not in repr(place)


def test_an_option_that_cannot_be_meant(tmp_path: Path) -> None:
    """It is named, with what would be right."""
    with pytest.raises(SettingsError, match="--store"):
        named_place("redis://x", "--store", tmp_path)
