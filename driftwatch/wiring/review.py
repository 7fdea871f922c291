"""A review of mocks, put together: the mocks as they are and as they were, and what audits know of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from driftwatch.checkout.changes import Changes
from driftwatch.model.contradiction import Contradiction
from driftwatch.model.errors import UsageError
from driftwatch.model.interaction import Interaction
from driftwatch.model.memory import key_of
from driftwatch.model.reliance import Drift, Trust, Trusted
from driftwatch.model.review import Review
from driftwatch.model.route import nameless
from driftwatch.model.unshown import Unshown
from driftwatch.store.report_file import Report, read_report
from driftwatch.usecases.contradictions import find_contradictions
from driftwatch.usecases.reliance import CHANGED, STALE_AFTER, trusted
from driftwatch.usecases.review import Knowledge, Place, lay_out
from driftwatch.wiring.contradictions import contradictions_at
from driftwatch.wiring.review_reading import Asked, Stand, diff, elsewhere, files_gone, real, stands, unread
from driftwatch.wiring.tests import Mocks, Standing, Wanted, standing_of

__all__ = ["Asked", "review"]

_HERE: Final = "."


class _Memory(Struct, frozen=True):
    """What audits left behind."""

    trusted: Mapping[str, Trusted] = field(default_factory=dict)
    drift: Mapping[str, Drift] = field(default_factory=dict)
    unshown: Mapping[Place, Sequence[Unshown]] = field(default_factory=dict)
    is_there: bool = False
    trouble: str = ""


def review(asked: Asked) -> Review:
    """Lay out what was added or changed. Raises ``UsageError`` for what cannot be looked at at all."""
    everything = list(stands(asked))
    changes = None
    if asked.since:
        changes = Changes.since(asked.since, [place for one in everything for place in one.roots])
        everything += elsewhere(changes) if not asked.paths else ()
    diffs = [diff(one, changes, asked) for one in everything]
    touched = [pair for one in diffs for pair in one.touched]
    gone = [removed for one in diffs for removed in one.removed]
    memory = _memory(asked, everything, [mock for mock, _ in touched], changes)
    mocks = [mock for one in everything for mock in one.mocks]
    unreadable, ignored = unread(everything, changes, asked)
    outside = {
        mock.origin.file
        for one, found in zip(everything, diffs, strict=True)
        if one.is_elsewhere
        for mock, _ in found.touched
    }
    known = Knowledge(mocks, memory.trusted, memory.drift, memory.unshown, _contradictions(asked, everything))
    told = {one.file for one in gone}.union(*(one.moved for one in diffs))
    gone += files_gone(everything, changes, told, asked)
    return Review(
        lay_out(touched, known), asked.since, tuple(gone), unreadable, ignored, tuple(sorted(outside)),
        sum(one.unchanged for one in diffs), memory.is_there, memory.trouble,
    )  # fmt: skip


def _contradictions(asked: Asked, everything: Sequence[Stand]) -> tuple[Contradiction, ...]:
    """Providers that share a target are one service."""
    if asked.settings is None:
        found = (contradictions_at(path, one.mocks) for path, one in zip(asked.paths, everything, strict=True))
        return tuple(each for some in found for each in some)
    by_target: dict[str, list[Interaction]] = defaultdict(list)
    for one in everything:
        if not one.is_elsewhere:
            by_target[one.target] += one.mocks
    return find_contradictions(by_target.values())


def _memory(
    asked: Asked, everything: Sequence[Stand], touched: Sequence[Interaction], changes: Changes | None
) -> _Memory:  # fmt: skip
    """What a report tells, if there is one, else the store; a store in trouble costs no review."""
    report = read_report(asked.report) if asked.report is not None else None
    try:
        standing = _standing(asked, everything, report)
        unshown = _unshown(asked) if report is None else {}
    except UsageError as error:
        if report is not None:
            raise
        return _Memory(trouble=str(error))
    after = asked.settings.tests.stale_after if asked.settings is not None else STALE_AFTER
    known = {key: trusted(look, asked.now, after) for key, look in standing.looks.items()}
    if report is not None:
        if asked.settings is None:
            known = _by_name(touched, known)
        if changes is not None:
            known = {key: _unless_later(one, report) for key, one in known.items()}
    drift = {one.fingerprint: one for one in standing.drift}
    return _Memory(known, drift, unshown, standing.as_of is not None)


def _standing(asked: Asked, everything: Sequence[Stand], report: Report | None) -> Standing:
    wanted = Wanted(asked.now, asked.settings, store=asked.store)
    by_provider = {one.provider: tuple(one.mocks) for one in everything if one.provider}
    return standing_of(wanted, Mocks(by_provider, _HERE), report)


def _unshown(asked: Asked) -> Mapping[Place, Sequence[Unshown]]:
    if asked.settings is None or asked.store is None:
        return {}
    from driftwatch.wiring.gaps import look_back  # noqa: PLC0415 - it can ask services, which a review never does

    gaps = look_back(asked.settings, tuple(asked.settings.providers), asked.store)
    return {
        (provider.name, one.method, nameless(one.path_template)): one.unshown
        for provider in gaps.providers
        for one in provider.endpoints
    }


def _by_name(touched: Sequence[Interaction], known: Mapping[str, Trusted]) -> dict[str, Trusted]:
    """What a report tells of mocks of which nobody knows the provider: by the operation and the mock's id."""
    told: dict[tuple[str, str], list[Trusted]] = defaultdict(list)
    for one in known.values():
        told[one.mock.label, one.mock.mock_id].append(one)
    found = {}
    for mock in touched:
        own = told.get((f"{mock.request.method} {mock.request.path_template}", mock.mock_id), [])
        if len(own) == 1:
            found[key_of(mock)] = own[0]
    return found


def _unless_later(one: Trusted, report: Report) -> Trusted:
    """A file that was written after the audit of the report may say something else than what this one compared."""
    try:
        written = real(one.origin.file).stat().st_mtime if one.origin is not None else 0.0
    except OSError:
        return one
    if written <= report.started_at.timestamp():
        return one
    return Trusted(one.mock, Trust.NEVER, one.origin, reason=CHANGED)
