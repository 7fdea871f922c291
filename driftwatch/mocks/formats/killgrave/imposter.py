"""One imposter: gorilla/mux's path and query templates, headers by pattern, and its answers."""

import re
from collections import Counter
from typing import Final

from driftwatch.mocks.answers.attached import folders_up, read_attached
from driftwatch.mocks.answers.bodies import encode_text, has_no_body
from driftwatch.mocks.answers.durations import go_range
from driftwatch.mocks.answers.templates import has_template, render
from driftwatch.mocks.asking.contest import Answers, Stub, join
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.asking.identity import identity
from driftwatch.mocks.asking.named_paths import LONGEST, SEGMENT, NamedPath, Parameter
from driftwatch.mocks.asking.question import Question, Wishes
from driftwatch.mocks.asking.wish import How, Wish, is_plain
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_status, as_text
from driftwatch.model.interaction import Expectation, Matcher

_METHOD: Final = re.compile(r"[A-Za-z][A-Za-z-]{0,30}")
_ANY: Final = ".*"
"""What a parameter of a query takes."""
_DEEPEST: Final = 40


def read_imposter(value: object, document: Document, order: int, ids: Counter[str], *steps: Step) -> Stub:
    """One imposter from its file. Raises ``Refusal`` with the place of what cannot be read."""
    fields = as_object(value, *steps)
    asked = as_object(fields.get("request"), *steps, "request")
    if not asked:
        raise Refusal("an imposter needs a `request` with `method` and `endpoint`", steps=steps)
    method = as_text(asked.get("method"), *steps, "request", "method").upper()
    if not _METHOD.fullmatch(method):
        raise Refusal("`request.method` must be one HTTP method", steps=(*steps, "request"))
    schema = as_text(asked.get("schemaFile"), *steps, "request", "schemaFile")
    question = Question(
        methods=(method,),
        path=_path(as_text(asked.get("endpoint"), *steps, "request", "endpoint"), *steps, "request", "endpoint"),
        query=_params(asked.get("params"), *steps, "request", "params"),
        headers=_headers(asked.get("headers"), *steps, "request", "headers"),
        undecided=f"the JSON schema `{schema[:200]}` decides about the body" if schema else "",
    )
    mock_id = identity(asked)
    ids[mock_id] += 1
    return Stub(
        mock_id if ids[mock_id] == 1 else f"{mock_id}-{ids[mock_id]}",
        document.origin(*steps),
        (question,),
        _answers(fields, document, method, *steps),
        order,
    )


def _path(endpoint: str, *steps: Step) -> NamedPath:
    if not endpoint.startswith("/"):
        raise Refusal("`endpoint` must begin with a slash", steps=steps)
    if len(endpoint) > LONGEST:
        raise Refusal(f"`endpoint` has more than {LONGEST:,} characters", steps=steps)
    return NamedPath(_template(endpoint, SEGMENT, *steps))


def _template(text: str, default: str, *steps: Step) -> tuple[str | Parameter, ...]:
    """The pieces of ``/users/{id:[0-9]{2}}``; braces inside a pattern come in pairs (``braceIndices``)."""
    parts: list[str | Parameter] = []
    literal, depth, start = 0, 0, 0
    for position, letter in enumerate(text):
        if letter == "{":
            depth += 1
            if depth == 1:
                start = position
        elif letter == "}":
            depth -= 1
            if depth == 0:
                parts += [text[literal:start], _parameter(text[start + 1 : position], default, *steps)]
                literal = position + 1
        if depth < 0 or depth > _DEEPEST:
            break
    if depth:
        raise Refusal("the braces of a template do not come in pairs", steps=steps)
    return tuple(part for part in (*parts, text[literal:]) if part)


def _parameter(inside: str, default: str, *steps: Step) -> Parameter:
    name, colon, pattern = inside.partition(":")
    if not name or (colon and not pattern):
        raise Refusal(f"`{{{inside[:80]}}}` must be a name, or a name and a pattern", steps=steps)
    return Parameter(name.strip(), pattern or default)


def _params(value: object, *steps: Step) -> Wishes:
    found = []
    for name, template in as_object(value, *steps).items():
        text = as_text(template, *steps, name)
        named = NamedPath(_template(text, _ANY, *steps, name))
        is_open = named.pattern in ("", f"(?:{_ANY})")
        found.append((name, Wish(How.PRESENT) if is_open else _value(named)))
    return tuple(found)


def _value(named: NamedPath) -> Wish:
    literal = named.literal
    return Wish(How.WHOLE, named.pattern) if literal is None else Wish(How.EQUAL, literal)


def _headers(value: object, *steps: Step) -> Wishes:
    """``HeadersRegexp``: a pattern that matches somewhere; an empty one wants the header to be there."""
    found = []
    for name, shown in as_object(value, *steps).items():
        text = as_text(shown, *steps, name)
        pattern = Wish(How.WITHIN, text)
        if is_plain(text):
            pattern = Wish(How.EITHER, parts=(Wish(How.EQUAL, text), pattern))
        found.append((name, pattern if text else Wish(How.PRESENT)))
    return tuple(found)


def _answers(fields: Object, document: Document, method: str, *steps: Step) -> Answers:
    shown = fields.get("response")
    listed = as_list(shown, *steps, "response") if isinstance(shown, list) else [shown]
    places: list[tuple[Step, ...]] = [
        (*steps, "response", index) if isinstance(shown, list) else (*steps, "response") for index in range(len(listed))
    ]
    answers = [_answer(one, document, method, *place) for one, place in zip(listed, places, strict=True)]
    return join(answers)


def _answer(value: object, document: Document, method: str, *steps: Step) -> Answers:
    fields = as_object(value, *steps)
    status = as_status(fields.get("status"), *steps, "status")
    if not status:
        raise Refusal("a response needs a `status`", steps=steps)
    members = as_object(fields.get("headers"), *steps, "headers").items()
    headers = tuple((name, as_text(shown, *steps, "headers", name)) for name, shown in members)
    body, file, matchers, notes = _body(fields, document, value_of(headers, "content-type"), *steps)
    return Answers(
        (
            Expectation(
                status,
                headers,
                None if has_no_body(method, status) else body,
                matchers,
                go_range(as_text(fields.get("delay"), *steps, "delay"), *steps, "delay"),
                body_file=file,
            ),
        ),
        notes=notes,
    )


def _body(
    fields: Object, document: Document, content_type: str, *steps: Step
) -> tuple[bytes | None, str, tuple[Matcher, ...], tuple[str, ...]]:
    """The body with its file, what is dynamic in it, and notes."""
    name = as_text(fields.get("bodyFile"), *steps, "bodyFile")
    if name:
        try:
            attached = read_attached(name, folders_up(document), document)
        except Refusal as refusal:
            raise Refusal(refusal.reason, steps=(*steps, "bodyFile")) from refusal
        return attached.content, attached.file, (), ()
    if fields.get("body") is None:
        return None, "", (), ()
    text = as_text(fields["body"], *steps, "body")
    if not has_template(text):
        return encode_text(text, content_type), "", (), ()
    rendering = render(text)
    note = "looks like a template, which not every Killgrave fills in"
    return encode_text(rendering.text, content_type), "", rendering.matchers, (note,)
