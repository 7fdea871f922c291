"""Puts a draft in the place of its file: the file is the old one or the new one at every moment, never half.

A new file is written beside the old one, brought to the disk, and renamed over it (POSIX ``rename``). Links were
followed when the draft was made: what a link leads to is replaced, and the link stays.
"""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from driftwatch.model.edit import Draft, Unsaved

_PREFIX: Final = ".driftwatch-"


def save(draft: Draft) -> Unsaved | None:
    """Write one draft; why it was not written. A file that is no longer what the draft began with stays as it is."""
    path = Path(draft.path)
    try:
        if path.read_bytes() != draft.before:
            return Unsaved(draft, "it was changed while it was healed; heal again to take the change into account")
        _replace(path, draft.after)
    except OSError as error:
        return Unsaved(draft, f"cannot be written: {error.strerror or type(error).__name__}")
    return None


def _replace(path: Path, content: bytes) -> None:
    known = path.stat()
    descriptor, name = tempfile.mkstemp(prefix=_PREFIX, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            if hasattr(os, "fchown"):
                with suppress(PermissionError):  # only root may give files away; the mode is kept all the same
                    os.fchown(stream.fileno(), known.st_uid, known.st_gid)
                os.fchmod(stream.fileno(), known.st_mode & 0o7777)
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
