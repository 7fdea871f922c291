"""What a team's own tests say of healed mocks: which pass as long as the mock is false, and fail once it is true."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Fate(StrEnum):
    """What became of one test."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Test(Struct, frozen=True):
    """One test as a report tells of it."""

    __test__ = False

    name: str
    """With its class or file, as the report writes it."""
    fate: Fate
    words: str = ""
    """``FAILED``: the first line of what it says."""


class Performance(Struct, frozen=True):
    """The tests, run once."""

    code: int | None
    """The exit code of the command; ``None`` if it was stopped after its time."""
    seconds: float
    tests: tuple[Test, ...] = ()
    """Of all reports that it wrote, by name; none if it wrote none."""
    words: str = ""
    """The last lines of what it printed."""
    trouble: str = ""
    """Why a report could not be read."""


class Trial(Struct, frozen=True):
    """Some tests by name, run once with some files in the place of others."""

    fates: Mapping[str, Test]
    """By the names that their runner gives them; what no report tells of is not among them."""
    performance: Performance
    read: frozenset[str] | None = None
    """Paths of the files that somebody read meanwhile; ``None`` where the file system does not tell."""


class Rehearsal(Struct, frozen=True):
    """The tests with the mocks as they are, then with the mocks as they would be."""

    command: str
    before: Performance
    after: Performance | None
    """``None`` where the tests did not even run with the mocks as they are."""

    @property
    def broken(self) -> tuple[Test, ...]:
        """Tests that do not fail now and fail once the mock tells the truth."""
        return self._failing(among=False)

    @property
    def still_failing(self) -> tuple[Test, ...]:
        """Tests that fail either way: they say nothing about healing."""
        return self._failing(among=True)

    @property
    def mended(self) -> tuple[str, ...]:
        """Tests that fail now and pass once the mock tells the truth."""
        passing = {test.name for test in self._after if test.fate is Fate.PASSED}
        return tuple(test.name for test in self.before.tests if test.fate is Fate.FAILED and test.name in passing)

    @property
    def vanished(self) -> tuple[str, ...]:
        """Tests that pass now and are not even told of afterwards, as when a file of tests no longer loads."""
        told = {test.name for test in self._after}
        return tuple(test.name for test in self.before.tests if test.fate is Fate.PASSED and test.name not in told)

    @property
    def is_conclusive(self) -> bool:
        """Whether both runs ended by themselves, and the first one ran the tests."""
        if self.after is None or self.after.code is None or self.before.code is None:
            return False
        return self.before.code == 0 or bool(self.before.tests)

    @property
    def is_worse(self) -> bool:
        """Whether healing breaks anything that the tests see."""
        if self.after is None or not self.is_conclusive:
            return False
        return bool(self.broken or self.vanished) or (self.before.code == 0 and self.after.code != 0)

    @property
    def _after(self) -> tuple[Test, ...]:
        return self.after.tests if self.after is not None else ()

    def _failing(self, *, among: bool) -> tuple[Test, ...]:
        before = {test.name for test in self.before.tests if test.fate is Fate.FAILED}
        return tuple(test for test in self._after if test.fate is Fate.FAILED and (test.name in before) is among)
