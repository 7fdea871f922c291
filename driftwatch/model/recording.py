"""What making mocks of real exchanges came to."""

from msgspec import Struct

from driftwatch.model.interaction import Ignored, Unreadable
from driftwatch.model.tape import Tape, Unspelled


class LeftOut(Struct, frozen=True):
    """Exchanges of one operation that no mock is made of, and why."""

    operation: str
    reason: str
    exchanges: int
    """How many, or how many mocks where nothing was asked."""


class Recording(Struct, frozen=True):
    """What was heard, and what becomes mocks."""

    tape: Tape
    exchanges: int
    """All that were heard of this provider."""
    unwanted: int = 0
    """Those of them that the filters do not let through."""
    left_out: tuple[LeftOut, ...] = ()
    """Others that no mock can be made of, the most frequent first."""
    unasked: tuple[LeftOut, ...] = ()
    """Mocks whose question staging was not asked, by operation and reason."""
    has_stand_ins: bool = False
    """Identifiers in paths and queries are others by now, which staging does not know."""
    unreadable: tuple[Unreadable, ...] = ()
    ignored: tuple[Ignored, ...] = ()

    @property
    def answers(self) -> int:
        """Those that a mock will give."""
        return sum(len(dialogue.replies) for dialogue in self.tape.dialogues)

    @property
    def alike(self) -> int:
        """Those of which another one of the same shape stands in a mock."""
        return max(0, self.exchanges - self.unwanted - sum(one.exchanges for one in self.left_out) - self.answers)


class MockFile(Struct, frozen=True):
    """A new file of mocks."""

    file: str
    """As a person would name it from here."""
    size: int
    """Bytes."""


class Written(Struct, frozen=True):
    """A recording in the words of a format, on disk or not."""

    recording: Recording
    format: str
    folder: str
    files: tuple[MockFile, ...]
    unspelled: tuple[Unspelled, ...] = ()
    is_dry: bool = False
    """Nothing was written."""
    guard: str = ""
    """The guard that was made of it; empty for none."""
    remarks: tuple[str, ...] = ()
    """What a person should know or do beside that."""

    @property
    def is_incomplete(self) -> bool:
        """Nothing was made, or something could not be read."""
        return not self.files or bool(self.recording.unreadable)
