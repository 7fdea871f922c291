"""The register of mock formats, in alphabetical order. Adding one: a file in ``formats/`` and a line here."""

from typing import Final

from driftwatch.mocks.documents import Document
from driftwatch.mocks.format import Format
from driftwatch.mocks.formats import har, vcrpy, wiremock

FORMATS: Final[tuple[Format, ...]] = (har, vcrpy, wiremock)


def recognise(document: Document) -> Format | None:
    """The format of a file; ``None`` if none claims it. No two claim the same file (a test holds them to it)."""
    return next((known for known in FORMATS if known.recognises(document)), None)
