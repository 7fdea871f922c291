"""The answer half of a mountebank stub: its responses in turn, with what behaviors make of them.

Facts: ``baseHttpServer.js``, ``responseResolver.js``, ``behaviors.js`` and ``compatibility.js`` of mountebank 2.9.1.
What is falsy in ``is`` falls back to the imposter's default response, headers as a whole.
"""

import re
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.answers.bodies import from_base64, has_no_body, inflate
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.mountebank.behaviors import Behaviors, read_behaviors
from driftwatch.mocks.formats.mountebank.config import HOLE, Config
from driftwatch.mocks.formats.mountebank.tokens import find_tokens, is_dynamic, render_tokens
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.fields import Object, as_object, as_status, as_text
from driftwatch.model.interaction import Expectation, Header, Matcher, MatcherKind

KINDS: Final = ("is", "proxy", "inject", "fault")
_WHOLE: Final = Matcher("", MatcherKind.DYNAMIC)
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9=+/]+")


class Answers(Struct, frozen=True):
    """What a stub answers, or why that is no claim."""

    variants: tuple[Expectation, ...]
    incomparable: str = ""
    notes: tuple[str, ...] = ()
    is_recorded: bool = False
    """A proxy of mountebank saved it."""


class Response(Struct, frozen=True):
    """One response, or why it is none that could be compared."""

    expectation: Expectation | None
    incomparable: str = ""
    notes: tuple[str, ...] = ()
    is_recorded: bool = False


class _Body(Struct, frozen=True):
    content: bytes | None
    file: str = ""
    matchers: tuple[Matcher, ...] = ()


def join(responses: list[Response]) -> Answers:
    """All responses of a stub: mountebank gives them in turn."""
    notes = tuple(dict.fromkeys(note for response in responses for note in response.notes))
    shown = [r.expectation for r in responses if r.expectation is not None and not r.incomparable]
    reasons = list(dict.fromkeys(response.incomparable for response in responses if response.incomparable))
    is_recorded = any(response.is_recorded for response in responses)
    if not shown:
        faults = tuple(r.expectation for r in responses if r.expectation is not None)
        return Answers(faults, "; ".join(reasons) or "the stub has no responses", notes)
    if len(responses) > 1:
        places = [i for i, r in enumerate(responses, start=1) if r.expectation is not None and not r.incomparable]
        turns = zip(shown, places, strict=True)
        shown = [replace(one, note=f"answer {turn} of {len(responses)}, in turn") for one, turn in turns]
        notes = (*notes, *(f"one of the answers {reason}" for reason in reasons))
    return Answers(tuple(shown), "", notes, is_recorded)


def read_response(value: object, default: Object, config: Config, method: str, *steps: Step) -> Response:
    """One response. Raises ``Refusal`` with the place of what cannot be read."""
    fields = as_object(value, *steps)
    kind = next((name for name in KINDS if fields.get(name) or (name == "is" and fields.get(name) == {})), None)
    match kind:
        case "is":
            behaviors = read_behaviors(fields, *steps)
            return _read_is(as_object(fields["is"], *steps, "is"), default, behaviors, config, method, *steps)
        case "proxy":
            target = as_object(fields["proxy"], *steps, "proxy").get("to")
            shown = as_text(target, *steps, "proxy", "to").rpartition("@")[2] if isinstance(target, str) else ""
            note = (f"passes requests on to {shown[:200]}",) if shown else ()
            return Response(None, "passes the request on to another server", note)
        case "inject":
            return Response(None, "is made by a script")
        case "fault":
            fault = as_text(fields["fault"], *steps, "fault")
            return Response(Expectation(200, fault=fault), f"injects the fault {fault}")
        case _:
            found = ", ".join(list(fields)[:5]) or "nothing"
            raise Refusal(f"a response has one of {', '.join(KINDS)}; found {found}", steps=steps)


def _read_is(
    fields: Object, default: Object, behaviors: Behaviors, config: Config, method: str, *steps: Step
) -> Response:
    notes = behaviors.notes
    if behaviors.incomparable:
        return Response(None, behaviors.incomparable, notes)
    shown_status = fields.get("statusCode") or default.get("statusCode")
    if isinstance(shown_status, str) and is_dynamic(shown_status, behaviors.tokens):
        return Response(None, "takes its status from the request", notes)
    status = as_status(shown_status, *steps, "is", "statusCode") or 200
    headers, is_templated = _headers(fields, default, behaviors, *steps)
    if is_templated:
        notes = (*notes, "a header is copied from elsewhere and not compared")
    body = _read_body(fields, default, behaviors, config, headers, *steps)
    if behaviors.is_decorated and body.content is not None:
        body = replace(body, matchers=(_WHOLE,))
    expectation = Expectation(
        status,
        headers,
        None if has_no_body(method, status) else body.content,
        body.matchers,
        behaviors.delay_ms,
        body_file=body.file,
    )
    return Response(expectation, "", notes, is_recorded="_proxyResponseTime" in fields)


def _headers(fields: Object, default: Object, behaviors: Behaviors, *steps: Step) -> tuple[tuple[Header, ...], bool]:
    """The headers whose value is fixed, and whether there are others."""
    shown = fields.get("headers") or default.get("headers")
    found: list[Header] = []
    for name, value in as_object(shown, *steps, "is", "headers").items():
        several = value if isinstance(value, list) else [value]
        found += [(name, as_text(one, *steps, "is", "headers", name)) for one in several]
    fixed = tuple(pair for pair in found if not any(is_dynamic(text, behaviors.tokens) for text in pair))
    return fixed, len(fixed) < len(found)


def _read_body(
    fields: Object, default: Object, behaviors: Behaviors, config: Config, headers: tuple[Header, ...], *steps: Step
) -> _Body:
    """The body of ``is``; where that is falsy, the default response's. None at all is no statement."""
    own, place = fields.get("body"), (*steps, "is", "body")
    is_own = own not in (None, "", False, 0)
    body = own if is_own else default.get("body")
    mode = fields.get("_mode") or default.get("_mode")
    if body in (None, "", False, 0):
        return _Body(None if own is None and body is None else b"")
    if isinstance(body, dict | list):
        text = _json(body, config, *place) if is_own else json_text.encode(body)
    else:
        text = as_text(body, *place)
    if mode == "binary":
        return _Body(_binary(text, headers, config, *place))
    file = config.body_file(*place) if is_own and isinstance(own, str) else ""
    if not find_tokens(text, behaviors.tokens) and not HOLE.search(text):
        return _Body(text.encode("utf-8", "surrogatepass"), file)
    rendering = render_tokens(text, behaviors.tokens)
    return _Body(rendering.text.encode("utf-8", "surrogatepass"), file, rendering.matchers)


def _json(body: object, config: Config, *steps: Step) -> str:
    """A document with the number literals of the file; one from a data folder's response file without."""
    try:
        return config.document.json(*steps)
    except LookupError:
        return json_text.encode(body)


def _binary(text: str, headers: tuple[Header, ...], config: Config, *steps: Step) -> bytes:
    """A body in base64, as mountebank reads it: whatever is no base64 is passed over."""
    try:
        stored = from_base64(_NOT_BASE64.sub("", text))
        limit = config.document.limits.body_bytes
        return inflate(stored, value_of(headers, "content-type"), value_of(headers, "content-encoding"), limit)
    except Refusal as refusal:
        raise Refusal(refusal.reason, steps=steps) from refusal
