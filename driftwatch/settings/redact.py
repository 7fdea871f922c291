"""Settings of what may go from a real answer into a file."""

from typing import Annotated, Final

from msgspec import Struct

from driftwatch.model.redaction import Rules
from driftwatch.settings.forms import Text
from driftwatch.settings.sections import Several

_NAME: Final = Text(r"^[^\s/]+$", "Write the name of a member, parameter or form field: `internal_note`.")
_PLACE: Final = Text(r"^/\S*$", "Write a JSON Pointer in which `*` is any item: `/customer/note`, `/orders/*/comment`.")
_HEADER: Final = Text(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", "Write the name of a header: `X-Total-Pages`.")
_KEPT: Final = Text(r"^\S+$", "Write the name of a member, or a JSON Pointer in which `*` is any item: `/items/*/sku`.")


class RedactSettings(Struct, frozen=True, kw_only=True):
    """On top of what is secret, personal or alive by its name and look, which is always replaced."""

    names: Annotated[
        tuple[str, ...], Several(_NAME),
        "Members, parameters and form fields whose values are replaced wherever they stand.",
    ] = ()  # fmt: skip
    paths: Annotated[tuple[str, ...], Several(_PLACE), "Places in bodies whose values are replaced."] = ()
    headers: Annotated[
        tuple[str, ...], Several(_HEADER),
        "Headers of answers that go into new mocks beside the usual few; what is sensitive in them is replaced.",
    ] = ()  # fmt: skip
    keep: Annotated[
        tuple[str, ...], Several(_KEPT),
        "Members and places whose values stay as they are, since staging made them up in the first place.",
    ] = ()  # fmt: skip

    @property
    def rules(self) -> Rules:
        """What is decided, in terms of the domain."""
        return Rules(self.names, self.paths, self.headers, self.keep)
