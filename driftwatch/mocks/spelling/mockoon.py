"""A Mockoon environment as the app saves it (9.x, schema version 33): one route for each method and path.

The first response whose rules hold answers, else the default one; a route with one question answers in turn
(``SEQUENTIAL``), which knows no rules. Of a question with rules only the first answer can be said.
"""

import re
from typing import Any, Final

from driftwatch.mocks.spelling.json_style import NODE, written
from driftwatch.mocks.spelling.parts import by_name, delay_of, slug, specific_first, text_of, uuid_of
from driftwatch.model.tape import Dialogue, Reply, Spelled, Tape, Unspelled

_SCHEMA: Final = 33
_PORT: Final = 3000
_EXPRESS: Final = re.compile(r"[()*+:?\[\]{}!]")
"""What stands for itself in a path only behind a backslash."""
_NO_BYTES: Final = "a response of Mockoon is text, and this one is none"
_IN_TURN: Final = "Mockoon answers in turn only if a route has one question, without query and body: the first is kept"


def spell(tape: Tape) -> Spelled:
    """``NAME.json``."""
    routes: dict[tuple[str, str], list[Dialogue]] = {}
    unspelled = []
    for dialogue in specific_first(tape):
        if any(text_of(body) is None for body in (dialogue.body or b"", *(one.body for one in dialogue.replies))):
            unspelled.append(Unspelled(dialogue, _NO_BYTES))
        else:
            routes.setdefault((dialogue.method, dialogue.path), []).append(dialogue)
    spelled = [_route(tape, of_route) for of_route in routes.values()]
    unspelled += [
        Unspelled(one, _IN_TURN)
        for of_route in routes.values()
        for one in of_route
        if len(one.replies) > 1 and not _is_in_turn(of_route)
    ]
    environment = _environment(tape, spelled)
    return Spelled(((f"{slug(tape.called)}.json", written(environment, NODE).encode()),), tuple(unspelled))


def _is_in_turn(dialogues: list[Dialogue]) -> bool:
    return len(dialogues) == 1 and len(dialogues[0].replies) > 1 and not _rules(dialogues[0])


def _environment(tape: Tape, routes: list[dict[str, Any]]) -> dict[str, Any]:
    nothing = [{"key": "", "value": ""}]
    tls = ("pfxPath", "certPath", "keyPath", "caPath", "passphrase")
    return {
        "uuid": uuid_of("mockoon", tape.called),
        "lastMigration": _SCHEMA,
        "name": tape.called,
        "endpointPrefix": "",
        "latency": 0,
        "port": _PORT,
        "hostname": "",
        "folders": [],
        "routes": routes,
        "rootChildren": [{"type": "route", "uuid": one["uuid"]} for one in routes],
        "proxyMode": False,
        "proxyHost": "",
        "proxyRemovePrefix": False,
        "tlsOptions": {"enabled": False, "type": "CERT", **dict.fromkeys(tls, "")},
        "cors": False,
        "headers": [],
        "proxyReqHeaders": nothing,
        "proxyResHeaders": nothing,
        "data": [],
        "callbacks": [],
    }


def _route(tape: Tape, dialogues: list[Dialogue]) -> dict[str, Any]:
    first = dialogues[0]
    identity = uuid_of(tape.provider, first.method, first.path)
    said = _in_turn(first) if _is_in_turn(dialogues) else [_ruled(one) for one in dialogues]
    default = next((index for index, one in enumerate(said) if not one["rules"]), 0)
    said[default]["default"] = True
    for number, one in enumerate(said):
        one["uuid"] = uuid_of(identity, number)
    return {
        "uuid": identity,
        "type": "http",
        "documentation": first.name,
        "method": first.method.lower(),
        "endpoint": _EXPRESS.sub(r"\\\g<0>", first.path.removeprefix("/")),
        "responses": said,
        "responseMode": "SEQUENTIAL" if _is_in_turn(dialogues) else None,
        "streamingMode": None,
        "streamingInterval": 0,
    }


def _in_turn(dialogue: Dialogue) -> list[dict[str, Any]]:
    return [_response(reply, f"answer {number}") for number, reply in enumerate(dialogue.replies, 1)]


def _ruled(dialogue: Dialogue) -> dict[str, Any]:
    return _response(dialogue.replies[0], "") | {"rules": _rules(dialogue), "rulesOperator": "AND"}


def _rules(dialogue: Dialogue) -> list[dict[str, Any]]:
    rules = []
    for name, values in by_name(dialogue.query).items():
        numbered = len(values) > 1
        rules += [_rule("query", f"{name}.{index}" if numbered else name, one) for index, one in enumerate(values)]
    if dialogue.body:
        rules.append(_rule("body", "", text_of(dialogue.body) or ""))
    return rules


def _rule(target: str, modifier: str, value: str) -> dict[str, Any]:
    return {"target": target, "modifier": modifier, "value": value, "invert": False, "operator": "equals"}


def _response(reply: Reply, label: str) -> dict[str, Any]:
    body = text_of(reply.body) or ""
    return {
        "uuid": "",
        "body": body,
        "latency": delay_of(reply) or 0,
        "statusCode": reply.status,
        "label": label,
        "headers": [{"key": name, "value": value} for name, value in reply.headers],
        "bodyType": "INLINE",
        "filePath": "",
        "databucketID": "",
        "sendFileAsBody": False,
        "rules": [],
        "rulesOperator": "OR",
        "disableTemplating": "{{" in body,
        "fallbackTo404": False,
        "default": False,
        "crudKey": "id",
        "callbacks": [],
    }
