"""Dynamic responses: what of a Go template is fixed, and where it writes.

A template writes a response in YAML (``go_template``, ``go_template_yaml``) or JSON (``go_template_json``); Lua is a
program, and nothing is known of its answer (``server/templates``, smocker-dev/smocker @ 430d4d3). Actions that only
print are replaced by a word, the rest is read as a response, and where the word stands in the body is dynamic.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.answers.bodies import encode_text
from driftwatch.mocks.answers.templates import render
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.smocker.answer import Answer, read_response
from driftwatch.mocks.formats.smocker.matcher import text_of
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text, yaml_text
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import as_object
from driftwatch.mocks.text.nodes import to_value
from driftwatch.model.interaction import Expectation

_ENGINES: Final = ("go_template", "go_template_yaml", "go_template_json", "lua")
_ACTION: Final = re.compile(r"(?s)\{\{.*?\}\}")
_SILENT: Final = re.compile(r"(?s)\{\{-?\s*(?:/\*.*\*/|\$\w*\s*:?=.*)\s*-?\}\}")
"""Comments and assignments, which print nothing."""
_CONTROL: Final = re.compile(r"\{\{-?\s*(?:if|else|end|range|with|define|block|template|break|continue)\b")
_TOKEN: Final = re.compile(r'(?s)(\{\{.*?\}\})|\\.|(")')
_EXPRESSION: Final = "{{x}}"
"""What stands for an action when the body is looked through for dynamic places."""


def scripted(value: object, document: Document, method: str, *steps: Step) -> Answer:
    """The answer of a mock with a script, as far as it can be known. Raises ``Refusal``."""
    fields = as_object(value, *steps)
    engine = text_of(fields.get("engine"), document, *steps, "engine")
    if engine not in _ENGINES:
        raise Refusal(f"`engine` must be one of {', '.join(_ENGINES)}", steps=(*steps, "engine"))
    script = text_of(fields.get("script"), document, *steps, "script")
    if engine == "lua":
        return Answer(None, "is made by a Lua script")
    if _CONTROL.search(script):
        return Answer(None, "is made by a template that decides by the request")
    try:
        return _read(script, document, method, is_json=engine == "go_template_json")
    except (Refusal, ValueError, RecursionError):
        return Answer(None, "is made by a template that cannot be read without being run")


def _read(script: str, document: Document, method: str, *, is_json: bool) -> Answer:
    """The response a template writes, with what it fills in marked."""
    plain = _replaced(script, _SILENT, "")
    word = _unused(plain)
    if is_json:
        text = _with_words(plain, word)
        part = _part(document, Syntax.JSON, json_text.decode(text), text)
    else:
        nodes = yaml_text.parse(_replaced(plain, _ACTION, word), document.limits)
        part = _part(document, Syntax.YAML, to_value(nodes[0]) if nodes else None, plain)
        part.tree = nodes[0] if nodes else None
    fields = dict(as_object(part.value))
    if word in str(fields.get("status")):
        return Answer(None, "takes its status from the request")
    if word in str(fields.get("delay")):
        del fields["delay"]
    if isinstance(fields.get("body"), dict | list) and is_json:
        fields["body"] = json_text.encode(fields["body"])
    return _marked(read_response(fields, part, method), word)


def _part(document: Document, syntax: Syntax, value: object, text: str) -> Document:
    """A script as a document of its own."""
    return Document(
        document.file, document.path, document.root, text, syntax, value,
        options=document.options, limits=document.limits,
    )  # fmt: skip


def _replaced(text: str, pattern: re.Pattern[str], word: str) -> str:
    """Every action that is of a kind, replaced. Behind the last closing braces no action begins any more."""
    end = text.rfind("}}") + 2 if "}}" in text else 0
    return _ACTION.sub(lambda m: word if pattern.fullmatch(m.group()) else m.group(), text[:end]) + text[end:]


def _with_words(text: str, word: str) -> str:
    """JSON in which a word stands for each action: by itself inside quotes, as a text outside of them."""
    return "".join(_pieces(text, word))


def _pieces(text: str, word: str) -> Iterator[str]:
    is_quoted, position, end = False, 0, text.rfind("}}") + 2 if "}}" in text else 0
    for token in _TOKEN.finditer(text, 0, end):
        if token.group(1) is not None:
            yield text[position : token.start()] + (word if is_quoted else f'"{word}v"')
            position = token.end()
        else:
            is_quoted ^= token.group(2) is not None
    yield text[position:]


def _unused(text: str) -> str:
    number = 0
    while f"action{number}w" in text:
        number += 1
    return f"action{number}w"


def _marked(expectation: Expectation, word: str) -> Answer:
    """The answer with its dynamic places; headers that a template writes are left out."""
    headers = tuple(pair for pair in expectation.headers if word not in pair[1])
    notes = ("a header is templated and not compared",) if len(headers) < len(expectation.headers) else ()
    body, matchers = expectation.body, expectation.matchers
    text = body.decode("utf-8", "surrogateescape") if body is not None else ""
    if word in text:
        rendering = render(text.replace(f'"{word}v"', _EXPRESSION).replace(word, _EXPRESSION))
        body = encode_text(rendering.text, value_of(headers, "content-type"))
        matchers = rendering.matchers
    return Answer(replace(expectation, headers=headers, body=body, matchers=matchers), "", notes)
