"""What a staging service is told to be: a document, read strictly, so that a misspelt word fails the story at once."""

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct, field


class User(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who may ask, and all the ways in which one may prove to be that."""

    role: str = "user"
    token: str = ""
    """A bearer token."""
    lasts: int | None = None
    """The requests that a bearer token is good for; it is refused from then on. ``None`` is for ever."""
    password: str = ""
    """For HTTP Basic and for the login."""
    key: str = ""
    """An API key: header ``X-Api-Key``, query parameter or cookie ``api_key``."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of one's own, all of which must be there."""
    certificate: str = ""
    """The common name of a client certificate."""
    client: str = ""
    """The id of an OAuth 2 client; its secret is ``password``."""
    refresh: str = ""
    """A refresh token that the client has from the beginning; good once, as all of them."""


class Quota(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many requests a caller has. It is renewed by being refused, not by a clock."""

    limit: int
    refuses: int = 1
    """Requests that are refused with 429 once it is used up; then it begins anew."""
    retry_after: str = "0"
    """``Retry-After`` of a refusal; an empty text for none."""
    style: Literal["X-RateLimit", "RateLimit", "none"] = "X-RateLimit"
    """How the headers of the quota begin."""
    per: Literal["user", "service"] = "service"


class Versions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Several versions behind one port, as in the middle of a rollout."""

    names: tuple[str, ...]
    by: Literal["connection", "request"] = "connection"
    """What is given to the versions in turn."""
    header: str = ""
    """The header of answers that tells the version; empty for none."""


class Pages(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list that is given out in pages."""

    items: list[Any]
    size: int
    style: Literal["link", "cursor"]
    """``link``: a bare array and RFC 8288's ``Link``; ``cursor``: an object with the member ``next_cursor``."""


class Records(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Documents by the id that ends the path."""

    by_id: Mapping[str, Any]
    missing: Any = field(
        default_factory=lambda: {"error": {"code": "not_found", "message": "There is no such record."}}
    )
    """The document of the 404 for every other id."""


class Route(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one operation answers. What depends on role, version or turn is laid over the rest, in this order."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    """A JSON document; a text ``{name}`` in it becomes that part of the path (a number where it is one)."""
    text: str | None = None
    """The body as it is, in place of ``body``."""
    needs: tuple[str, ...] | None = None
    """Roles that may ask, or ``any`` for everybody with credentials. ``None``: as the script says; none: open."""
    by_role: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    by_version: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    in_turn: tuple[Mapping[str, Any], ...] = ()
    flaky: tuple[int | Literal["cut", "hang"], ...] = ()
    """Statuses in turn: the route's own answers as it does, another with an error document; ``cut`` resets the
    connection, ``hang`` never answers."""
    slow: float | tuple[float, ...] = 0.0
    """Seconds before the answer; several are taken in turn."""
    records: Records | None = None
    pages: Pages | None = None
    accepts: str = ""
    """The media type a body must have, or it is 415; a JSON body must be JSON, or it is 400."""
    etag: Literal["honoured", "ignored", ""] = ""
    """``honoured``: an ``ETag``, and 304 for who has it; ``ignored``: an ``ETag``, and always 200."""
    gzip: Literal["asked", "always", ""] = ""
    """Compressed for those who accept it, or for all."""


class Orders(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where orders are placed, read back and withdrawn; see ``orders.py``."""

    path: str = "/orders"
    manner: Literal["safe", "racy", "forgetful"] = "safe"
    patience: float = 1.0
    """Seconds that an order being made waits for a second request with its key, so that the two do meet."""
    cuts: int = 0
    """How many of the first orders are made while their answer is cut off."""
    needs: tuple[str, ...] | None = None


class Script(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole service."""

    routes: Mapping[str, Route] = field(default_factory=dict)
    """By method and path: ``GET /users/{id}``."""
    users: Mapping[str, User] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    """What every route needs that does not say otherwise; nothing, if empty."""
    quota: Quota | None = None
    versions: Versions | None = None
    orders: Orders | None = None
    login: str = ""
    """The path of a POST with ``user`` and ``password`` that sets the cookie ``session``."""
    token: str = ""
    """The path of an OAuth 2 token endpoint: client credentials and refresh token (RFC 6749, 4.4 and 6)."""
    lost: Any = field(default_factory=lambda: {"error": {"code": "no_route", "message": "Nothing is here."}})
    """The document of the 404 for a path that is no route."""


def read(document: object, names: Mapping[str, str]) -> Script:
    """A script from a document of YAML; ``$name`` in any text of it becomes the value of that name."""
    return msgspec.convert(_filled(document, names), Script)


def changed(route: Route, *layers: Mapping[str, Any] | None) -> Route:
    """A route with what these layers change of it; headers join, anything else replaces."""
    for layer in filter(None, layers):
        laid = msgspec.to_builtins(route) | dict(layer)
        laid["headers"] = {**route.headers, **layer.get("headers", {})}
        route = msgspec.convert(laid, Route)
    return route


def _filled(document: object, names: Mapping[str, str]) -> object:
    if isinstance(document, str):
        return re.sub(r"\$([a-z_]+)", lambda found: names.get(found[1], found[0]), document)
    if isinstance(document, Mapping):
        return {_filled(name, names): _filled(value, names) for name, value in document.items()}
    if isinstance(document, list | tuple):
        return [_filled(each, names) for each in document]
    return document
