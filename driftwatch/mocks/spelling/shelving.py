"""New mock files onto the disk: each whole or not at all, and none in the place of another unless that is wanted."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from driftwatch.model.errors import UsageError

File = tuple[Path, bytes]


def clashes(places: Sequence[Path]) -> list[Path]:
    """Those where something stands already, be it a link that leads nowhere."""
    return [place for place in places if os.path.lexists(place)]


def shelve(files: Sequence[File], *, may_replace: bool) -> None:
    """Write all of them; raises ``UsageError`` if one cannot be, and takes away what is new of the others."""
    made: list[Path] = []
    try:
        for place, content in files:
            _shelve(place, content, made, may_replace=may_replace)
    except BaseException as error:  # whoever stops it in between finds nothing either
        for place in made:
            place.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        reason = "it is there by now" if isinstance(error, FileExistsError) else error.strerror or type(error).__name__
        raise UsageError(f"{error.filename2 or error.filename or 'a mock'} cannot be written: {reason}") from error


def _shelve(place: Path, content: bytes, made: list[Path], *, may_replace: bool) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    target = place.resolve() if may_replace else place
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with draft.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if may_replace and os.path.lexists(target):
            with suppress(OSError):
                draft.chmod(target.stat().st_mode & 0o7777)
            draft.replace(target)
        else:
            os.link(draft, target)  # fails where somebody was faster, which replacing would not
            made.append(target)
    finally:
        draft.unlink(missing_ok=True)
