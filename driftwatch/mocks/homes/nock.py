"""Where the answers of nock's definitions stand: ``status`` and ``response``, the headers in one of three spellings.

A body that was JSON stands as JSON, any other as text. Bytes stand as hexadecimal digits, compressed ones as a list of
chunks: how they were cut is of no meaning, and a changed one is a single chunk.
"""

from collections.abc import Sequence

from driftwatch.mocks.formats.nock import is_in_chunks, is_lost_text
from driftwatch.mocks.homes import steps_of
from driftwatch.mocks.recording.homes import answer_at
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.expressions import stand_ins
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Spelling, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object
from driftwatch.model.interaction import Expectation, Interaction


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of a definition."""
    here = steps_of(document, interaction)
    fields = answer_at(document, *here)
    return [_home(fields, variant, *here) for variant in interaction.variants]


def _home(fields: Object, variant: Expectation, *here: Step) -> Home:
    return Home(
        status=Status((*here, "reply"), is_text=True) if fields.get("reply") is not None else Status((*here, "status")),
        headers=_headers(fields, *here),
        body=_body(fields, variant, *here),
        expressions=stand_ins,
    )


def _headers(fields: Object, *here: Step) -> Headers:
    raw = fields.get("rawHeaders")
    if isinstance(raw, list):
        return Headers((*here, "rawHeaders"), Spelling.FLAT)
    return Headers((*here, "headers" if raw is None and fields.get("headers") is not None else "rawHeaders"))


def _body(fields: Object, variant: Expectation, *here: Step) -> Body:
    stored, place = fields.get("response"), (*here, "response")
    if is_in_chunks(stored, variant.headers):
        return Body(place, is_hex=True)
    if not isinstance(stored, str):
        return Body(place, is_inline=True)
    if stored and fields.get("responseIsBinary") is True:
        return Body(place, is_hex=True)
    return Body(place, is_inline=is_lost_text(stored, variant.header("content-type") or ""))
