"""What the rest of the house asks of a mock format."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Ignored, Interaction, Unreadable

if TYPE_CHECKING:  # no audit needs to know how a mock is rewritten
    from driftwatch.mocks.rewriting.home import Home

Stub = Interaction | Unreadable | Ignored
"""What one stub, or one file, becomes."""


class Format(Protocol):
    """One tool's way to spell a stub: a module, or a package, below ``formats``."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module's constant
        """The format's stable name, as it appears in reports."""
        ...

    def recognises(self, document: Document) -> bool:
        """Whether the content is of this format, be it broken or old; never by the file's name alone."""
        ...

    def read(self, document: Document) -> Iterator[Stub]:
        """The stubs of one recognised file. A stub that cannot be read costs nothing else."""
        ...


@runtime_checkable
class StreamingFormat(Protocol):
    """A format that reads a large file through ``Document.head`` and ``Document.each``, never through its ``value``."""

    @property
    def STREAMS(self) -> bool:  # noqa: N802 - a module's constant
        """True."""
        ...


class Server(Protocol):
    """One mock server's stubs: which of them answers can only be said once all its files are known."""

    def add(self, document: Document) -> Iterator[Stub]:
        """Take a file in; yields what can be said at once (what is unreadable)."""
        ...

    def close(self) -> Iterator[Stub]:
        """Every stub of the server, with what shadows it."""
        ...


@runtime_checkable
class ServerFormat(Protocol):
    """A format whose files answer together."""

    def home(self, document: Document) -> str:
        """The server a file belongs to, named by its folder below the mocks folder; empty for the folder itself."""
        ...

    def serve(self, home: str) -> Server:
        """A server without stubs."""
        ...


@runtime_checkable
class HealableFormat(Protocol):
    """What a module below ``homes`` says of a format whose files can be rewritten."""

    def homes(self, document: Document, interaction: Interaction) -> "Sequence[Home | str]":
        """For each variant of an interaction of this document, in their order, where it stands.

        A text says for a person why a variant cannot be healed: a script makes it, a file is shared, nothing in the
        file holds it. ``homes.steps_of`` leads from the interaction's origin to its stub.
        """
        ...


@runtime_checkable
class ReadOnlyFormat(Protocol):
    """What a module below ``homes`` says of a format that is only read."""

    @property
    def WHY_NOT(self) -> str:  # noqa: N802 - a module's constant
        """Why no mock of this format is ever rewritten: the end of a sentence, for a person."""
        ...
