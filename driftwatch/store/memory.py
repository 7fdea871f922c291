"""The store without a disk: for a process that forgets when it ends, and for tests. The same suite runs against it."""

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from driftwatch.model.history import History
from driftwatch.model.lifecycle import Event, Life, State, Turn
from driftwatch.model.memory import (
    Decided,
    Entry,
    MockRecord,
    MockScore,
    ProviderScore,
    Recollection,
    Recorded,
    RunRecord,
    RunStatus,
    Snapshot,
)
from driftwatch.model.presence import Presence
from driftwatch.model.rollout import MOST, Rollout, is_known
from driftwatch.model.shard import Shard
from driftwatch.model.share import Handed, Joined, Share
from driftwatch.model.standing import Standing
from driftwatch.model.summary import Summary, Verdict
from driftwatch.model.suppression import Suppression

if TYPE_CHECKING:
    from driftwatch.model.blindness import Sighting
    from driftwatch.model.reliance import KnownUse

_SALT: Final = b"memory"
_REOPENS: Final = timedelta(days=30)
_USES: Final = timedelta(days=90)


@dataclass(slots=True)
class MemoryStore:
    """Memory of one process; its methods are those of ``ports.Store``, and none of them fails."""

    keep: timedelta = timedelta(days=30)
    _runs: dict[str, RunRecord] = field(default_factory=dict)
    _lives: dict[str, Life] = field(default_factory=dict)
    _events: list[Event] = field(default_factory=list)
    _mocks: dict[str, tuple[str, MockRecord]] = field(default_factory=dict)
    """By key, with the run that saw it last."""
    _mock_scores: dict[str, list[MockScore]] = field(default_factory=dict)
    _scores: list[ProviderScore] = field(default_factory=list)
    _suppressions: list[Suppression] = field(default_factory=list)
    _shown: dict[str, tuple[datetime, Snapshot]] = field(default_factory=dict)
    _rollouts: list[Rollout] = field(default_factory=list)
    """The oldest first."""
    _spent: dict[tuple[str, date], int] = field(default_factory=dict)
    _uses: "dict[tuple[str, str], KnownUse]" = field(default_factory=dict)
    _sightings: "dict[tuple[str, str, str], Sighting]" = field(default_factory=dict)
    _shares: dict[str, dict[int, Share]] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock, repr=False)

    def begin(self, run: RunRecord) -> tuple[str, ...]:
        """No run outlives its process, so none is ever found dead."""
        with self._lock:
            self._runs[run.id] = run
        return ()

    def beat(self, run_id: str, at: datetime) -> None:
        """Nobody asks."""

    def end(self, run_id: str, status: RunStatus, at: datetime) -> None:
        """See ``ports.Store``."""
        with self._lock:
            if run_id in self._runs:
                self._runs[run_id] = replace(self._runs[run_id], status=status, ended_at=at)

    def recall(self, providers: Collection[str]) -> Recollection:
        """See ``ports.Store``."""
        with self._lock:
            histories = {
                key: _salted(mock.history) for key, (_, mock) in self._mocks.items() if mock.provider in providers
            }
            claims = {key: mock.claim for key, (_, mock) in self._mocks.items() if key in histories and mock.claim}
            return Recollection(histories, tuple(self._suppressions), _SALT, claims)

    def record(self, entry: Entry, step: Callable[[tuple[Life, ...]], Turn]) -> Recorded:
        """See ``ports.Store``."""
        with self._lock:
            before = self.lives(entry.run.providers)
            known = self._runs.get(entry.run.id)
            if known is not None and known.shards > 1 and known.status is not RunStatus.RUNNING:
                return Recorded(before, (), is_new=False)
            turn = step(before)
            self._runs[entry.run.id] = replace(entry.run, handed_in=len(self._shares.get(entry.run.id, {})))
            self._scores += entry.scores
            for mock in entry.mocks:
                self._mocks[mock.key] = (entry.run.id, mock)
                score = MockScore(entry.run.id, entry.run.started_at, mock.verdict, mock.fidelity, mock.verified_share)
                self._mock_scores.setdefault(mock.key, []).append(score)
            self._lives |= {life.fingerprint: life for life in turn.lives}
            self._events += [replace(event, finding=None) for event in turn.events]
            recorded = Recorded(self.lives(entry.run.providers), turn.events)
            self._forget(entry.run.ended_at or entry.run.started_at)
            return recorded

    def spend(self, name: str, day: date, wanted: int, most: int) -> int:
        """See ``ports.Store``."""
        with self._lock:
            before = self._spent.get((name, day), 0)
            granted = max(-before, min(wanted, max(0, most - before)))
            self._spent[name, day] = before + granted
            return granted

    def spent(self, name: str, day: date) -> int:
        """See ``ports.Store``."""
        return self._spent.get((name, day), 0)

    def standings(self, provider: str, runs: int) -> Mapping[str, Standing]:
        """See ``ports.Store``."""
        with self._lock:
            last = {score.run_id for score in [s for s in self._scores if s.provider == provider][-runs:]}
            mine = {key for key, (_, mock) in self._mocks.items() if mock.provider == provider}
            return {key: _standing([s for s in self._mock_scores[key] if s.run_id in last]) for key in mine}

    def join(self, run: RunRecord, shard: Shard, *, is_named: bool) -> Joined:
        """Within one process nobody dies, so runs are told apart by their ids alone."""
        with self._lock:
            lost = tuple(
                other.id
                for other in self._runs.values()
                if is_named and other.id != run.id and other.shards > 1 and other.status is RunStatus.RUNNING
            )
            known = self._runs.setdefault(run.id, replace(run, shards=shard.count))
            mine = self._shares.get(run.id, {}).get(shard.index)
            is_complete, is_over = mine is not None and mine.is_complete, known.status is not RunStatus.RUNNING
            return Joined(run.id, known.shards, mine is not None, is_complete, is_over, lost)

    def leave(self, run_id: str, shard: Shard) -> None:
        """Nothing was written down."""

    def hand_in(self, run_id: str, share: Share, at: datetime) -> Handed:  # noqa: ARG002 - the protocol's signature
        """See ``ports.SharedStore``."""
        with self._lock:
            run = self._runs[run_id]
            if run.status is not RunStatus.RUNNING:
                return Handed.LATE
            shares = self._shares.setdefault(run_id, {})
            shares[share.shard.index] = share
            self._runs[run_id] = replace(run, handed_in=len(shares))
            return Handed.LAST if len(shares) == run.shards else Handed.WAITING

    def shares(self, run_id: str) -> tuple[Share, ...]:
        """See ``ports.SharedStore``."""
        with self._lock:
            return tuple(share for _, share in sorted(self._shares.get(run_id, {}).items()))

    def show(self, summary: Summary, at: datetime) -> None:
        """See ``ports.Store``."""
        with self._lock:
            number = max((one.number for _, one in self._shown.values()), default=0)
            for each in summary.providers:
                number += 1
                self._shown.pop(each.name, None)
                self._shown[each.name] = at, Snapshot(number, replace(summary, providers=(each,)))

    def snapshots(self, after: int) -> tuple[Snapshot, ...]:
        """See ``ports.Store``."""
        with self._lock:
            return tuple(one for _, one in self._shown.values() if one.number > after)

    def decide(self, fingerprint: str, step: Callable[[Life], Decided]) -> Life | None:
        """See ``ports.Store``."""
        with self._lock:
            if fingerprint not in self._lives:
                return None
            decided = step(self._lives[fingerprint])
            self._lives[fingerprint] = decided.life
            self._events.append(replace(decided.event, finding=None))
            if decided.lifts:
                self._suppressions = [one for one in self._suppressions if one.fingerprint != fingerprint]
            if decided.suppression is not None:
                self._suppressions.append(decided.suppression)
            return decided.life

    def suppressions(self) -> tuple[Suppression, ...]:
        """See ``ports.Store``."""
        with self._lock:
            return tuple(self._suppressions)

    def lives(self, providers: Collection[str] = ()) -> tuple[Life, ...]:
        """See ``ports.Store``."""
        with self._lock:
            found = [life for life in self._lives.values() if not providers or life.finding.provider in providers]
        return tuple(sorted(found, key=lambda life: (life.finding.provider, life.fingerprint)))

    def events(self, fingerprint: str) -> tuple[Event, ...]:
        """See ``ports.Store``."""
        with self._lock:
            found = [event for event in self._events if event.fingerprint == fingerprint]
        return tuple(sorted(found, key=lambda event: event.at))

    def runs(self, limit: int) -> tuple[RunRecord, ...]:
        """See ``ports.Store``."""
        with self._lock:
            newest = sorted(self._runs.values(), key=lambda run: run.started_at, reverse=True)
        return tuple(newest[:limit])

    def scores(self, provider: str, limit: int) -> tuple[ProviderScore, ...]:
        """See ``ports.Store``."""
        with self._lock:
            return tuple([score for score in self._scores if score.provider == provider][-limit:])

    def mocks(self, provider: str) -> tuple[MockRecord, ...]:
        """See ``ports.Store``."""
        with self._lock:
            mine = [(run, mock) for run, mock in self._mocks.values() if mock.provider == provider]
            order = list(self._runs)
        last = max((order.index(run) for run, _ in mine), default=0)
        found = [mock for run, mock in mine if order.index(run) == last]
        return tuple(sorted(found, key=lambda mock: (mock.origin, mock.key)))

    def presences(self, provider: str) -> tuple[Presence, ...]:
        """See ``ports.Store``."""
        current = {mock.key for mock in self.mocks(provider)}
        with self._lock:
            mine = [mock for _, mock in self._mocks.values() if mock.provider == provider]
            found = [_presence(mock, self._mock_scores.get(mock.key, ()), mock.key in current) for mock in mine]
        return tuple(sorted(found, key=lambda one: (one.mock.origin, one.mock.key)))

    def mock_scores(self, key: str, limit: int) -> tuple[MockScore, ...]:
        """See ``ports.Store``."""
        with self._lock:
            return tuple(self._mock_scores.get(key, [])[-limit:])

    def note(self, rollout: Rollout) -> bool:
        """See ``ports.Store``."""
        with self._lock:
            if is_known(rollout, self.rollouts([rollout.provider])):
                return False
            mine = sorted([*self.rollouts([rollout.provider]), rollout], key=lambda one: one.at)
            others = [one for one in self._rollouts if one.provider != rollout.provider]
            self._rollouts = sorted([*others, *mine], key=lambda one: one.at)
            return True

    def rollouts(self, providers: Collection[str], since: datetime | None = None) -> tuple[Rollout, ...]:
        """See ``ports.Store``."""
        with self._lock:
            mine = [one for one in self._rollouts if one.provider in providers and (since is None or one.at >= since)]
        return tuple(mine[-MOST:])

    def last_rollouts(self) -> Mapping[str, datetime]:
        """See ``ports.Store``."""
        with self._lock:
            return {one.provider: one.at for one in self._rollouts}

    def keep_uses(self, suite: str, uses: "Sequence[KnownUse]", *, is_whole: bool) -> None:
        """See ``ports.Store``."""
        with self._lock:
            told = {(suite, use.test): use for use in uses}
            kept = {name: use for name, use in self._uses.items() if name[0] != suite or not is_whole}
            self._uses = {name: use for name, use in (kept | told).items() if use.mocks}

    def uses(self) -> "tuple[KnownUse, ...]":
        """See ``ports.Store``."""
        with self._lock:
            return tuple(use for _, use in sorted(self._uses.items()))

    def keep_blindness(self, sightings: "Sequence[Sighting]") -> None:
        """See ``ports.Store``."""
        with self._lock:
            for one in sightings:
                name = (one.suite, one.test, one.fingerprint)
                if one.is_tried or name not in self._sightings or not self._sightings[name].is_tried:
                    self._sightings[name] = one

    def blindness(self) -> "tuple[Sighting, ...]":
        """See ``ports.Store``."""
        with self._lock:
            return tuple(one for _, one in sorted(self._sightings.items()))

    def _forget(self, now: datetime) -> None:
        before, ended = now - self.keep, now - max(self.keep, _REOPENS)
        self._runs = {name: run for name, run in self._runs.items() if run.started_at >= before}
        self._events = [event for event in self._events if event.at >= before]
        self._rollouts = [rollout for rollout in self._rollouts if rollout.at >= before]
        self._scores = [score for score in self._scores if score.run_id in self._runs]
        self._mocks = {key: kept for key, kept in self._mocks.items() if kept[0] in self._runs}
        self._mock_scores = {
            key: [score for score in scores if score.run_id in self._runs]
            for key, scores in self._mock_scores.items()
            if key in self._mocks
        }
        self._suppressions = [one for one in self._suppressions if one.until >= before.date()]
        self._shown = {name: shown for name, shown in self._shown.items() if shown[0] >= before}
        lately = {score.provider for score in self._scores}
        told = now - max(self.keep, _USES)
        self._uses = {name: use for name, use in self._uses.items() if use.at >= told}
        self._sightings = {name: one for name, one in self._sightings.items() if one.at >= told}

        def is_over(life: Life) -> bool:
            if life.state in (State.RESOLVED, State.OBSOLETE):
                return (life.resolved_at or life.last_seen) < ended
            return life.last_seen < before and life.finding.provider not in lately

        self._lives = {name: life for name, life in self._lives.items() if not is_over(life)}


def _salted(history: History) -> History:
    """Digests in it are keyed as those of a new one."""
    values = {path: dataclasses.replace(known, salt=_SALT) for path, known in history.values.items()}
    return dataclasses.replace(history, values=values, salt=_SALT)


def _standing(scores: Sequence[MockScore]) -> Standing:
    asked = [score.at for score in scores if score.verdict is not Verdict.SKIPPED]
    looks = sum(score.verdict.is_answer for score in scores)
    return Standing(max(asked, default=None), looks, sum(score.verdict is Verdict.DRIFTED for score in scores))


def _presence(mock: MockRecord, scores: Sequence[MockScore], is_current: bool) -> Presence:
    moments = [score.at for score in scores]
    compared = [score.at for score in scores if score.verdict.is_answer]
    return Presence(
        mock, min(moments, default=None), max(moments, default=None), min(compared, default=None), is_current
    )
