"""A step of a journey → the request it sends: its mock's, with what the step says itself and the values it knows."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import zip_longest
from typing import Final

from msgspec.structs import replace

from driftwatch.model.interaction import Claim, Grade, Header, Interaction, Request
from driftwatch.model.journey import Ask, Step, Value
from driftwatch.model.route import path_of, path_template
from driftwatch.probes.filling import (
    UnfilledError,
    encode_query,
    fill,
    fill_json,
    fill_line,
    fill_path,
    fill_query,
    places,
)

_OPEN: Final = re.compile(r"\{\{|%7B%7B|/\{[^/{}]+\}(?=/|\Z)|/%7B[^/]+%7D(?=/|\Z)", re.IGNORECASE)
"""Where a mock still wants a value: a variable of its tool, or a parameter of its path."""
_MOCKS_VARIABLE: Final = re.compile(r"%7B%7B([A-Za-z_][A-Za-z0-9_.-]{0,99})%7D%7D", re.IGNORECASE)
_PARAMETER: Final = re.compile(r"\{([^{}/]+)\}")
_WHOLE: Final = re.compile(r"\{\{[^{}]+\}\}")
_SENDABLE: Final = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@/%]{0,2000}")
_SENDABLE_QUERY: Final = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]{0,2000}")
_JSON_TYPE: Final = ("Content-Type", "application/json")


def mock_of(step: Step, claims: Sequence[Claim]) -> Claim | None:
    """The claim that a step names, by a mock's id or by method and path; ``None`` if there is none."""
    return next((claim for claim in claims if any(_is_meant(step, one) for one in claim.interactions)), None)


def _is_meant(step: Step, interaction: Interaction) -> bool:
    if step.mock:
        return interaction.mock_id == step.mock
    request = interaction.request
    spellings = (request.path_template, request.path)
    return bool(step.match) and any(
        fnmatchcase(f"{request.method} {path}", step.match) or f"{request.method} {path}" == step.match
        for path in spellings
    )


def label(step: Step, mock: Request | None) -> str:
    """What a step is called in a report: its name, or its method and path without values."""
    if step.name:
        return step.name
    if mock is None:
        return f"{step.ask.method or 'GET'} {step.ask.path}"
    return f"{step.ask.method or mock.method} {step.ask.path or mock.path_template}"


def outline(step: Step, mock: Request | None) -> Request:
    """The request with ``{{name}}`` where values will stand: what consent is decided by, before anything is sent."""
    ask = step.ask
    base = mock if mock is not None else Request("GET", "/", "/")
    query = base.query if ask.query is None else ask.query
    path, template = (ask.path, path_template(ask.path)) if ask.path else (base.path, base.path_template)
    return replace(
        base,
        method=ask.method or base.method,
        path=path,
        path_template=template,
        query=query,
        raw_query=base.raw_query if ask.query is None else "&".join(f"{name}={value}" for name, value in query),
        headers=_headers(base.headers, ask, {}, is_filled=False),
        body=base.body if ask.body is None else ask.body.encode(),
    )


def request_of(step: Step, mock: Request | None, values: Mapping[str, Value], base_path: str = "") -> Request:
    """The request as it is sent; ``UnfilledError`` names what it lacks.

    A value takes the place of the mock's own path parameter of its name. ``base_path`` is the path of the provider's
    target, which a captured ``Location`` begins with.
    """
    ask = step.ask
    base = mock if mock is not None else Request("GET", "/", "/")
    path, raw_query = _path(ask, base, values, base_path)
    query = base.query if ask.query is None and not raw_query else ()
    if ask.query is not None:
        query = fill_query(ask.query, values)
        raw_query = encode_query(query)
    elif not raw_query:
        query = fill_query(base.query, values)
        raw_query = base.raw_query if query == base.query else encode_query(query)
    filled = replace(
        base,
        method=ask.method or base.method,
        path=path,
        path_template=_template(ask, base),
        query=query,
        raw_query=raw_query,
        headers=_headers(base.headers, ask, values, is_filled=True),
        body=_body(ask, base, values),
    )
    return _graded(filled, base, ask)


def _path(ask: Ask, base: Request, values: Mapping[str, Value], base_path: str) -> tuple[str, str]:
    """Path and, where a captured URL has one, query."""
    if not ask.path:
        return _of_the_mock(base, values), ""
    if not _WHOLE.fullmatch(ask.path):
        return fill_path(ask.path, values), ""
    whole = fill(ask.path, values)
    path, query = path_of(whole), whole.partition("#")[0].partition("?")[2]
    if base_path and path.startswith(f"{base_path.rstrip('/')}/"):
        path = path.removeprefix(base_path.rstrip("/"))
    if not _SENDABLE.fullmatch(path) or not _SENDABLE_QUERY.fullmatch(query) or {".", ".."} & set(path.split("/")):
        raise UnfilledError(f"the value of {ask.path} is no path of this service")
    return path, query


def _of_the_mock(base: Request, values: Mapping[str, Value]) -> str:
    """The mock's path with the values that its parameters and variables are named for."""
    segments = []
    for written, named in zip_longest(base.path.split("/"), base.path_template.split("/"), fillvalue=""):
        parameter = _PARAMETER.fullmatch(named)
        if parameter and parameter[1] in values:
            segments.append(fill_path(f"{{{{{parameter[1]}}}}}", values))
            continue
        variable = _MOCKS_VARIABLE.search(written)
        plain = _MOCKS_VARIABLE.sub(r"{{\1}}", written) if variable else written
        is_known = bool(places(plain)) and all(name in values for name in places(plain))
        segments.append(fill_path(plain, values) if is_known else written)
    return "/".join(segments)


def _template(ask: Ask, base: Request) -> str:
    is_of_the_mock = base.path_template != "/" and _WHOLE.fullmatch(ask.path) is not None
    if not ask.path or is_of_the_mock or _has_same_form(ask.path, base.path_template):
        return base.path_template
    return path_template(re.sub(r"\{\{[^{}]+\}\}", "{id}", ask.path))


def _has_same_form(path: str, template: str) -> bool:
    """Whether a step only says what stands for the parameters of its mock's path."""
    own, theirs = path.split("/"), template.split("/")
    return len(own) == len(theirs) and all(
        one == other or bool(_PARAMETER.fullmatch(other)) for one, other in zip(own, theirs, strict=True)
    )


def _headers(
    given: tuple[Header, ...], ask: Ask, values: Mapping[str, Value], *, is_filled: bool
) -> tuple[Header, ...]:
    own = tuple((name, fill_line(value, values) if is_filled else value) for name, value in ask.headers)
    names = {name.lower() for name, _ in own}
    kept = tuple((name, _as_known(value, values)) for name, value in given if name.lower() not in names)
    if ask.is_json and "content-type" not in names:
        kept = (*(one for one in kept if one[0].lower() != "content-type"), _JSON_TYPE)
    return (*kept, *own)


def _as_known(text: str, values: Mapping[str, Value]) -> str:
    """A mock's own text, filled where all that it wants is known."""
    return fill_line(text, values) if places(text) and all(name in values for name in places(text)) else text


def _body(ask: Ask, base: Request, values: Mapping[str, Value]) -> bytes | None:
    if ask.body is not None:
        return (fill_json if ask.is_json else fill)(ask.body, values).encode("utf-8", "surrogatepass")
    if base.body is None or b"{{" not in base.body:
        return base.body
    text = base.body.decode("utf-8", "surrogateescape")
    if not all(name in values for name in places(text)):
        return base.body
    try:
        return fill_json(text, values).encode("utf-8", "surrogateescape")
    except ValueError:  # no JSON
        return fill(text, values).encode("utf-8", "surrogateescape")


def _graded(request: Request, mock: Request, ask: Ask) -> Request:
    """What was filled in makes an incomplete request complete, unless something is still open."""
    said = ask.path or ask.query is not None or ask.body is not None
    is_changed = (request.path, request.raw_query, request.body) != (mock.path, mock.raw_query, mock.body)
    texts = (request.path, request.raw_query, (request.body or b"")[:65536].decode("utf-8", "replace"))
    is_open = not (said or is_changed) or any(_OPEN.search(text) for text in texts)
    if is_open and not mock.grade.is_sendable:
        raise UnfilledError(mock.reason or f"the request is {mock.grade}")
    if not is_changed:
        return request
    return replace(request, grade=Grade.DISCOVERED, reason="filled in from earlier steps", recorded=False)
