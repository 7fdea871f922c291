"""A branch that holds healed mocks, one commit for each provider."""

from collections.abc import Callable, Collection

from msgspec import Struct

from driftwatch.model.edit import Draft


class Healed(Struct, frozen=True):
    """What one commit is made of."""

    provider: str
    groups: tuple[tuple[Draft, ...], ...]
    """Drafts that belong together, as a stub and the file of its body: all of them or none."""
    message: Callable[[Collection[str]], str]
    """What to say of the files that are in the commit, as drafts name them."""


class Commit(Struct, frozen=True):
    """One commit of the branch."""

    provider: str
    id: str
    files: tuple[str, ...]
    """As drafts name them."""


class Refused(Struct, frozen=True):
    """A file that was left out of the branch, and why; for a person."""

    file: str
    reason: str


class Branch(Struct, frozen=True):
    """The branch; without commits it was not made."""

    name: str
    commits: tuple[Commit, ...] = ()
    refused: tuple[Refused, ...] = ()
