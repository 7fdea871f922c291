"""A route in its environment, and which of its responses a request gets."""

from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking.candidates import Asked
from driftwatch.mocks.asking.truth import Truth
from driftwatch.mocks.formats.mockoon.paths import RoutePath, parse_path
from driftwatch.mocks.formats.mockoon.rules import Seen, all_hold
from driftwatch.mocks.formats.mockoon.schema import Kind, Mode, Response, Route

_CRUD_METHODS: Final = frozenset(["GET", "POST", "PUT", "PATCH", "DELETE"])


class Place(Struct, frozen=True):
    """A route in the order of its environment, with its path taken apart."""

    position: int
    route: Route
    path: RoutePath

    def given(self, asked: Asked) -> list[Response] | None:
        """The responses a request may get, in order; empty if the next route answers, ``None`` if that is untold."""
        if self.route.kind is Kind.WEBSOCKET:
            return []
        path = self._matching(asked)
        found = path.match(asked.path) if path is not None else None
        return [] if found is None else possible(self.route, Seen(asked, found))

    def _matching(self, asked: Asked) -> RoutePath | None:
        if self.route.kind is Kind.HTTP:
            return self.path if self.route.method in ("all", asked.method.lower()) else None
        if asked.method not in _CRUD_METHODS:
            return None
        item = item_path(self.path)
        return self.path if self.path.match(asked.path) is not None else item


def item_path(path: RoutePath) -> RoutePath:
    """The path of a CRUD route's items."""
    return parse_path("", f"{path.source.rstrip('/')}/:id")


def possible(route: Route, seen: Seen) -> list[Response]:
    """The responses that a route may give to a request it matches: one, unless that cannot be told."""
    if route.mode in (Mode.RANDOM, Mode.SEQUENTIAL):
        return list(route.responses)
    default = [route.default] if route.default is not None else []
    if route.mode is Mode.DISABLE_RULES:
        return default
    found: list[Response] = []
    for response in route.responses:
        truth: Truth = all_hold(response.rules, seen, needs_all=response.needs_all)
        if truth is not False:
            found.append(response)
        if truth:
            return found
    return found if route.mode is Mode.FALLBACK else [*(one for one in found if not is_in(one, default)), *default]


def is_in(response: Response, responses: list[Response]) -> bool:
    """Whether it is this very response, not one that looks like it."""
    return any(one is response for one in responses)
