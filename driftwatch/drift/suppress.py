"""Findings that somebody decided not to be told of (drift semantics 3.6): marked, counted, and never taken away.

A suppression changes what a finding asks of people, not what is true: verdicts, gaps and fidelity stay as they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.finding import SUPPRESSED, Finding
from driftwatch.model.summary import ProviderSummary
from driftwatch.model.suppression import Fate, Reviewed, Suppression


class Suppressor(Struct):
    """The suppressions of one run, and what each of them met."""

    suppressions: Sequence[Suppression]
    today: date
    """In UTC."""
    _by_fingerprint: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_kind: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _met: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for number, one in enumerate(self.suppressions):
            if one.fingerprint:
                self._by_fingerprint[one.fingerprint].append(number)
            else:
                self._by_kind[one.kind].append(number)

    def mark(self, provider: ProviderSummary) -> ProviderSummary:
        """The same provider, in which what is suppressed says so."""
        if not self.suppressions:
            return provider
        results = tuple(replace(one, findings=tuple(map(self._marked, one.findings))) for one in provider.results)
        return replace(provider, results=results)

    def review(self, providers: Iterable[ProviderSummary], *, is_whole: bool) -> tuple[Reviewed, ...]:
        """What became of each, in the order they are written.

        ``is_whole`` says that every provider was audited and every mock file could be read: otherwise nobody knows
        that a suppression has become useless.
        """
        unchecked = [p.name for p in providers if any(one.verdict.is_failure_to_check for one in p.results)]
        return tuple(
            Reviewed(one, self._fate(number, unchecked, is_whole=is_whole), tuple(sorted(self._met.get(number, ()))))
            for number, one in enumerate(self.suppressions)
        )

    def _fate(self, number: int, unchecked: Sequence[str], *, is_whole: bool) -> Fate:
        one = self.suppressions[number]
        if one.until < self.today:
            return Fate.EXPIRED
        if number in self._met:
            return Fate.APPLIED
        is_doubtful = any(one.fingerprint or fnmatchcase(name, one.provider) for name in unchecked)
        return Fate.UNDECIDED if is_doubtful or not is_whole else Fate.UNUSED

    def _marked(self, finding: Finding) -> Finding:
        hides = False
        for number in self._about(finding):
            self._met[number].add(finding.fingerprint)
            hides = hides or self.suppressions[number].until >= self.today
        return replace(finding, state=SUPPRESSED) if hides else finding

    def _about(self, finding: Finding) -> Iterator[int]:
        """The suppressions that mean this finding, expired or not."""
        yield from self._by_fingerprint.get(finding.fingerprint, ())
        for number in self._by_kind.get(finding.kind, ()):
            one = self.suppressions[number]
            if fnmatchcase(finding.provider, one.provider) and fnmatchcase(finding.path, one.path):
                yield number
