"""The answer half of a mapping: status, headers, body wherever it lives, delay, faults and templates.

Facts: ``WireMockServer.ConvertMapping``, ``Transformer`` and ``OwinResponseMapper`` of wiremock/WireMock.Net @ c7f4984.
Templates (Handlebars or Scriban) are evaluated with ``UseTransformer`` only, and in a body file only if that is asked
for as well. In ``BodyAsJson`` each text is one template, whose outcome may be of any type.
"""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.answers.bodies import encode_text, from_base64, has_no_body, inflate
from driftwatch.mocks.answers.templates import Rendering, has_template, render
from driftwatch.mocks.asking.contest import Answers
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.wiremock_net.folders import read_file
from driftwatch.mocks.formats.wiremock_net.model import Model
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.fields import as_number, as_object, as_status
from driftwatch.model.interaction import Expectation, Header, Matcher, MatcherKind
from driftwatch.model.shape import ITEM, join

_WHOLE: Final = Matcher("", MatcherKind.DYNAMIC)
_LONGEST_RANDOM_DELAY: Final = 60_000
"""Milliseconds, where a mapping gives only the shortest."""
_FAULTS: Final = ("EMPTY_RESPONSE", "MALFORMED_RESPONSE_CHUNK")


class _Body(Struct, frozen=True):
    content: bytes | None
    matchers: tuple[Matcher, ...] = ()
    file: str = ""


def read_answer(model: Model, method: str) -> Answers:
    """The answer of one mapping. Raises ``Refusal`` with the place of what cannot be read."""
    if model.text("ProxyUrl"):
        origin = model.text("ProxyUrl").rpartition("@")[2]
        return Answers((), "passes the request on to another server", (f"passes requests on to {origin[:200]}",))
    if model.get("ProtoBufMessageType") is not None:
        return Answers((), "is a message of Protocol Buffers")
    is_templated = model.flag("UseTransformer")
    shown = model.get("StatusCode")
    if is_templated and isinstance(shown, str) and has_template(shown):
        return Answers((), "takes its status from a template")
    status = as_status(shown, *model.at("StatusCode")) or 200
    headers, notes = _headers(model, is_templated=is_templated)
    body = _read_body(model, headers, is_templated=is_templated)
    fault, is_certain = _fault(model)
    if fault and not is_certain:
        notes = (*notes, f"injects the fault {fault} at times")
    expectation = Expectation(
        status=status,
        headers=headers,
        body=None if has_no_body(method, status) else body.content,
        matchers=body.matchers,
        delay_ms=_delay(model),
        fault=fault if is_certain else "",
        body_file=body.file,
    )
    return Answers((expectation,), f"injects the fault {fault}" if fault and is_certain else "", notes)


def _headers(model: Model, *, is_templated: bool) -> tuple[tuple[Header, ...], tuple[str, ...]]:
    """The headers whose value no template writes, and a note if there are others."""
    found: list[Header] = []
    for name, shown in as_object(model.get("Headers"), *model.at("Headers")).items():
        place = (*model.at("Headers"), name)
        several = shown if isinstance(shown, list) else [shown]
        found += [(name, model.document.spelled(one, *place)) for one in several]
    if model.get("Headers") is None:
        lines = (line.partition(":") for line in model.text("HeadersRaw").splitlines() if line.strip())
        found += [(name.strip(), value.strip()) for name, _, value in lines]
    if not is_templated:
        return tuple(found), ()
    fixed = tuple(pair for pair in found if not has_template(pair[1]))
    return fixed, ("a header is templated and not compared",) if len(fixed) < len(found) else ()


def _read_body(model: Model, headers: tuple[Header, ...], *, is_templated: bool) -> _Body:
    """The body from where it lives; of several the bytes count, then text, JSON and file."""
    content_type = value_of(headers, "content-type")
    encoding = model.model("BodyEncoding").text("WebName")
    charset = f";charset={encoding}" if encoding else content_type
    if model.get("BodyAsBytes") is not None:
        return _Body(_bytes(model))
    if model.get("Body") is not None:
        return _rendered(model.text("Body"), charset, content_type, is_templated=is_templated)
    if model.get("BodyAsJson") is not None:
        text = model.document.json(*model.at("BodyAsJson"))
        body = _rendered(text, charset, content_type, is_templated=is_templated)
        return replace(body, matchers=_retyped(model.get("BodyAsJson"), body.matchers))
    if model.get("BodyAsFile") is not None:
        return _file(model, charset, content_type, is_templated=is_templated)
    return _Body(None)


def _bytes(model: Model) -> bytes:
    try:
        return inflate(from_base64(model.text("BodyAsBytes")), "", "", model.document.limits.body_bytes)
    except Refusal as refusal:
        raise Refusal(refusal.reason, steps=model.at("BodyAsBytes")) from refusal


def _rendered(text: str, charset: str, content_type: str, *, is_templated: bool) -> _Body:
    """A body with its template expressions made plain and their places marked."""
    if not is_templated or not has_template(text):
        return _Body(encode_text(text, charset))
    rendering = render(text)
    is_whole = any(not matcher.path for matcher in rendering.matchers)
    plain = Rendering("null", rendering.matchers) if is_whole and "json" in content_type else rendering
    return _Body(encode_text(plain.text, charset), plain.matchers)


def _retyped(value: object, matchers: tuple[Matcher, ...]) -> tuple[Matcher, ...]:
    """A text that is nothing but a template may become a number, a list, anything."""
    open_paths = {path for path, text in _texts(value) if text.startswith("{{") and text.endswith("}}")}
    return tuple(replace(matcher, is_text=False) if matcher.path in open_paths else matcher for matcher in matchers)


def _texts(value: object) -> list[tuple[str, str]]:
    """Every text of a document with its path, as matchers write it."""
    found: list[tuple[str, str]] = []
    stack: list[tuple[str, object]] = [("", value)]
    while stack:
        path, here = stack.pop()
        match here:
            case str():
                found.append((path, here.strip()))
            case list():
                stack += [(join(path, ITEM), item) for item in here]
            case dict():
                stack += [(join(path, name), inner) for name, inner in here.items()]
            case _:
                pass
    return found


def _file(model: Model, charset: str, content_type: str, *, is_templated: bool) -> _Body:
    name = model.text("BodyAsFile")
    if is_templated and has_template(name):
        return _Body(None, (_WHOLE,))
    found = read_file(name, model.document, *model.at("BodyAsFile"))
    if not is_templated or not model.flag("UseTransformerForBodyAsFile"):
        return _Body(found.content, file=found.file)
    text = found.content.decode("utf-8", "surrogateescape")
    body = _rendered(text, charset, content_type, is_templated=True) if has_template(text) else _Body(found.content)
    return replace(body, file=found.file)


def _delay(model: Model) -> float | None:
    """Milliseconds; of a random delay the middle. ``None`` if there is none."""
    fixed = as_number(model.get("Delay"), *model.at("Delay"))
    if fixed > 0:
        return fixed
    shortest, longest = model.get("MinimumRandomDelay"), model.get("MaximumRandomDelay")
    if shortest is None and longest is None:
        return None
    least = as_number(shortest, *model.at("MinimumRandomDelay"))
    most = as_number(_LONGEST_RANDOM_DELAY if longest is None else longest, *model.at("MaximumRandomDelay"))
    return (least + most) / 2 or None


def _fault(model: Model) -> tuple[str, bool]:
    """The fault a mapping injects, if it knows it, and whether it always does."""
    fault = model.model("Fault")
    name = fault.text("Type").upper()
    if name not in _FAULTS:
        return "", False
    share = fault.get("Percentage")
    return name, share is None or as_number(share, *fault.at("Percentage")) >= 1
