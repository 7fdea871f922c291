"""A journey derived from recordings: which files are read, and in which order."""

from collections.abc import Sequence
from pathlib import Path

from driftwatch.mocks.recording.order import in_order
from driftwatch.mocks.source import FolderSource
from driftwatch.model.errors import UsageError
from driftwatch.model.interaction import Interaction
from driftwatch.model.journey import Derived
from driftwatch.probes.deriving import derive
from driftwatch.transport.clock import SystemClock


def derive_journey(paths: Sequence[Path], mocks: Path | None, name: str) -> Derived:
    """The journey that these files hold; they are read as a part of the folder ``mocks``, where ids are made of paths.

    Raises ``UsageError`` if none of them holds anything that was asked and answered.
    """
    found = [one for path in paths for one in _read(path, mocks)]
    session = in_order(found)
    if not session:
        raise UsageError(
            f"{', '.join(map(str, paths))}: nothing in it was asked and answered, so no journey comes of it"
        )
    return derive(session, name)


def _read(path: Path, mocks: Path | None) -> list[Interaction]:
    if not path.exists():
        raise UsageError(f"{path} does not exist; name a recording, a collection or the folder of a test set")
    root = mocks if mocks is not None else path
    if not path.resolve().is_relative_to(root.resolve()):
        raise UsageError(f"{path} is not below {root}; --mocks is the folder that the provider's `mocks` name")
    readings = FolderSource(root, now=SystemClock().now()).read()
    interactions = [one for one in readings if isinstance(one, Interaction)]
    below = path.resolve().relative_to(root.resolve()).as_posix()
    return [one for one in interactions if below == "." or one.origin.file == below or _is_below(one, below)]


def _is_below(one: Interaction, folder: str) -> bool:
    return one.origin.file.startswith(f"{folder}/")
