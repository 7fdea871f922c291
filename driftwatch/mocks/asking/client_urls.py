"""URLs as API clients keep them: a base and values in double braces, path parameters behind a colon.

``{{base}}/users/:id?page={{page}}`` is how Bruno, Insomnia and Postman write an address. The base is the service that
the config names, so it is left out; a value comes from the request itself, from the config, or is missing.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking.requests import encode_path, encode_segment, parse_query
from driftwatch.mocks.refusal import Refusal
from driftwatch.model.interaction import Query
from driftwatch.model.route import path_template

_VARIABLE: Final = re.compile(r"\{\{\s*(?:_\.)?([^{}\n]{1,200}?)\s*\}\}")
"""A value to be filled in; Insomnia writes ``_.`` before the name."""
_BASE: Final = re.compile(r"\{\{[^{}\n]{1,200}\}\}(?:://[^/?#]*)?(?::\d{1,5})?(?=[/?#]|\Z)")
_ORIGIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_HOST: Final = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+(?::\d+)?(?=[/?#]|\Z)|[A-Za-z0-9-]+:\d+(?=[/?#]|\Z)")
_LONGEST: Final = 16 * 1024
"""Characters of an URL that is still taken apart."""
_PARAMETER: Final = re.compile(r":([A-Za-z_][^/:]*)")


class Address(Struct, frozen=True):
    """The part of an URL that is asked of the real service."""

    path: str
    """Percent-encoded, with its leading slash; what is missing stands there as it is written."""
    template: str
    query: Query = ()
    missing: tuple[str, ...] = ()
    """Names without a value, each once."""
    configured: tuple[str, ...] = ()
    """Path parameters whose value the config gave."""


def filled(text: str, variables: Mapping[str, str]) -> str:
    """The text with the variables that the config knows."""
    if not variables or "{{" not in text:
        return text
    return _VARIABLE.sub(lambda match: variables.get(match.group(1), match.group()), text)


def open_names(text: str) -> tuple[str, ...]:
    """The names of the variables in a text, each once."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text))) if "{{" in text else ()


def read_address(url: str, values: Mapping[str, str], variables: Mapping[str, str]) -> Address:
    """Take an URL apart. ``values`` are the request's own path parameters, ``variables`` the config's.

    Raises ``Refusal`` if it is absurdly long.
    """
    path, query = _below_base(filled(url.strip(), variables))
    missing = list(open_names(query))
    configured: list[str] = []
    segments, names = [], []
    for segment in path.split("/"):
        parameter = _PARAMETER.fullmatch(segment)
        name = parameter.group(1) if parameter else ""
        value = filled(values.get(name, ""), variables)
        if name and not value and name in variables:
            value = variables[name]
            configured.append(name)
        missing += [name] if name and not value else open_names(value if name else segment)
        segments.append(encode_segment(value) if value else encode_path(segment))
        names.append(f"{{{name}}}" if name else _VARIABLE.sub(r"{\1}", segment))
    template = path_template(encode_path("/".join(names)).replace("%7B", "{").replace("%7D", "}"))
    pairs = tuple(parse_query(query))
    return Address("/".join(segments), template, pairs, tuple(dict.fromkeys(missing)), tuple(configured))


def _below_base(url: str) -> tuple[str, str]:
    """Path and query without scheme, host and base variable; the path begins with a slash."""
    if len(url) > _LONGEST:
        raise Refusal(f"an URL of more than {_LONGEST:,} characters")
    for pattern in (_BASE, _ORIGIN, _HOST):
        if match := pattern.match(url):
            url = url[match.end() :]
            break
    path, _, query = url.partition("#")[0].partition("?")
    return (path if path.startswith("/") else f"/{path}"), query


def route_path(url: str) -> str:
    """The path of an URL as a route: variables are parameters (``:name``), a slash at the end does not count.

    Raises ``Refusal`` as ``read_address`` does.
    """
    path, _ = _below_base(url.strip())
    return re.sub("/{2,}", "/", _VARIABLE.sub(r":\1", path)).rstrip("/") or "/"


def parameters(path: str) -> Iterator[str]:
    """The names behind a colon in a path, in order."""
    for segment in path.split("/"):
        if match := _PARAMETER.fullmatch(segment):
            yield match.group(1)
