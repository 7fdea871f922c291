"""Raw answers as ``curl -is`` prints them, for WebMock's ``to_return(file)``: an answer without its request.

Facts from bblimke/webmock @ ce700d9 (``response.rb``), from the fixtures of dnsimple/dnsimple-ruby @ e1764d8 and from
what curl 7.88 printed. A status line, headers, an empty line, and the body to the end of the file. curl has joined the
chunks of a chunked body already. With ``-L``, or through a proxy, it prints several blocks of headers, of which WebMock
takes the first and gives out the others as body: such a file is refused. No method and no URL stand in it, so no
request is ever sent from it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from driftwatch.mocks.format import Stub
from driftwatch.mocks.recording.recordings import Exchange, Recording
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.opening import content_of
from driftwatch.model.interaction import Grade, Header

NAME: Final = "webmock-raw"

_START: Final = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})(?: [^\r\n]*)?\r?(?:\n|\Z)")
_BEGINNING: Final = re.compile(r"HTTP/\d(?:\.\d)? \d{3}(?!\d)")
_END_OF_HEADERS: Final = re.compile(rb"\r?\n\r?\n|\r?\n\Z|\Z")
_HEADER: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
_FOLD: Final = re.compile(r"\n[ \t]+")
"""A header that goes on in the next line (RFC 9112, 5.2)."""
_NO_REQUEST: Final = "an answer without its request: the file says neither its method nor its URL"


def recognises(document: Document) -> bool:
    """A file that begins with a status line."""
    return _BEGINNING.match(document.text) is not None


def read(document: Document) -> Iterator[Stub]:
    """The one answer, with no request to send."""
    try:
        content = _content(document)
        status, headers, body = _taken_apart(content)
    except Refusal as refusal:
        yield document.unreadable(NAME, refusal)
        return
    exchange = Exchange(
        method="GET",
        url="/",
        headers=(),
        body=None,
        status=status,
        answer_headers=headers,
        answer_body=body,
        name=document.path.stem,
        grade=Grade.UNRESOLVABLE,
        reason=_NO_REQUEST,
    )
    # there is no matcher to make an id of; the file is all that tells one answer from another
    yield replace(Recording(document, NAME).interaction(exchange), mock_id=document.file)


def _content(document: Document) -> bytes:
    """The bytes: a body may be compressed, or in a charset of its own."""
    if document.problem is None:
        return document.text.encode(document.encoding)
    try:
        content = content_of(document.path, document.limits.body_bytes, document.options.drafts)
    except OSError as error:
        raise Refusal(f"cannot be opened: {error.strerror or type(error).__name__}") from error
    if len(content) > document.limits.body_bytes:
        raise document.problem
    return content


def _taken_apart(content: bytes) -> tuple[int, tuple[Header, ...], bytes]:
    """Status, headers and body. Raises ``Refusal``."""
    start = _START.match(content)
    if start is None:
        raise Refusal("the status line is not one", 0)
    end = _END_OF_HEADERS.search(content, max(start.end() - 2, 0))
    head_end, body_start = (end.start(), end.end()) if end else (len(content), len(content))
    body = content[body_start:]
    if _START.match(body):
        before = content[:body_start].decode("utf-8", "replace")
        reason = "several answers in one file, as `curl -L` prints them: WebMock would give out the second as the body"
        raise Refusal(reason, len(before))
    head = content[start.end() : head_end].decode("latin-1").replace("\r\n", "\n")
    status = int(start.group(1))
    if status < 100:
        raise Refusal(f"the status {status} is none of HTTP", 0)
    return status, tuple(_headers(_FOLD.sub(" ", head), start.end())), body


def _headers(head: str, offset: int) -> Iterator[Header]:
    """``offset`` is where the headers begin; that of a wrong one is right but for carriage returns before it."""
    for line in head.split("\n") if head else ():
        match = _HEADER.fullmatch(line)
        if match is None:
            raise Refusal("a line is neither a header nor the empty line before the body", offset)
        yield match.group(1), match.group(2)
        offset += len(line) + 1
