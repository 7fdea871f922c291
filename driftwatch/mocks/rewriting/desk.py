"""The files of one rewriting: what they were on disk, and what they have become so far."""

from pathlib import Path

from driftwatch.mocks.places import Places
from driftwatch.mocks.text.opening import content_of
from driftwatch.model.edit import Draft
from driftwatch.model.interaction import Interaction


class Desk:
    """Holds the drafts, and knows what only all of the provider's mocks can tell."""

    def __init__(self, known: dict[str, Draft], places: Places) -> None:
        self._known = known
        self._places = places
        self._sharers: dict[str, list[str]] | None = None
        self.notes: dict[str, None] = {}
        """What a person should know, each once."""

    def drafts(self) -> tuple[Draft, ...]:
        """One for each file that changed, by name."""
        changed = [draft for draft in self._known.values() if draft.is_change]
        return tuple(sorted(changed, key=lambda draft: draft.file))

    @property
    def contents(self) -> dict[str, bytes]:
        """What stands in for files."""
        return {path: draft.after for path, draft in self._known.items()}

    def put(self, path: Path, file: str, after: bytes, limit: int) -> None:
        """A file has a new content."""
        real = str(path.resolve())
        known = self._known.get(real)
        before = known.before if known else content_of(path, limit, {})
        self._known[real] = Draft(known.file if known else file, real, before, after)

    def sharers(self, file: str) -> list[str]:
        """The mocks whose body is in a file, which is told below its mocks folder."""
        if self._sharers is None:
            self._sharers = {}
            for reading in self._places.drafted(self.contents).read():
                if isinstance(reading, Interaction):
                    for name in {variant.body_file for variant in reading.variants if variant.body_file}:
                        self._sharers.setdefault(name, []).append(str(reading.origin))
        return list(dict.fromkeys(self._sharers.get(file, ())))
