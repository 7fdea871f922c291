"""Changed files as a patch for ``git apply``, byte for byte.

Text stands as a unified diff, whatever its line ends; what git would not take for text as a binary patch, which holds
both whole contents (git's ``diff.c``, ``emit_binary_diff_body``; git 2.39). Names are quoted as git quotes them.
"""

import hashlib
import zlib
from base64 import b85encode
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from driftwatch.reports.hunks import Hunk, hunks

_ROW: Final = 52
"""Bytes in a line of a binary patch."""
_UNENDED: Final = b"\n\\ No newline at end of file\n"
_NAMED: Final = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}
_NOT_TEXT: Final = frozenset(range(32)) - {9, 10, 12, 13, 27}


class Changed(Struct, frozen=True):
    """A file as it is and as it would be."""

    name: str
    """From the folder where the patch is applied, with ``/``."""
    before: bytes
    after: bytes
    mode: str = "100644"
    """As git tells it."""

    @property
    def is_text(self) -> bool:
        """Whether a person can read both in a diff."""
        return is_text(self.before) and is_text(self.after)

    @property
    def hunks(self) -> tuple[Hunk, ...]:
        """The lines that change."""
        return hunks(self.before, self.after)


def is_text(content: bytes) -> bool:
    """Whether it is UTF-8 without control characters other than those of layout."""
    if _NOT_TEXT.intersection(content):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def patch_of(files: Iterable[Changed]) -> bytes:
    """One patch for all that change; it is UTF-8 and empty if nothing does."""
    return b"".join(part for file in files if file.before != file.after for part in _file(file))


def _file(file: Changed) -> Iterator[bytes]:
    old, new = (_quoted(f"{side}/{file.name}") for side in "ab")
    yield f"diff --git {old} {new}\n".encode()
    if not file.is_text:
        yield f"index {_blob(file.before)}..{_blob(file.after)} {file.mode}\nGIT binary patch\n".encode()
        yield from _literal(file.after)
        yield from _literal(file.before)
        return
    # after a name with a space git writes a tab, so that whoever reads the line knows where the name ends
    yield f"--- {_ended(old)}\n+++ {_ended(new)}\n".encode()
    for hunk in file.hunks:
        yield hunk.head.encode() + b"\n"
        for line in hunk.lines:
            yield line.sign.encode() + (line.content if line.content.endswith(b"\n") else line.content + _UNENDED)


def _literal(content: bytes) -> Iterator[bytes]:
    """A whole content: its size, then compressed rows, each with its length as a letter."""
    yield f"literal {len(content)}\n".encode()
    packed = zlib.compress(content)
    for start in range(0, len(packed), _ROW):
        row = packed[start : start + _ROW]
        length = len(row) + (64 if len(row) <= 26 else 70)
        yield bytes([length]) + b85encode(row, pad=True) + b"\n"
    yield b"\n"


def _blob(content: bytes) -> str:
    """What git calls this content (SHA-1, as in nearly every repository; others take a patch without it for text)."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _ended(name: str) -> str:
    return name + "\t" if " " in name and not name.startswith('"') else name


def _quoted(name: str) -> str:
    """A name as git spells it where ``core.quotePath`` is on: in C's escapes if anything in it needs one."""
    octets = name.encode("utf-8", "surrogateescape")
    if all(32 <= octet < 127 and octet not in _NAMED for octet in octets):
        return name
    return '"' + "".join(map(_escaped, octets)) + '"'


def _escaped(octet: int) -> str:
    if octet in _NAMED:
        return "\\" + _NAMED[octet]
    return chr(octet) if 32 <= octet < 127 else f"\\{octet:03o}"
