"""All places of one provider's mocks, read one after the other, with files named from where a person stands."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.text.opening import Drafts
from driftwatch.model.interaction import Reading


class Place(Struct, frozen=True):
    """A source, and the folder that its files are below as the operator wrote it; empty for the current one."""

    source: FolderSource
    folder: str = ""

    def read(self) -> Iterator[Reading]:
        """Everything that was found, by names that can be opened from where the operator stands."""
        return self.source.read(self.folder)

    def drafted(self, drafts: Drafts) -> "Place":
        """The same place with these contents in the place of its files."""
        return replace(self, source=replace(self.source, drafts=drafts))


class Places(Struct, frozen=True):
    """Fulfils ``ports.MockSource`` for a provider whose mocks lie in several places."""

    places: tuple[Place, ...]

    def read(self) -> Iterator[Reading]:
        """Place by place, in the order of the config."""
        for place in self.places:
            yield from place.read()

    def drafted(self, drafts: Drafts) -> "Places":
        """The same places with these contents in the place of their files."""
        return Places(tuple(place.drafted(drafts) for place in self.places))
