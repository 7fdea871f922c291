"""Files with an object a line, read as a stream: a log of a gigabyte is never in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
from msgspec import Struct

LONGEST: Final = 16 * 1024 * 1024
"""Bytes of a line: a batch of spans is one, and has some megabytes."""
MOST: Final = 50_000_000
"""Lines of a file; what comes after is told as unread."""


class Line(Struct, frozen=True):
    """One line: an object, or why it is none."""

    number: int
    value: dict[str, Any] | None = None
    problem: str = ""


def lines_of(path: Path) -> Iterator[Line]:
    """Every line with something in it. Raises ``OSError``."""
    with path.open("rb") as stream:
        for number, raw in _raw_lines(stream):
            if number > MOST:
                yield Line(number, problem=f"there are more than {MOST:,} lines")
                return
            if not raw:
                yield Line(number, problem=f"longer than {LONGEST:,} bytes")
            elif not raw.isspace():
                line = _line(number, raw)
                if line.problem and not raw.endswith(b"\n"):
                    return  # somebody is writing it at this moment
                yield line


def is_line(raw: bytes) -> bool:
    """Whether the first line of a file is a whole JSON object, so that the others may be as well."""
    return bool(raw) and _line(1, raw).value is not None


def _raw_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines by their numbers; nothing in the place of one that is too long."""
    number = 0
    while raw := stream.readline(LONGEST + 1):
        number += 1
        if len(raw) <= LONGEST:
            yield number, raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = stream.readline(LONGEST)
        yield number, b""


def _line(number: int, raw: bytes) -> Line:
    try:
        value = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Line(number, problem="not a JSON object")
    return Line(number, value) if isinstance(value, dict) else Line(number, problem="not a JSON object")
