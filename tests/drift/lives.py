"""Stories of one finding, run by run, for tests of what becomes of it.

What a run does stands in one letter:
``S`` verified and seen · ``.`` verified and not seen · ``x`` not verified (an outage) · ``e`` verified, not seen, and
the mock says something else since · ``d`` the mock is gone · ``u`` the mock's file cannot be read · ``m`` seen, milder
· ``n`` no mock was found at all
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from driftwatch.drift.timeline import advance
from driftwatch.model.finding import SUPPRESSED, Category, Direction, Finding, Prevalence, Severity
from driftwatch.model.interaction import Unreadable
from driftwatch.model.lifecycle import Event, Life
from driftwatch.model.memory import key_of
from driftwatch.model.score import Score
from driftwatch.model.summary import Canary, ProviderSummary, Result, Summary, Verdict
from driftwatch.model.suppression import Fate, Reviewed, Suppression
from tests.drift.making import an_interaction, bare

FIRST: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
STUB: Final = an_interaction(bare(200))
OTHER: Final = an_interaction(bare(200), mock_id="another")
KEY: Final = key_of(STUB)


def a_finding(kind: str = "field-missing", severity: Severity = Severity.BREAKING, **more: object) -> Finding:
    """A finding of the stub, sure enough to be told at once."""
    found = Finding(
        kind, Category.SCHEMA, severity, severity, "/a", Direction.MOCK_ONLY, "said", "seen", "mend", family="presence",
        provider=STUB.provider, method=STUB.request.method, path_template=STUB.request.path_template,
        mock_id=STUB.mock_id, origin=STUB.origin, confidence=0.9,
    )  # fmt: skip
    return replace(found, **more)


FINDINGS: Final = {
    "sure": a_finding(prevalence=Prevalence(3, 3)),
    "unsure": a_finding(confidence=0.5),
    "rare": a_finding("null-unexpected", family="null", prevalence=Prevalence(1, 20)),
    "common": a_finding("null-unexpected", family="null", prevalence=Prevalence(2, 3)),
    "stale": a_finding("mock-stale", Severity.WARNING, family="mock-stale", path="mock", confidence=1.0),
    "denied": a_finding("access-denied", family="access-denied", path="status"),
    "shared": a_finding("intermittent-error", mock_id="", method="", path_template="", path="service"),
}


@dataclass
class Story:
    """One finding through many runs."""

    finding: Finding
    lives: dict[str, Life] = field(default_factory=dict)
    at: datetime = FIRST
    claim: str = "as written first"
    runs: int = 0
    suppression: Suppression | None = None

    @property
    def life(self) -> Life:
        """The finding's own."""
        return self.lives[self.finding.fingerprint]

    def goes_on(self, letters: str, days: float = 1) -> Iterator[tuple[Event, ...]]:
        """One run for each letter, each so many days after the one before; what is told after each."""
        for letter in letters:
            summary = self.summary(letter)
            if letter == "e":
                self.claim = f"as written before run {self.runs}"
            turn = advance(self.lives.values(), summary, {KEY: self.claim})
            self.lives |= {life.fingerprint: life for life in turn.lives}
            self.at += timedelta(days=days)
            self.runs += 1
            yield turn.events

    def told(self, letters: str, days: float = 1) -> list[str]:
        """What is told after each run, in one word; ``-`` for nothing."""
        return [events[0].change.value if events else "-" for events in self.goes_on(letters, days)]

    def summary(self, letter: str) -> Summary:
        """What the run of a letter says."""
        finding = replace(self.finding, severity=Severity.WARNING) if letter == "m" else self.finding
        reviewed: tuple[Reviewed, ...] = ()
        if self.suppression is not None and self.suppression.until >= self.at.date():
            finding = replace(finding, state=SUPPRESSED)
            reviewed = (Reviewed(self.suppression, Fate.APPLIED, (finding.fingerprint,)),)
        verdict, findings = {
            "S": (Verdict.DRIFTED, (finding,)),
            "m": (Verdict.DRIFTED, (finding,)),
            "x": (Verdict.UNREACHABLE, ()),
            "X": (Verdict.UNREACHABLE, (finding,)),
        }.get(letter, (Verdict.VERIFIED, ()))
        score = Score(100.0) if verdict.is_answer else None
        results = [] if letter in "dun" else [Result(STUB, verdict, "", findings, score, samples=3)]
        return Summary(
            run_id=f"run-{self.runs}", started_at=self.at, seconds=1.0, version="0", config_digest="0",
            providers=(ProviderSummary(STUB.provider, "http://x", (*results, *_beside(letter))),),
            unreadable=(Unreadable(STUB.origin.file, "test", "torn"),) if letter == "u" else (),
            canary=Canary(1, 1), suppressions=reviewed,
        )  # fmt: skip


def _beside(letter: str) -> tuple[Result, ...]:
    """Another mock of the provider, which shares its outages."""
    if letter == "n":
        return ()
    if letter in "xX":
        return (Result(OTHER, Verdict.UNREACHABLE, "down", samples=1),)
    return (Result(OTHER, Verdict.VERIFIED, samples=3, score=Score(100.0)),)
