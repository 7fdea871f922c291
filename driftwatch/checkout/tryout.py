"""Some of a team's tests, run by name in a scratch copy with some of the mocks changed; fulfils ``ports.TestRunner``.

pytest's tests are told by their node ids, below the folder that the ids are relative to: its root directory, in which
they are run. Other runners are told by a template of the command.
"""

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from msgspec import Struct

from driftwatch.checkout.naming import file_of, holders_of, names_of
from driftwatch.checkout.stage import Call, Stage, tells_reading
from driftwatch.model.edit import Draft
from driftwatch.model.errors import UsageError
from driftwatch.model.rehearsal import Fate, Performance, Test, Trial

_OWN: Final = ("--junitprefix=", "--maxfail=0", "--continue-on-collection-errors")
"""For pytest: names as they are, and all tests although one fails."""
_PLACE: Final = re.compile(r"\{tests(?::([^{}]*))?\}")
_LONGEST_LINE: Final = 96 * 1024
"""Bytes of a command: Linux takes 128 KiB for one argument of a program (``MAX_ARG_STRLEN``), and a shell gets one."""
_OPTION_LIKE: Final = ("-", "@")
"""pytest 8.2 and newer read arguments from a file that is named behind ``@``."""


class Tryout(Struct, frozen=True):
    """A team's tests, and where and how they run."""

    stage: Stage
    command: str
    """With ``{tests}`` where their names go, or ``{tests:,}`` to have commas between them; without, all of them run."""
    folder: Path
    """Of the original: where the command runs."""
    drafts: tuple[Draft, ...]
    """All files that are ever changed, as they were read and as they would be."""
    tells_reading: bool

    @classmethod
    def at(cls, stage: Stage, command: str, folder: Path, drafts: Sequence[Draft]) -> "Tryout":
        """Raises ``UsageError`` for a command that is empty."""
        if not command.strip():
            raise UsageError("--command wants the command that runs the tests, and it is empty")
        return cls(stage, command, folder, tuple(drafts), tells_reading(stage.place))

    @property
    def is_selective(self) -> bool:
        """Whether the command takes names."""
        return _PLACE.search(self.command) is not None

    def why_not(self, test: str) -> str:
        """Why a test cannot be run by its name; empty if it can be."""
        if not self.is_selective:
            return ""
        if test.startswith(_OPTION_LIKE) or not test.isprintable():
            return "its name would be taken for an option of the command"
        file = file_of(test)
        if file and (PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts):
            return "its file lies outside of the folder that the tests run in"
        if file and not (self.folder / file).is_file():
            return f"there is no file {file} any more"
        return ""

    def parted(self, tests: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """What one command can name, and one report can tell apart."""
        chosen: list[str] = []
        names: set[str] = set()
        room = _LONGEST_LINE
        for test in tests:
            own, size = set(map(self.stage.mask, names_of(test))), len(shlex.quote(test).encode()) + 1
            if chosen and self.is_selective and (own & names or size > room):
                yield tuple(chosen)
                chosen, names, room = [], set(), _LONGEST_LINE
            chosen.append(test)
            names |= own
            room -= size
        if chosen:
            yield tuple(chosen)

    def run(self, tests: Sequence[str], drafts: Sequence[Draft], seconds: float) -> Trial:
        """Run these tests, with these drafts in place of their files and all else as it was read."""
        call = Call(_PLACE.sub(partial(_named, tests), self.command), self.folder, seconds, self._options())
        changed = {draft.path: draft.after for draft in drafts}
        files = [Draft(one.file, one.path, one.before, changed.get(one.path, one.before)) for one in self.drafts]
        seen: set[str] | None = set() if self.tells_reading else None
        performance = self.stage.perform(call, files, healed=True, seen=seen)
        fates = dict(_fates(tests, performance, self.stage.mask))
        return Trial(fates, performance, None if seen is None else frozenset(seen))

    def _options(self) -> tuple[str, ...]:
        copy = self.stage.place / self.stage.original.root.name
        here = copy / self.folder.resolve().relative_to(self.stage.original.root)
        return (f"--rootdir={here}", *_OWN)


def root_of_tests(tests: Sequence[str], folder: Path, top: Path) -> Path:
    """The folder that pytest's node ids are relative to; that of the command for tests of other runners.

    It is this one or the next above it, up to ``top``, with a file of theirs. Raises ``UsageError`` if there is none.
    """
    files = dict.fromkeys(filter(None, map(file_of, tests)))
    if not files:
        return folder
    real = folder.resolve()
    for place in (real, *real.parents):
        if any((place / file).is_file() for file in files):
            return place
        if place == top:
            break
    raise UsageError(
        f"none of the files of these tests, such as {next(iter(files))}, lies below {folder} or a folder above it: "
        "--folder names the root directory of pytest, to which the names of its tests are relative"
    )


def _named(tests: Sequence[str], place: re.Match[str]) -> str:
    separator = " " if place[1] is None else place[1]
    return separator.join(map(shlex.quote, tests))


def _fates(
    tests: Sequence[str], performance: Performance, mask: Callable[[str], str]
) -> Iterator[tuple[str, Test]]:  # fmt: skip
    told = {test.name: test for test in performance.tests}
    names = {test: tuple(map(mask, names_of(test))) for test in tests}
    claims = Counter(name for own in names.values() for name in own)
    for test, own in names.items():
        found = next((told[name] for name in own if name in told and claims[name] == 1), None)
        if found is None and not any(name in told for name in own):
            # a file or a class that does not load fails all that is in it
            found = next((told[name] for name in map(mask, holders_of(test)) if name in told), None)
            found = found if found is not None and found.fate is Fate.FAILED else None
        if found is not None:
            yield test, found
