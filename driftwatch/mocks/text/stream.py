"""The documents of a YAML stream, found without parsing any."""

import re
from collections.abc import Iterator
from typing import Final

_MARKER: Final = re.compile(r"(?m)^---(?=\s|$)")
"""Nothing inside a document may begin a line so (YAML 1.2, 9.1.2 c-forbidden)."""
_CONTENT: Final = re.compile(r"(?m)^\s*[^\s#%]")


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """The stretches between document markers that hold more than comments, and where each begins."""
    starts = [0, *(match.start() for match in _MARKER.finditer(text))]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        if _CONTENT.search(piece.removeprefix("---")):
            yield start, piece
