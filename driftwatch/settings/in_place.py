"""A file that people wrote, changed where it stands."""

import os
from collections.abc import Callable
from pathlib import Path


def change(place: Path, changed: Callable[[str], str | None]) -> bool:
    """Put what ``changed`` makes of a file's text in its place, whole or not at all; whether that was done.

    ``None`` leaves the file as it is. It keeps its mode, and a link to it stays one. What ``changed`` raises is raised.
    """
    try:
        text = place.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return False
    made = changed(text)
    if made is None:
        return False
    real = place.resolve()
    draft = real.with_name(f".{real.name}.{os.getpid()}")
    try:
        draft.write_bytes(made.encode())
        draft.chmod(real.stat().st_mode & 0o7777)
        draft.replace(real)
    except OSError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True
