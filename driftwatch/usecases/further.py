"""What is asked beyond the mocks' own safe requests, where the operator wants it: by consent, and of behaviour."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from driftwatch.model.context import Context
from driftwatch.model.interaction import Claim, Request
from driftwatch.model.journey import Trouble
from driftwatch.model.missing import MissingRecord
from driftwatch.model.policy import Behaviour, Policy
from driftwatch.model.probe import Evidence, Probe, Unreachable
from driftwatch.model.summary import Result
from driftwatch.ports import Clock
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.behaviour import Behaviours
from driftwatch.usecases.replays import Rehearsals
from driftwatch.usecases.trip import Booked, Way


class Further(Struct):
    """Of one process in one run."""

    rehearsals: Rehearsals
    behaviours: dict[str, Behaviours] = field(default_factory=dict)
    """By provider."""

    @classmethod
    def of(cls, run_id: str, clock: Clock, hear: Callable[[Evidence | Unreachable], None]) -> "Further":
        """``hear`` is told of answers that no mock is held against."""
        return cls(Rehearsals(run_id, clock, hear))

    def book(self, provider: Provider, claims: Sequence[Claim]) -> Sequence[Booked]:
        """Journeys for what is consented to."""
        if provider.policy.probing.behaviours:
            mine = self.behaviours[provider.name] = Behaviours(provider.policy, self.rehearsals.run_id)
            mine.know(one for claim in claims for one in claim.interactions)
        return tuple(self.rehearsals.book(provider, claims))

    def first(self, provider: str, asked: Sequence[Probe]) -> Sequence[Probe]:
        """What needs no answer before it."""
        mine = self.behaviours.get(provider)
        return mine.first(asked) if mine is not None else ()

    def is_waiting(self, provider: str) -> bool:
        """Whether what a 404 means may still be learnt."""
        mine = self.behaviours.get(provider)
        return mine is not None and Behaviour.MISSING_ID in mine.wanted

    def missing_of(self, provider: str, request: Request) -> MissingRecord | None:
        """What a provider says of a missing record of this kind, if that was learnt."""
        mine = self.behaviours.get(provider)
        return mine.missing_of(request) if mine is not None else None

    def keep(self, evidence: Evidence) -> None:
        """An answer to a mock's own request."""
        mine = self.behaviours.get(evidence.probe.provider)
        if mine is not None:
            mine.keep(evidence)

    def hear(self, outcome: Evidence | Unreachable) -> None:
        """An answer to a question of behaviour."""
        self.behaviours[outcome.probe.provider].hear(outcome)

    def probes(self) -> Sequence[Probe]:
        """What follows from the answers so far."""
        return [probe for mine in self.behaviours.values() for probe in mine.further()]

    @property
    def ways(self) -> Mapping[str, Way]:
        """How steps of journeys by consent are sent."""
        return self.rehearsals.ways

    def amend(self, results: dict[int, Result], policies: Mapping[str, Policy]) -> Sequence[Trouble]:
        """Say of each interaction what was learnt beyond its own request; what may be left behind at the service."""
        now = self.rehearsals.clock.now()
        for behaviour, claims, evidence in self.rehearsals.misused:
            self.behaviours[evidence.probe.provider].learn(behaviour, claims, evidence)
        for name, mine in self.behaviours.items():
            mine.amend(results, Context(now=now, consumer=policies[name].consumer))
        self.rehearsals.amend(results, policies)
        return self.rehearsals.troubles
