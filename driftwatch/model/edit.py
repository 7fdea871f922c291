"""A proposed change to one answer of a mock: what is to change, not how a format spells it.

Findings are *mended* into edits (``heal/``), and edits are *rewritten* into files (``mocks/rewriting/``).
"""

from enum import StrEnum
from hashlib import blake2b

from msgspec import Struct

from driftwatch.model.interaction import Expectation, Origin

Step = str | int
"""The name of a member, or the position of an item."""


class Part(StrEnum):
    """What of an answer changes."""

    STATUS = "status"
    HEADER = "header"
    BODY = "body"


class Change(StrEnum):
    """How it changes."""

    SET = "set"
    """Another value in the place of one that is there."""
    ADD = "add"
    """A value where none is: a member, an item at the end, a header, a body."""
    REMOVE = "remove"
    RENAME = "rename"
    """A member gets another name and keeps its value."""


class Edit(Struct, frozen=True):
    """One change. Its places are those of the answer before any edit of the same mend."""

    part: Part
    change: Change
    steps: tuple[Step, ...] = ()
    """``BODY``: from the root of the JSON document to the value; empty for the whole body."""
    name: str = ""
    """``HEADER``: its name. ``RENAME``: the new name of the member."""
    value: str = ""
    """What will stand there. ``STATUS``: its digits; ``HEADER``: text; ``BODY``: JSON text (RFC 8259)."""
    is_text: bool = False
    """``BODY`` as a whole: ``value`` is the text itself and not JSON."""
    after: str | None = None
    """``ADD`` of a member: the one that it follows; ``None`` puts it last."""


class Mend(Struct, frozen=True):
    """All edits of one answer of one mock, and the findings that they answer."""

    provider: str
    origin: Origin
    """Of the interaction, as it was when the audit read it."""
    format: str
    mock_id: str
    variant: int
    """Which of the interaction's answers, from 0."""
    edits: tuple[Edit, ...]
    fingerprints: tuple[str, ...] = ()
    seen: str = ""
    """The answer as the audit read it (``digest_of``); empty where that does not matter."""


class Draft(Struct, frozen=True):
    """One file as it was read and as it would be."""

    file: str
    """As origins name it."""
    path: str
    """Where it is on this machine, links followed."""
    before: bytes
    after: bytes

    @property
    def is_change(self) -> bool:
        """Whether a byte differs."""
        return self.before != self.after


class Unwritten(Struct, frozen=True):
    """A mend that cannot be spelled in its file, and why; for a person."""

    mend: Mend
    reason: str


class Rewritten(Struct, frozen=True):
    """What a set of mends makes of the files."""

    drafts: tuple[Draft, ...]
    """One for each file that changes, by name."""
    unwritten: tuple[Unwritten, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know who takes these files, as sentences, each once."""


class Unsaved(Struct, frozen=True):
    """A draft that was not put in the place of its file, and why; for a person."""

    draft: Draft
    reason: str


def digest_of(answer: Expectation) -> str:
    """What tells one answer from another, so that one that was edited meanwhile is known."""
    known = repr((answer.status, answer.headers, answer.body, answer.body_file, answer.fault))
    return blake2b(known.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
