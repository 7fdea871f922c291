"""A team's incidents: all files of a folder, and every mistake in them at once."""

from pathlib import Path
from typing import Final

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.model.incident import Incident
from driftwatch.settings.incident_file import Rules, read_incident

FOLDER: Final = "incidents"
"""The folder's name beside the config, where the config does not name one."""
ENDINGS: Final = (".yaml", ".yml")
MOST: Final = 5_000
"""Files that are read."""


def files_in(folder: Path) -> tuple[Path, ...]:
    """The incidents of a folder by name; none if it is not there. ``SettingsError`` if there are too many."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix in ENDINGS and not path.name.startswith("."))
    except FileNotFoundError:
        return ()
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise SettingsError([Mistake(str(folder), f"the folder cannot be read: {reason}", "Name another.")]) from error
    if len(found) > MOST:
        remedy = "Name the folder that holds nothing but incidents with `incidents` in the config."
        raise SettingsError([Mistake(str(folder), f"the folder holds {len(found):,} YAML files", remedy)])
    return tuple(found)


def read_incidents(folder: Path, rules: Rules) -> tuple[Incident, ...]:
    """All incidents of a folder; ``SettingsError`` with all mistakes of all files."""
    found: dict[str, Incident] = {}
    mistakes: list[Mistake] = []
    for path in files_in(folder):
        try:
            one = read_incident(path, str(path), rules)
        except SettingsError as error:
            mistakes += error.mistakes
            continue
        if one.name in found:
            remedy = "Give it another name: an incident goes by that of its file."
            mistakes.append(Mistake(str(path), f"{found[one.name].file} has the same name", remedy))
        found[one.name] = one
    if mistakes:
        raise SettingsError(mistakes)
    return tuple(found.values())
