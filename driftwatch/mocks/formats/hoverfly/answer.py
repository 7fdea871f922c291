"""The answer half of a pair: status, headers, body wherever it lives, delays, and what templates make of it.

Facts: ``simulation_views_v5.go``, ``payload.go``, ``hoverfly_funcs.go``, ``templating.go`` and the delays of Hoverfly
1.12.8. Templates count only where ``templated`` says so. An answer's own delay goes before the simulation's.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.answers.attached import folders_up, read_attached
from driftwatch.mocks.answers.bodies import encode_text, from_base64, has_no_body, inflate
from driftwatch.mocks.answers.templates import has_template
from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.hoverfly.templating import is_structure, render_body, sets_status, with_literals
from driftwatch.mocks.formats.hoverfly.versions import member
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_number, as_object, as_status, as_text
from driftwatch.model.interaction import Expectation, Header, Matcher, MatcherKind

_WHOLE: Final = Matcher("", MatcherKind.DYNAMIC)
_OWN_HEADER: Final = "hoverfly"
"""``Hoverfly: Was-Here`` and ``Hoverfly-Cache-Served``: Hoverfly's own, which no provider sends."""
_URL: Final = ("http://", "https://")
_MOST_DELAYS: Final = 1000
"""Delays of a simulation that are looked at."""


class Delay(Struct, frozen=True):
    """A delay for all answers to certain requests (``globalActions``)."""

    pattern: str
    method: str
    milliseconds: float

    def concerns(self, target: str, method: str) -> bool:
        """Whether it delays answers from ``target``, which is host and path without anything between."""
        return self.method in ("", method.upper()) and patterns.occurs(self.pattern, target) is True


class Shared(Struct, frozen=True):
    """What a simulation says for all its pairs."""

    literals: Mapping[str, str] = field(default_factory=dict)
    """``data.literals`` that are one word, a number or a text: a template may name them."""
    delays: tuple[tuple[Delay, ...], ...] = ()
    """Fixed ones and spread ones: the first that concerns a request counts, of either list."""

    @property
    def effort(self) -> int:
        """Patterns that a request is held against."""
        return sum(map(len, self.delays))

    def delay(self, target: str, method: str) -> float | None:
        """The milliseconds that an answer without a delay of its own is held back."""
        hits = [next((one for one in some if one.concerns(target, method)), None) for some in self.delays]
        found = [hit.milliseconds for hit in hits if hit is not None]
        return sum(found) if found else None


class Answer(Struct, frozen=True):
    """What a pair answers, or why that is no claim."""

    expectation: Expectation | None
    incomparable: str = ""
    notes: tuple[str, ...] = ()
    is_recorded: bool = False
    """It was captured from the real service."""


class _Body(Struct, frozen=True):
    content: bytes | None
    file: str = ""
    matchers: tuple[Matcher, ...] = ()
    note: str = ""


def read_shared(data: Object) -> Shared:
    """What a simulation says for all its pairs. What cannot be read there costs no pair."""
    actions = member(data, "globalActions")
    actions = actions if isinstance(actions, dict) else {}
    fixed = _delays(member(actions, "delays"), "delay")
    spread = _delays(member(actions, "delaysLogNormal"), "median")
    return Shared(_literals(member(data, "literals")), (fixed, spread))


def _delays(value: object, of: str) -> tuple[Delay, ...]:
    found: list[Delay] = []
    for entry in value[:_MOST_DELAYS] if isinstance(value, list) else ():
        if not isinstance(entry, dict):
            continue
        pattern, milliseconds, method = member(entry, "urlPattern"), member(entry, of), member(entry, "httpMethod")
        if isinstance(pattern, str) and pattern and isinstance(milliseconds, int) and 0 < milliseconds < 1e12:
            found.append(Delay(pattern, method.upper() if isinstance(method, str) else "", float(milliseconds)))
    return tuple(found)


def _literals(value: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in value if isinstance(value, list) else ():
        name, shown = (entry.get("name"), entry.get("value")) if isinstance(entry, dict) else (None, None)
        if isinstance(name, str) and isinstance(shown, str | int):
            found[name] = as_text(shown)
    return found


def read_answer(value: object, document: Document, method: str, shared: Shared, *steps: Step) -> Answer:
    """The answer of one pair. ``method`` is empty where several are answered. Raises ``Refusal``."""
    fields = as_object(value, *steps)
    status = as_status(member(fields, "status"), *steps, "status") or 200
    headers = tuple(_headers(fields, *steps))
    kept = tuple(pair for pair in headers if not pair[0].lower().startswith(_OWN_HEADER))
    is_recorded = value_of(headers, _OWN_HEADER) == "Was-Here"
    is_templated = member(fields, "templated") is True
    notes = [f"also makes a call of its own: {name}" for name in _calls(fields)]
    body = _read_body(fields, document, kept, *steps)
    if is_templated:
        fixed = tuple((name, _plain(text, shared)) for name, text in kept)
        kept = tuple(pair for pair in fixed if not has_template(pair[1]))
        if len(kept) < len(fixed):
            notes.append("a header is templated and not compared")
        if sets_status(body.content or b""):
            return Answer(None, "its template sets the status", tuple(notes))
        body = _templated(body, shared, value_of(kept, "content-type"))
    expectation = Expectation(
        status=status,
        headers=kept,
        body=None if has_no_body(method, status) else body.content,
        matchers=body.matchers,
        delay_ms=_delay(fields, *steps),
        body_file=body.file,
    )
    return Answer(expectation, "", (*notes, *filter(None, [body.note])), is_recorded)


def _headers(fields: Object, *steps: Step) -> list[Header]:
    place = (*steps, "headers")
    return [
        (name, as_text(one, *place, name))
        for name, shown in as_object(member(fields, "headers"), *place).items()
        for one in as_list(shown, *place, name)
    ]


def _calls(fields: Object) -> list[str]:
    """Calls that Hoverfly makes once it has answered."""
    action = member(fields, "postServeAction")
    hooks = member(fields, "postActionHooks")
    names = [action] if isinstance(action, str) and action else []
    listed = hooks if isinstance(hooks, list) else []
    names += [str(member(hook, "name") or "without a name")[:80] for hook in listed if isinstance(hook, dict)]
    return names


def _read_body(fields: Object, document: Document, headers: tuple[Header, ...], *steps: Step) -> _Body:
    """The body from where it lives: the one in the pair goes before the file; base64 is undone in either."""
    text = as_text(member(fields, "body"), *steps, "body")
    file = as_text(member(fields, "bodyFile"), *steps, "bodyFile")
    content_type = value_of(headers, "content-type")
    if file and not text:
        body = _file_body(file, document, *steps, "bodyFile")
    elif member(fields, "body") is None:
        # Hoverfly itself always writes one, so whoever left it out said nothing
        return _Body(None)
    else:
        note = f"the body file `{file[:200]}` is not looked at: the pair has a body itself" if file else ""
        body = _Body(encode_text(text, content_type), note=note)
    if body.content is None:
        return body
    try:
        content = body.content
        if member(fields, "encodedBody") is True:
            content = from_base64(content.decode("ascii", "replace"))
        content = inflate(content, content_type, value_of(headers, "content-encoding"), document.limits.body_bytes)
    except Refusal as refusal:
        raise Refusal(refusal.reason, steps=(*steps, "body")) from refusal
    return replace(body, content=content)


def _file_body(file: str, document: Document, *steps: Step) -> _Body:
    """A body file: below the simulation's folder or one above, since a server option says where and no file does."""
    if file.lower().startswith(_URL):
        return _Body(None, matchers=(_WHOLE,), note="the body is fetched from another server, and is not compared")
    if file.startswith(("/", "\\")) or file[1:2] == ":":
        raise Refusal(f"the body file `{file[:200]}` is an absolute path; Hoverfly takes relative ones", steps=steps)
    try:
        attached = read_attached(file, folders_up(document), document)
    except Refusal as refusal:
        raise Refusal(refusal.reason, steps=steps) from refusal
    return _Body(attached.content, attached.file)


def _plain(text: str, shared: Shared) -> str:
    return with_literals(text, shared.literals) if has_template(text) else text


def _templated(body: _Body, shared: Shared, content_type: str) -> _Body:
    """The body with its templates made plain and their places marked."""
    if body.content is None or b"{{" not in body.content:
        return body
    text = with_literals(body.content.decode("utf-8", "surrogateescape"), shared.literals)
    if not has_template(text):
        return replace(body, content=text.encode("utf-8", "surrogateescape"))
    rendering = render_body(text)
    if all(matcher.path for matcher in rendering.matchers):
        content = rendering.text.encode("utf-8", "surrogateescape")
        return replace(body, content=content, matchers=rendering.matchers)
    # a template that makes all of it may make a document, a word or nothing
    whole = b"null" if "json" in content_type and is_structure(text) else None
    return replace(body, content=whole, matchers=rendering.matchers)


def _delay(fields: Object, *steps: Step) -> float | None:
    """The answer's own delay in milliseconds: fixed, and the middle of a spread one. One below zero is none."""
    fixed = as_number(member(fields, "fixedDelay"), *steps, "fixedDelay")
    spread = as_object(member(fields, "logNormalDelay"), *steps, "logNormalDelay")
    median = as_number(member(spread, "median"), *steps, "logNormalDelay", "median")
    total = max(fixed, 0.0) + max(median, 0.0)
    return total or None
