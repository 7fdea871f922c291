"""Body files: what ``bodyFileName`` names, below ``__files`` and nowhere else."""

import os
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.attached import body_of
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document

MAPPINGS: Final = "mappings"
FILES: Final = "__files"


class BodyFile(Struct, frozen=True):
    """A body file's bytes and its path below the mocks folder."""

    content: bytes
    file: str


def home(document: Document) -> str:
    """The folder of the server that a mapping belongs to: the parent of its nearest ``mappings`` folder."""
    folders = document.folders
    for depth in range(len(folders) - 1, -1, -1):
        if folders[depth] == MAPPINGS:
            return "/".join(folders[:depth])
    return ""


def has_home(document: Document) -> bool:
    """Whether a file stands below a ``mappings`` folder that has ``__files`` beside it."""
    is_below = MAPPINGS in document.folders or document.root.name == MAPPINGS
    return is_below and _folder(document).is_dir()


def _folder(document: Document) -> Path:
    """Where the server's body files are. Pointing at ``mappings`` itself is common; its sibling belongs to it then."""
    if MAPPINGS not in document.folders and document.root.name == MAPPINGS:
        return document.root.parent / FILES
    return document.root / home(document) / FILES


def path_of(name: str, document: Document) -> Path:
    """Where a body file of that name is. Raises ``Refusal`` for what is no name."""
    relative = name.replace("\\", "/").lstrip("/")
    if "\0" in relative:
        raise Refusal("the name of the body file is not a file name")
    return _folder(document) / relative


def read_body_file(name: str, document: Document) -> BodyFile:
    """Raises ``Refusal`` if there is no such file inside ``__files``, or if it is too large."""
    folder, path = _folder(document), path_of(name, document)
    try:
        real, inside = path.resolve(), folder.resolve()
        if not real.is_relative_to(inside) or not inside.is_relative_to(folder.parent.resolve()):
            raise Refusal(f"the body file `{name}` is outside of {FILES}")
        return BodyFile(_read(real, name, document), _shown(path, document))
    except (OSError, RuntimeError, UnicodeError) as error:
        reason = "is not there" if isinstance(error, FileNotFoundError) else "cannot be opened"
        raise Refusal(f"the body file `{name}` {reason} (looked in {_shown(folder, document)})") from error


def _read(path: Path, name: str, document: Document) -> bytes:
    if not path.is_file():
        raise FileNotFoundError(path)
    return body_of(path, name, document)


def _shown(path: Path, document: Document) -> str:
    return Path(os.path.relpath(path, document.root)).as_posix()
