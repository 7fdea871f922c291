"""Mends of real mocks, for tests."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from driftwatch.mocks.places import Place, Places
from driftwatch.mocks.rewriting.rewriter import Rewriter
from driftwatch.mocks.source import FolderSource
from driftwatch.model.edit import Change, Edit, Mend, Part, Rewritten, Step, digest_of
from driftwatch.model.interaction import Interaction


class Mocks:
    """A folder of mocks and the way back into it."""

    def __init__(self, folder: Path, shown_below: str = "") -> None:
        self.places = Places((Place(FolderSource(folder), shown_below),))
        self.rewriter = Rewriter(self.places)
        self.interactions = [one for one in self.places.read() if isinstance(one, Interaction)]

    def of(self, path: str) -> Interaction:
        """The mock of a path."""
        return next(one for one in self.interactions if one.request.path == path)

    def mend(self, path: str, *edits: Edit) -> Mend:
        """A mend of the mock of a path."""
        return mend_of(self.of(path), 0, *edits)

    def mended(self, path: str, *edits: Edit) -> str:
        """What the one file that changes would hold."""
        made = self.rewriter.rewrite([self.mend(path, *edits)])
        assert not made.unwritten, made.unwritten[0].reason
        (draft,) = made.drafts
        return draft.after.decode()

    def refused(self, path: str, *edits: Edit) -> str:
        """Why a mend cannot be made."""
        made = self.rewriter.rewrite([self.mend(path, *edits)])
        assert not made.drafts
        return made.unwritten[0].reason

    def reread(self, made: Rewritten) -> dict[str, Interaction]:
        """The mocks by their paths, as they would be read."""
        readings = self.rewriter.read(made.drafts)
        return {one.request.path: one for one in readings if isinstance(one, Interaction)}


def mend_of(interaction: Interaction, variant: int, *edits: Edit) -> Mend:
    """A mend of one answer as it was read."""
    seen = digest_of(interaction.variants[variant])
    origin = interaction.origin
    return Mend("service", origin, interaction.format, interaction.mock_id, variant, edits, (), seen)


def put(*steps: Step, to: object) -> Edit:
    """Another value in the body."""
    return Edit(Part.BODY, Change.SET, steps, value=json.dumps(to, ensure_ascii=False))


def leaves(value: Any, above: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """The values of a document that hold no others, and where they are."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inside:
        if isinstance(one, dict | list):
            yield from leaves(one, (*above, step))
        else:
            yield (*above, step), one
