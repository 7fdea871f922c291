"""Whether somebody says of a file that json-server serves it, and under which paths; reads the mocks folder alone."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from driftwatch.mocks.formats.json_server.rewrites import Rewrites, read_rewrites
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.opening import content_of

_USUAL: Final = frozenset(["db.json", "db.json5"])
_PACKAGE: Final = "package.json"
_ROUTES: Final = "routes.json"
_LARGEST: Final = 1024 * 1024
_COMMAND: Final = re.compile(r"\bjson-server\b([^&|;]{0,2000})")
_ARGUMENT: Final = re.compile(r"[^\s'\"]+")


def is_named(document: Document) -> bool:
    """Whether a file has the usual name, or a script starts json-server with it."""
    return document.path.name.lower() in _USUAL or any(_starts(folder, document) for folder in _folders(document))


def _folders(document: Document) -> Iterator[Path]:
    """The file's folder and those above it, up to the mocks folder."""
    folder = document.path.parent
    yield folder
    while folder != document.root and document.root in folder.parents:
        folder = folder.parent
        yield folder


def _starts(folder: Path, document: Document) -> bool:
    value = _json_of(folder / _PACKAGE, document)
    scripts = value.get("scripts") if isinstance(value, dict) else None
    for script in scripts.values() if isinstance(scripts, dict) else ():
        for command in _COMMAND.finditer(script) if isinstance(script, str) else ():
            names = _ARGUMENT.findall(command.group(1))
            if any((folder / name).absolute() == document.path.absolute() for name in names if "\0" not in name):
                return True
    return False


def routes_beside(document: Document) -> Rewrites | Refusal:
    """The rewrites in the database's folder; none if there is no such file, a ``Refusal`` if it cannot be used."""
    value = _json_of(document.path.parent / _ROUTES, document)
    if value is None:
        return Rewrites(())
    try:
        return read_rewrites(value)
    except Refusal as refusal:
        return refusal


def _json_of(path: Path, document: Document) -> object:
    """A small JSON file's value; ``None`` if it is not there, lies outside, or is no JSON."""
    try:
        real = path.resolve()
        if not real.is_relative_to(document.root.resolve()) or not real.is_file():
            return None
        content = content_of(real, _LARGEST, document.options.drafts)
        return json_text.decode(content.decode("utf-8-sig")) if len(content) <= _LARGEST else None
    except (OSError, RuntimeError, ValueError):
        return None
