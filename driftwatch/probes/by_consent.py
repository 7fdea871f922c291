"""What a consent makes of a mock's request."""

import json
from collections.abc import Mapping

from msgspec.structs import replace

from driftwatch.model.consent import KEY, Consent, ReadBack
from driftwatch.model.interaction import Request
from driftwatch.model.journey import Ask, Step, Value
from driftwatch.probes.steps import request_of


def asking(request: Request, consent: Consent) -> Ask:
    """What a consent says of the request of a mock: its key, its switch, its body."""
    headers = ((consent.key_header, f"{{{{{KEY}}}}}"),) if consent.key_header else ()
    query = (*request.query, *consent.dry_query) if consent.dry_query else None
    is_json = consent.body is not None and _is_json(consent.body)
    return Ask(query=query, headers=(*headers, *consent.dry_headers), body=consent.body, is_json=is_json)


def with_body(request: Request, consent: Consent) -> Request:
    """A mock's request with the body of the consent, if it has one."""
    return request if consent.body is None else replace(request, body=consent.body.encode())


def exactly(request: Request, consent: Consent) -> Ask | None:
    """A request as a step says it without a mock; ``None`` for a body that is no text."""
    try:
        body = (request.body or b"").decode()
    except UnicodeDecodeError:
        return None
    own = asking(request, consent)
    names = {name.lower() for name, _ in own.headers}
    headers = tuple(one for one in request.headers if one[0].lower() not in names)
    query = own.query if own.query is not None else request.query
    return Ask(request.method, request.path, query or None, (*headers, *own.headers), body)


def reading(read: ReadBack, values: Mapping[str, Value]) -> Request:
    """The GET with which something is read back."""
    path, mark, query = read.path.partition("?")
    pairs = tuple((name, value) for name, _, value in (pair.partition("=") for pair in query.split("&")))
    ask = Ask("GET", path, pairs if mark else None, (("Accept", "application/json"),))
    return request_of(Step(ask=ask), None, values)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
