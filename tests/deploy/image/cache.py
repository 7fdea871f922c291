"""Files that take minutes to make, kept for the next run: whole, of the recipe that holds now, or not at all."""

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Alone among all processes that hold the lock of a file."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def kept(folder: Path, name: str, recipe: object, make: Callable[[Path], None]) -> Path:
    """The file that ``make`` writes; it is called only where none of this recipe is there and undamaged.

    The recipe is anything that JSON can say. What was made by another one, or half, is removed.
    """
    digest = hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()[:16]
    with locked(folder / f"{name}.lock"):
        file = folder / f"{name}-{digest}"
        seal = folder / f"{name}-{digest}.sha256"
        if not file.exists() or not seal.exists() or seal.read_text() != _digest(file):
            for old in folder.glob(f"{name}-*"):
                old.unlink()
            draft = folder / f"{name}-draft"
            make(draft)
            seal.write_text(_digest(draft))
            draft.rename(file)
        return file


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
