"""Response templates: Velocity, Mustache or JavaScript whose outcome is the whole answer as JSON.

``HttpTemplate`` and the template engines of MockServer 5.15.0 and 8.0.0. Where the text around the expressions is JSON,
its fixed parts are read; otherwise the status alone is, wherever it is written out.
"""

import re
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.bodies import has_no_body
from driftwatch.mocks.answers.templates import Rendering, has_template, render
from driftwatch.mocks.asking.contest import Answers
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.mockserver.multimaps import read_pairs
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.fields import Object, as_status, as_text
from driftwatch.model.interaction import Expectation, Header, Matcher, MatcherKind

_WHOLE: Final = Matcher("", MatcherKind.DYNAMIC)
_REFERENCE: Final = re.compile(
    r"\$!?\{[^{}\n]{1,300}\}|\$!?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*(?:\([^()\n]{0,200}\))?|\[[^\[\]\n]{1,200}\])*"
)
"""A Velocity reference: a name, its members, calls and positions."""
_DIRECTIVE: Final = re.compile(
    r"#(?:\{?(?:set|if|elseif|else|end|foreach|macro|parse|include|evaluate|break|stop)\b|\#)"
)
_STATUS: Final = re.compile(r"""["']?\bstatusCode["']?\s*:\s*(\d{3}(?!\d))?""")
_EXPRESSION: Final = "{{x}}"
_MOST_STATUSES: Final = 20


class _Fixed(Struct, frozen=True):
    """What of an answer no template decides."""

    status: int
    headers: tuple[Header, ...]
    body: bytes | None
    matchers: tuple[Matcher, ...]


def read_template(fields: Object, method: str, delay_ms: float | None, *steps: Step) -> Answers:
    """What a template answers. Raises ``Refusal`` with the place of what cannot be read."""
    text = as_text(fields.get("template"), *steps, "template")
    engine = as_text(fields.get("templateType"), *steps, "templateType")
    if not text:
        return Answers((), "is made by a template in another file" if fields.get("templateFile") else "has no template")
    fixed = _fixed(text, engine, *steps)
    if fixed is not None:
        body = None if has_no_body(method, fixed.status) else fixed.body
        matchers = fixed.matchers if body is not None or not fixed.matchers else (_WHOLE,)
        return Answers((Expectation(fixed.status, fixed.headers, body, matchers, delay_ms),))
    statuses = _statuses(text)
    if statuses is None:
        return Answers((), "is made by a template, its status too")
    notes = ("only a template says which of its answers a request gets",) if len(statuses) > 1 else ()
    return Answers(tuple(Expectation(status, (), None, (_WHOLE,), delay_ms) for status in statuses), "", notes)


def _statuses(text: str) -> tuple[int, ...] | None:
    """The statuses that are written out; ``None`` if one is computed."""
    found = [match.group(1) for match in _STATUS.finditer(text)]
    if None in found or len(set(found)) > _MOST_STATUSES:
        return None
    statuses = tuple(dict.fromkeys(int(status) for status in found))
    return tuple(status for status in statuses if 100 <= status <= 599) or (200,)


def render_text(text: str, engine: str) -> Rendering:
    """A text with its expressions made plain and their places marked."""
    marked = _marked(text, engine)
    if marked is None:
        return Rendering("", (_WHOLE,))
    return render(marked) if has_template(marked) else Rendering(text, ())


def _marked(text: str, engine: str) -> str | None:
    """The template with expressions of one kind; ``None`` if it is a program."""
    if engine == "MUSTACHE":
        return text
    if engine != "VELOCITY" or _DIRECTIVE.search(text):
        return None
    return _REFERENCE.sub(_EXPRESSION, text.replace("{{", "{ {"))


def _fixed(text: str, engine: str, *steps: Step) -> _Fixed | None:
    """The parts of an answer whose template is JSON but for its expressions; ``None`` if it is not."""
    marked = _marked(text, engine)
    if marked is None:
        return None
    rendering = render(marked)
    try:
        value = json_text.decode(rendering.text)
    except (ValueError, RecursionError):
        return None
    dynamic = {matcher.path for matcher in rendering.matchers}
    if not isinstance(value, dict) or "" in dynamic or "/statusCode" in dynamic:
        return None
    status = as_status(value.get("statusCode"), *steps, "statusCode") or 200
    headers = _fixed_headers(value.get("headers"), dynamic)
    body, matchers = _fixed_body(value, rendering.matchers, marked)
    if isinstance(value.get("body"), dict | list) and not value_of(headers, "content-type"):
        headers = (*headers, ("Content-Type", "application/json; charset=utf-8"))
    return _Fixed(status, headers, body, matchers)


def _fixed_headers(value: object, dynamic: set[str]) -> tuple[Header, ...]:
    """The headers of which nothing is written by an expression."""
    if not isinstance(value, dict) or "/headers" in dynamic:
        return ()
    kept = {
        name: shown
        for name, shown in value.items()
        if not any(path == f"/headers/{name}" or path.startswith(f"/headers/{name}/") for path in dynamic)
    }
    try:
        return read_pairs(kept)
    except Refusal:
        return ()


def _fixed_body(value: Object, matchers: tuple[Matcher, ...], marked: str) -> tuple[bytes | None, tuple[Matcher, ...]]:
    body = value.get("body")
    inside = [matcher for matcher in matchers if matcher.path == "/body" or matcher.path.startswith("/body/")]
    if "body" not in value:
        return None, ()
    if isinstance(body, str) or body is None:
        return _text_body(body, is_dynamic=bool(inside), marked=marked)
    rooted = tuple(
        Matcher(matcher.path.removeprefix("/body"), matcher.kind, is_text=matcher.is_text) for matcher in inside
    )
    return json_text.encode(body).encode("utf-8", "surrogatepass"), rooted


def _text_body(body: str | None, *, is_dynamic: bool, marked: str) -> tuple[bytes | None, tuple[Matcher, ...]]:
    """A body that is text: what it looks like inside, if the expressions leave that to be read."""
    if not is_dynamic:
        return None if body is None else body.encode("utf-8", "surrogatepass"), ()
    try:
        outer = json_text.decode(marked)
    except (ValueError, RecursionError):
        return None, (_WHOLE,)
    inner = outer.get("body") if isinstance(outer, dict) else None
    if not isinstance(inner, str):
        return None, (_WHOLE,)
    rendering = render(inner)
    return rendering.text.encode("utf-8", "surrogatepass"), rendering.matchers
