"""What a session of moco's answers: text, JSON or a file, as it stands or as a FreeMarker template.

Only ``{"template": …}`` is a template; ``${…}`` elsewhere is text. Its variables may be texts, which are put in.
"""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.attached import Attached, read_attached
from driftwatch.mocks.answers.bodies import encode_text, has_no_body
from driftwatch.mocks.answers.templates import Rendering, render_marks
from driftwatch.mocks.asking.contest import Answers, join
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.moco.places import folders
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_number, as_object, as_status, as_text, as_whole
from driftwatch.model.interaction import Expectation, Header, Matcher, MatcherKind

EXPRESSION: Final = r"""\$\{(?:[^{}"']|\\?"[^"\n]{0,200}"|'[^'\n]{0,200}'){1,300}\}"""
"""A regular expression for what FreeMarker puts in."""
_NAME: Final = re.compile(r"\$\{\s*(\w{1,100})\s*\}")
_DIRECTIVE: Final = re.compile(r"</?[#@]\w")
FILES: Final = ("file", "path_resource")
"""Members that name a body file."""
_UNITS: Final = {
    "nanosecond": 1e-6, "microsecond": 1e-3, "millisecond": 1.0, "second": 1e3, "minute": 6e4, "hour": 3.6e6,
    "day": 8.64e7,
}  # fmt: skip
_WHOLE: Final = Matcher("", MatcherKind.DYNAMIC)
_FOUND: Final = 302


class Place(Struct, frozen=True):
    """Where an answer stands."""

    document: Document
    file_root: str
    method: str
    """The only method it is given to; empty if there are several."""


class _Body(Struct, frozen=True):
    content: bytes | None = None
    file: str = ""
    matchers: tuple[Matcher, ...] = ()
    headers: tuple[Header, ...] = ()
    """What moco sends with it unless the answer says otherwise."""


def read_redirect(value: object, *steps: Step) -> Answers:
    """``redirectTo``: an address, which may be made by a template."""
    if isinstance(value, Mapping):
        note = "the address it leads to is made by a template"
        return Answers((Expectation(_FOUND),), notes=(note,))
    return Answers((Expectation(_FOUND, (("Location", as_text(value, *steps)),)),))


def read_answers(value: object, place: Place, common: Object, *steps: Step) -> Answers:
    """The answers of one session; ``common`` is what the settings add. Raises ``Refusal`` with the place."""
    fields = as_object(value, *steps)
    for name in ("seq", "cycle"):
        if isinstance(fields.get(name), list):
            listed = as_list(fields[name], *steps, name)
            answers = [_answer(one, place, common, *steps, name, index) for index, one in enumerate(listed)]
            return join(answers, "in turn, the last for ever" if name == "seq" else "in turn")
    return join([_answer(fields, place, common, *steps)])


def _answer(value: object, place: Place, common: Object, *steps: Step) -> Answers:
    fields = as_object(value, *steps)
    if "proxy" in fields:
        return Answers((), "passes the request on to another server")
    if "sse" in fields:
        return Answers((), "is a stream of events without end")
    status = as_status(fields.get("status"), *steps, "status") or 200
    headers, is_templated = _headers(fields, common, *steps)
    body = _body(fields, place, headers, *steps)
    headers += tuple(pair for pair in body.headers if not value_of(headers, pair[0]))
    expectation = Expectation(
        status,
        headers,
        None if has_no_body(place.method, status) else body.content,
        body.matchers,
        _latency(fields.get("latency"), *steps, "latency"),
        body_file=body.file,
    )
    return Answers((expectation,), notes=("a header is templated and not compared",) if is_templated else ())


def _headers(fields: Object, common: Object, *steps: Step) -> tuple[tuple[Header, ...], bool]:
    """The headers whose value is fixed, the settings' first, and whether there are others."""
    members = {
        **as_object(common.get("headers"), "response", "headers"),
        **as_object(fields.get("headers"), *steps, "headers"),
    }
    fixed = {name: shown for name, shown in members.items() if not isinstance(shown, Mapping)}
    found = [(name, as_text(shown, *steps, "headers", name)) for name, shown in fixed.items()]
    for name, shown in as_object(fields.get("cookies"), *steps, "cookies").items():
        text = shown.get("value") if isinstance(shown, Mapping) else shown
        if not isinstance(text, Mapping):
            found.append(("Set-Cookie", f"{name}={as_text(text, *steps, 'cookies', name)}"))
    return tuple(found), len(fixed) < len(members)


def _latency(value: object, *steps: Step) -> float | None:
    """Milliseconds: a number of them, or a duration with its unit."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        return float(as_whole(value, *steps)) if isinstance(value, str) else as_number(value, *steps)
    fields = as_object(value, *steps)
    unit = as_text(fields.get("unit"), *steps, "unit").lower().rstrip("s")
    if unit not in _UNITS:
        raise Refusal(f"`unit` must be one of {', '.join(_UNITS)}", steps=(*steps, "unit"))
    return as_number(fields.get("duration"), *steps, "duration") * _UNITS[unit]


def _body(fields: Object, place: Place, headers: tuple[Header, ...], *steps: Step) -> _Body:
    content_type = value_of(headers, "content-type")
    if "json" in fields:
        text = place.document.json(*steps, "json")
        return _Body(text.encode("utf-8", "surrogatepass"), headers=(("Content-Type", "application/json"),))
    if fields.get("text") is not None:
        return _text(fields["text"], content_type, *steps, "text")
    for name in FILES:
        if fields.get(name) is not None:
            return _file(fields[name], place, *steps, name)
    if isinstance(fields.get("attachment"), Mapping):
        attachment = as_object(fields["attachment"], *steps, "attachment")
        body = _body({name: attachment[name] for name in ("text", *FILES) if name in attachment}, place, (), *steps)
        name = as_text(attachment.get("filename"), *steps, "attachment", "filename")
        return _Body(
            body.content, body.file, body.matchers, (("Content-Disposition", f'attachment; filename="{name}"'),)
        )
    return _Body()


def _text(value: object, content_type: str, *steps: Step) -> _Body:
    if not isinstance(value, Mapping):
        return _Body(encode_text(as_text(value, *steps), content_type))
    fields = as_object(value, *steps)
    if "template" not in fields:
        raise Refusal("a text is text, or an object with a `template`", steps=steps)
    rendering = _filled(fields["template"], *steps, "template")
    return _Body(encode_text(rendering.text, content_type), matchers=rendering.matchers)


def _filled(template: object, *steps: Step) -> Rendering:
    """A template with the variables put in whose values are texts, and its other expressions made plain."""
    variables: Object = {}
    if isinstance(template, Mapping):
        fields = as_object(template, *steps)
        variables = as_object(fields.get("vars"), *steps, "vars")
        template = fields.get("with")
    return _rendered(as_text(template, *steps), variables)


def _rendered(text: str, variables: Object) -> Rendering:
    def put_in(match: re.Match[str]) -> str:
        shown = variables.get(match.group(1))
        return match.group() if shown is None or isinstance(shown, dict | list) else as_text(shown)

    filled = _NAME.sub(put_in, text)
    if _DIRECTIVE.search(filled):
        return Rendering("null" if filled.lstrip()[:1] in ("{", "[") else filled, (_WHOLE,))
    return render_marks(filled, EXPRESSION) if re.search(EXPRESSION, filled) else Rendering(filled, ())


def _file(value: object, place: Place, *steps: Step) -> _Body:
    """A file, whose name or whose content may be a template."""
    is_template = False
    if isinstance(value, Mapping):
        fields = as_object(value, *steps)
        is_template = "template" in fields
        value = fields.get("template") if is_template else fields.get("name")
        if isinstance(value, Mapping):
            # a name made of the request, or a template with variables of its own
            return _Body(matchers=(_WHOLE,))
    attached = _attached(as_text(value, *steps), place, *steps)
    if not is_template:
        return _Body(attached.content, attached.file)
    rendering = _rendered(attached.content.decode("utf-8", "surrogateescape"), {})
    return _Body(rendering.text.encode("utf-8", "surrogateescape"), attached.file, rendering.matchers)


def _attached(name: str, place: Place, *steps: Step) -> Attached:
    try:
        return read_attached(name, folders(place.document, place.file_root), place.document)
    except Refusal as refusal:
        raise Refusal(refusal.reason, steps=steps) from refusal
