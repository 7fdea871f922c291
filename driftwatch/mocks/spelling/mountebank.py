"""A mountebank imposter as ``mb save`` writes what a proxy recorded (2.9): exact predicates, answers in turn.

Predicates compare texts without regard to case unless told otherwise; a body that is a JSON object is compared member
by member.
"""

from typing import Any, Final

from driftwatch.mocks.spelling.json_style import NODE, written
from driftwatch.mocks.spelling.parts import (
    base64_of,
    by_name,
    delay_of,
    document_of,
    headers_by_name,
    slug,
    specific_first,
    text_of,
)
from driftwatch.model.tape import Dialogue, Reply, Spelled, Tape, Unspelled

PORT: Final = 4545


def spell(tape: Tape) -> Spelled:
    """``NAME.json`` with one imposter."""
    bytes_sent = tuple(one for one in tape.dialogues if one.body and text_of(one.body) is None)
    stubs = [_stub(one) for one in specific_first(tape) if one not in bytes_sent]
    imposter = {"protocol": "http", "port": PORT, "name": tape.called, "recordRequests": False, "stubs": stubs}
    text = written({"imposters": [imposter]}, NODE)
    unspelled = tuple(Unspelled(one, "an imposter of `http` sees no bytes that are no text") for one in bytes_sent)
    return Spelled(((f"{slug(tape.called)}.json", text.encode()),), unspelled)


def _stub(dialogue: Dialogue) -> dict[str, Any]:
    query = {name: values if len(values) > 1 else values[0] for name, values in by_name(dialogue.query).items()}
    wanted: dict[str, Any] = {"method": dialogue.method, "path": dialogue.path, "query": query}
    if dialogue.body:
        document = document_of(dialogue.body)
        wanted["body"] = document if isinstance(document, dict) and document else text_of(dialogue.body)
    return {"predicates": [{"deepEquals": wanted}], "responses": [_response(one) for one in dialogue.replies]}


def _response(reply: Reply) -> dict[str, Any]:
    delay = delay_of(reply)
    return {"is": _is(reply)} | ({} if delay is None else {"behaviors": [{"wait": delay}]})


def _is(reply: Reply) -> dict[str, Any]:
    text = text_of(reply.body)
    headers = {name: values if len(values) > 1 else values[0] for name, values in headers_by_name(reply).items()}
    return {
        "statusCode": reply.status,
        "headers": headers,
        "body": base64_of(reply.body) if text is None else text,
        "_mode": "binary" if text is None else "text",
    }
