"""Where a team's incidents are. A config needs no more of them than that."""

from msgspec import Struct

from driftwatch.settings.forms import Schema
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.spot import Spot


class IncidentFolder(Struct, frozen=True):
    """The path of a folder. It need not be there before the first incident."""

    def schema(self) -> Schema:
        """A text."""
        return {"type": "string", "minLength": 1, "maxLength": 500, "errorMessage": self._remedy}

    def read(self, spot: Spot) -> WrittenPath:
        """The path, relative to the config's folder."""
        path = WrittenPath.of(spot.text, spot.surroundings.folder)
        if path.is_file():
            raise RefusedError(f"{path.quoted} is a file", self._remedy)
        return path

    def show(self, value: WrittenPath | None) -> str | None:
        """As written."""
        return None if value is None else value.written

    @property
    def _remedy(self) -> str:
        return "Write the path of the folder that holds an incident a file; a relative one starts at the config's."
