"""Fulfils ``ports.MockRewriter`` for the mocks of one provider: edits into the text of their files, and back."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from driftwatch.mocks.discover import discover
from driftwatch.mocks.places import Place, Places
from driftwatch.mocks.rewriting.desk import Desk
from driftwatch.mocks.rewriting.one_file import OneFile
from driftwatch.mocks.rewriting.saving import save
from driftwatch.model.edit import Draft, Mend, Rewritten, Unsaved, Unwritten
from driftwatch.model.interaction import Reading

_GONE = "its file is not there any more"


class Rewriter(Struct, frozen=True):
    """The way back into the mocks of one provider."""

    places: Places

    def rewrite(self, mends: Sequence[Mend], drafts: Sequence[Draft] = ()) -> Rewritten:
        """See ``ports.MockRewriter``."""
        desk = Desk({draft.path: draft for draft in drafts}, self.places)
        by_file: dict[str, list[Mend]] = {}
        for mend in mends:
            by_file.setdefault(mend.origin.file, []).append(mend)
        unwritten: list[Unwritten] = []
        for file, of_file in by_file.items():
            place = self._place(file)
            if place is None:
                unwritten += [Unwritten(mend, _GONE) for mend in of_file]
            else:
                unwritten += OneFile(desk, *place).rewrite(of_file)
        return Rewritten(desk.drafts(), tuple(unwritten), tuple(desk.notes))

    def read(self, drafts: Sequence[Draft]) -> Iterator[Reading]:
        """See ``ports.MockRewriter``."""
        return self.places.drafted(contents(drafts)).read()

    def write(self, drafts: Sequence[Draft]) -> tuple[Unsaved, ...]:
        """See ``ports.MockRewriter``."""
        return tuple(unsaved for draft in drafts if draft.is_change if (unsaved := save(draft)) is not None)

    def _place(self, file: str) -> tuple[Place, Path, Path] | None:
        """The place of a file, its base folder, and the file."""
        for place in self.places.places:
            prefix = f"{place.folder}/" if place.folder else ""
            if file.startswith(prefix):
                base, _ = discover(place.source.root, place.source.patterns)
                path = base / file.removeprefix(prefix)
                if path.is_file():
                    return place, base, path
        return None


def contents(drafts: Sequence[Draft]) -> Mapping[str, bytes]:
    """What stands in for files."""
    return {draft.path: draft.after for draft in drafts}
