"""One operation of a description: a path and a method, with everything that is said of them."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.formats.openapi.examples import Example, named_examples
from driftwatch.mocks.formats.openapi.media import ANY, JSON, content_of, preferred
from driftwatch.mocks.formats.openapi.parameters import Parameter
from driftwatch.mocks.formats.openapi.parts import Files, Part
from driftwatch.mocks.formats.openapi.schemas import Schemas
from driftwatch.mocks.formats.openapi.servers import Base

METHODS: Final = frozenset(["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"])
"""The methods a path may have; ``query`` since 3.2."""


class Operation(Struct, frozen=True):
    """A path and a method."""

    files: Files
    schemas: Schemas
    part: Part
    method: str
    """In upper case."""
    template: str
    """The path with its parameters, without the base path."""
    base: Base
    parameters: tuple[Parameter, ...]

    @property
    def is_swagger(self) -> bool:
        """Whether it is of version 2.0."""
        return "swagger" in self.files.root.names

    @property
    def path_template(self) -> str:
        """The whole path with its parameters."""
        return f"{self.base.path}{self.template}"

    @property
    def body(self) -> tuple[str, Part | None, bool]:
        """The request body's media type, what is said of it, and whether it must be there."""
        if not self.is_swagger:
            owner = self.files.at(self.part, "requestBody")
            if owner is None:
                return "", None, False
            return *content_of(self.files, owner), owner.is_marked("required")
        found = next((parameter for parameter in self.parameters if parameter.place == "body"), None)
        return self.media("consumes"), found.part if found else None, found.is_required if found else False

    def media(self, name: str) -> str:
        """The preferred type of ``consumes`` or ``produces``, of the operation or of the whole description (2.0).

        Where nothing is said, JSON is sent, and what comes back may be of any type.
        """
        for owner in (self.part, self.files.root):
            listed = self.files.at(owner, name)
            if listed is not None and isinstance(listed.value, list):
                return preferred(one for one in listed.value if isinstance(one, str))
        return JSON if name == "consumes" else ANY

    def request_examples(self) -> Iterator[Example]:
        """The named examples of all that a request is made of."""
        for parameter in self.parameters:
            yield from parameter.examples()
        _, body, _ = self.body
        if body is not None:
            yield from named_examples(self.files, body)

    def credentials(self) -> tuple[str, ...]:
        """The names of what proves who asks; none if anybody may ask."""
        security = self.part.child("security") or self.files.root.child("security")
        wanted = list(security.children()) if security is not None else []
        if any(not one.names for one in wanted):
            return ()
        return wanted[0].names if wanted else ()
