"""Headers that an operator adds to every request."""

import re
from typing import Final

from msgspec import Struct

from driftwatch.settings.forms import Schema
from driftwatch.settings.reference import REFERENCE_REMEDY, Referenced, has_reference, resolve
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import HIDDEN

_REMEDY: Final = "Write a text on one line, in quotes if in doubt; `${env:NAME}` is looked up."

CREDENTIAL: Final = re.compile(
    r"""(?ix) authorization | cookie | token | secret | passw | credential | session | signature
    | (api|access|auth|private|subscription)[-_]?key | (^|[-_])auth$""",
)
"""Names of headers that carry what must not stand in a file."""


class HeaderValue(Struct, frozen=True):
    """The value of a header: a text in which references are looked up."""

    def schema(self) -> Schema:
        """``writeOnly``, since a credential may stand here by mistake."""
        return {
            "type": ["string", "number", "boolean"], "writeOnly": True, "minLength": 1, "maxLength": 8000,
            "errorMessage": _REMEDY,
        }  # fmt: skip

    def read(self, spot: Spot) -> Referenced:
        """The value, looked up; a header that carries credentials must refer to them."""
        name = str(spot.steps[-1])
        if CREDENTIAL.search(name) and not has_reference(spot.text):
            raise RefusedError(HIDDEN, REFERENCE_REMEDY)
        if not (spot.text.isprintable() and spot.text.isascii()):
            raise RefusedError("found a text with other than printable ASCII characters (RFC 9110, 5.5)", _REMEDY)
        return resolve(spot.text, spot.surroundings)

    def show(self, value: Referenced) -> str:
        """As written: references, not what they lead to."""
        return value.written
