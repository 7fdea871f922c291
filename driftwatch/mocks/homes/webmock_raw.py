"""Where a raw answer stands: the file itself, its status line, its headers, and all that is behind the empty line."""

import re
from collections.abc import Sequence
from typing import Final

from driftwatch.mocks.rewriting.expressions import stand_ins
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Spelling, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Interaction

_STATUS_LINE: Final = re.compile(r"HTTP/\d(?:\.\d)? [^\r\n]*")
_END_OF_HEADERS: Final = re.compile(r"\r?\n\r?\n|\r?\n\Z|\Z")
_BYTES: Final = "the file holds bytes that are no text in UTF-8, and is only read"

_NO_END: Final = "the file ends with its headers: no empty line stands behind them"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of the file."""
    status = _STATUS_LINE.match(document.text)
    if document.problem is not None or status is None:
        return [_BYTES for _ in interaction.variants]
    end = _END_OF_HEADERS.search(document.text, status.end())
    last, body = end.span() if end else (len(document.text), len(document.text))
    has_end = document.text[last:body].count("\n") > 1
    first = document.text.find("\n", status.end(), last) + 1
    home = Home(
        status=Status(stretch=status.span()),
        headers=Headers(spelling=Spelling.LINES, stretch=(first, document.text.find("\n", last) + 1 or last))
        if first
        else None,
        body=Body(stretch=(body, len(document.text))) if has_end else None,
        why="" if has_end else _NO_END,
        expressions=stand_ins,
    )
    return [home for _ in interaction.variants]
