"""betamax cassettes: what Python's requests sent and got, in JSON.

Facts from betamaxpy/betamax @ 8f3d284 (``util.py``, ``cassette/interaction.py``), from cassettes that betamax 0.9.0
wrote, and from 142 public files. Like Ruby's VCR, but dates are ISO 8601 in UTC without a zone. Replacing a placeholder
leaves an empty ``string`` beside a filled ``base64_string`` (749 of 1,108 measured answers): a text that is not empty
wins, else the base64. Before 0.4 headers were single texts, bodies plain and the status a ``status_code``.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

from driftwatch.mocks.format import Stub
from driftwatch.mocks.recording.cassettes import broken_writer, http_interaction, is_betamax
from driftwatch.mocks.recording.recordings import read_all
from driftwatch.mocks.text.documents import Document

NAME: Final = "betamax"
STREAMS: Final = True


def recognises(document: Document) -> bool:
    """``http_interactions`` written by betamax; a broken cassette by its marks."""
    value = document.value
    if document.problem is not None:
        return broken_writer(document.text) == NAME
    return isinstance(value, dict) and isinstance(value.get("http_interactions"), list) and is_betamax(value)


def read(document: Document) -> Iterator[Stub]:
    """Every interaction of the cassette, in the order of the file."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
        return
    yield from read_all(document, NAME, partial(http_interaction, does_text_win=True), "http_interactions")
