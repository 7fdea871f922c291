"""A Mockoon environment as this reader sees it, whatever schema version the file has.

The schema has changed 33 times (``libs/migrations.js``, commons 9.9.0); what an old file lacks is told by what it has.
Fields of a wrong kind are set right as Mockoon itself does on loading (``EnvironmentSchema``, the same version).
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking.identity import identity
from driftwatch.mocks.formats.mockoon.rules import Rule, read_rule
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text.fields import Object, as_list, as_object
from driftwatch.model.interaction import Header

NEWEST: Final = 33
"""The highest schema version there is (Mockoon 9)."""
_WITHOUT_SWITCHES: Final = 31
"""From this version on, whether a route is switched off is not in the file."""
_METHODS: Final = frozenset(
    [
        "all", "get", "post", "put", "patch", "delete", "head", "options", "propfind", "proppatch", "move", "copy",
        "mkcol", "lock", "unlock",
    ]
)  # fmt: skip


class Kind(StrEnum):
    """What a route is."""

    HTTP = "http"
    CRUD = "crud"
    WEBSOCKET = "ws"


class Mode(StrEnum):
    """Which response a route gives."""

    RULES = ""
    """The first whose rules hold, else the default."""
    RANDOM = "RANDOM"
    SEQUENTIAL = "SEQUENTIAL"
    DISABLE_RULES = "DISABLE_RULES"
    """The default, always."""
    FALLBACK = "FALLBACK"
    """The first whose rules hold, else the next route that matches."""


class Bucket(Struct, frozen=True):
    """Data that several routes may serve."""

    id: str
    name: str
    text: str


class Response(Struct, frozen=True):
    """One response of a route; what it answers is read later."""

    uuid: str
    label: str
    fields: Object
    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    needs_all: bool
    """Whether all rules must hold, or one of them."""
    is_default: bool


class Route(Struct, frozen=True):
    """One route, in the place where it is served."""

    uuid: str
    kind: Kind
    method: str
    """In lower case; ``all`` for any."""
    endpoint: str
    mode: Mode
    responses: tuple[Response, ...]
    steps: tuple[Step, ...]
    name: str = ""

    @property
    def default(self) -> Response | None:
        """What is given if no rule holds."""
        return next((response for response in self.responses if response.is_default), None) or next(
            iter(self.responses), None
        )


class Environment(Struct, frozen=True):
    """One mock server."""

    prefix: str
    headers: tuple[Header, ...]
    latency: float
    routes: tuple[Route, ...]
    """In the order in which they are tried."""
    buckets: Mapping[str, Bucket]
    callbacks: Mapping[str, str]
    """Names of the calls it makes itself, by id."""
    switched_off: int
    """Routes that are not served."""
    notes: tuple[str, ...]


def read_environment(value: object, *steps: Step) -> Environment:
    """An environment from its JSON. Raises ``Refusal`` if it is none at all; anything smaller is set right."""
    fields = as_object(value, *steps)
    version = fields.get("lastMigration")
    listed = as_list(fields.get("routes"), *steps, "routes")
    routes = [_read_route(route, *steps, "routes", i) for i, route in enumerate(listed) if isinstance(route, dict)]
    is_switched = not isinstance(version, int) or version < _WITHOUT_SWITCHES
    served = [route for route in routes if not (is_switched and _is_off(listed[_index(route)]))]
    return Environment(
        prefix=_text(fields.get("endpointPrefix")),
        headers=read_headers(fields.get("headers")),
        latency=_number(fields.get("latency")),
        routes=tuple(_in_order(served, fields)),
        buckets={bucket.id: bucket for bucket in _buckets(fields.get("data"))},
        callbacks={_text(one.get("uuid")): _text(one.get("name")) for one in _objects(fields.get("callbacks"))},
        switched_off=len(routes) - len(served),
        notes=tuple(_notes(fields, version)),
    )


def lone_route(value: object, *steps: Step) -> Environment:
    """A route that was exported alone, as an environment of its own. Raises ``Refusal``."""
    route = _read_route(as_object(value, *steps), *steps)
    return Environment("", (), 0.0, (route,), {}, {}, 0, ())


def _index(route: Route) -> int:
    return next(step for step in reversed(route.steps) if isinstance(step, int))


def _is_off(route: object) -> bool:
    return isinstance(route, dict) and route.get("enabled") is False


def _notes(fields: Object, version: object) -> Iterator[str]:
    if isinstance(version, int) and version > NEWEST:
        yield f"written by a newer Mockoon (schema version {version}), and read as version {NEWEST}"
    proxy = _text(fields.get("proxyHost")).rpartition("@")[2]
    if fields.get("proxyMode") is True and proxy:
        yield f"what no route matches is passed on to {proxy[:200]}"


def _read_route(route: Object, *steps: Step) -> Route:
    method = _text(route.get("method")).lower()
    kind = _text(route.get("type"))
    listed: list[tuple[Object, tuple[Step, ...]]] = [(route, steps)]  # before version 6 a route was its own response
    answers = route.get("responses")
    if isinstance(answers, list):
        listed = [(one, (*steps, "responses", i)) for i, one in enumerate(answers) if isinstance(one, dict)]
    responses = [_read_response(one, route, *place, is_default=one.get("default") is True) for one, place in listed]
    return Route(
        uuid=_text(route.get("uuid")),
        kind=Kind(kind) if kind in list(Kind) else Kind.HTTP,
        method=method if method in _METHODS or (not method and "method" in route) else "get",
        endpoint=_text(route.get("endpoint")),
        mode=_mode(route),
        responses=tuple(responses),
        steps=steps,
        name=_text(route.get("documentation")),
    )


def _mode(route: Object) -> Mode:
    word = route.get("responseMode")
    if isinstance(word, str) and word in list(Mode):
        return Mode(word)
    if route.get("sequentialResponse") is True:
        return Mode.SEQUENTIAL
    return Mode.RANDOM if route.get("randomResponse") is True else Mode.RULES


def _read_response(fields: Object, route: Object, *steps: Step, is_default: bool) -> Response:
    rules = fields.get("rules") if fields is not route else None
    return Response(
        uuid=_text(fields.get("uuid")) or _digest(route, rules),
        label=_text(fields.get("label")),
        fields=fields,
        steps=steps,
        rules=tuple(read_rule(rule) for rule in _objects(rules)),
        needs_all=fields.get("rulesOperator") == "AND",
        is_default=is_default,
    )


def _digest(route: Object, rules: object) -> str:
    """A stable name made of what is matched, never of what is answered."""
    return identity([_text(route.get("method")).lower(), _text(route.get("endpoint")), rules or []])


def _in_order(routes: list[Route], environment: Object) -> Iterator[Route]:
    """Routes as they are tried: by the folders, and those in no folder last (``repairRefs``, ``routesFromFolder``)."""
    children = environment.get("rootChildren")
    if not isinstance(children, list):
        yield from routes
        return
    by_uuid: dict[str, Route] = {}
    for route in routes:
        by_uuid.setdefault(route.uuid, route)
    folders = {_text(f.get("uuid")): f.get("children") for f in _objects(environment.get("folders"))}
    seen: set[int] = set()
    stack: list[object] = list(reversed(children))
    while stack:
        child = stack.pop()
        if not isinstance(child, dict):
            continue
        uuid = _text(child.get("uuid"))
        if child.get("type") == "folder":
            inside = folders.pop(uuid, None)
            stack.extend(reversed(inside) if isinstance(inside, list) else ())
        elif (route_ := by_uuid.get(uuid)) is not None and id(route_) not in seen:
            seen.add(id(route_))
            yield route_
    yield from (route for route in routes if id(route) not in seen)


def _buckets(value: object) -> Iterator[Bucket]:
    for bucket in _objects(value):
        yield Bucket(_text(bucket.get("id")), _text(bucket.get("name")), _text(bucket.get("value")))


def read_headers(value: object) -> tuple[Header, ...]:
    """Pairs of key and value; a blank half counts for nothing."""
    pairs = ((_text(pair.get("key")), _text(pair.get("value"))) for pair in _objects(value))
    return tuple((name, text) for name, text in pairs if name and text)


def _objects(value: object) -> list[Object]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12
    return float(value) if is_number and isinstance(value, int | float) else 0.0
