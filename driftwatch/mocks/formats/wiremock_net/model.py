"""A mapping's objects as Json.NET sees them: names in letters of any case, and where each value stands."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from msgspec import Struct

from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_whole

_USUAL: Final = 32
"""Members of an object whose names are worth remembering."""


@lru_cache(maxsize=256)
def _spellings(names: tuple[str, ...]) -> Mapping[str, str]:
    """The first spelling of each name; the objects of a file have few sets of names."""
    return {name.lower(): name for name in reversed(names)}


class Model(Struct, frozen=True):
    """One object of a file."""

    fields: Object
    document: Document
    steps: tuple[Step, ...] = ()

    def spelling(self, name: str) -> str:
        """How the file spells a name; the name itself if it is not there. The exact spelling comes first."""
        if name in self.fields:
            return name
        lowered = name.lower()
        if len(self.fields) <= _USUAL:
            return _spellings(tuple(self.fields)).get(lowered, name)
        return next((key for key in self.fields if key.lower() == lowered), name)

    def at(self, name: str) -> tuple[Step, ...]:
        """The place of a member."""
        return (*self.steps, self.spelling(name))

    def get(self, name: str) -> object:
        """A member's value; ``None`` if it is not there."""
        return self.fields.get(self.spelling(name))

    def text(self, name: str) -> str:
        """A member as text; empty if it is not there. Raises ``Refusal``."""
        return self.document.spelled(self.get(name), *self.at(name))

    def flag(self, name: str) -> bool:
        """Whether a member is true; Json.NET also takes the word in quotes."""
        value = self.get(name)
        return value is True or (isinstance(value, str) and value.strip().lower() == "true")

    def whole(self, name: str) -> int | None:
        """A member as a whole number; ``None`` if it is not there. Raises ``Refusal``."""
        value = self.get(name)
        return None if value is None else as_whole(value, *self.at(name))

    def model(self, name: str) -> "Model":
        """A member that is an object; without members if it is not there. Raises ``Refusal``."""
        return Model(as_object(self.get(name), *self.at(name)), self.document, self.at(name))

    def models(self, name: str) -> Iterator["Model"]:
        """A member that is a list of objects. Raises ``Refusal``."""
        for index, value in enumerate(as_list(self.get(name), *self.at(name))):
            place = (*self.at(name), index)
            yield Model(as_object(value, *place), self.document, place)
