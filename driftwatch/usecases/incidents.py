"""What audits knew of each incident, and whether its guard still holds: asked of their memory, in order.

The memory answers where it reaches back; where it does not, what the incident's own file kept of it stands.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.drift.catalog import KINDS
from driftwatch.drift.incident_causes import derive
from driftwatch.drift.incident_places import distance
from driftwatch.drift.incident_traces import Chronicle, mocks_of, traces, why_unseen
from driftwatch.model.finding import Severity
from driftwatch.model.guard import MISSING, Guard, Guarded
from driftwatch.model.incident import Answer, Cause, Incident, Kept, Relation, Trace, Unseen, Watch
from driftwatch.model.incident_ledger import IncidentLedger
from driftwatch.model.interaction import Interaction
from driftwatch.model.lifecycle import Event
from driftwatch.model.memory import StoreError
from driftwatch.ports import Store
from driftwatch.usecases.guards import WORST_FIRST

_RUNS: Final = 100_000
"""Runs of a provider that are looked through; one every ten minutes for two years."""


class Team(Struct, frozen=True):
    """What the config knows that answers need."""

    bases: Mapping[str, str]
    """The path of each provider's target."""
    guards: Mapping[str, Guard]
    is_file: Callable[[str, str], bool]
    """Whether a mock's file, as it is remembered, is that of a guard."""
    interactions: Callable[[str], Iterable[Interaction]]
    """A provider's mocks as they are now; asked only where it matters what they answer."""
    keep: timedelta
    """How long the store remembers what is over."""


def answered(incidents: Iterable[Incident], store: Store | None, team: Team, now: datetime) -> IncidentLedger:
    """Every incident with what audits know of it, the newest first."""
    asked = _Asked(store, team, now)
    answers = [asked.answer(one) for one in incidents]
    answers.sort(key=lambda one: (one.incident.happened_at, one.incident.name), reverse=True)
    return IncidentLedger(tuple(answers), now, asked.trouble)


def kept(answer: Answer) -> Kept:
    """What of an answer is worth keeping in the incident's file."""
    cause = answer.cause if answer.is_derived else None
    if answer.trace is None:
        return Kept(unseen=answer.unseen, cause=cause)
    first = answer.trace.first_seen.replace(microsecond=0)
    return Kept(first, answer.trace.kind, answer.trace.fingerprint, cause=cause)


class _Asked:
    """One pass over incidents: each provider is asked of once."""

    def __init__(self, store: Store | None, team: Team, now: datetime) -> None:
        self.trouble: StoreError | None = None
        self._store, self._team, self._now = store, team, now
        self._chronicles: dict[str, Chronicle | None] = {}
        self._mocks: dict[str, tuple[Interaction, ...]] = {}

    def answer(self, incident: Incident) -> Answer:
        """What is known of one."""
        known = self._chronicle(incident.provider)
        found = traces(incident, known) if known is not None else ()
        trace, is_kept = _with_kept(incident, found[0] if found else None)
        unseen = None if trace is not None else why_unseen(incident, known) if known is not None else Unseen.NO_STORE
        told = incident.kept.unseen if incident.kept is not None else None
        if unseen is not None and not unseen.is_sure and told is not None and told.is_sure:
            unseen, is_kept = told, True
        mocks = mocks_of(incident, known) if known is not None else ()
        compared = [one.compared for one in mocks if one.compared is not None]
        return Answer(
            incident, incident.cause or self._cause(incident, trace, unseen, known, is_kept=is_kept),
            incident.cause is None, trace, found[0 if is_kept else 1 :], unseen, is_kept, min(compared, default=None),
            self._watch(incident),
        )  # fmt: skip

    def _cause(
        self, incident: Incident, trace: Trace | None, unseen: Unseen | None, known: Chronicle | None, *, is_kept: bool
    ) -> Cause:
        if is_kept and incident.kept is not None and incident.kept.cause is not None:
            return incident.kept.cause
        statuses = self._statuses(incident) if incident.is_error else ()
        return derive(incident, trace, unseen, known, statuses)

    def _statuses(self, incident: Incident) -> tuple[int, ...]:
        """Those that the mocks of the endpoint answer now, but for the mock that guards against this very incident."""
        if incident.provider not in self._mocks:
            self._mocks[incident.provider] = tuple(self._team.interactions(incident.provider))
        guard, base = self._team.guards.get(incident.guard), self._team.bases.get(incident.provider, "")
        near: dict[int, list[Interaction]] = {}
        for one in self._mocks[incident.provider]:
            far = distance(incident.path, one.request.path_template, base)
            is_guard = guard is not None and self._team.is_file(one.origin.file, guard.file)
            if far is not None and incident.method in ("", one.request.method) and not is_guard:
                near.setdefault(far, []).append(one)
        return tuple(status for one in near.get(min(near, default=0), ()) for status in one.statuses)

    def _chronicle(self, provider: str) -> Chronicle | None:
        if provider not in self._chronicles:
            self._chronicles[provider] = self._asked_of(provider)
        return self._chronicles[provider]

    def _asked_of(self, provider: str) -> Chronicle | None:
        if self._store is None or self.trouble is not None:
            return None
        lives, presences = self._store.lives([provider]), self._store.presences(provider)
        scores = self._store.scores(provider, _RUNS)
        for came in (lives, presences, scores):
            if isinstance(came, StoreError):
                self.trouble = came
                return None
        assert not isinstance(lives, StoreError)  # noqa: S101 - just looked
        assert not isinstance(presences, StoreError)  # noqa: S101
        assert not isinstance(scores, StoreError)  # noqa: S101
        return Chronicle(
            lives, presences, tuple(score.at for score in scores), self._now - self._team.keep,
            self._team.bases.get(provider, ""), self._events,
        )  # fmt: skip

    def _events(self, fingerprint: str) -> tuple[Event, ...]:
        came = self._store.events(fingerprint) if self._store is not None else ()
        return () if isinstance(came, StoreError) else came

    def _watch(self, incident: Incident) -> Watch | None:
        if not incident.guard:
            return None
        guard = self._team.guards.get(incident.guard)
        if guard is None:
            blank = Guard(incident.guard, incident.provider, "")
            return Watch(Guarded(blank, MISSING, "the config has no guard of that name"))
        watching = self._chronicle(guard.provider)
        if watching is None:
            return Watch(Guarded(guard, MISSING, "nothing is remembered of the last run"))
        return _watched(guard, watching, self._team.is_file)


def _watched(guard: Guard, known: Chronicle, is_file: Callable[[str, str], bool]) -> Watch:
    mine = [
        one.mock
        for one in known.presences
        if one.is_current and guard.mock_id in ("", one.mock.mock_id) and is_file(one.mock.origin.file, guard.file)
    ]
    at = known.runs[-1] if known.runs else None
    if not mine:
        return Watch(Guarded(guard, MISSING, f"no mock of the last run is in {guard.file}"), at=at)
    worst = min(mine, key=lambda mock: WORST_FIRST.index(mock.verdict))
    probe = f"{worst.method} {worst.path_template}"
    return Watch(Guarded(guard, worst.verdict.value, worst.reason), probe, at)


def _with_kept(incident: Incident, found: Trace | None) -> tuple[Trace | None, bool]:
    """What is known of when it was seen first: the earlier of memory and file; whether it is the file's word."""
    kept_one = incident.kept
    if kept_one is None or kept_one.first is None:
        return found, False
    if found is not None and found.first_seen <= kept_one.first:
        return found, False
    if found is not None:
        return replace(found, first_seen=kept_one.first, stood=_stood(found, kept_one.first, incident)), False
    kind = KINDS.get(kept_one.kind)
    severity = kind.severity if kind is not None else Severity.INFO
    trace = Trace(
        kept_one.kind, incident.place, kept_one.finding, "", severity, Relation.ANYWHERE, kept_one.first,
        kept_one.first, stood=kept_one.first <= incident.happened_at,
    )  # fmt: skip
    return trace, True


def _stood(found: Trace, first: datetime, incident: Incident) -> bool:
    happened = incident.happened_at
    return first <= happened and (found.ended_at is None or found.ended_at > happened)
