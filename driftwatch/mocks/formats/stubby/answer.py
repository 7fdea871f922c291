"""What a stub of stubby's answers: one response or several in turn, each with its tokens.

A token ``<% url[1] %>`` (stubby4node, where it is EJS) or ``<% url.1 %>`` (stubby4j) stands in the body, in a header,
in the content of a body file and in its name. Of several responses stubby4node gives the second first, then goes round.
"""

from pathlib import Path
from typing import Final

from driftwatch.mocks.answers.attached import Attached, read_attached
from driftwatch.mocks.answers.bodies import encode_text, has_no_body
from driftwatch.mocks.answers.templates import render_marks
from driftwatch.mocks.asking.contest import Answers, join
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.stubby.dialect import Dialect
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_number, as_object, as_status, as_text, as_whole
from driftwatch.model.interaction import Expectation, Header, Matcher, MatcherKind

_OPENING: Final = "<%"
EXPRESSION: Final = r"<%(?:(?!<%|%>).){1,300}%>"
"""A regular expression for a token."""
_WHOLE: Final = Matcher("", MatcherKind.DYNAMIC)


def read_answers(
    value: object, document: Document, folder: str, dialect: Dialect, method: str, *steps: Step
) -> Answers:
    """The responses of one stub. Raises ``Refusal`` with the place of what cannot be read."""
    if not isinstance(value, list):
        return join([_answer(value, document, folder, dialect, method, *steps)])
    answers = [_answer(one, document, folder, dialect, method, *steps, index) for index, one in enumerate(value)]
    return join(answers or [Answers((Expectation(200),))])


def _answer(value: object, document: Document, folder: str, dialect: Dialect, method: str, *steps: Step) -> Answers:
    if isinstance(value, str):
        return Answers((), "is recorded from another server when stubby starts")
    fields = as_object(value, *steps)
    body_text = fields.get("body")
    if dialect is Dialect.JAVA and isinstance(body_text, str) and body_text.strip().lower().startswith("http"):
        return Answers((), "is recorded from another server when it is first asked for")
    status = as_status(fields.get("status") or None, *steps, "status") or 200
    headers, notes = _headers(fields.get("headers"), *steps, "headers")
    body, file, matchers = _body(fields, document, folder, value_of(headers, "content-type"), *steps)
    if file == "" and _OPENING in as_text(fields.get("file")):
        notes = (*notes, "the name of the body file is made of the request")
    latency = fields.get("latency")
    expectation = Expectation(
        status,
        headers,
        None if has_no_body(method, status) else body,
        matchers,
        _milliseconds(latency, *steps, "latency"),
        body_file=file,
    )
    return Answers((expectation,), notes=notes)


def _milliseconds(value: object, *steps: Step) -> float | None:
    if not value:
        return None
    return float(as_whole(value, *steps)) if isinstance(value, str) else as_number(value, *steps)


def _headers(value: object, *steps: Step) -> tuple[tuple[Header, ...], tuple[str, ...]]:
    """The headers whose value is fixed, and a note if there are others."""
    found: list[Header] = []
    for name, shown in as_object(value, *steps).items():
        several = shown if isinstance(shown, list) else [shown]
        found += [(name, as_text(one, *steps, name)) for one in several]
    fixed = tuple(pair for pair in found if _OPENING not in pair[1])
    notes = ("a header is templated and not compared",) if len(fixed) < len(found) else ()
    return fixed, notes


def _body(
    fields: Object, document: Document, folder: str, content_type: str, *steps: Step
) -> tuple[bytes | None, str, tuple[Matcher, ...]]:
    """The body's bytes, its file, and what is dynamic in it; a file that is missing leaves ``body``."""
    shown = fields.get("body")
    text = json_text.encode(shown) if isinstance(shown, dict | list) else as_text(shown, *steps, "body")
    name = as_text(fields.get("file"), *steps, "file")
    if _OPENING in name:
        return None, "", (_WHOLE,)
    if name:
        attached = _attached(name, document, folder, has_fallback=bool(text), steps=(*steps, "file"))
        if attached is not None:
            return _filled_file(attached)
    if shown is None:
        return None, "", ()
    if _OPENING not in text:
        return encode_text(text, content_type), "", ()
    rendering = render_marks(text, EXPRESSION)
    return encode_text(rendering.text, content_type), "", rendering.matchers


def _attached(
    name: str, document: Document, folder: str, *, has_fallback: bool, steps: tuple[Step, ...]
) -> Attached | None:
    try:
        return read_attached(name, [document.root / Path(folder)], document)
    except Refusal as refusal:
        if has_fallback:
            return None
        raise Refusal(refusal.reason, steps=steps) from refusal


def _filled_file(attached: Attached) -> tuple[bytes, str, tuple[Matcher, ...]]:
    if _OPENING.encode() not in attached.content:
        return attached.content, attached.file, ()
    try:
        rendering = render_marks(attached.content.decode(), EXPRESSION)
    except UnicodeError:
        return attached.content, attached.file, ()
    return rendering.text.encode("utf-8", "surrogatepass"), attached.file, rendering.matchers
