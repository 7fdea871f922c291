"""What every command about incidents works on: a config, the folder of incidents beside it, the memory of audits."""

import os
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from driftwatch.cli.options import find_config, read_config
from driftwatch.model.errors import UsageError
from driftwatch.model.incident_ledger import IncidentLedger
from driftwatch.ports import Store
from driftwatch.settings.store import place_in
from driftwatch.settings.tree import Settings
from driftwatch.settings.words import guess
from driftwatch.transport.clock import SystemClock
from driftwatch.wiring.incidents import folder_of, incidents_in, ledger
from driftwatch.wiring.memory import store_at


class Desk(Struct, frozen=True):
    """What every command of the group works on."""

    settings: Settings
    config: Path
    folder: Path
    now: datetime

    @classmethod
    def at(cls, config: Path | None) -> "Desk":
        """Of the config that is meant; raises ``SettingsError``."""
        place = find_config(config)
        settings = read_config(place)
        folder, here = folder_of(settings, place), Path.cwd()
        shown = folder.relative_to(here) if folder.is_relative_to(here) else folder
        return cls(settings, place, shown, SystemClock().now())

    def store(self) -> Store | None:
        """The memory of audits; ``None`` where there is none yet: to look makes no store."""
        place = place_in(os.environ, Path.cwd()) or self.settings.store
        file = "" if place.place is None else place.place.reveal()
        if not file or ("://" not in file and not Path(file).exists()):
            return None
        return store_at(place, self.settings.retention_days)

    def ledger(self, name: str = "") -> IncidentLedger:
        """All incidents with what audits know of them, or the one of a name; raises ``SettingsError``."""
        known = incidents_in(self.settings, self.folder, self.now)
        wanted = [one for one in known if name in ("", one.name)]
        return ledger(self.settings, wanted, self.store(), self.now)

    def named(self, name: str) -> str:
        """The name of the one that is meant; raises ``UsageError`` with the nearest guess."""
        known = [one.name for one in incidents_in(self.settings, self.folder, self.now)]
        found = [one for one in known if one == name] or [one for one in known if one.startswith(name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{name} may be {', '.join(found[:5])}: write more of its name")
        if not known:
            raise UsageError(f"there is no incident in {self.folder} yet: `driftwatch incident add` writes one")
        raise UsageError(f"there is no incident {name!r} in {self.folder}. {guess(name, known)}")
