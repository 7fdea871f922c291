"""What the rest of the house asks of a mock format."""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Ignored, Interaction, Unreadable

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
