"""Real exchanges on their way into new mocks: questions, and what reality answered."""

from datetime import datetime

from msgspec import Struct

from driftwatch.model.interaction import Header, Query


class Reply(Struct, frozen=True):
    """One real answer, as a mock is to give it: nothing in it is secret, personal or alive."""

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    """After content-decoding."""
    at: datetime | None = None
    """When it was given; ``None`` where nobody kept that."""
    delay_ms: float | None = None
    """How long a mock is to hold it back, in milliseconds; ``None``: not on purpose."""

    def header(self, name: str) -> str:
        """The first value of a header, whatever its spelling; empty if it has none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


class Dialogue(Struct, frozen=True):
    """One question with all that reality answered to it, each answer of another shape: one mock."""

    name: str
    """Method and path template: ``GET /users/{id}``."""
    method: str
    path: str
    """Below the provider's base URL; percent-encoded, with its leading slash, without query."""
    query: Query
    replies: tuple[Reply, ...]
    """In the order they were given; at least one."""
    body: bytes | None = None
    """What was sent; empty for nothing at all, ``None`` where nobody kept it: then a mock takes anything."""
    media_type: str = ""
    """Of what was sent, where something was."""


class Tape(Struct, frozen=True):
    """All dialogues with one provider, as they are to be spelled."""

    provider: str
    """Whom the mocks imitate."""
    base_url: str
    """Where the provider lives: scheme, host and perhaps a path, without a slash at the end."""
    dialogues: tuple[Dialogue, ...]
    consumer: str = "consumer"
    """Who asks, for formats that want to know."""
    title: str = ""
    """What files are called, if not like the provider."""

    @property
    def called(self) -> str:
        """What files are called."""
        return self.title or self.provider


class Unspelled(Struct, frozen=True):
    """What a format has no words for, and why; for a person."""

    dialogue: Dialogue
    reason: str


class Spelled(Struct, frozen=True):
    """New mock files of one format."""

    files: tuple[tuple[str, bytes], ...]
    """Path below the folder they go to, with ``/``, and content."""
    unspelled: tuple[Unspelled, ...] = ()
