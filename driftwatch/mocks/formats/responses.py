"""Files of the recorder of ``responses`` (Python): answers to requests, in YAML or TOML.

Facts from getsentry/responses @ a19addd (``_recorder.py``, ``RequestsMock._add_from_file``) and from recordings that
responses 0.26.3 made. A list ``responses``, each with one ``response``. Nothing of the request is kept but its method
and URL. The headers that vary are taken out, and so is ``Content-Type``, which stands in ``content_type``: where the
service sent none, ``text/plain``. Bodies are decoded text, so what was binary is damaged; text without a charset was
read as Latin-1, as requests does. TOML needs a dumper of one's own.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.format import Stub
from driftwatch.mocks.recording.cassettes import absolute_url, read_headers, read_status, text_body
from driftwatch.mocks.recording.recordings import Exchange, read_all
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import Object, as_object, as_text
from driftwatch.mocks.text.nodes import Kind, Node
from driftwatch.model.interaction import Header

NAME: Final = "responses"

_YAML_MARKS: Final = re.compile(r"(?m)\Aresponses:\s*\n\s*-\s+response:")
_TOML_MARKS: Final = re.compile(r"(?m)^\[\[\s*responses\s*\]\]\s*(?:#[^\n]*)?$")
_TOML_ANSWER: Final = re.compile(r"(?m)^\[\s*responses\s*\.\s*response\s*\]|^response\s*=\s*\{")
_TOML_LINE: Final = re.compile(r"at line (\d+)")
_UNSTATED: Final = re.compile(r"(?i)text/plain(?:;\s*charset=utf-8)?")
"""What the recorder writes where the service sent no content type; where it did, the same may stand."""
_TEXT: Final = re.compile(r"(?i)text/[^;]*\Z")


def recognises(document: Document) -> bool:
    """``responses``, each with a ``response``; a broken file by its first words. TOML by its tables."""
    if _is_toml(document):
        return True
    if document.problem is not None:
        return _YAML_MARKS.match(document.text) is not None
    value = document.value
    entries = value.get("responses") if isinstance(value, dict) and len(value) == 1 else None
    return isinstance(entries, list) and any(isinstance(one, dict) and set(one) == {"response"} for one in entries)


def read(document: Document) -> Iterator[Stub]:
    """Every recorded answer, in its order."""
    if _is_toml(document):
        _parse_toml(document)
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
        return
    yield from read_all(document, NAME, _exchange, "responses")


def _is_toml(document: Document) -> bool:
    """Whether a file that is neither JSON nor YAML has the recorder's tables; TOML may begin as JSON does (``[``)."""
    if (document.syntax, document.problem is None) not in ((Syntax.TEXT, True), (Syntax.JSON, False)):
        return False
    return _TOML_MARKS.search(document.text) is not None and _TOML_ANSWER.search(document.text) is not None


def _parse_toml(document: Document) -> None:
    """Give the document its value, and the places of its tables for messages."""
    document.syntax, document.problem = Syntax.TEXT, None
    if len(document.text) > document.limits.tolerant_bytes:
        document.problem = Refusal(f"TOML of more than {document.limits.tolerant_bytes:,} characters")
        return
    try:
        document.value = tomllib.loads(document.text)
    except RecursionError:
        document.problem = Refusal(f"nested deeper than {document.limits.depth} levels")
    except ValueError as error:
        line = _TOML_LINE.search(str(error))
        offset = _line_start(document.text, int(line.group(1))) if line else None
        document.problem = Refusal(f"not TOML: {str(error).partition(' (at ')[0]}", offset)
    else:
        document.tree = _tables(document.text)


def _line_start(text: str, number: int) -> int:
    offset = 0
    for _ in range(number - 1):
        offset = text.find("\n", offset) + 1
    return offset


def _tables(text: str) -> Node:
    starts = [match.start() for match in _TOML_MARKS.finditer(text)]
    ends = [*starts[1:], len(text)]
    items = tuple(Node(Kind.OBJECT, start, end) for start, end in zip(starts, ends, strict=True))
    whole = Node(Kind.ARRAY, starts[0], len(text), items=items)
    return Node(Kind.OBJECT, 0, len(text), members=((Node(Kind.STRING, 0, 0, "responses"), whole),))


def _exchange(entry: object, document: Document, *steps: Step) -> Exchange:
    steps = (*steps, "response")
    answer = as_object(as_object(entry, *steps[:-1]).get("response"), *steps)
    if not answer:
        raise Refusal("the entry has no `response`", steps=steps[:-1])
    content_type = as_text(answer.get("content_type"), *steps, "content_type")
    body, notes = _body(answer, content_type, *steps)
    headers = read_headers(answer.get("headers"), document, *steps, "headers")
    return Exchange(
        method=as_text(answer.get("method"), *steps, "method").upper() or "GET",
        url=absolute_url(answer.get("url"), *steps, "url"),
        headers=(),
        body=None,
        status=read_status(answer, *steps),
        answer_headers=_with_type(headers, content_type, body),
        answer_body=body,
        notes=notes,
    )


def _with_type(headers: tuple[Header, ...], content_type: str, body: bytes | None) -> tuple[Header, ...]:
    """The headers with the content type, unless an empty body has the one that the recorder makes up."""
    is_made_up = body == b"" and _UNSTATED.fullmatch(content_type)
    if not content_type or is_made_up or value_of(headers, "content-type"):
        return headers
    return (*headers, ("Content-Type", content_type))


def _body(answer: Object, content_type: str, *steps: Step) -> tuple[bytes | None, tuple[str, ...]]:
    body = answer.get("body")
    if body is None or isinstance(body, bytes):
        return body, ()
    text = as_text(body, *steps, "body")
    if _TEXT.match(content_type):
        try:
            return text.encode("latin-1"), ()
        except UnicodeEncodeError:
            pass
    return text_body(text, content_type)
