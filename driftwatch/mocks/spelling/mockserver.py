"""MockServer expectations as it persists them (5.15, read by 8.0): a list, answers in turn by how often they hold.

Texts of a request are compared as they are, then as regular expressions; one that begins with ``!`` or ``?`` would mean
something else and is written as an expression. An expectation without a query takes every query: what says more stands
earlier, and the earliest of equal priority answers.
"""

import re
from typing import Any, Final

from driftwatch.mocks.spelling.json_style import JACKSON, written
from driftwatch.mocks.spelling.parts import (
    base64_of,
    by_name,
    delay_of,
    document_of,
    headers_by_name,
    is_json,
    question_of,
    reason_of,
    slug,
    specific_first,
    text_of,
    uuid_of,
)
from driftwatch.model.tape import Dialogue, Reply, Spelled, Tape

_SYNTAX: Final = re.compile(r"[\\\[(|*^${?]|\.\+")
"""What makes a text an expression for whoever reads it; dots and pluses stand in plain values as well."""
_SIGNS: Final = re.compile(r"[\\.\[\](){}?*+|^$!]")


def spell(tape: Tape) -> Spelled:
    """``NAME.json``."""
    expectations = [
        _expectation(dialogue, number) for dialogue in specific_first(tape) for number in range(len(dialogue.replies))
    ]
    return Spelled(((f"{slug(tape.called)}.json", written(expectations, JACKSON).encode()),))


def _expectation(dialogue: Dialogue, number: int) -> dict[str, Any]:
    is_last = number + 1 == len(dialogue.replies)
    return {
        "id": uuid_of(question_of(dialogue), number),
        "httpRequest": _request(dialogue),
        "httpResponse": _response(dialogue.replies[number]),
        "times": {"unlimited": True} if is_last else {"remainingTimes": 1},
        "timeToLive": {"unlimited": True},
    }


def _request(dialogue: Dialogue) -> dict[str, Any]:
    request: dict[str, Any] = {"method": dialogue.method, "path": _plain(dialogue.path)}
    if dialogue.query:
        named = by_name(dialogue.query).items()
        request["queryStringParameters"] = {_plain(name): [_plain(one) for one in values] for name, values in named}
    if dialogue.body:
        request["body"] = _wanted(dialogue.body)
    return request


def _plain(text: str) -> str:
    """A text that stands for itself: as it is where the tool takes it so, else as an expression for it alone."""
    if not text.strip():
        return f"(?:{text})"  # blank ones take every value
    return _SIGNS.sub(r"\\\g<0>", text) if text[:1] in ("!", "?") or _SYNTAX.search(text) else text


def _wanted(body: bytes) -> dict[str, Any]:
    text = text_of(body)
    if text is None:
        return {"type": "BINARY", "base64Bytes": base64_of(body)}
    if is_json(body):
        return {"type": "JSON", "json": document_of(body), "matchType": "STRICT"}
    return {"type": "STRING", "string": text}


def _response(reply: Reply) -> dict[str, Any]:
    response: dict[str, Any] = {"statusCode": reply.status, "reasonPhrase": reason_of(reply.status)}
    if not response["reasonPhrase"]:
        del response["reasonPhrase"]
    if headers := headers_by_name(reply):
        response["headers"] = headers
    if reply.body:
        response["body"] = _said(reply)
    if (delay := delay_of(reply)) is not None:
        response["delay"] = {"timeUnit": "MILLISECONDS", "value": delay}
    return response


def _said(reply: Reply) -> object:
    """As text: an object would be sent in the order and spelling of the tool, under a content type of its own."""
    text = text_of(reply.body)
    return {"type": "BINARY", "base64Bytes": base64_of(reply.body)} if text is None else text
