"""Cassettes of Ruby's VCR: exact recordings, in YAML as Psych writes it, in JSON, or in compressed YAML.

Facts from vcr/vcr @ 66dbbaf (``structs.rb``, ``cassette/serializers``, ``cassette/persisters``) and from cassettes of
six public projects. ``http_interactions``, each with ``request.uri``; bodies are ``{encoding, string}`` or
``{encoding, base64_string}``, where the encoding is Ruby's name for the characters and not a transfer coding. What
``filter_sensitive_data`` took out stands as ``<NAME>`` in any place, before the base64; with the option ``erb`` the
file is a template (``<%= name %>``). VCR 1.x wrote objects of its own.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from driftwatch.mocks.format import Stub
from driftwatch.mocks.recording.cassettes import broken_writer, http_interaction, is_betamax
from driftwatch.mocks.recording.recordings import read_all
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document

NAME: Final = "vcr-ruby"
STREAMS: Final = True

_OLD_TAG: Final = re.compile(r"!ruby/(?:struct|object):VCR::")
_OLD: Final = "a cassette of VCR 1.x; VCR 2 converts it with `rake vcr:migrate_cassettes DIR=…`"


def recognises(document: Document) -> bool:
    """``http_interactions`` that betamax did not write; a broken cassette, and one of VCR 1.x, by its marks."""
    text, value = document.text, document.value
    if document.problem is not None:
        return document.is_packed or broken_writer(text) == "vcr" or _OLD_TAG.search(text) is not None
    return isinstance(value, dict) and isinstance(value.get("http_interactions"), list) and not is_betamax(value)


def read(document: Document) -> Iterator[Stub]:
    """Every interaction of the cassette, in the order in which VCR hands them out."""
    refusal = document.problem
    if old := _OLD_TAG.search(document.text) if refusal is not None else None:
        refusal = Refusal(_OLD, old.start())
    if refusal is not None:
        yield document.unreadable(NAME, refusal)
        return
    yield from read_all(document, NAME, partial(http_interaction, does_text_win=False), "http_interactions")
