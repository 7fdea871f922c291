"""What tests are worth that rest on mocks: what is known of each mock's truth, then of each test, then of all.

A mock is worth what the last comparison said of it, as long as that is not long ago and the mock says the same still.
What people suppressed does not count against it, and is told. Of two mocks of one name a person cannot say which one a
finding is about either: it counts against both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.model.blindness import Sight, Sighting
from driftwatch.model.interaction import Claim, Interaction, Origin, gather
from driftwatch.model.lifecycle import Life
from driftwatch.model.memory import MockRecord, interaction_key, key_of
from driftwatch.model.reliance import NOT_DRIFT, Doubt, Drift, KnownUse, Reliance, Resting, Trust, Trusted, UsedMock
from driftwatch.usecases.notebook import digest_of
from driftwatch.usecases.resolution import label_of

STALE_AFTER: Final = timedelta(days=30)
IN_CODE: Final = "no mock file that is known holds it"
UNKNOWN: Final = "no audit knows it: it is new, was renamed, or lies outside of the mocks of every provider"
CHANGED: Final = "it says something else than when it was last compared"


class Look(Struct, frozen=True):
    """What audits know of one mock, however they told it."""

    mock: UsedMock
    origin: Origin
    compared_at: datetime | None = None
    verified_at: datetime | None = None
    drift: tuple[Drift, ...] = ()
    """What stands, the worst first."""
    suppressed: int = 0
    """Warnings and worse that people decided not to be told of."""
    reason: str = ""
    """Why the last audit did not compare it."""
    is_changed: bool = False
    """Its file says something else than what was compared."""


def trusted(look: Look, now: datetime, stale_after: timedelta = STALE_AFTER) -> Trusted:
    """How far a mock may be believed."""
    trust, reason = _judged(look, now, stale_after)
    return Trusted(
        look.mock, trust, look.origin, look.verified_at, look.compared_at,
        look.drift[0].severity if look.drift else None, tuple(one.fingerprint for one in look.drift), reason,
    )  # fmt: skip


def _judged(look: Look, now: datetime, stale_after: timedelta) -> tuple[Trust, str]:
    if look.is_changed:
        return Trust.NEVER, CHANGED
    if any(one.is_alarm for one in look.drift):
        return Trust.DRIFTED, ""
    if look.compared_at is None:
        return Trust.NEVER, look.reason or "no audit compared it yet"
    reason = f"{look.suppressed} suppressed" if look.suppressed else ""
    is_old = now - (look.verified_at or look.compared_at) > stale_after
    return (Trust.STALE, look.reason or reason) if is_old else (Trust.VERIFIED, reason)


def looks_of(records: Iterable[MockRecord], lives: Iterable[Life], today: date) -> Mapping[str, Look]:
    """What a store remembers of mocks, by ``interaction_key``. When a drifted one was last true it does not say."""
    standing, hidden = _standing(lives, today)
    return {record.key: _look(record, standing[record.key], hidden[record.key]) for record in records}


def _look(record: MockRecord, drift: Sequence[Drift], suppressed: int) -> Look:
    compared = record.history.verified_at
    is_true = not suppressed and not any(one.is_alarm for one in drift)
    return Look(
        UsedMock(record.key, label_of(record.method, record.path_template), record.provider, record.mock_id),
        record.origin, compared, compared if is_true else None, tuple(drift), suppressed,
        "" if record.verdict.is_answer else record.reason,
    )  # fmt: skip


def _standing(lives: Iterable[Life], today: date) -> tuple[Mapping[str, list[Drift]], Mapping[str, int]]:
    """What the last comparison of each mock saw, by its key, and how much more is suppressed."""
    standing: dict[str, list[Drift]] = defaultdict(list)
    hidden: Counter[str] = Counter()
    for life in lives:
        finding = life.finding
        if not life.state.is_current or life.misses or finding.kind in NOT_DRIFT:
            continue
        key = interaction_key(finding.provider, finding.method, finding.path_template, finding.mock_id)
        if life.suppressed is not None and life.suppressed.until >= today:
            hidden[key] += finding.is_alarm
        else:
            drift = replace(Drift.of(finding), state=life.word(today), first_seen=life.first_seen)
            standing[key].append(drift)
    for mine in standing.values():
        mine.sort(key=by_weight)
    return standing, hidden


def by_weight(drift: Drift) -> tuple[object, ...]:
    """The worst first, then by place."""
    return (-drift.severity.rank, drift.provider, drift.origin, drift.path, drift.kind)


def changed(interactions: Iterable[Interaction], claims: Mapping[str, str], salt: bytes) -> frozenset[str]:
    """The keys of mocks that say something else than what was last compared; ``claims`` are digests of that."""
    now: dict[str, set[str]] = defaultdict(set)
    for claim in gather(interactions):
        for key in _keys(claim):
            if key in claims:
                now[key].add(digest_of(claim, salt))
    return frozenset(key for key, digests in now.items() if claims[key] not in digests)


def _keys(claim: Claim) -> Iterable[str]:
    return dict.fromkeys(map(key_of, claim.interactions))


def rely(
    uses: Iterable[KnownUse], known: Mapping[str, Trusted], drift: Iterable[Drift] = (),
    sightings: Iterable[Sighting] = (), doubts: Sequence[Doubt] = (), as_of: datetime | None = None,
) -> Reliance:  # fmt: skip
    """Everything that tests rest on. ``known`` are all mocks by key, ``drift`` all that stands of any of them."""
    tests = [_resting(use, known) for use in uses if use.mocks]
    used = {one.mock.key for test in tests for one in test.mocks}
    told = {name for test in tests for one in test.mocks for name in one.findings}
    standing = {one.fingerprint: one for one in drift if one.fingerprint in told}
    unused = tuple(one for key, one in known.items() if key not in used)
    return Reliance(
        tuple(_seeing(tests, sightings)), tuple(sorted(unused, key=_by_place)), as_of,
        tuple(sorted(standing.values(), key=by_weight)), tuple(doubts),
    )  # fmt: skip


def _resting(use: KnownUse, known: Mapping[str, Trusted]) -> Resting:
    mocks = []
    for mock in use.mocks:
        found = known.get(mock.key)
        if found is not None:
            mocks.append(replace(found, mock=replace(found.mock, reads=mock.reads)))
        else:
            mocks.append(Trusted(mock, Trust.NEVER, reason=UNKNOWN if mock.key else IN_CODE))
    mocks.sort(key=lambda one: (-one.trust.rank, _by_place(one)))
    return Resting(use.suite, use.test, use.outcome, tuple(mocks))


def _seeing(tests: Iterable[Resting], sightings: Iterable[Sighting]) -> Iterable[Resting]:
    """The tests, with how many of the findings that stand they do not notice."""
    seen: dict[tuple[str, str], dict[str, Sighting]] = defaultdict(dict)
    for one in sightings:
        if one.is_tried:
            seen[one.suite, one.test][one.fingerprint] = one
    for test in tests:
        mine = seen.get((test.suite, test.test), {})
        tried = [mine[name] for name in {name for one in test.mocks for name in one.findings} if name in mine]
        blind = sum(one.sight is Sight.BLIND for one in tried)
        yield replace(test, blind=blind, tried=len(tried)) if tried else test


def _by_place(one: Trusted) -> tuple[object, ...]:
    return (one.mock.provider, one.origin or Origin(""), one.mock.label, one.mock.key)
