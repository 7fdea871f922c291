"""What a first config could say: which mocks belong to which provider, as far as files and folders tell."""

from msgspec import Struct

from driftwatch.model.inventory import Inventory


class Landmark(Struct, frozen=True):
    """What a mock file tells of the service it imitates, beside its stubs."""

    provider: str = ""
    """The provider by the name that a contract gives it; empty if the file is no contract."""
    title: str = ""
    """What the file calls itself: an environment, a description, a collection."""
    hosts: tuple[str, ...] = ()
    """Whom it was recorded from or speaks of, the most frequent first: host and port alone, never user info or query.

    A hint for a person. It is often production, so no request is ever sent there on its account.
    """
    server: str | None = None
    """The folder of the mock server it belongs to, where the tool has such folders; empty for the mocks folder."""


class ProposedProvider(Struct, frozen=True):
    """One real service and the mocks that seem to imitate it."""

    name: str
    """Fit to be a provider's name in a config."""
    mocks: tuple[str, ...]
    """Folders and files below the folder that was looked through; ``""`` is that folder itself."""
    files: int = 0
    """How many files with at least one interaction there are."""
    formats: tuple[tuple[str, int], ...] = ()
    """Interactions by format, by name."""
    hosts: tuple[str, ...] = ()
    """Whom the mocks speak of, the most frequent first."""

    @property
    def interactions(self) -> int:
        """How many there are in all formats."""
        return sum(number for _, number in self.formats)


class Proposal(Struct, frozen=True):
    """Everything found in a folder, and the providers that a config could name."""

    inventory: Inventory
    providers: tuple[ProposedProvider, ...] = ()
    left_out: tuple[str, ...] = ()
    """Files of a known format that could not be read and lie in no place of any provider: no audit would miss them."""
