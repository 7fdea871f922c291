"""Insomnia's mock routes: exports of version 4 and the files of version 5.

Facts from Kong/insomnia @ 078bb9b (models, v5 schemas) and Kong/insomnia-mockbin @ 07d0914, which serves the routes.
In an export they are resources of the kind ``mock_route`` below a ``mock``; since version 5 a file of the type
``mock.insomnia.rest/5.0`` holds one server. Method and path find a route, the path to the letter, so what stands for
a value in ``/users/:id`` is for people. Bodies are Liquid templates that know ``req`` and ``faker``, with the tags
assign, if, unless and raw. Requests have no answers, so collections are ignored. The server's URL is the mock's own.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.bodies import encode_text, has_no_body
from driftwatch.mocks.answers.templates import Rendering, has_template, render
from driftwatch.mocks.asking.candidates import Asked, Candidate
from driftwatch.mocks.asking.client_urls import Address, read_address
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.format import Stub
from driftwatch.mocks.recording.dates import moment_of_milliseconds, recorded_at
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_status, as_text
from driftwatch.model.interaction import Expectation, Grade, Header, Ignored, Interaction

NAME: Final = "insomnia"

_MARKS: Final = re.compile(
    r"(?:^|[\s{,])[\"']?(?:__export_format[\"']?\s*:|type[\"']?\s*:\s*[\"']?[A-Za-z]+\.insomnia(?:\.rest)?/\d)"
)
_TYPE: Final = re.compile(r"([A-Za-z]+)\.insomnia(?:\.rest)?/(\d+)(?:\.\d+)?")
_USUAL: Final = 200
_UNSERVED: Final = frozenset(["content-length"])
"""mockbin takes these out when a route is stored."""
_RAW: Final = re.compile(r"\{%-?\s*raw\s*-?%\}((?:(?!\{%-?\s*raw\b).)*?)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_ASSIGN: Final = re.compile(r"\{%-?\s*assign\b[^%]*%\}")
_BLOCK: Final = re.compile(r"\{%-?\s*(?:if|unless)\b[^%]*%\}")
_BRANCH: Final = re.compile(r"\{%-?\s*(?:else|elsif)\b[^%]*%\}")
_END: Final = re.compile(r"\{%-?\s*end(?:if|unless)\s*-?%\}")
_BRACES: Final = r"{\u007b"
"""Braces that are no expression, spelled so that JSON still reads them."""


class _Route(Struct, frozen=True):
    """One mock route, wherever it stands."""

    fields: Object
    steps: tuple[Step, ...]
    meta: Object
    """Where its id and times stand."""
    server: str


def recognises(document: Document) -> bool:
    """An export with its format, or a file whose type is Insomnia's; a broken file by the same words."""
    if document.problem is not None:
        return _MARKS.search(document.text) is not None
    value = document.value
    if not isinstance(value, dict):
        return False
    is_export = value.get("_type") == "export" and "__export_format" in value
    return is_export or _type_of(value) is not None


def _type_of(value: Object) -> re.Match[str] | None:
    stated = value.get("type")
    return _TYPE.fullmatch(stated) if isinstance(stated, str) else None


def read(document: Document) -> Iterator[Stub]:
    """Every mock route of the file; a file without any is ignored with a reason."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
        return
    try:
        routes = list(_routes(as_object(document.value)))
    except Refusal as refusal:
        yield document.unreadable(NAME, refusal)
        return
    if not routes:
        yield Ignored(document.file, _without_routes(as_object(document.value)))
    ids: Counter[str] = Counter()
    for route in routes:
        try:
            yield _interaction(route, document, ids)
        except Refusal as refusal:
            yield document.unreadable(NAME, refusal.below(route.steps), *route.steps)


def _without_routes(value: Object) -> str:
    stated = _type_of(value)
    kind = stated.group(1) if stated else "export"
    match kind:
        case "mock":
            return "an Insomnia mock server without routes"
        case "spec":
            return "an Insomnia design document; export the OpenAPI description itself"
        case "environment" | "mcpClient":
            return f"an Insomnia file of the kind `{kind}`, which holds no answers"
        case _:
            return "an Insomnia export without mock routes: its requests hold no answers"


def _routes(value: Object) -> Iterator[_Route]:
    stated = _type_of(value)
    if stated is None:
        yield from _exported(value)
        return
    kind, version = stated.groups()
    if kind != "mock":
        return
    if version != "5":
        raise Refusal(f"an Insomnia mock server of version {version}, and only 5 is known", steps=("type",))
    for index, entry in enumerate(as_list(value.get("routes"), "routes")):
        fields = entry if isinstance(entry, dict) else {"": entry}
        meta = fields.get("meta")
        yield _Route(fields, ("routes", index), meta if isinstance(meta, dict) else {}, "")


def _exported(value: Object) -> Iterator[_Route]:
    for index, entry in enumerate(as_list(value.get("resources"), "resources")):
        if isinstance(entry, dict) and entry.get("_type") == "mock_route":
            server = entry.get("parentId")
            yield _Route(entry, ("resources", index), entry, server if isinstance(server, str) else "")


def _interaction(route: _Route, document: Document, ids: Counter[str]) -> Interaction:
    fields, steps = route.fields, route.steps
    if "" in fields:
        raise Refusal("the route must be an object", steps=steps)
    method = as_text(fields.get("method"), *steps, "method").upper() or "GET"
    path = as_text(fields.get("name"), *steps, "name") or "/"
    answer = _answer(fields, method, document, *steps)
    candidate = _candidate(method, path, document)
    request, left_out = candidate.request(answer.headers)
    stated = moment_of_milliseconds(route.meta.get("modified"))
    moment, source = recorded_at(stated, answer.headers, document.options.now)
    return Interaction(
        mock_id=_id(route, method, path, ids),
        format=NAME,
        origin=document.origin(*steps),
        request=request,
        variants=(answer,),
        group=route.server or document.file,
        recorded_at=moment,
        recorded_from=source,
        notes=left_out,
    )


def _id(route: _Route, method: str, path: str, ids: Counter[str]) -> str:
    stated = route.meta.get("_id") or route.meta.get("id")
    digest = hashlib.sha256(f"{method}\0{path}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
    mock_id = stated if isinstance(stated, str) else digest
    ids[mock_id] += 1
    return mock_id if ids[mock_id] == 1 else f"{mock_id}-{ids[mock_id]}"


def _candidate(method: str, path: str, document: Document) -> Candidate:
    address = read_address(path, {}, document.options.variables)
    candidate = Candidate(Asked(method, address.path, address.query), template=address.template)
    return _graded(candidate, address)


def _graded(candidate: Candidate, address: Address) -> Candidate:
    for name in address.configured:
        candidate = candidate.weakened(Grade.CHOSEN, f"the path parameter `{name}` was taken from the config")
    if not address.missing:
        return candidate
    names = ", ".join(f"`{name}`" for name in address.missing)
    return candidate.weakened(Grade.NEEDS_INPUT, f"no value is known for {names}; give one in `variables`")


def _answer(fields: Object, method: str, document: Document, *steps: Step) -> Expectation:
    status = as_status(fields.get("statusCode"), *steps, "statusCode") or _USUAL
    headers = _headers(fields.get("headers"), document, *steps, "headers")
    media_type = as_text(fields.get("mimeType"), *steps, "mimeType")
    if "/" in media_type and not value_of(headers, "content-type"):
        headers = (*headers, ("Content-Type", media_type))
    text = document.spelled(fields.get("body"), *steps, "body")
    if has_no_body(method, status):
        return Expectation(status, headers)
    rendering = _rendered(text)
    is_all_dynamic = any(not matcher.path for matcher in rendering.matchers)
    is_json = text.lstrip()[:1] in ("{", "[")
    body = None if is_all_dynamic and not is_json else encode_text(rendering.text, value_of(headers, "content-type"))
    return Expectation(status, headers, body, rendering.matchers)


def _headers(value: object, document: Document, *steps: Step) -> tuple[Header, ...]:
    found = []
    for index, entry in enumerate(as_list(value, *steps)):
        fields = as_object(entry, *steps, index)
        name = as_text(fields.get("name"), *steps, index, "name").strip()
        if name and fields.get("disabled") is not True and name.lower() not in _UNSERVED:
            found.append((name, document.spelled(fields.get("value"), *steps, index, "value")))
    return tuple(found)


def _rendered(text: str) -> Rendering:
    """A body with its Liquid expressions made plain. Tags become the blocks that ``templates`` knows."""
    if "{%" not in text:
        return render(text) if has_template(text) else Rendering(text, ())
    plain = _RAW.sub(lambda match: match.group(1).replace("{{", _BRACES), text)
    plain = _ASSIGN.sub("", plain)
    plain = _END.sub("{{/if}}", _BRANCH.sub("{{else}}", _BLOCK.sub("{{#if}}", plain)))
    return render(plain) if has_template(plain) else Rendering(plain, ())
