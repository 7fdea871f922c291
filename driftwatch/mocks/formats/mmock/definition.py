"""One mock of mmock's: what it asks for by globs and patterns, what it answers, and what controls it."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.answers.durations import go_duration
from driftwatch.mocks.asking.contest import Answers, Stub
from driftwatch.mocks.asking.identity import identity
from driftwatch.mocks.asking.named_paths import LONGEST, SEGMENT, NamedPath, Parameter
from driftwatch.mocks.asking.question import Question, Wishes
from driftwatch.mocks.asking.wish import How, Wish, is_plain
from driftwatch.mocks.formats.mmock.answer import read_answer
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_number, as_object, as_text, as_whole

_KEYS: Final = frozenset(
    ["request", "response", "control", "callback", "description", "URI", "uri", "persist", "notify"]
)
_REQUEST: Final = frozenset(
    [
        "scheme", "host", "port", "method", "path", "queryStringParameters", "fragment", "headers", "cookies", "body",
    ]
)  # fmt: skip
_RESPONSE: Final = frozenset(["statusCode", "headers", "cookies", "body"])
_METHOD: Final = re.compile(r"[A-Za-z][A-Za-z-]{0,30}")
_VARIABLE: Final = re.compile(r":([A-Za-z0-9]{1,60})")
_START: Final = "not_started"
"""The state every scenario begins in."""


def is_definition(value: object) -> bool:
    """Whether a value is a mock: traces of calls have the same main names, and single texts for headers."""
    if not isinstance(value, dict) or not set(value) <= _KEYS:
        return False
    request, response, control = (value.get(name) for name in ("request", "response", "control"))
    if not isinstance(request, dict) or not set(request) <= _REQUEST or not isinstance(request.get("path"), str):
        return False
    if not isinstance(request.get("method"), str) or not _has_lists(request):
        return False
    if isinstance(control, dict) and control.get("proxyBaseURL"):
        return True
    if not isinstance(response, dict) or not set(response) <= _RESPONSE:
        return False
    return "statusCode" in response and _has_lists(response)


def _has_lists(half: Mapping[object, object]) -> bool:
    shown = [half.get(name) for name in ("headers", "queryStringParameters") if half.get(name) is not None]
    return all(isinstance(one, dict) and all(isinstance(values, list) for values in one.values()) for one in shown)


def read_definition(document: Document, home: str, ids: Counter[str]) -> Stub:
    """The mock of one file. Raises ``Refusal`` with the place of what cannot be read."""
    fields = as_object(document.value)
    asked = as_object(fields.get("request"), "request")
    control = as_object(fields.get("control"), "control")
    question = read_question(asked)
    method = question.methods[0] if len(question.methods) == 1 else ""
    proxied = as_text(control.get("proxyBaseURL"), "control", "proxyBaseURL")
    if proxied:
        answers = Answers((), "passes the request on to another server")
    else:
        answers = read_answer(fields.get("response"), document, method, _delay(control), "response")
    scenario, state = _scenario(control)
    if state:
        variants = tuple(replace(one, note=f"in the scenario state `{state[:80]}`") for one in answers.variants)
        answers = replace(answers, variants=variants)
    mock_id = identity([asked, scenario, state])
    ids[mock_id] += 1
    return Stub(
        mock_id if ids[mock_id] == 1 else f"{mock_id}-{ids[mock_id]}",
        document.origin(),
        (question,),
        answers,
        -as_whole(control.get("priority"), "control", "priority"),
        as_text(fields.get("description"), "description"),
        f"{home}/{scenario}" if scenario else "",
        state,
        _notes(fields, control),
    )


def _notes(fields: Object, control: Object) -> tuple[str, ...]:
    notes = ["answers with an error now and then, to test failures"] if control.get("crazy") else []
    if fields.get("callback") or fields.get("notify") or control.get("webHookURL"):
        notes.append("also makes a call of its own")
    if fields.get("persist"):
        notes.append("answers with what earlier requests have stored")
    return tuple(notes)


def _delay(control: Object) -> float | None:
    """Milliseconds; a bare number are seconds, as mmock had it before it read lengths of time."""
    shown = control.get("delay")
    if shown is None or isinstance(shown, str):
        return go_duration(shown or "", "control", "delay")
    return as_number(shown, "control", "delay") * 1000 or None


def _scenario(control: Object) -> tuple[str, str]:
    """A scenario's name, and the state it must be in if that is another than it begins in."""
    fields = as_object(control.get("scenario"), "control", "scenario")
    name = as_text(fields.get("name"), "control", "scenario", "name")
    shown = fields.get("requiredState")
    listed = as_list(shown, "control", "scenario", "requiredState") if isinstance(shown, list) else [shown]
    states = [as_text(state, "control", "scenario", "requiredState") for state in listed if state]
    if not name or _START in (state.lower() for state in states):
        return name, ""
    # without a required state it never answers (``matchScenarioState``)
    return name, " or ".join(states) or "none, since it names no state"


def read_question(fields: Object) -> Question:
    """The matchers of one mock. Raises ``Refusal`` with the place of what cannot be read."""
    text = as_text(fields.get("method"), "request", "method")
    methods = tuple(dict.fromkeys(name.strip().upper() for name in text.split("|")))
    if any(not _METHOD.fullmatch(method) for method in methods):
        raise Refusal("`request.method` must be one HTTP method, or several with | between them", steps=("request",))
    cookies = as_object(fields.get("cookies"), "request", "cookies").items()
    body = as_text(fields.get("body"), "request", "body")
    return Question(
        methods=methods,
        path=_path(as_text(fields.get("path"), "request", "path")),
        query=_lists(fields.get("queryStringParameters"), "queryStringParameters"),
        headers=_lists(fields.get("headers"), "headers"),
        cookies=tuple((name, Wish(How.GLOB, as_text(shown, "request", "cookies", name))) for name, shown in cookies),
        body=_body(body) if body else None,
    )


def _path(path: str) -> Wish | NamedPath:
    """A path with ``:variables``, which is also a pattern, or a glob; a slash may follow."""
    if not path.startswith("/") or len(path) > LONGEST:
        reason = f"`request.path` must begin with a slash and have no more than {LONGEST:,} characters"
        raise Refusal(reason, steps=("request", "path"))
    parts = _VARIABLE.split(path)
    if len(parts) > 1 and "*" not in path:
        pieces = [Parameter(part) if index % 2 else part for index, part in enumerate(parts)]
        return NamedPath(tuple(piece for piece in pieces if piece), "/?")
    pattern = _VARIABLE.sub(SEGMENT, path).replace(".", r"\.") + "/?"
    return Wish(How.EITHER, parts=(Wish(How.GLOB, path), Wish(How.WHOLE, pattern)))


def _lists(value: object, name: str) -> Wishes:
    """Names with lists of globs or patterns, of which one must fit (``matchKey``)."""
    found = []
    for key, shown in as_object(value, "request", name).items():
        listed = as_list(shown, "request", name, key) if isinstance(shown, list) else [shown]
        parts = tuple(_text(as_text(one, "request", name, key)) for one in listed)
        found.append((key, parts[0] if len(parts) == 1 else Wish(How.EITHER, parts=parts)))
    return tuple(found)


def _text(text: str) -> Wish:
    """A text as a glob or as a pattern that matches somewhere in it."""
    somewhere = Wish(How.WITHIN, text)
    if "*" in text and is_plain(text.replace("*", "")):
        return Wish(How.EITHER, parts=(Wish(How.GLOB, text), somewhere))
    return Wish(How.EITHER, parts=(Wish(How.EQUAL, text), somewhere)) if is_plain(text) else somewhere


def _body(text: str) -> Wish:
    """The text, a glob, or JSON whose members must all be there (``JSONComparator``)."""
    parts = [Wish(How.GLOB, text)]
    if text.lstrip()[:1] in ("{", "["):
        parts.append(Wish(How.COVERS, text))
    elif text.lstrip().startswith("<"):
        parts.append(Wish(How.DOCUMENT, text))
    return Wish(How.EITHER, parts=tuple(parts))
