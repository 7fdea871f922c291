"""The answer half of a Smocker mock: a response as it stands, one that a template makes, or a proxy.

Facts: ``server/types/mock.go`` and ``server/handlers/mocks.go`` (smocker-dev/smocker @ 05aea48). Of several kinds
beside each other the dynamic response counts, then the proxy, then the response. A status of 0 is 200.
"""

import re
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.bodies import encode_text, has_no_body
from driftwatch.mocks.answers.durations import go_duration
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.smocker.matcher import text_of
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_status
from driftwatch.model.interaction import Expectation, Header

_NANOSECONDS: Final = re.compile(r"\d{1,18}")


class Answer(Struct, frozen=True):
    """What a mock answers, or why that is no claim."""

    expectation: Expectation | None
    incomparable: str = ""
    notes: tuple[str, ...] = ()


def proxied(value: object, document: Document, *steps: Step) -> Answer:
    """The answer of a mock that asks another server."""
    fields = as_object(value, *steps)
    host = text_of(fields.get("host"), document, *steps, "host").rpartition("@")[2]
    notes = (f"passes requests on to {host[:200]}",) if host else ()
    return Answer(None, "passes the request on to another server", notes)


def read_response(value: object, document: Document, method: str, *steps: Step) -> Expectation:
    """A response as it stands. Raises ``Refusal`` with the place of what cannot be read."""
    fields = as_object(value, *steps)
    status = as_status(fields.get("status"), *steps, "status") or 200
    headers = tuple(_headers(fields, document, *steps))
    return Expectation(
        status=status,
        headers=headers,
        body=None if has_no_body(method, status) else _body(fields, headers, document, *steps),
        delay_ms=_delay(fields.get("delay"), document, *steps, "delay"),
    )


def _headers(fields: Object, document: Document, *steps: Step) -> list[Header]:
    found: list[Header] = []
    for name, shown in as_object(fields.get("headers"), *steps, "headers").items():
        place = (*steps, "headers", name)
        if isinstance(shown, list):
            found += [(name, text_of(one, document, *place, index)) for index, one in enumerate(shown)]
        else:
            found.append((name, text_of(shown, document, *place)))
    return found


def _body(fields: Object, headers: tuple[Header, ...], document: Document, *steps: Step) -> bytes | None:
    value = fields.get("body")
    if value is None:
        return None
    if isinstance(value, dict | list):
        raise Refusal("`body` must be text; write the document as a block: `body: |`", steps=(*steps, "body"))
    text = text_of(value, document, *steps, "body")
    return encode_text(text, value_of(headers, "content-type"))


def _delay(value: object, document: Document, *steps: Step) -> float | None:
    """Milliseconds; of a range its middle. ``None`` if there is no delay."""
    if isinstance(value, dict):
        bounds = [_milliseconds(value.get(name), document, *steps, name) for name in ("min", "max")]
        total = sum(bounds) / 2 or _milliseconds(value.get("value"), document, *steps, "value")
    else:
        total = _milliseconds(value, document, *steps)
    return total or None


def _milliseconds(value: object, document: Document, *steps: Step) -> float:
    """A duration of Go's: ``1m30s``, or a number of nanoseconds."""
    text = text_of(value, document, *steps).strip()
    return int(text) / 1e6 if _NANOSECONDS.fullmatch(text) else go_duration(text, *steps) or 0.0
