"""Where a team's tests run: a scratch copy, always at the same path, gone again afterwards.

Which tests fail is read from the reports that the run wrote: pytest is asked for one through ``PYTEST_ADDOPTS``; of
other tools the usual places are looked through.
"""

import os
import shlex
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.checkout.junit import NotReadError, read_reports
from driftwatch.checkout.processes import run
from driftwatch.checkout.scratch import DEPENDENCIES, Original
from driftwatch.model.edit import Draft
from driftwatch.model.rehearsal import Performance, Test

USUAL: Final = (
    "target/surefire-reports/TEST-*.xml", "*/target/surefire-reports/TEST-*.xml",
    "target/failsafe-reports/TEST-*.xml", "*/target/failsafe-reports/TEST-*.xml",
    "build/test-results/*.xml", "*/build/test-results/*.xml",
    "junit.xml", "*/junit.xml", "test-results.xml", "*/test-results.xml",
)  # fmt: skip
"""Where Maven, Gradle and jest-junit write, below the copy's root; a star also stands for slashes."""
_MOST_REPORTS: Final = 10_000
_SHOWN: Final = 20
"""Last lines of output that are kept for a reader."""


class Call(Struct, frozen=True):
    """One command to be run."""

    command: str
    folder: Path
    """Where in the original it would run."""
    seconds: float
    options: tuple[str, ...] = ()
    """For pytest, beside the one that asks for a report."""


class Stage(Struct, frozen=True):
    """A place for copies of one original."""

    original: Original
    environment: Mapping[str, str]
    mask: Callable[[str], str]
    """Hides credentials in what tests print."""
    place: Path
    """An empty folder, resolved."""
    reports: tuple[str, ...] = ()
    """Patterns for reports, instead of the usual places."""

    def perform(
        self, call: Call, drafts: Sequence[Draft], *, healed: bool, seen: set[str] | None = None
    ) -> Performance:  # fmt: skip
        """Run the tests once, in a new copy with these files as they are or as they would be.

        ``seen`` is given the paths of the drafts that somebody read meanwhile, where the file system tells.
        """
        # at the same path each time: tools that remember paths remember the same
        copy, own = self.place / self.original.root.name, self.place / "pytest.xml"
        self.original.copy(copy, drafts, healed=healed)
        copied = {copy / Path(draft.path).resolve().relative_to(self.original.root): draft.path for draft in drafts}
        if seen is not None:
            _forget_reading(copied)
        here = copy / call.folder.resolve().relative_to(self.original.root)
        there = dict(self._reports(copy))
        asked = shlex.join((*call.options, f"--junitxml={own}"))
        asked = f"{self.environment.get('PYTEST_ADDOPTS', '')} {asked}".strip()
        ended = run(call.command, here, {**self.environment, "PYTEST_ADDOPTS": asked, "PWD": str(here)}, call.seconds)
        if seen is not None:
            seen |= {path for place, path in copied.items() if _was_read(place)}
        written = [path for path, stamp in self._reports(copy) if there.get(path) != stamp]
        tests, trouble = self._read([own, *written] if own.exists() else written)
        own.unlink(missing_ok=True)
        shutil.rmtree(copy, ignore_errors=True)
        if copy.exists():  # folders that may not be written to, as Go's module cache makes them: removed in the end
            copy.rename(Path(tempfile.mkdtemp(dir=self.place)) / copy.name)
        last = "\n".join(ended.output.splitlines()[-_SHOWN:])
        return Performance(ended.code, round(ended.seconds, 3), tests, self.mask(last), trouble)

    def _reports(self, copy: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
        """Files in the places of reports, and what tells whether they were written again."""
        patterns = self.reports or USUAL
        for folder, folders, files in os.walk(copy):
            folders[:] = [name for name in folders if name not in DEPENDENCIES]
            for name in files:
                path = Path(folder) / name
                if any(_fits(path.relative_to(copy).as_posix(), pattern) for pattern in patterns):
                    stat = path.lstat()
                    yield path, (stat.st_mtime_ns, stat.st_size)

    def _read(self, paths: Sequence[Path]) -> tuple[tuple[Test, ...], str]:
        """The tests of all reports, and why there are none."""
        try:
            found = read_reports(paths[:_MOST_REPORTS])
        except NotReadError as error:
            return (), f"a report of the tests cannot be read: {error}"
        return tuple(Test(self.mask(test.name), test.fate, self.mask(test.words)) for test in found), ""


def tells_reading(place: Path) -> bool:
    """Whether the file system of a folder notes when a file is read; one that is mounted ``noatime`` does not."""
    probe = place / "probe"
    probe.write_bytes(b"?")
    _forget_reading([probe])
    probe.read_bytes()
    told = _was_read(probe)
    probe.unlink()
    return told


def _forget_reading(files: Collection[Path]) -> None:
    # relatime, the default of Linux, notes the first reading after a time that lies before the last change (mount(8))
    for file in files:
        os.utime(file, ns=(0, file.stat().st_mtime_ns))


def _was_read(file: Path) -> bool:
    """A file that is not there any more was met by somebody, too."""
    try:
        return file.stat().st_atime_ns != 0
    except OSError:
        return True


def _fits(path: str, pattern: str) -> bool:
    """Whether a path is one of a pattern's; ``**/`` also stands for no folder at all."""
    plain = pattern.removeprefix("./")
    return fnmatch(path, plain) or (plain.startswith("**/") and fnmatch(path, plain.removeprefix("**/")))
