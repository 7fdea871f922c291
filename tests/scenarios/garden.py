"""Secrets that are planted everywhere, and a search that finds them in whatever spelling they come out.

Each secret has a *core* of letters and digits that is like nothing else, and around it the signs that escapes change.
A core survives percent-encoding, JSON, HTML and shell escapes as it is; for Base64 all three alignments are searched,
besides hexadecimal digits, UTF-16, and what is packed (zlib, gzip) in files and in cells of a SQLite database.
"""

import base64
import gzip
import hashlib
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import fields

from driftwatch.model.secret import Secret
from driftwatch.settings.reference import Referenced

AROUND: Final = ('a"\\/+', "=&%<'>")
"""What stands before and after a core: signs that JSON, URLs, HTML and shells spell otherwise."""
_LEAST: Final = 8
"""Characters of a spelling that are searched, at least: fewer would be found by chance."""


class Garden:
    """What was planted, by name."""

    def __init__(self) -> None:
        self.cores: dict[str, str] = {}

    def plant(self, name: str, *, is_plain: bool = False) -> str:
        """A new secret; a plain one has no signs around its core."""
        core = f"Pl4nt{hashlib.sha256(name.encode()).hexdigest()[:18]}"
        self.cores[name] = core
        return core if is_plain else core.join(AROUND)

    def adopt(self, name: str, core: str) -> str:
        """A secret that was made elsewhere."""
        self.cores[name] = core
        return core

    def found(self, octets: bytes) -> set[str]:
        """The names of those that are somewhere in these bytes."""
        lowered = octets.lower()
        cores = self.cores.items()
        found = {name for name, core in cores for spelling in _without_case(core) if spelling in lowered}
        return found | {name for name, core in cores for spelling in _with_case(core) if spelling in octets}

    def dug_up(self, *things: object) -> set[str]:
        """Those in texts, in bytes, in files and in all files of a folder."""
        return {name for thing in things for octets in _octets(thing) for name in self.found(octets)}


@cache
def _without_case(core: str) -> tuple[bytes, ...]:
    """Spellings in which capitals may have become small."""
    octets = core.encode()
    escaped = "".join(f"%{octet:02x}" for octet in octets)
    return octets.lower(), octets.hex().encode(), core.lower().encode("utf-16-le"), escaped.encode()


@cache
def _with_case(core: str) -> tuple[bytes, ...]:
    """Base64 of a text that holds the core somewhere, in both alphabets."""
    found = []
    for ahead in range(3):
        text = base64.b64encode(b"\0" * ahead + core.encode() + b"\0" * 3)
        sure = text[-(-ahead * 8 // 6) : (ahead + len(core)) * 8 // 6]
        assert len(sure) >= _LEAST
        found += [sure, sure.translate(bytes.maketrans(b"+/", b"-_"))]
    return tuple(found)


def _octets(thing: object) -> Iterator[bytes]:
    if isinstance(thing, Path):
        for file in [thing] if thing.is_file() else sorted(thing.rglob("*")):
            if file.is_file():
                yield str(file).encode()
                yield from _unpacked(file.read_bytes())
                yield from _cells(file)
    else:
        yield from _unpacked(thing if isinstance(thing, bytes) else str(thing).encode("utf-8", "surrogatepass"))


def _unpacked(octets: bytes) -> Iterator[bytes]:
    yield octets
    for unpack in (zlib.decompress, gzip.decompress):
        with suppress(zlib.error, OSError, EOFError):
            yield unpack(octets)


def _cells(file: Path) -> Iterator[bytes]:
    """Every cell of a database, unpacked where it is packed."""
    if not file.read_bytes().startswith(b"SQLite format 3\0"):
        return
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  a name of the schema
                for cell in row:
                    yield from _unpacked(cell if isinstance(cell, bytes) else str(cell).encode())
    finally:
        connection.close()


def declared(cls: type) -> set[str]:
    """Where a class of settings, or one below it, holds what is looked up elsewhere: ``BearerAuth.token``."""
    found: set[str] = set()
    seen: set[type] = set()
    ahead = [cls]
    while ahead:
        one = ahead.pop()
        if one in seen:
            continue
        seen.add(one)
        for field in fields(one):
            for leaf in _leaves(field.type):
                if leaf in (Referenced, Secret):
                    found.add(f"{one.__name__}.{field.name}")
                elif isinstance(leaf, type) and issubclass(leaf, Struct):
                    ahead.append(leaf)
    return found


def _leaves(annotation: Any) -> Iterator[object]:
    """The classes that an annotation names, whatever stands around them."""
    if hasattr(annotation, "__metadata__"):
        yield from _leaves(annotation.__origin__)
        return
    arguments = getattr(annotation, "__args__", ())
    yield annotation
    for argument in arguments:
        yield from _leaves(argument)


def held(value: object, garden: Garden, place: str = "") -> set[str]:
    """Where settings do hold a planted secret, in the words of ``declared``."""
    if isinstance(value, Referenced):
        return held(value.secret, garden, place)
    if isinstance(value, Secret):
        return {place} if garden.found(value.reveal().encode()) else set()
    if isinstance(value, Struct):
        names = value.__struct_fields__
        cls = type(value).__name__
        return {one for name in names for one in held(getattr(value, name), garden, f"{cls}.{name}")}
    if isinstance(value, Mapping):
        return {one for each in value.values() for one in held(each, garden, place)}
    if isinstance(value, tuple | list | frozenset):
        return {one for each in value for one in held(each, garden, place)}
    return set()
