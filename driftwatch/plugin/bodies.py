"""Finds the mock file that a body was taken from, among the files that the test has opened.

A test that loads ``mocks/orders.json`` and hands a part of it to ``responses`` rests on that part of that file. The
body that was answered is looked for as a value in the files: the same JSON, or the same text.
"""

import io
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

_LARGEST: Final = 1024 * 1024
"""Bytes of a body or file that are looked at."""
_MOST: Final = 5000
"""Values of a file that are known by what they are; a larger file is known as a whole alone."""
_FEW: Final = 4
"""Places of one value that are told; a value that stands in more belongs to all of the file."""
_LEAST_TEXT: Final = 16
"""Characters of a text that is no JSON: a shorter one may stand anywhere by chance."""

Places = dict[bytes, list[str]]

_open: Final = io.open
_stat: Final = os.stat
"""As they are before any test: one that patches the file system counts its own calls alone, and hands us no answers."""


class Bodies:
    """Files by what stands in them, read once unless they change."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._known: dict[str, tuple[object, Places]] = {}

    def places(self, body: bytes, files: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Files and pointers at which a body stands; nothing for a body that says nothing."""
        wanted = _keys(body) if len(body) <= _LARGEST else ()
        for file in files if wanted else ():
            places = self._places(file)
            found = next((places[key] for key in wanted if key in places), None)
            if found is not None:
                yield from ((file, pointer) for pointer in (found if len(found) <= _FEW else [""]))

    def _places(self, file: str) -> Places:
        try:
            state = _stat(file)
        except OSError:
            return {}
        stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
        known = self._known.get(file)
        if known is None or known[0] != stamp:
            text = self._read(file) if state.st_size <= _LARGEST else None
            known = self._known[file] = (stamp, _index(text) if text is not None else {})
        return known[1]


def opened(file: str) -> bytes | None:
    """The bytes of a file, or ``None`` where it cannot be read."""
    try:
        with _open(file, "rb") as stream:
            return stream.read()
    except OSError:
        return None


def _keys(body: bytes) -> tuple[bytes, ...]:
    """What a body may be known by: as JSON whatever its layout, or as it is."""
    bare = body.strip()
    if bare[:1] in (b"{", b"["):
        value = _decoded(bare)
        if value:
            return (_canonical(value), bare)
        return ()
    return (bare,) if len(bare) >= _LEAST_TEXT else ()


def _index(text: bytes) -> Places:
    places: Places = {}
    bare = text.strip()
    if not bare:
        return places
    value = _decoded(bare)
    for number, (key, pointer) in enumerate(_walk(value, "") if value is not None else ()):
        if number == _MOST:
            places.clear()
            break
        places.setdefault(key, []).append(pointer)
    if value:
        places[_canonical(value)] = [""]
    places.setdefault(bare, [""])
    return places


def _walk(value: object, pointer: str) -> Iterator[tuple[bytes, str]]:
    """Every value below that something can be known by, with its place."""
    pending = [(value, pointer)]
    while pending:
        value, pointer = pending.pop()
        if isinstance(value, str):
            text = value.strip().encode("utf-8", "surrogatepass")
            yield from ((key, pointer) for key in _keys(text))
        elif value and isinstance(value, dict | list):
            yield _canonical(value), pointer
            members = value.items() if isinstance(value, dict) else enumerate(value)
            pending += [(one, f"{pointer}/{_step(step)}") for step, one in members]


def _step(step: object) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


def _canonical(value: object) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def _decoded(text: bytes) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
