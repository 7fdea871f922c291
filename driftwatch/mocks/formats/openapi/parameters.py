"""An operation's parameters, and the values that a request may give them."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from driftwatch.mocks.formats.openapi.examples import Example, named_examples, single_examples
from driftwatch.mocks.formats.openapi.media import content_of
from driftwatch.mocks.formats.openapi.parts import Files, Part
from driftwatch.mocks.refusal import Refusal
from driftwatch.model.interaction import Grade

_PLACES: Final = frozenset(["path", "query", "header", "cookie", "body", "formData"])


class Chosen(Struct, frozen=True):
    """A value for a parameter, and where it is from."""

    value: Part
    grade: Grade
    source: str


class Parameter(Struct, frozen=True):
    """One parameter of one operation."""

    files: Files
    part: Part

    @property
    def name(self) -> str:
        """Its name in the request."""
        return self.part.text("name")

    @property
    def place(self) -> str:
        """Where it stands: ``path``, ``query``, ``header``, ``cookie``; in 2.0 also ``body`` and ``formData``."""
        return self.part.text("in")

    @property
    def is_required(self) -> bool:
        """Path parameters always are."""
        return self.part.is_marked("required") or self.place == "path"

    @property
    def has_media_type(self) -> bool:
        """Whether its value is a whole document instead of text in a style."""
        return self.part.child("content") is not None

    @property
    def _owner(self) -> Part:
        """What has its examples."""
        return content_of(self.files, self.part)[1] or self.part

    def examples(self) -> Iterator[Example]:
        """Its named examples."""
        return named_examples(self.files, self._owner)

    def choose(self, pair: str, variables: Mapping[str, str], avoid: frozenset[str]) -> Chosen | None:
        """A value: of the pair's name, from the config, an example, and if one must be there a default or a member.

        ``avoid`` names examples that belong to answers nobody asks for here. ``None``: it is left out, or missing.
        """
        named = list(self.examples())
        for example in named:
            if pair and example.name == pair:
                return Chosen(example.part, Grade.EXAMPLE, f"the example `{pair}`")
        if self.name in variables:
            value = Part(self.part.document, self.part.steps, variables[self.name])
            return Chosen(value, Grade.EXAMPLE, "the config")
        for example in (*(one for one in named if one.name not in avoid), *single_examples(self.files, self._owner)):
            source = f"the example `{example.name}`" if example.name else "its example"
            return Chosen(example.part, Grade.EXAMPLE, source)
        return self._allowed() if self.is_required else None

    def _allowed(self) -> Chosen | None:
        """A default, or the first of the values that are allowed."""
        schema = self.files.at(self._owner, "schema") or self.part
        for steps, source in ((("default",), "its default"), (("enum", 0), "its list of values")):
            found = self.files.at(schema, *steps)
            if found is not None:
                return Chosen(found, Grade.CHOSEN, source)
            one = self.files.at(schema, "items", *steps)
            if one is not None:
                return Chosen(Part(one.document, one.steps, [one.value]), Grade.CHOSEN, source)
        return None


def parameters_of(files: Files, item: Part, operation: Part) -> tuple[Parameter, ...]:
    """The parameters of a path and of an operation; the operation's replace those of the same name and place."""
    found: dict[tuple[str, str], Parameter] = {}
    for owner in (item, operation):
        listed = files.at(owner, "parameters")
        for child in listed.children() if listed is not None else ():
            parameter = Parameter(files, files.follow(child))
            if not parameter.name or parameter.place not in _PLACES:
                raise Refusal("a parameter must have `name` and `in`", steps=child.steps)
            found[parameter.name, parameter.place] = parameter
    return tuple(found.values())
