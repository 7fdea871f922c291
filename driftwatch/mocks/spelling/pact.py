"""A Pact contract of version 3 as pact-reference writes it: members in alphabetical order.

What reality answered is an example: a matching rule at the root of each body says that its form counts and no value.
Several answers to one question need a provider state each, since a contract may say a thing only once.
"""

from typing import Any, Final

from driftwatch.mocks.spelling.json_style import NODE, written
from driftwatch.mocks.spelling.parts import (
    base64_of,
    by_name,
    document_of,
    headers_by_name,
    is_json,
    numbered,
    slug,
    text_of,
)
from driftwatch.model.tape import Dialogue, Reply, Spelled, Tape

_BY_FORM: Final = {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}


def spell(tape: Tape) -> Spelled:
    """``CONSUMER-PROVIDER.json``."""
    descriptions = iter(numbered([f"{one.name}: {each.status}" for one in tape.dialogues for each in one.replies]))
    interactions = [
        _interaction(next(descriptions), dialogue, number)
        for dialogue in tape.dialogues
        for number in range(len(dialogue.replies))
    ]
    contract = {
        "consumer": {"name": tape.consumer},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
        "provider": {"name": tape.provider},
    }
    name = f"{slug(tape.consumer)}-{slug(tape.called)}.json"
    return Spelled(((name, written(contract, NODE).encode()),))


def _interaction(description: str, dialogue: Dialogue, number: int) -> dict[str, Any]:
    interaction: dict[str, Any] = {"description": description}
    if len(dialogue.replies) > 1:
        interaction["providerStates"] = [{"name": f"answer {number + 1} of {len(dialogue.replies)} was recorded"}]
    return interaction | {"request": _request(dialogue), "response": _response(dialogue.replies[number])}


def _request(dialogue: Dialogue) -> dict[str, Any]:
    request: dict[str, Any] = {}
    if dialogue.body:
        request["body"] = _body(dialogue.body)
        request["headers"] = {"Content-Type": dialogue.media_type}
    request |= {"method": dialogue.method, "path": dialogue.path}
    return request | ({"query": dict(sorted(by_name(dialogue.query).items()))} if dialogue.query else {})


def _response(reply: Reply) -> dict[str, Any]:
    response: dict[str, Any] = {}
    if reply.body:
        response["body"] = _body(reply.body)
    if headers := headers_by_name(reply):
        response["headers"] = {name: ", ".join(values) for name, values in headers.items()}
    if reply.body and is_json(reply.body):
        response["matchingRules"] = {"body": _BY_FORM}
    return response | {"status": reply.status}


def _body(body: bytes) -> object:
    if is_json(body):
        return document_of(body)
    text = text_of(body)
    return base64_of(body) if text is None else text
