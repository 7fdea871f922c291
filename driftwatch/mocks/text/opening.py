"""The one door for bytes: every file that a mock is read from, or that a mock names, is opened here.

A draft stands in for the file on disk, so that a mock can be read as it would be before it is written.
"""

import os
from collections.abc import Mapping
from pathlib import Path

Drafts = Mapping[str, bytes]
"""Contents that stand in for files, by their resolved paths."""


def content_of(path: Path, most: int, drafts: Drafts) -> bytes:
    """The bytes of a regular file, or one more than ``most`` of them if it is larger. Raises ``OSError``."""
    if drafts and (drafted := drafts.get(str(path.resolve()))) is not None:
        return drafted[: most + 1]
    with path.open("rb") as stream:
        # a buffer for the largest file there may be would cost every small one
        expected = min(os.fstat(stream.fileno()).st_size, most)
        content = stream.read(expected + 1)
        if len(content) > expected:  # it has grown, or is too large
            content += stream.read(most - expected)
    return content
