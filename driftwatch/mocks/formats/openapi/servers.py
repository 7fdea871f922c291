"""What every path has before it: ``/v1`` of the server ``https://api.example.com/v1``; never its host."""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking.requests import encode_path
from driftwatch.mocks.formats.openapi.parts import Files, Part

_HOST: Final = re.compile(r"(?:[A-Za-z{}][^/]*:)?//[^/]*")
_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


class Base(Struct, frozen=True):
    """The path that stands before an operation's own."""

    path: str = ""
    """Percent-encoded, without a slash at its end; empty for none."""
    missing: tuple[str, ...] = ()
    """Variables in it that have neither a default nor a value in the config."""
    others: tuple[str, ...] = ()
    """The base paths of further servers, where they differ."""


def base_of(files: Files, scopes: tuple[Part, ...], variables: Mapping[str, str]) -> Base:
    """The base path of an operation; ``scopes`` are what may name servers, the nearest first."""
    root = files.root
    if "swagger" in root.names:
        return Base(_clean(root.text("basePath")))
    for scope in scopes:
        servers = files.at(scope, "servers")
        known = [_base(files, files.follow(server), variables) for server in servers.children()] if servers else []
        if known:
            others = dict.fromkeys(base.path or "/" for base in known[1:] if base.path != known[0].path)
            return Base(known[0].path, known[0].missing, tuple(others))
    return Base()


def _base(files: Files, server: Part, variables: Mapping[str, str]) -> Base:
    missing: list[str] = []

    def value(found: re.Match[str]) -> str:
        name = found[1]
        variable = files.at(server, "variables", name)
        default = variable.text("default") if variable is not None else ""
        if name not in variables and not default:
            missing.append(name)
        return variables.get(name, default)

    path = _HOST.sub("", server.text("url").strip(), count=1).partition("?")[0].partition("#")[0]
    return Base(_clean(_VARIABLE.sub(value, path)), tuple(missing))


def _clean(path: str) -> str:
    steps = [step for step in path.split("/") if step not in ("", ".", "..")]
    return encode_path("".join(f"/{step}" for step in steps))
