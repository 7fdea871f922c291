"""A Postman collection (v2.1.0) as the app exports it: one request for each operation, real answers as its examples."""

from typing import Any, Final
from urllib.parse import quote

from driftwatch.mocks.spelling.json_style import TABS, written
from driftwatch.mocks.spelling.parts import is_json, reason_of, slug, target_of, text_of, uuid_of
from driftwatch.model.tape import Dialogue, Reply, Spelled, Tape, Unspelled

_SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_BASE: Final = "{{baseUrl}}"
_NO_BYTES: Final = "a saved example is text, and this one is none"


def spell(tape: Tape) -> Spelled:
    """``NAME.postman_collection.json``."""
    operations: dict[str, list[Dialogue]] = {}
    unspelled = []
    for dialogue in tape.dialogues:
        if any(text_of(body) is None for body in (dialogue.body or b"", *(one.body for one in dialogue.replies))):
            unspelled.append(Unspelled(dialogue, _NO_BYTES))
        else:
            operations.setdefault(dialogue.name, []).append(dialogue)
    collection = {
        "info": {"_postman_id": uuid_of("postman", tape.called), "name": tape.called, "schema": _SCHEMA},
        "item": [_item(name, dialogues) for name, dialogues in operations.items()],
        "variable": [{"key": "baseUrl", "value": tape.base_url}],
    }
    name = f"{slug(tape.called)}.postman_collection.json"
    return Spelled(((name, written(collection, TABS).encode()),), tuple(unspelled))


def _item(name: str, dialogues: list[Dialogue]) -> dict[str, Any]:
    examples = [_example(dialogue, reply) for dialogue in dialogues for reply in dialogue.replies]
    return {"name": name, "request": _request(dialogues[0]), "response": examples}


def _request(dialogue: Dialogue) -> dict[str, Any]:
    header = [{"key": "Content-Type", "value": dialogue.media_type}] if dialogue.media_type else []
    request: dict[str, Any] = {"method": dialogue.method, "header": header}
    if dialogue.body:
        request["body"] = {"mode": "raw", "raw": text_of(dialogue.body)}
        if is_json(dialogue.body):
            request["body"]["options"] = {"raw": {"language": "json"}}
    url: dict[str, Any] = {
        "raw": _BASE + target_of(dialogue),
        "host": [_BASE],
        "path": dialogue.path.removeprefix("/").split("/"),
    }
    if dialogue.query:
        url["query"] = [{"key": _escaped(name), "value": _escaped(value)} for name, value in dialogue.query]
    return request | {"url": url}


def _escaped(text: str) -> str:
    """Postman keeps a query as it is sent."""
    return quote(text, safe="-._~!$'()*,;:@/")


def _example(dialogue: Dialogue, reply: Reply) -> dict[str, Any]:
    body = text_of(reply.body) or ""
    example: dict[str, Any] = {
        "name": f"{reply.status} {reason_of(reply.status)}".strip(),
        "originalRequest": _request(dialogue),
        "status": reason_of(reply.status),
        "code": reply.status,
        "_postman_previewlanguage": "json" if is_json(reply.body) else "text",
        "header": [{"key": name, "value": value} for name, value in reply.headers],
        "cookie": [],
        "body": body,
    }
    return example
