"""An OpenAPI description (3.0.3) in YAML, in which real exchanges are named examples.

An example of an answer belongs to the examples of the same name of parameters and body (Microcks pairs them so); mock
servers answer with one of them, and with the one that is asked for by name.
"""

import re
from typing import Any, Final

import yaml

from driftwatch.mocks.spelling.json_style import Number
from driftwatch.mocks.spelling.parts import document_of, is_json, numbered, reason_of, slug, text_of
from driftwatch.model.interaction import Header
from driftwatch.model.route import path_template
from driftwatch.model.tape import Dialogue, Reply, Spelled, Tape, Unspelled

_ID: Final = "{id}"
_NOT_A_WORD: Final = re.compile(r"[^A-Za-z0-9]+")
_LOOKS_TYPED: Final = re.compile(r"(?i)[-+]?\.?\d[\d_]*\.?\d*(?:e[-+]?\d+)?|0[xo][0-9a-f]+")
"""Texts that one version of YAML reads as numbers and another does not."""
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
_NO_BYTES: Final = "an example in YAML is text, and this one is none"
_DESCRIBED_ELSEWHERE: Final = frozenset({"content-type"})

Named = tuple[str, Dialogue, Reply]
"""An exchange under its example's name."""


def spell(tape: Tape) -> Spelled:
    """``NAME.yaml``."""
    paths: dict[str, dict[str, list[Named]]] = {}
    unspelled = []
    for dialogue in tape.dialogues:
        if reason := _why_not(dialogue):
            unspelled.append(Unspelled(dialogue, reason))
            continue
        of_path = paths.setdefault(_template(dialogue.path), {})
        known = of_path.setdefault(dialogue.method.lower(), [])
        names = numbered([*(name for name, _, _ in known), *(f"recorded-{one.status}" for one in dialogue.replies)])
        known += [(name, dialogue, one) for name, one in zip(names[len(known) :], dialogue.replies, strict=True)]
    document = {
        "openapi": "3.0.3",
        "info": {"title": tape.provider, "version": "1.0.0"},
        "servers": [{"url": tape.base_url}],
        "paths": {
            path: {method: _operation(path, method, named) for method, named in methods.items()}
            for path, methods in paths.items()
        },
    }
    text = yaml.dump(document, Dumper=_Dumper, default_flow_style=False, sort_keys=False, allow_unicode=True, width=100)
    return Spelled(((f"{slug(tape.called)}.yaml", text.encode()),), tuple(unspelled))


def _why_not(dialogue: Dialogue) -> str:
    if dialogue.method not in _METHODS:
        return f"OpenAPI 3.0 knows no {dialogue.method}"
    bodies = (dialogue.body or b"", *(one.body for one in dialogue.replies))
    return _NO_BYTES if any(text_of(body) is None for body in bodies) else ""


class _Dumper(yaml.SafeDumper):
    """Without anchors; what looks like a number and is text stands in quotes, for readers of any version of YAML."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's signature
        super().increase_indent(flow, False)


def _number(dumper: yaml.SafeDumper, value: Number) -> yaml.Node:
    mantissa, letter, exponent = value.lower().partition("e")
    mantissa = mantissa if "." in mantissa or not letter else f"{mantissa}.0"
    signed = exponent if exponent[:1] in ("+", "-", "") else f"+{exponent}"
    return dumper.represent_scalar("tag:yaml.org,2002:float", f"{mantissa}{letter}{signed}")


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "'" if _LOOKS_TYPED.fullmatch(value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(Number, _number)
_Dumper.add_representer(str, _text)


def _template(path: str) -> str:
    """The path with a name for every identifier: ``/users/{userId}/orders/{orderId}``."""
    original, templated = path.split("/"), path_template(path).split("/")
    found: list[str] = []
    for number, segment in enumerate(templated):
        if segment != _ID:
            found.append(original[number])
            continue
        before = _NOT_A_WORD.sub("", original[number - 1]) if templated[number - 1] != _ID else ""
        name = f"{before.removesuffix('s')}Id" if before else "id"
        found.append("{" + name + "}")
    names = iter(numbered([one for one in found if one.startswith("{")]))
    return "/".join(_parameter(next(names)) if one.startswith("{") else one for one in found)


def _parameter(name: str) -> str:
    """A second parameter of the same name gets its number inside the braces."""
    return "{" + name.replace("{", "").replace("}", "").replace("-", "") + "}"


def _operation(path: str, method: str, named: list[Named]) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": slug(f"{method} {path}"), "summary": named[0][1].name}
    if parameters := [*_in_path(path, named), *_in_query(named)]:
        operation["parameters"] = parameters
    if content := _content([(name, one.media_type, one.body or b"") for name, one, _ in named if one.body]):
        operation["requestBody"] = {"content": content}
    statuses: dict[str, list[Named]] = {}
    for one in named:
        statuses.setdefault(str(one[2].status), []).append(one)
    return operation | {"responses": {status: _response(int(status), these) for status, these in statuses.items()}}


def _in_path(path: str, named: list[Named]) -> list[dict[str, Any]]:
    names = [(number, part[1:-1]) for number, part in enumerate(path.split("/")) if part.startswith("{")]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "examples": {one: {"value": dialogue.path.split("/")[number]} for one, dialogue, _ in named},
        }
        for number, name in names
    ]


def _in_query(named: list[Named]) -> list[dict[str, Any]]:
    names = dict.fromkeys(name for _, dialogue, _ in named for name, _ in dialogue.query)
    return [
        {
            "name": name,
            "in": "query",
            "schema": {"type": "string"},
            "examples": {
                one: {"value": next(value for key, value in dialogue.query if key == name)}
                for one, dialogue, _ in named
                if any(key == name for key, _ in dialogue.query)
            },
        }
        for name in names
    ]


def _response(status: int, named: list[Named]) -> dict[str, Any]:
    response: dict[str, Any] = {"description": reason_of(status) or "As it was recorded"}
    headers: dict[str, Header] = {}
    for _, _, reply in named:
        headers |= {name.lower(): (name, value) for name, value in reply.headers}
    told = [header for lowered, header in headers.items() if lowered not in _DESCRIBED_ELSEWHERE]
    if told:
        response["headers"] = {name: {"schema": {"type": "string"}, "example": value} for name, value in told}
    bodies = [(name, reply.header("Content-Type"), reply.body) for name, _, reply in named if reply.body]
    if content := _content(bodies):
        response["content"] = content
    return response


def _content(bodies: list[tuple[str, str, bytes]]) -> dict[str, Any]:
    content: dict[str, dict[str, Any]] = {}
    for name, declared, body in bodies:
        kind = declared or ("application/json" if is_json(body) else "text/plain")
        examples = content.setdefault(kind.partition(";")[0].strip(), {"examples": {}})["examples"]
        examples[name] = {"value": document_of(body) if is_json(body) else text_of(body)}
    return content
