"""A Hoverfly simulation as ``hoverctl export`` writes it (schema v5.2, Hoverfly 1.10 and later).

Several answers to one question are a sequence: state that each of them moves on (``sequence:1``).
"""

from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from driftwatch.mocks.spelling.json_style import GO, written
from driftwatch.mocks.spelling.parts import base64_of, by_name, delay_of, headers_by_name, is_json, slug, text_of
from driftwatch.model.tape import Dialogue, Reply, Spelled, Tape

_VERSION: Final = "v1.10.9"
_SCHEMA: Final = "v5.2"
_UNKNOWN: Final = datetime(1970, 1, 1, tzinfo=UTC)


def spell(tape: Tape) -> Spelled:
    """``NAME.json``."""
    pairs: list[dict[str, Any]] = []
    sequences = 0
    for dialogue in tape.dialogues:
        sequences += len(dialogue.replies) > 1
        pairs += _pairs(tape, dialogue, f"sequence:{sequences}")
    newest = max((one.at for each in tape.dialogues for one in each.replies if one.at is not None), default=_UNKNOWN)
    simulation = {
        "data": {"pairs": pairs, "globalActions": {"delays": [], "delaysLogNormal": []}},
        "meta": {
            "schemaVersion": _SCHEMA,
            "hoverflyVersion": _VERSION,
            "timeExported": newest.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        },
    }
    return Spelled(((f"{slug(tape.called)}.json", written(simulation, GO).encode()),))


def _pairs(tape: Tape, dialogue: Dialogue, sequence: str) -> list[dict[str, Any]]:
    pairs = []
    last = len(dialogue.replies)
    for number, reply in enumerate(dialogue.replies, 1):
        request, response = _request(tape, dialogue), _response(reply)
        if last > 1:
            request["requiresState"] = {sequence: str(number)}
            if number < last:
                response["transitionsState"] = {sequence: str(number + 1)}
        if (delay := delay_of(reply)) is not None:
            response["fixedDelay"] = delay
        pairs.append({"request": request, "response": response})
    return pairs


def _request(tape: Tape, dialogue: Dialogue) -> dict[str, Any]:
    base = urlsplit(tape.base_url)
    request: dict[str, Any] = {
        "path": _exact(base.path + dialogue.path),
        "method": _exact(dialogue.method),
        "destination": _exact(base.netloc),
        "scheme": _exact(base.scheme),
    }
    if dialogue.body is not None:
        request["body"] = _body(dialogue.body)
    # several values of one name are compared as one text (``matching/query_matching.go``); no names: no query at all
    request["query"] = {name: _exact(";".join(values)) for name, values in sorted(by_name(dialogue.query).items())}
    return request


def _exact(value: str) -> list[dict[str, str]]:
    return [{"matcher": "exact", "value": value}]


def _body(body: bytes) -> list[dict[str, str]]:
    text = text_of(body)
    if text is not None and is_json(body):
        return [{"matcher": "json", "value": text}]
    return _exact(body.decode(errors="replace"))


def _response(reply: Reply) -> dict[str, Any]:
    text = text_of(reply.body)
    response: dict[str, Any] = {
        "status": reply.status,
        "body": base64_of(reply.body) if text is None else text,
        "encodedBody": text is None,
    }
    if headers := headers_by_name(reply):
        response["headers"] = dict(sorted(headers.items()))
    return response | {"templated": False}
