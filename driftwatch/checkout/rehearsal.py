"""The team's tests in a scratch copy, with the mocks as they are and then as they would be.

Both runs happen at the same path, each in a copy of its own. Which tests fail is read from the reports that the run
wrote: pytest is asked for one through ``PYTEST_ADDOPTS``; of other tools the usual places are looked through.
"""

import os
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.checkout.junit import NotReadError, read_reports
from driftwatch.checkout.processes import run
from driftwatch.checkout.scratch import DEPENDENCIES, Original
from driftwatch.model.edit import Draft
from driftwatch.model.errors import UsageError
from driftwatch.model.rehearsal import Performance, Rehearsal, Test

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


class Plan(Struct, frozen=True):
    """What is to be run, and where."""

    command: str
    folder: Path
    """Where the user stands."""
    seconds: float
    """Time for each run."""
    reports: tuple[str, ...] = ()
    """Patterns for reports, instead of the usual places."""


def rehearse(
    plan: Plan, drafts: Sequence[Draft], environment: Mapping[str, str], mask: Callable[[str], str]
) -> Rehearsal:
    """Run the tests with the mocks as they are, then as they would be; ``mask`` hides credentials in what they print.

    Raises ``UsageError`` if the mocks do not lie where the command runs.
    """
    original = Original.around(plan.folder)
    outside = [draft.file for draft in drafts if not original.holds(draft.path)]
    if outside:
        raise UsageError(
            f"--verify runs the tests in a copy of {original.root}, and {outside[0]} lies outside of it: start it in "
            "the checkout or folder that holds both tests and mocks"
        )
    with tempfile.TemporaryDirectory(prefix="driftwatch-", ignore_cleanup_errors=True) as place:
        stage = _Stage(plan, original, drafts, environment, mask, Path(place).resolve())
        before = stage.perform(healed=False)
        has_run = before.code == 0 or (before.code is not None and before.tests)
        return Rehearsal(mask(plan.command), before, stage.perform(healed=True) if has_run else None)


class _Stage(Struct, frozen=True):
    """Where the tests run."""

    plan: Plan
    original: Original
    drafts: Sequence[Draft]
    environment: Mapping[str, str]
    mask: Callable[[str], str]
    place: Path

    def perform(self, *, healed: bool) -> Performance:
        """Run the tests once, in a new copy."""
        # at the same path both times: tools that remember paths remember the same
        copy, own = self.place / self.original.root.name, self.place / "pytest.xml"
        self.original.copy(copy, self.drafts, healed=healed)
        here = copy / self.plan.folder.resolve().relative_to(self.original.root)
        there = dict(self._reports(copy))
        asked = f"{self.environment.get('PYTEST_ADDOPTS', '')} {shlex.quote(f'--junitxml={own}')}".strip()
        environment = {**self.environment, "PYTEST_ADDOPTS": asked, "PWD": str(here)}
        ended = run(self.plan.command, here, environment, self.plan.seconds)
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
        patterns = self.plan.reports or USUAL
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


def _fits(path: str, pattern: str) -> bool:
    """Whether a path is one of a pattern's; ``**/`` also stands for no folder at all."""
    plain = pattern.removeprefix("./")
    return fnmatch(path, plain) or (plain.startswith("**/") and fnmatch(path, plain.removeprefix("**/")))
