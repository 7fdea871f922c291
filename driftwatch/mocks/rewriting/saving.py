"""Puts a draft in the place of its file: the file is the old one or the new one at every moment, never half.

A new file is written beside the old one, brought to the disk, and renamed over it (POSIX ``rename``). Links were
followed when the draft was made: what a link leads to is replaced, and the link stays. A process that is killed while
it writes leaves the new file behind; whoever writes there later takes it away.
"""

import os
import re
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from driftwatch.model.edit import Draft, Unsaved

_PREFIX: Final = ".driftwatch-"
_OURS: Final = re.compile(re.escape(_PREFIX) + "[a-z0-9_]{8}")
"""As ``tempfile`` names files (CPython 3.11, ``_RandomNameSequence``)."""
_STALE: Final = 3600.0
"""Seconds after which nobody is writing a file any more."""


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
            _tidy(path.parent, os.fstat(descriptor))
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


def _tidy(folder: Path, ours: os.stat_result) -> None:
    """Take away what was left here long before ``ours`` was made, by the folder's own clock and the same owner."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _OURS.fullmatch(entry.name):
                _remove_stale(entry, ours)


def _remove_stale(entry: "os.DirEntry[str]", ours: os.stat_result) -> None:
    with suppress(OSError):
        known = entry.stat(follow_symlinks=False)
        is_stale = ours.st_mtime - known.st_mtime > _STALE
        if is_stale and known.st_uid == ours.st_uid and stat.S_ISREG(known.st_mode):
            Path(entry.path).unlink()


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
