"""A credential in a file is what stands there now: secrets are rotated under a running process."""

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from driftwatch.model.secret import Secret
from driftwatch.settings.refusal import RefusedError

Stamp = tuple[tuple[int, int, int], ...]


class FileSecret(Secret):
    """A secret that is read again when a file it comes from has changed.

    A look costs one ``stat`` a file, which follows links: Kubernetes rotates a mounted secret by pointing the link
    ``..data`` at another folder. What cannot be read keeps its last good value.
    """

    __slots__ = ("_files", "_lock", "_read", "_stamp", "_written")

    def __init__(self, written: str, files: Sequence[Path], read: Callable[[], str]) -> None:
        """``read`` yields the value and raises ``RefusedError`` if there is none to be had."""
        self._written, self._files, self._read = written, tuple(files), read
        self._lock = threading.Lock()
        self._stamp = _stamp(self._files)  # before reading: a change in between is seen at the next look
        super().__init__(read())

    def reveal(self) -> str:
        """The value as the files have it now."""
        if _stamp(self._files) != self._stamp:
            with self._lock:
                self._renew()
        return self._value

    def _renew(self) -> None:
        stamp = _stamp(self._files)
        if stamp == self._stamp:
            return  # another thread was faster
        self._stamp = stamp  # of a failure, too: it is told once, and tried again when the file changes again
        try:
            self._value = self._read()
        except RefusedError as refused:
            import structlog  # noqa: PLC0415 - commands that log nothing do without

            structlog.get_logger().warning("credential.kept", reference=self._written, problem=refused.found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FileSecret) and (self._written, self._files) == (other._written, other._files)

    def __hash__(self) -> int:
        return hash((self._written, self._files))


def _stamp(files: Sequence[Path]) -> Stamp:
    """What changes when a file does; zeros for one that is not there."""
    stamps = []
    for file in files:
        try:
            seen = os.stat(file)  # noqa: PTH116  before every request: Path.stat would take twice the time
        except (OSError, ValueError):
            stamps.append((0, 0, 0))
        else:
            stamps.append((seen.st_mtime_ns, seen.st_size, seen.st_ino))
    return tuple(stamps)
