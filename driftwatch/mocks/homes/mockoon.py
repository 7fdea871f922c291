"""Where Mockoon's answers stand: in each response of a route, its body also in a file or in a data bucket.

Headers of the environment, and the media type of a file's name, are replaced by the response's own. A bucket is changed
only where one response alone shows it, and no template names it (commons-server 9.9.0).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.formats.mockoon.answer import (
    file_path,
    has_literal_body,
    is_template_file,
    kind_of,
    read_answer,
)
from driftwatch.mocks.formats.mockoon.crud import Operation, operations
from driftwatch.mocks.formats.mockoon.schema import (
    Bucket,
    Environment,
    Kind,
    Response,
    Route,
    lone_route,
    read_environment,
)
from driftwatch.mocks.formats.mockoon.serving import as_json
from driftwatch.mocks.formats.mockoon.templating import expressions, has_template, silent
from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.homes.turns import UNTOLD
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Spelling, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_list, as_object
from driftwatch.model.interaction import Expectation, Interaction

_NO_FILE: Final = "its body file is not there, so that Mockoon answers 404"
_TEMPLATE: Final = re.compile(r"\{\{[^{}]{0,2000}\}\}")


class _Part(Struct, frozen=True):
    """A response as one of a route's, with the answer that it gives."""

    response: Response
    steps: tuple[Step, ...]
    answer: Expectation
    operation: Operation | None = None


class _Owner(Struct, frozen=True):
    """A route, and the environment it is in without all the others."""

    environment: Environment
    route: Route
    steps: tuple[Step, ...]
    around: tuple[Step, ...] | None
    """The steps to the environment; ``None`` for a route that was exported alone."""


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The responses that a request may get: the interaction's own, and others of its route."""
    here = steps_of(document, interaction)
    owner = _owner(document, here)
    left = sorted(_parts(owner, document), key=lambda part: part.steps != here)
    found: list[Home | str] = []
    for variant in interaction.variants:
        part = next((one for one in left if one.answer == replace(variant, note="")), None)
        if part is None:
            found.append(UNTOLD)
            continue
        left.remove(part)
        found.append(_home(part, owner, document))
    return found


def _owner(document: Document, here: tuple[Step, ...]) -> _Owner:
    """The route of a response. Before schema version 6 a route was its own response."""
    steps = here[:-2] if here[-2:-1] == ("responses",) else here
    if steps[-2:-1] != ("routes",):
        environment = lone_route(value_at(document, steps), *steps)
        return _Owner(environment, environment.routes[0], steps, None)
    around = steps[:-2]
    fields = as_object(value_at(document, around))
    environment = read_environment({**fields, "routes": [value_at(document, steps)]}, *around)
    if not environment.routes:
        raise Refusal("its route is switched off")
    return _Owner(environment, environment.routes[0], steps, around)


def _parts(owner: _Owner, document: Document) -> Iterator[_Part]:
    """All responses of the route, each with what it answers by itself; a CRUD route's bucket also for an item."""
    route = owner.route
    bucket = _crud_bucket(owner)
    key = route.responses[0].fields.get("crudKey") if route.responses else None
    parsed = list(operations(bucket, key if isinstance(key, str) and key else "id")) if bucket is not None else []
    method = "GET" if parsed else route.method.upper()
    for response in route.responses:
        is_own = response.steps == route.steps
        place = owner.steps if is_own else (*owner.steps, "responses", response.steps[-1])
        is_parsed = bool(parsed) and response.fields.get("bodyType") == "DATABUCKET"
        each: Sequence[Operation | None] = parsed if is_parsed else [None]
        for operation in each:
            body = operation.body if operation is not None else None
            try:
                answer = read_answer(response, owner.environment, document, method, body)
            except Refusal:
                continue
            shown = (as_json(answer) if operation is not None else answer).expectation
            if shown is not None and not answer.incomparable:
                yield _Part(response, place, shown, operation)


def _crud_bucket(owner: _Owner) -> Bucket | None:
    """The bucket that a CRUD route parses: its default response's."""
    default = owner.route.default
    return _bucket(default, owner) if owner.route.kind is Kind.CRUD and default is not None else None


def _bucket(response: Response, owner: _Owner) -> Bucket | None:
    return owner.environment.buckets.get(str(response.fields.get("databucketID")))


def _home(part: _Part, owner: _Owner, document: Document) -> Home:
    body = _body(part, owner, document)
    return Home(
        status=None if body == _NO_FILE else Status((*part.steps, "statusCode")),
        headers=_headers(part),
        body=body if isinstance(body, Body) else None,
        why=body if isinstance(body, str) else "",
        expressions=expressions,
        silent=silent,
    )


def _headers(part: _Part) -> Headers:
    """Before schema version 4 they had another name."""
    fields = part.response.fields
    name = "customHeaders" if fields.get("headers") is None and "customHeaders" in fields else "headers"
    return Headers((*part.steps, name), Spelling.PAIRS, "key", "value", is_over=True)


def _body(part: _Part, owner: _Owner, document: Document) -> Body | str:
    response = part.response
    kind, is_literal = kind_of(response), has_literal_body(response)
    bucket = _crud_bucket(owner) if part.operation is not None else _bucket(response, owner)
    if kind == "DATABUCKET" and bucket is not None:
        return _bucket_body(bucket, part, owner, document)
    if kind == "FILE":
        if has_template(file_path(response)):
            return "a template names its body file"
        if not part.answer.body_file:
            return _NO_FILE
        is_plain = is_literal or not is_template_file(file_path(response))
        return Body(file=document.root / part.answer.body_file, is_literal=is_plain)
    return Body((*part.steps, "body"), is_literal=is_literal or kind == "DATABUCKET")


def _bucket_body(bucket: Bucket, part: _Part, owner: _Owner, document: Document) -> Body | str:
    if owner.around is None:
        return "its data bucket is not in the file"
    environment = as_object(value_at(document, owner.around))
    listed = as_list(environment.get("data"))
    places = [at for at, one in enumerate(listed) if isinstance(one, dict) and one.get("id") == bucket.id]
    users = sum(1 for one in _responses(environment) if one.get("databucketID") == bucket.id)
    is_named = any(bucket.id in text or (bucket.name and bucket.name in text) for text in _templates(document.text))
    if users > 1 or is_named or not places:
        return f"its data bucket `{bucket.name[:80]}` is used elsewhere, too"
    place = (*owner.around, "data", places[-1], "value")
    if part.operation is not None and part.operation.suffix:
        return Body(place, within=(0,))
    return Body(place)


def _responses(environment: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for route in as_list(environment.get("routes")):
        responses = route.get("responses") if isinstance(route, dict) else None
        yield from (one for one in responses if isinstance(one, dict)) if isinstance(responses, list) else ()


def _templates(text: str) -> Iterator[str]:
    return (match.group() for match in _TEMPLATE.finditer(text))
