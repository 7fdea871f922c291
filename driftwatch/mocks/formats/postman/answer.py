"""What a saved example answers: status, headers, body, and where in it any value may stand."""

import re
from http import HTTPStatus
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.bodies import has_no_body
from driftwatch.mocks.answers.templates import has_template, render
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.postman.placeholders import is_placeholder, without_placeholders
from driftwatch.mocks.formats.postman.spelled import Pair
from driftwatch.mocks.recording.cassettes import text_body
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_status, describe
from driftwatch.model.interaction import Expectation, Header, Matcher

_PHRASES: Final = {status.phrase.lower(): status.value for status in HTTPStatus}
_NUMBER: Final = re.compile(r"\s*(\d{3})\b")
_MEDIA_TYPES: Final = {"json": "application/json", "xml": "application/xml", "html": "text/html"}
_TEMPLATED: Final = "a header is templated and not compared"
NO_STATUS: Final = "the example has no status"


class Answer(Struct, frozen=True):
    """An example's answer; ``None`` if it has no status to compare."""

    expectation: Expectation | None
    accepts: tuple[Header, ...]
    """Headers whose media type the request asks for: the example's own, or what its preview says."""
    notes: tuple[str, ...] = ()


def read_status(code: object, phrase: object, *steps: Step) -> int:
    """The status by its number, or by its words where older exports have no number; 0 if there is none."""
    if code:
        return as_status(code, *steps)
    words = phrase if isinstance(phrase, str) else ""
    number = _NUMBER.match(words)
    return int(number.group(1)) if number else _PHRASES.get(words.strip().lower(), 0)


def read_text(value: object, document: Document, *steps: Step) -> str | None:
    """A stored body: text, or ``null``; some tools write the JSON itself. Raises ``Refusal``."""
    match value:
        case None | str():
            return value
        case dict() | list():
            return document.json(*steps)
        case _:
            raise Refusal(f"`{steps[-1]}` must be text, found {describe(value)}", steps=steps)


def answer_of(method: str, status: int, headers: tuple[Pair, ...], text: str | None, preview: str) -> Answer:
    """The answer in our common form. ``preview`` is the language that Postman shows the body in."""
    fixed = tuple((pair.name, pair.value or "") for pair in headers if not _is_open(pair.value or ""))
    content_type = value_of(fixed, "content-type") or _MEDIA_TYPES.get(preview.lower(), "")
    notes = [_TEMPLATED] if len(fixed) < len(headers) else []
    body: bytes | None = None
    matchers: tuple[Matcher, ...] = ()
    if text is not None and not has_no_body(method, status) and not _is_unknown(text, status, fixed):
        plain, matchers = _plain(text)
        if plain is not None:
            body, lost = text_body(plain, content_type)
            notes += lost
    accepts = (("Content-Type", content_type),) if content_type else ()
    return Answer(Expectation(status, fixed, body, matchers) if status else None, accepts, tuple(notes))


def _is_open(value: str) -> bool:
    return has_template(value) or is_placeholder(value)


def _is_unknown(text: str, status: int, headers: tuple[Header, ...]) -> bool:
    """Whether an empty body means that nobody filled it in.

    Examples of a success are often there for their request alone; one that was saved from the wire says how long the
    empty body was.
    """
    return not text and 200 <= status < 300 and value_of(headers, "content-length").strip() != "0"


def _plain(text: str) -> tuple[str | None, tuple[Matcher, ...]]:
    """A body with values in the place of variables and placeholders. ``None`` if one of them is all of it."""
    matchers: tuple[Matcher, ...] = ()
    if is_placeholder(text.strip()):
        return None, matchers
    if has_template(text):
        rendering = render(text)
        text, matchers = rendering.text, rendering.matchers
        if not all(matcher.path for matcher in matchers):
            return (text if text == "null" else None), matchers
    typed = without_placeholders(text)
    return (text, matchers) if typed is None else (typed.text, (*matchers, *typed.matchers))
