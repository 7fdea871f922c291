"""The formats in which new mocks can be written, in alphabetical order. Adding one: a file here and a line below.

A format is loaded when it is chosen.
"""

from importlib import import_module
from typing import Final, Protocol, cast

from driftwatch.model.tape import Spelled, Tape

SPELLINGS: Final = (
    "har", "hoverfly", "mockoon", "mockserver", "mountebank", "openapi", "pact", "postman", "vcr-ruby", "vcrpy",
    "wiremock",
)  # fmt: skip
"""By the names that readers have too."""
DELAYING: Final = ("hoverfly", "mockoon", "mockserver", "mountebank", "wiremock")
"""Those in which an answer can be held back; the others leave its delay out."""


class Spelling(Protocol):
    """A module of this room."""

    def spell(self, tape: Tape) -> Spelled:
        """The tape in the tool's own style; the same tape yields the same bytes."""
        ...


def spelling(name: str) -> Spelling:
    """The one of a name of ``SPELLINGS``."""
    return cast("Spelling", import_module(f"driftwatch.mocks.spelling.{name.replace('-', '_')}"))
