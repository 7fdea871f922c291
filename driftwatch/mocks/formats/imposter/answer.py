"""The answer half of an Imposter resource: status, headers, body wherever it lives, delay, fault, templates."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.answers.attached import Attached, read_attached
from driftwatch.mocks.answers.bodies import encode_text, has_no_body
from driftwatch.mocks.answers.shown import literal_document
from driftwatch.mocks.asking.candidates import content_type_of
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.imposter.config import Config, flag
from driftwatch.mocks.formats.imposter.placeholders import open_placeholder
from driftwatch.mocks.formats.imposter.templating import render_body
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_status, as_text, as_whole
from driftwatch.mocks.text.json_text import Layout
from driftwatch.model.interaction import Expectation, Header, Matcher

_BODY: Final = ("file", "staticFile", "content", "staticData", "dir")
_MEDIA_TYPES: Final = {
    ".json": "application/json", ".html": "text/html", ".htm": "text/html", ".css": "text/css", ".txt": "text/plain",
    ".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".svg": "image/svg+xml", ".webp": "image/webp", ".md": "text/markdown", ".yaml": "application/x-yaml",
    ".yml": "application/x-yaml",
}  # fmt: skip
"""What Imposter makes of a file's extension; for others it asks the system it runs on."""


class Answer(Struct, frozen=True):
    """What a resource answers, or why that is no claim."""

    expectation: Expectation | None
    incomparable: str = ""
    notes: tuple[str, ...] = ()


class _Body(Struct, frozen=True):
    content: bytes | None = None
    matchers: tuple[Matcher, ...] = ()
    file: str = ""


def read_answer(resource: Object, config: Config, method: str, *steps: Step) -> Answer:
    """The answer of the resource at ``steps``. Raises ``Refusal`` with the place of what cannot be read."""
    upstream = as_text(resource.get("passthrough"), *steps, "passthrough")
    if upstream:
        return Answer(None, "passes the request on to another server", (f"passes requests on to {upstream[:200]}",))
    streamed = _streamed(resource, *steps)
    if streamed:
        return Answer(None, streamed)
    at = (*steps, "response")
    own = as_object(resource.get("response"), *at)
    response = _with_defaults(own, config) if steps else own
    scripted = "scriptFile" in response or any(_is_script(step) for step in _calls(resource, *steps))
    if scripted:
        return Answer(None, "a script decides what it answers")
    body = _read_body(response, config, *at)
    headers, notes = _headers(response, resource, body, *at)
    fault = as_text(response.get("fail"), *at, "fail")
    status = _status(response, *at)
    notes += _notes(resource, *steps)
    if config.plugin == "openapi" and _is_open(response, body) and not has_no_body(method, status):
        notes.append(_described(response, config, *at))
    expectation = Expectation(
        status=status,
        headers=headers,
        body=None if has_no_body(method, status) else body.content,
        matchers=body.matchers,
        delay_ms=_delay(response, *at),
        fault=fault,
        body_file=body.file,
    )
    if "dir" in response:
        return Answer(expectation, "serves the files of a folder, one to each path", tuple(notes))
    return Answer(expectation, f"injects the fault {fault[:40]}" if fault else "", tuple(notes))


def _streamed(resource: Object, *steps: Step) -> str:
    """Why a streamed answer is no claim; empty if it is not streamed. Raises ``Refusal`` as the engine would."""
    several = as_list(resource.get("responses"), *steps, "responses")
    if flag(resource.get("stream")):
        return "streams its answer piece by piece"
    if several:
        raise Refusal("several `responses` need `stream: true`; give one `response`", steps=(*steps, "responses"))
    return ""


def _calls(resource: Object, *steps: Step) -> Iterator[Object]:
    for index, step in enumerate(as_list(resource.get("steps"), *steps, "steps")):
        yield as_object(step, *steps, "steps", index)


def _is_script(step: Object) -> bool:
    return step.get("type") == "script"


def _with_defaults(own: Object, config: Config) -> Object:
    """The response with what the config's root gives to all of them: headers, delay, fault, and a body if it has none.

    The status is not given on: a resource without one answers 200.
    """
    if not config.is_set("defaultsFromRootResponse"):
        return own
    root = as_object(config.fields.get("response"), "response")
    has_body = any(own.get(name) is not None for name in _BODY)
    given = {
        name: value
        for name, value in root.items()
        if name != "statusCode" and not (has_body and name in (*_BODY, "template"))
    }
    shared, named = as_object(root.get("headers"), "response", "headers"), own.get("headers")
    taken = {name.lower() for name in named} if isinstance(named, dict) else set()
    kept = {name: value for name, value in shared.items() if name.lower() not in taken}
    both = {**kept, **named} if isinstance(named, dict) else kept
    return {**given, **own, "headers": both if named is None or isinstance(named, dict) else named}


def _status(response: Object, *steps: Step) -> int:
    shown = as_text(response.get("statusCode"), *steps, "statusCode")
    if missing := open_placeholder(shown):
        raise Refusal(missing, steps=(*steps, "statusCode"))
    return as_status(shown or None, *steps, "statusCode") or 200


def _headers(response: Object, resource: Object, body: _Body, *steps: Step) -> tuple[tuple[Header, ...], list[str]]:
    """The headers as written, and the media type that Imposter adds to a body without one."""
    shown = as_object(response.get("headers"), *steps, "headers")
    written = tuple((name, as_text(value, *steps, "headers", name)) for name, value in shown.items())
    headers = tuple((name, value) for name, value in written if not open_placeholder(value))
    notes = ["a header holds a value that nobody knows, and is not compared"] if len(headers) < len(written) else []
    if value_of(written, "content-type"):
        return headers, notes
    media_type = as_text(resource.get("contentType"), *steps[:-1], "contentType") or _media_type(body)
    return ((*headers, ("Content-Type", media_type)) if media_type else headers), notes


def _media_type(body: _Body) -> str:
    """By the file's extension; else JSON, where the body is."""
    if body.file:
        return _MEDIA_TYPES.get(PurePosixPath(body.file).suffix.lower(), "")
    text = (body.content or b"").decode("utf-8", "replace")
    return content_type_of(text) if content_type_of(text) == "application/json" else ""


def _read_body(response: Object, config: Config, *steps: Step) -> _Body:
    """The body from its file, which goes before what stands in the config itself."""
    is_template = flag(response.get("template"))
    for name in ("file", "staticFile"):
        if file := as_text(response.get(name), *steps, name):
            return _file_body(file, config, is_template, *steps, name)
    for name in ("content", "staticData"):
        if text := as_text(response.get(name), *steps, name):
            charset = value_of([(k, str(v)) for k, v in as_object(response.get("headers")).items()], "content-type")
            return _rendered(text, charset, "", is_template=is_template)
    return _Body()


def _file_body(file: str, config: Config, is_template: bool, *steps: Step) -> _Body:
    if missing := open_placeholder(file):
        raise Refusal(missing, steps=steps)
    found = _attached(file, config, *steps)
    if not is_template:
        return _Body(found.content, file=found.file)
    text = found.content.decode("utf-8", "surrogateescape")
    rendering = render_body(text, is_template=True)
    if rendering is None:
        return _Body(found.content, file=found.file)
    return _Body(_plain(rendering.text, text, rendering.matchers), rendering.matchers, found.file)


def _attached(file: str, config: Config, *steps: Step) -> Attached:
    """A response file, told from the config's own folder."""
    try:
        return read_attached(file, (config.document.path.parent,), config.document)
    except Refusal as refusal:
        raise Refusal(refusal.reason, steps=steps) from refusal


def _rendered(text: str, content_type: str, file: str, *, is_template: bool) -> _Body:
    rendering = render_body(text, is_template=is_template)
    if rendering is None:
        return _Body(encode_text(text, content_type), file=file)
    return _Body(_plain(rendering.text, text, rendering.matchers), rendering.matchers, file)


def _plain(rendered: str, source: str, matchers: tuple[Matcher, ...]) -> bytes | None:
    """A rendered body; nothing is claimed where a template makes all of it."""
    if all(matcher.path for matcher in matchers):
        return rendered.encode("utf-8", "surrogateescape")
    return b"null" if source.lstrip()[:1] in ("{", "[") else None


def _delay(response: Object, *steps: Step) -> float | None:
    """Milliseconds: exact, or the middle of a range."""
    at = (*steps, "delay")
    fields = as_object(response.get("delay"), *at)
    exact, least, most = (as_whole(fields.get(name), *at, name) for name in ("exact", "min", "max"))
    if exact > 0:
        return float(exact)
    return (least + most) / 2 if least > 0 and most > 0 else None


def _notes(resource: Object, *steps: Step) -> Iterator[str]:
    if any(not _is_script(step) for step in _calls(resource, *steps)):
        yield "also makes a call of its own"
    if resource.get("concurrency"):
        yield "answers otherwise when many ask at once"


def _is_open(response: Object, body: _Body) -> bool:
    """Whether the config leaves the body to the API description."""
    return body.content is None and not body.matchers and not any(response.get(name) for name in _BODY)


def _described(response: Object, config: Config, *steps: Step) -> str:
    example = as_text(response.get("exampleName"), *steps, "exampleName")
    which = f"the example `{example[:80]}`" if example else "an example"
    return f"its body is {which} of the API description {config.text('specFile')[:200]}"


def item_of(answer: Answer, name: str) -> tuple[Answer, str]:
    """The first item of a list that is served item by item (``type: array``), and its identifier.

    The identifier is empty where the body is no list of objects that have the member ``name``.
    """
    expectation, items = answer.expectation, literal_document(answer.expectation)
    if expectation is None or not isinstance(items, list):
        return answer, ""
    for index, item in enumerate(items):
        found = item.get(name) if isinstance(item, dict) else None
        if isinstance(found, str | int) and not isinstance(found, bool):
            text = (expectation.body or b"").decode("utf-8", "replace")
            start, end = Layout(text).span((index,))
            return replace(answer, expectation=replace(expectation, body=text[start:end].encode())), str(found)
    return answer, ""
