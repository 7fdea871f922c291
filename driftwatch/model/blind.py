"""All observed drift tried on all tests that rest on it: who notices what, and who could not be asked."""

from collections.abc import Sequence

from msgspec import Struct

from driftwatch.model.blindness import Sight, Sighting
from driftwatch.model.finding import Finding
from driftwatch.model.healing import Left


class LeftOut(Struct, frozen=True):
    """A test that rests on drifted mocks and says nothing, whatever they say."""

    suite: str
    test: str
    reason: str


class Tried(Struct, frozen=True):
    """One run of the tests."""

    what: str
    """With what: ``no drift``, ``all drift at once``, ``3 findings, one to a test``."""
    tests: int
    findings: int
    seconds: float
    code: int | None
    """The exit code of the command; ``None`` if it was stopped after its time."""
    trouble: str = ""
    """Why it told nothing of some tests."""


class Blindness(Struct, frozen=True):
    """What one trial of all drift on all tests came to."""

    sightings: tuple[Sighting, ...]
    """One for each test that says something and each finding about its mocks that can be applied, the worst first."""
    findings: tuple[Finding, ...]
    """Those that were applied, or were to be, the worst first."""
    left: tuple[Left, ...] = ()
    """Those that cannot be applied, with tests that rest on their mocks."""
    left_out: tuple[LeftOut, ...] = ()
    unused: int = 0
    """Findings about mocks that no test of these rests on."""
    runs: tuple[Tried, ...] = ()
    words: str = ""
    """The last lines of what the tests printed, where none could be run."""
    is_incomplete: bool = False
    """The audit could not compare all mocks: what drifted there, nobody knows."""

    @property
    def tried(self) -> int:
        """Pairs with a verdict."""
        return sum(one.is_tried for one in self.sightings)

    @property
    def blind(self) -> Sequence[Sighting]:
        """Pairs in which the test stayed green."""
        return [one for one in self.sightings if one.sight is Sight.BLIND]

    @property
    def untried(self) -> Sequence[Sighting]:
        """Pairs of which nobody knows."""
        return [one for one in self.sightings if not one.is_tried]

    @property
    def score(self) -> float | None:
        """Blind pairs of all that were tried, 0 to 1, and 0 is the best; ``None`` if none was."""
        return len(self.blind) / self.tried if self.tried else None

    def of(self, finding: Finding, sight: Sight) -> Sequence[Sighting]:
        """The tests to which a finding is such, by suite and name."""
        return [one for one in self.sightings if one.fingerprint == finding.fingerprint and one.sight is sight]

    @property
    def blind_to_all(self) -> Sequence[tuple[str, str]]:
        """Tests, by suite and name, that were tried and notice nothing of what they rest on."""
        seen: dict[tuple[str, str], set[Sight]] = {}
        for one in self.sightings:
            seen.setdefault((one.suite, one.test), set()).add(one.sight)
        return sorted(test for test, sights in seen.items() if Sight.BLIND in sights and Sight.NOTICED not in sights)

    @property
    def is_conclusive(self) -> bool:
        """Whether all was tried that could be, if there was anything, and the audit saw all that could have drifted."""
        is_something = bool(self.findings or self.left)
        return not self.is_incomplete and not self.untried and (self.tried > 0 or not is_something)
