"""What one run makes of the findings of all runs before it: the table of drift semantics 3.6.

The audit's own troubles (no answer, no access) have lives as well, so that one can tell since when; but they are told
by verdicts, metrics and alerts of their own, and never as events of drift.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.drift.beginnings import NOTHING_KNOWN, Past
from driftwatch.drift.catalog import KINDS
from driftwatch.drift.sightings import Sightings
from driftwatch.model.finding import CONFIRMED, Category, Finding
from driftwatch.model.lifecycle import BY_HAND, Change, Event, Life, State, Turn
from driftwatch.model.summary import ProviderSummary, Summary
from driftwatch.model.suppression import Suppression

_MISSES: Final = 2
"""Verified runs without a finding after which it is resolved, where every answer would show it."""
_RULE_OF_THREE: Final = 3.0
"""So many observations, over the share that shows an event, see it at least once with 95 % (drift semantics 3.3)."""
_RERUNS: Final = 2
"""Verified runs that see a finding, after which its confidence does not matter any more."""
REOPENS: Final = timedelta(days=30)
"""What comes back later than this begins anew."""
_WINDOW: Final = 10
_OFTEN: Final = 3
_STILL: Final = 5
"""Verified runs that are looked at for flapping, changes in them that make one, and runs without that end it."""


def advance(lives: Iterable[Life], summary: Summary, claims: Mapping[str, str], past: Past = NOTHING_KNOWN) -> Turn:
    """Lives before a run, and the run → what is changed by it.

    ``claims`` are digests of what the mocks say, by ``interaction_key``; ``past`` tells with which rollouts findings
    began. Lives of providers that were not audited are left alone.
    """
    now, seen = summary.started_at, Sightings.of(summary, claims, past)
    known = {life.fingerprint: life for life in lives}
    steps = [_step(life, seen, now) for life in known.values() if life.finding.provider in seen.providers]
    steps += [_born(one, seen, now) for name, one in seen.counted.items() if name not in known]
    steps = [_dated(step, past) for step in steps]
    changed = tuple(step.life for step in steps if step.life is not known.get(step.life.fingerprint))
    return Turn(changed, tuple(event for step in steps for event in _events(step, summary.run_id, now)))


def with_lives(summary: Summary, lives: Iterable[Life]) -> Summary:
    """The same summary, in which findings tell since when they are known and where they stand."""
    known = {life.fingerprint: life for life in lives}
    today = summary.started_at.date()

    def aged(finding: Finding) -> Finding:
        life = known.get(finding.fingerprint)
        if life is None:
            return finding
        return replace(
            finding, first_seen=life.first_seen, last_seen=life.last_seen, last_verified=life.last_verified,
            state=finding.state if finding.is_suppressed else life.word(today), began_with=life.began_with,
        )  # fmt: skip

    def with_results(provider: ProviderSummary) -> ProviderSummary:
        results = (
            replace(one, findings=tuple(map(aged, one.findings))) if one.findings else one for one in provider.results
        )
        return replace(provider, results=tuple(results))

    return replace(summary, providers=tuple(map(with_results, summary.providers)), is_remembered=True)


class _Step(Struct, frozen=True):
    life: Life
    change: Change | None = None


def _events(step: _Step, run_id: str, now: datetime) -> Iterator[Event]:
    finding = replace(step.life.finding, began_with=step.life.began_with)
    if step.change is not None and not KINDS[finding.kind].is_health:
        yield Event(step.change, finding.fingerprint, now, finding.severity, run_id, finding=finding)


def _dated(step: _Step, past: Past) -> _Step:
    """The same; with the rollout that its finding began with, if somebody told of it only now."""
    began = step.life.began
    if began is None or not step.life.state.is_current:
        return step
    named = past.named(began, step.life.finding.provider)
    return step if named is began else replace(step, life=replace(step.life, began=named))


def _step(life: Life, seen: Sightings, at: datetime) -> _Step:
    finding = seen.counted.get(life.fingerprint)
    now = max(at, life.last_verified or at)  # a clock that was put back makes nothing younger
    if finding is not None:
        is_old = not life.state.is_current and now - (life.resolved_at or life.last_seen) > REOPENS
        return _born(finding, seen, now, life) if is_old else _sighted(life, finding, seen, now)
    if seen.is_deleted(life.finding):
        return _ended(life, now)
    if seen.is_looked_at(life.finding):
        return _missed(life, seen, now)
    return _Step(life)  # nobody looked: neither a miss nor a sighting


def _born(finding: Finding, seen: Sightings, now: datetime, before: Life | None = None) -> _Step:
    k, n = _counts(finding)
    life = Life(
        finding, State.SUSPECT, first_seen=now, last_seen=now, last_verified=now, seen_k=k, seen_n=n,
        suppressed=seen.hidden(finding), claim=seen.claim(finding),
        incarnation=before.incarnation + 1 if before is not None else 1,
        began=seen.past.beginning(finding, before.last_seen if before is not None else None),
    )  # fmt: skip
    if not _is_sure(life):
        return _Step(life)
    return _Step(replace(life, state=State.OPEN, opened_at=now), Change.NEW if life.suppressed is None else None)


def _counts(finding: Finding) -> tuple[int, int]:
    """In how many of how many observations one run saw it; 0 of 0 where nobody counted."""
    told = finding.prevalence
    return (told.k, told.n) if told is not None else (0, 0)


def _is_sure(life: Life) -> bool:
    """The alarm gate of drift semantics 3.3."""
    return life.finding.confidence >= CONFIRMED or life.sightings >= _RERUNS


def _sighted(before: Life, finding: Finding, seen: Sightings, now: datetime) -> _Step:
    is_back = not before.state.is_current
    k, n = _counts(finding)
    if finding.category is Category.ROLLOUT and before.misses:
        before = replace(before, first_seen=now)  # the service was of one version in between: this is another rollout
    life = replace(
        before, finding=finding, state=State.OPEN if before.opened_at else State.SUSPECT, last_seen=now,
        last_verified=now, sightings=before.sightings + 1, misses=0, clean=0, resolved_at=None,
        seen_k=before.seen_k + k, seen_n=before.seen_n + n,
        suppressed=seen.hidden(finding) or _made_meanwhile(before, now), claim=seen.claim(finding),
        began=seen.past.beginning(finding, before.last_seen) if is_back else before.began,
    )  # fmt: skip
    change: Change | None = None
    if life.opened_at is None and _is_sure(life):
        life = replace(life, state=State.OPEN, opened_at=now)
        change = Change.NEW
    elif life.opened_at is not None:
        is_worse = finding.severity > before.finding.severity
        change = Change.REOPENED if is_back else Change.WORSE if is_worse else None
    life, change = _held_still(life, change, is_changed=is_back)
    life, change = _acknowledged(life, change, now)
    if life.suppressed is not None:
        change = None
    elif before.suppressed is not None and life.opened_at is not None:
        change = Change.SUPPRESSION_EXPIRED
    return _Step(life, change)


def _made_meanwhile(before: Life, now: datetime) -> Suppression | None:
    """What a person suppressed while the run was under way: its summary cannot know of it."""
    made = before.suppressed
    return made if made is not None and made.where == BY_HAND and made.until >= now.date() else None


def _acknowledged(life: Life, change: Change | None, now: datetime) -> tuple[Life, Change | None]:
    """Whoever knows of a finding is not told of it again, until the day is over or it gets worse."""
    known = life.acknowledged
    if known is None:
        return life, change
    if life.finding.severity > known.severity:
        return replace(life, acknowledged=None), Change.WORSE
    if known.until < now.date():
        return replace(life, acknowledged=None), Change.ACKNOWLEDGEMENT_EXPIRED
    return life, None


def _missed(before: Life, seen: Sightings, now: datetime) -> _Step:
    looks = max(_counts(before.finding)[1], 1)  # a run without it looks as often as the last one that saw it
    life = replace(before, last_verified=now, misses=before.misses + 1, clean=before.clean + looks)
    is_over = before.state.is_current and (_is_proof(life, seen) or _is_bound_reached(life))
    if is_over:
        life = replace(life, state=State.RESOLVED, resolved_at=now)
    change = Change.RESOLVED if is_over and life.opened_at is not None else None
    life, change = _held_still(life, change, is_changed=is_over)
    return _Step(life, change if life.suppressed is None else None)


def _is_proof(life: Life, seen: Sightings) -> bool:
    """Whether one look says all: the mock says something else now, or the finding never rested on an answer."""
    kind = KINDS[life.finding.kind]
    return kind.is_static or kind.is_health or seen.claim(life.finding) != life.claim


def _is_bound_reached(life: Life) -> bool:
    if life.misses < _MISSES:
        return False
    return life.share is None or life.clean >= _RULE_OF_THREE / life.share


def _ended(life: Life, now: datetime) -> _Step:
    if not life.state.is_current:
        return _Step(life)
    is_told = life.opened_at is not None and life.suppressed is None
    gone = replace(life, state=State.OBSOLETE, resolved_at=now, is_flapping=False, turns=())
    return _Step(gone, Change.OBSOLETE if is_told else None)


def _held_still(life: Life, change: Change | None, *, is_changed: bool) -> tuple[Life, Change | None]:
    """What comes and goes is told once, and then no more until it has held still; then it is told how it stands."""
    is_turn = is_changed and life.opened_at is not None
    turns = (*life.turns, is_turn)[-_WINDOW:]
    life = replace(life, turns=turns)
    if not life.is_flapping:
        if is_turn and sum(turns) >= _OFTEN:
            return replace(life, is_flapping=True), Change.FLAPPING
        return life, change
    if any(turns[-_STILL:]):
        return life, change if change is Change.WORSE else None
    calm = replace(life, is_flapping=False, turns=())
    return calm, Change.REOPENED if life.state.is_current else Change.RESOLVED
