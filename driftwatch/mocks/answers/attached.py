"""Files that a mock names: read below the mocks folder and nowhere else."""

import os
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.opening import content_of


class Attached(Struct, frozen=True):
    """A file's bytes, and its path below the mocks folder."""

    content: bytes
    file: str


def read_attached(name: str, folders: Iterable[Path], document: Document) -> Attached:
    """The file of that name in the first of ``folders`` that has it.

    ``name`` is relative, with either slash. Raises ``Refusal`` if no folder has the file, if it lies outside of the
    mocks folder (also by a symbolic link), or if it is larger than a mock file may be.
    """
    relative = name.replace("\\", "/")
    if "\0" in relative or not relative:
        raise Refusal("the name of the body file is not a file name")
    root = document.root.resolve()
    is_outside = False
    for folder in folders:
        path = folder / relative
        try:
            real = path.resolve()
            if not real.is_relative_to(root):
                is_outside = True
                continue
            if real.is_file():
                return Attached(body_of(real, name, document), Path(os.path.relpath(path, document.root)).as_posix())
        except (OSError, RuntimeError, UnicodeError) as error:
            raise Refusal(f"the body file `{name[:200]}` cannot be opened") from error
    if is_outside:
        raise Refusal(f"the body file `{name[:200]}` is outside of the mocks folder")
    raise Refusal(f"the body file `{name[:200]}` is not there")


def folders_up(document: Document) -> Iterable[Path]:
    """The folder of a mock file, and those above it up to the mocks folder."""
    folder = document.path.parent
    for _ in range(len(document.folders) + 1):
        yield folder
        folder = folder.parent


def body_of(path: Path, name: str, document: Document, *steps: Step) -> bytes:
    """The bytes of a body file. Raises ``Refusal`` if it is too large, and ``OSError``."""
    limit = document.limits.body_bytes
    content = content_of(path, limit, document.options.drafts)
    if len(content) > limit:
        raise Refusal(f"the body file `{name[:200]}` is larger than {limit:,} bytes", steps=steps)
    return content
