"""Bodies as Keploy stores them: decompressed text, bytes, streams of events, or nothing where they were too large."""

from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.bodies import encode_text, from_base64
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.asking.requests import encode_query
from driftwatch.mocks.formats.keploy.templating import Filling, plain
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text
from driftwatch.model.interaction import Header, Matcher

_STREAM: Final = "a stream of server-sent events"
_REQUEST: Final = ("spec", "req")
_ANSWER: Final = ("spec", "resp")


class Answered(Struct, frozen=True):
    """What a recording says of an answer's body."""

    content: bytes | None
    dynamic: tuple[Matcher, ...] = ()
    notes: tuple[str, ...] = ()
    incomparable: str = ""


def asked_body(asked: Object, headers: tuple[Header, ...], filling: Filling) -> tuple[bytes | None, str]:
    """The request's body, or why it cannot be had. Raises ``Refusal``."""
    content_type = value_of(headers, "content-type")
    body = _stored(asked, *_REQUEST)
    if isinstance(body, bytes):
        return body, ""
    if body:
        return encode_text(filling.fill(body), content_type), ""
    if as_object(asked.get("body_ref"), *_REQUEST, "body_ref").get("path"):
        return None, "its body of more than 1 MB is in another file and is not sent"
    form = [as_object(entry, *_REQUEST, "form") for entry in as_list(asked.get("form"), *_REQUEST, "form")]
    if not form:
        return None, ""
    if "multipart" in content_type.lower() or any(entry.get("paths") for entry in form):
        return None, "the multipart form it sent is not in the recording as it was"
    pairs = [
        (as_text(entry.get("key"), *_REQUEST, "form"), filling.fill(as_text(value, *_REQUEST, "form")))
        for entry in form
        for value in as_list(entry.get("values"), *_REQUEST, "form")
    ]
    return encode_query(pairs).encode(), ""


def read_answer_body(answer: Object, headers: tuple[Header, ...]) -> Answered:
    """The answer's body as it is promised. Raises ``Refusal``."""
    if answer.get("body_skipped") is True:
        size = as_text(answer.get("body_size"), *_ANSWER, "body_size")
        return Answered(None, notes=(f"its body of {size or 'more than 1 MB'} bytes was not recorded",))
    body = answer.get("body")
    if isinstance(body, list):
        return _stream(body, value_of(headers, "content-type"))
    if isinstance(body, dict):
        return Answered(None, notes=("its body is stored as XML taken apart, and is not compared",))
    stored = _stored(answer, *_ANSWER)
    if stored is None or isinstance(stored, bytes):
        return Answered(stored)
    text, dynamic = plain(stored)
    return Answered(encode_text(text, value_of(headers, "content-type")), dynamic)


def _stored(side: Object, *steps: str) -> str | bytes | None:
    if side.get("body_base64"):
        try:
            return from_base64(as_text(side["body_base64"], *steps, "body_base64"))
        except Refusal as refusal:
            raise Refusal(refusal.reason, steps=(*steps, "body_base64")) from refusal
    body = side.get("body")
    if body is None or isinstance(body, bytes):
        return body
    return as_text(body, *steps, "body")


def _stream(chunks: list[object], content_type: str) -> Answered:
    """Chunks of plain text joined; events are not compared, since they come when they like and how many they like."""
    pieces = [_raw(chunk) for chunk in chunks]
    if "event-stream" in content_type.lower() or any(piece is None for piece in pieces):
        return Answered(None, incomparable=_STREAM)
    return Answered(encode_text("".join(piece or "" for piece in pieces), content_type))


def _raw(chunk: object) -> str | None:
    data = chunk.get("data") if isinstance(chunk, dict) else None
    raw = data.get("raw") if isinstance(data, dict) else data
    return raw if isinstance(raw, str) else None
