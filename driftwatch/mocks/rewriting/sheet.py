"""What a file's mocks say before and after a change, and whether only what was meant differs."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.format import HealableFormat
from driftwatch.mocks.homes import homes_of
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting.home import Home
from driftwatch.mocks.rewriting.intended import differs
from driftwatch.mocks.rewriting.planned import Steps
from driftwatch.mocks.rewriting.splices import Splice
from driftwatch.mocks.text.documents import Document
from driftwatch.model.edit import Edit, Mend
from driftwatch.model.interaction import Expectation, Interaction, Reading

_ORDINAL: Final = re.compile(r"-[0-9]+\Z")


class Found(Struct):
    """A mend whose mock was found again, and the changes that make it."""

    mend: Mend
    number: int
    """Which of the file's interactions it is."""
    interaction: Interaction
    home: Home
    document: Document
    splices: list[Splice] = field(default_factory=list)
    file: Path | None = None
    content: bytes | None = None

    @property
    def variant(self) -> Expectation:
        """The answer that is mended."""
        return self.interaction.variants[self.mend.variant]


def interactions(readings: Iterable[Reading], file: str | None = None) -> list[Interaction]:
    """The interactions among readings, in their order; only those of one file, if it is named."""
    found = [one for one in readings if isinstance(one, Interaction)]
    return found if file is None else [one for one in found if one.origin.file == file]


def number_of(mend: Mend, known: Sequence[Interaction], pointer: str | None = None) -> int | None:
    """Which interaction a mend is for: by id and pointer, and among several by its line.

    In an excerpt its ``pointer`` is another, and so is the ordinal that equal requests of one file get.
    """
    if pointer is not None:
        names = _names(mend.mock_id)
        alike = (at for at, one in enumerate(known) if one.origin.pointer == pointer)
        return next((at for at in alike if not names.isdisjoint(_names(known[at].mock_id))), None)
    wanted = mend.origin.pointer
    found = [at for at, one in enumerate(known) if one.origin.pointer == wanted and one.mock_id == mend.mock_id]
    exact = [at for at in found if known[at].origin.line == mend.origin.line]
    return next(iter([*exact, *found]), None)


def _names(mock_id: str) -> set[str]:
    """An id, and what it is if its end is an ordinal."""
    return {mock_id, _ORDINAL.sub("", mock_id)}


def home_of(document: Document, interaction: Interaction, variant: int) -> Home:
    """Where an answer stands. Raises ``Refusal``."""
    known = homes_of(interaction.format)
    if known is None:
        raise Refusal(f"mocks of the format {interaction.format} are only read")
    if not isinstance(known, HealableFormat):
        raise Refusal(f"mocks of the format {interaction.format} are only read: {known.WHY_NOT}")
    home = list(known.homes(document, interaction))[variant]
    if isinstance(home, str):
        raise Refusal(home)
    return home


def is_as_intended(
    ready: Sequence[Found], document: Document, before: Sequence[Interaction], after: Sequence[Interaction]
) -> str:
    """Empty if the file reads as it was with these mends made; else why it does not."""
    edits: dict[tuple[int, int], list[Edit]] = {}
    for one in ready:
        edits.setdefault((one.number, one.mend.variant), []).extend(one.mend.edits)
    if [one.mock_id for one in before] != [one.mock_id for one in after]:
        return "other mocks would change"
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        if len(new.variants) != len(old.variants):
            return "it has other variants"
        for position, variant in enumerate(old.variants):
            own = edits.get((number, position))
            problem = differs(variant, own or (), new.variants[position])
            if problem and own:
                return problem
            if problem and not _shows_the_same(ready, document, old, position):
                return f"another mock would change: {problem}"
    return ""


def _shows_the_same(ready: Sequence[Found], document: Document, interaction: Interaction, variant: int) -> bool:
    """Whether an answer that nobody mended shows the same characters as one that is: a list and its items."""
    try:
        home = home_of(document, interaction, variant)
    except Refusal:
        return False
    return any(_is_same_place(home, one.home) for one in ready)


def _is_same_place(one: Home, other: Home) -> bool:
    """Whether two answers have a place in common, or one has it in the other's."""
    this, that = _places(one), _places(other)
    return any(a[0] == b[0] and a[1][: len(b[1])] == b[1][: len(a[1])] for a in this for b in that)


def _places(home: Home) -> list[tuple[object, Steps]]:
    where = str(home.document.path) if home.document is not None else ""
    found: list[tuple[object, Steps]] = []
    if home.body is not None:
        key = (where, home.body.file, home.body.stretch)
        found.append((("body", *key), (*home.body.steps, *home.body.within)))
    if home.status is not None:
        found.append((("status", where, home.status.stretch), home.status.steps))
    if home.headers is not None:
        found.append((("headers", where, home.headers.stretch), home.headers.steps))
    return found
