"""WireMock stub mappings, one a file, as its recorder writes them (3.13).

What is asked without a query is matched by ``url``, which knows of none; several answers to one question are the states
of a scenario, of which the last stays (``ScenarioProcessor``).
"""

from typing import Any

from driftwatch.mocks.spelling.json_style import JACKSON, written
from driftwatch.mocks.spelling.parts import (
    base64_of,
    by_name,
    delay_of,
    headers_by_name,
    is_json,
    numbered,
    question_of,
    slug,
    text_of,
    uuid_of,
)
from driftwatch.model.tape import Dialogue, Reply, Spelled, Tape

_STARTED = "Started"


def spell(tape: Tape) -> Spelled:
    """``mappings/NAME-ID.json`` for every answer; without the id where the tape has a title."""
    names = numbered([slug(tape.title or one.name) for one in tape.dialogues])
    files: list[tuple[str, bytes]] = []
    for name, dialogue in zip(names, tape.dialogues, strict=True):
        for number in range(len(dialogue.replies)):
            stub = _stub(name, dialogue, number, len(files))
            file = f"{name}-{number + 1}" if len(dialogue.replies) > 1 else name
            file = file if tape.title else f"{file}-{stub['id']}"
            files.append((f"mappings/{file}.json", written(stub, JACKSON).encode()))
    return Spelled(tuple(files))


def _stub(name: str, dialogue: Dialogue, number: int, index: int) -> dict[str, Any]:
    identity = uuid_of(question_of(dialogue), number)
    stub: dict[str, Any] = {
        "id": identity,
        "name": dialogue.name,
        "request": _request(dialogue),
        "response": _response(dialogue.replies[number]),
        "uuid": identity,
        "persistent": True,
    }
    if len(dialogue.replies) > 1:
        scenario = f"scenario-{name}"
        stub["scenarioName"] = scenario
        stub["requiredScenarioState"] = f"{scenario}-{number + 1}" if number else _STARTED
        if number + 1 < len(dialogue.replies):
            stub["newScenarioState"] = f"{scenario}-{number + 2}"
    return stub | {"insertionIndex": index}


def _request(dialogue: Dialogue) -> dict[str, Any]:
    request: dict[str, Any]
    if dialogue.query:
        named = by_name(dialogue.query).items()
        exactly = {name: {"hasExactly": [{"equalTo": one} for one in values]} for name, values in named}
        request = {"urlPath": dialogue.path, "method": dialogue.method, "queryParameters": exactly}
    else:
        request = {"url": dialogue.path, "method": dialogue.method}
    if dialogue.body:
        request["bodyPatterns"] = [_pattern(dialogue.body)]
    return request


def _pattern(body: bytes) -> dict[str, Any]:
    text = text_of(body)
    if text is None:
        return {"binaryEqualTo": base64_of(body)}
    if is_json(body):
        return {"equalToJson": text, "ignoreArrayOrder": True, "ignoreExtraElements": True}
    return {"equalTo": text}


def _response(reply: Reply) -> dict[str, Any]:
    response: dict[str, Any] = {"status": reply.status}
    text = text_of(reply.body)
    if text is None:
        response["base64Body"] = base64_of(reply.body)
    elif text:
        response["body"] = text
    headers = {name: values if len(values) > 1 else values[0] for name, values in headers_by_name(reply).items()}
    response |= {"headers": headers} if headers else {}
    delay = delay_of(reply)
    return response if delay is None else response | {"fixedDelayMilliseconds": delay}
