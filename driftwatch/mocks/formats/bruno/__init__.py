"""Bruno: requests with saved examples, as ``.bru`` text and as OpenCollection YAML, and its mock servers.

Facts from @usebruno/lang 0.39.0, whose parser judged the cases, and usebruno/bruno @ 080d54d (``bruno-filestore``,
``bruno-electron/src/app/mock-server``). A request holds answers only in its examples (since November 2025), each with
a request of its own. A mock server's file (since August 2026) holds routes with rules. Variables in double braces are
filled in when a request is sent and nowhere else: a saved answer is plain text, and so is a mock server's.

Environments and collections give requests their variables, headers and credentials; here all of these come from the
config. What a script does to a request is not known.
"""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.bruno import bru_file, mock_server, opencollection
from driftwatch.mocks.formats.bruno.saved import NAME
from driftwatch.mocks.text.documents import Document, Syntax

__all__ = ["NAME", "read", "recognises"]

_YAML_MARKS: Final = re.compile(
    r"(?m)^opencollection:[ \t]*[\"']?\d"
    r"|\Ainfo:[ \t]*\r?\n(?:[ \t]+[^\n]*\n){0,20}?[ \t]+type:[ \t]*(?:http|graphql|mock)\b"
)


def recognises(document: Document) -> bool:
    """``.bru`` text by its ``meta`` block, YAML by the kind in its ``info``; a broken file by the same."""
    if document.syntax is Syntax.TEXT:
        return document.problem is None and bru_file.recognises(document.text)
    if document.problem is not None:
        return document.syntax is Syntax.YAML and _YAML_MARKS.search(document.text) is not None
    return opencollection.recognises(document.value) or mock_server.recognises(document.value)


def read(document: Document) -> Iterator[Stub]:
    """The saved examples of a request, or the routes of a mock server."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
    elif document.syntax is Syntax.TEXT:
        yield from bru_file.read(document)
    elif mock_server.recognises(document.value):
        yield from mock_server.read(document)
    else:
        yield from opencollection.read(document)
