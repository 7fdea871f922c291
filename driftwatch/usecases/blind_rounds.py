"""Which findings can be tried at once, so that each test meets one of them alone.

Two findings may share a run if no test that is tried rests on both: a hundred mocks of which each has its own tests
take as many runs as the worst of them has findings, and not a hundred times as many.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field


class Rounds(Struct):
    """What is still to be tried: pairs of a test and a finding, by name and fingerprint."""

    order: Sequence[str]
    """Fingerprints, those first that matter most: what the budget does not reach comes last."""
    rests: Mapping[str, frozenset[str]]
    """By test, all findings about its mocks, be they tried with it already or not."""
    pending: dict[str, list[str]] = field(default_factory=dict)
    """By fingerprint, the tests that are to be tried with it."""
    lonely: set[str] = field(default_factory=set)
    """Findings that cannot share a run."""

    def want(self, test: str, fingerprints: Iterable[str]) -> None:
        """Try a test with each of these findings."""
        for fingerprint in fingerprints:
            self.pending.setdefault(fingerprint, []).append(test)

    def next(self) -> tuple[str, ...]:
        """Findings for one run, out of those that are pending; none if nothing is."""
        chosen: list[str] = []
        tests: set[str] = set()
        for fingerprint in self.order:
            own = self.pending.get(fingerprint)
            if not own or (chosen and fingerprint in self.lonely):
                continue
            if any(not self.rests[test].isdisjoint(chosen) for test in own):
                continue
            if any(fingerprint in self.rests[test] for test in tests):
                continue
            chosen.append(fingerprint)
            tests |= set(own)
            if fingerprint in self.lonely:
                break
        return tuple(chosen)

    def take(self, fingerprint: str) -> list[str]:
        """Its tests, which are pending no longer."""
        return self.pending.pop(fingerprint, [])
