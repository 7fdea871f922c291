"""Written consent: which requests that may change a service are sent after all, where, and what is put right again.

Consent is for one interaction and one sandbox (drift semantics 3.8, tiers 3 and 4). It never opens a whole method.
"""

import re
from enum import StrEnum
from typing import Final

from msgspec import Struct

from driftwatch.model.interaction import Header, Request
from driftwatch.model.journey import Capture, Step

KEY: Final = "key"
"""``{{key}}`` in a consent stands for the idempotency key of the run."""
KEY_HEADER: Final = "Idempotency-Key"
"""Of draft-ietf-httpapi-idempotency-key-header-07."""
_SEGMENT: Final = r"(?![^/]*%(?:2[eEfF]|5[cC]))[^/]+"
"""Anything but a slash, a backslash or a dot in disguise: a server may decode a path before it looks where it leads."""


class Rehearsal(StrEnum):
    """Ways in which callers repeat themselves, each tried with one idempotency key."""

    REPLAY = "replay"
    """Again, after the first was answered."""
    PARALLEL = "parallel"
    """Twice at the same moment, over two connections."""
    CUT = "cut"
    """Again, after the connection was lost before the answer."""


class ReadBack(Struct, frozen=True):
    """What must be true of the service afterwards: one order, one charge."""

    path: str
    """Of a GET below the target, with query; ``{{key}}`` stands for the key of the requests."""
    count: str
    """JSONPath whose values are counted in the answer; one list that it names is counted by its items."""
    equals: int = 1


class Consent(Struct, frozen=True):
    """One interaction that may be sent although it changes the service."""

    operation: str
    """``METHOD /path``, where one segment may be ``*``."""
    sandbox: str
    """The path below which all may be changed, or the words of whoever owns what is changed."""
    clean_up: tuple[Step, ...] = ()
    """What puts it right again, whatever happens."""
    set_up: tuple[Step, ...] = ()
    key_header: str = ""
    """The header that takes an idempotency key; empty if the service knows none."""
    dry_query: tuple[tuple[str, str], ...] = ()
    """The service's own switch that makes it do nothing, as query pairs."""
    dry_headers: tuple[Header, ...] = ()
    """The same as headers."""
    captures: tuple[Capture, ...] = ()
    """What the clean-up needs of the answer."""
    variables: tuple[tuple[str, str], ...] = ()
    """Values that are known beforehand, by name."""
    body: str | None = None
    """What is sent in place of the mock's body, with ``{{key}}`` for the key; ``None``: the mock's."""
    read_back: tuple[ReadBack, ...] = ()
    rehearsals: tuple[Rehearsal, ...] = ()

    @property
    def method(self) -> str:
        """In capitals."""
        return self.operation.partition(" ")[0]

    @property
    def path(self) -> str:
        """With ``*`` for one segment, perhaps."""
        return self.operation.partition(" ")[2]

    @property
    def is_dry(self) -> bool:
        """Whether the service is told to do nothing."""
        return bool(self.dry_query or self.dry_headers)

    def is_for(self, request: Request) -> bool:
        """Whether it is this request that it speaks of; a ``*`` never reaches over a slash."""
        return request.method.upper() == self.method and _pattern(self.path).fullmatch(request.path) is not None


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(_SEGMENT.join(map(re.escape, path.split("*"))))
