"""Tests that rest on mocks, put together: what their runs left behind, the mocks as they are, and what audits know."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.uses.usage import read_usage
from driftwatch.model.errors import UsageError
from driftwatch.model.interaction import Interaction
from driftwatch.model.memory import RunStatus, StoreError, key_of
from driftwatch.model.reliance import Doubt, Drift, KnownUse, Reliance, Trust, Trusted, UsedMock
from driftwatch.model.summary import Verdict
from driftwatch.model.use import UseRecord
from driftwatch.ports import Store
from driftwatch.settings.tree import Settings
from driftwatch.store.report_file import Report, read_report
from driftwatch.usecases.reliance import STALE_AFTER, Look, changed, looks_of, rely, trusted
from driftwatch.usecases.resolution import Known, Register, Resolved, label_of, resolve
from driftwatch.wiring.mocks import mocks_of
from driftwatch.wiring.reported import looks_of_report

T = TypeVar("T")

_RUNS: Final = 50
"""Runs that are looked through for the last one in which a mock was true."""


class Mocks(Struct, frozen=True):
    """The mocks of a config as they are now."""

    by_provider: Mapping[str, tuple[Interaction, ...]]
    here: str
    """The folder that their files are named from, absolute."""

    @property
    def register(self) -> Register:
        """To be looked up in."""
        return Register((Known.of(one) for mine in self.by_provider.values() for one in mine), self.here)


class Standing(Struct, frozen=True):
    """What audits know of mocks, wherever they left it."""

    looks: Mapping[str, Look] = field(default_factory=dict)
    """By ``interaction_key``."""
    as_of: datetime | None = None
    """When the last audit began; ``None`` if nobody knows of any."""

    @property
    def drift(self) -> Iterable[Drift]:
        """All that stands of any mock."""
        return (one for look in self.looks.values() for one in look.drift)


class Wanted(Struct, frozen=True):
    """What somebody wants to know of tests, and out of what."""

    now: datetime
    settings: Settings | None = None
    usages: tuple[Path, ...] = ()
    """Records of runs; what the store and the config know, if there is none."""
    report: Path | None = None
    """The last audit as a file, in place of the store."""
    store: Store | None = None
    providers: tuple[str, ...] = ()
    stale_after: timedelta = STALE_AFTER


def read_mocks(settings: Settings) -> Mocks:
    """All mocks of a config; what cannot be read costs nothing else, as in every audit."""
    found = {}
    for name in settings.providers:
        readings = mocks_of(settings, name).source.read()
        found[name] = tuple(one.of(name) for one in readings if isinstance(one, Interaction))
    return Mocks(found, Path.cwd().as_posix())


def known_uses(settings: Settings, usages: Sequence[Path], at: datetime) -> tuple[KnownUse, ...]:
    """The tests of some records, with the mocks of a config that they met."""
    return _resolved(_read(usages), read_mocks(settings).register, at).uses


def take_in(settings: Settings, store: Store, records: Iterable[tuple[UseRecord, Path]], at: datetime) -> Resolved:
    """Keep what some records tell, each in place of what was known of its suite. Raises ``UsageError``.

    Of a record of some tests nobody knows what the others read, unless all of them were watched before.
    """
    register = read_mocks(settings).register
    told: dict[str, Resolved] = {}
    for record, path in sorted(records, key=lambda pair: not pair[0].is_whole):
        known = _given(store.uses())
        were_watched = any(one.is_watching_reads for one in known if one.suite == record.suite)
        found = resolve(record, register, at, _folder_of(path))
        is_whole = record.is_whole and record.suite not in told  # parts of one run, split among machines
        is_sure = record.is_watching_reads and (is_whole or were_watched)
        mine = tuple(replace(one, is_watching_reads=is_sure) for one in found.uses)
        _given(store.keep_uses(record.suite, mine, is_whole=is_whole))
        before = told.get(record.suite, Resolved(()))
        told[record.suite] = Resolved((*before.uses, *mine), (*before.doubts, *found.doubts))
    return Resolved(
        tuple(use for one in told.values() for use in one.uses),
        tuple(doubt for one in told.values() for doubt in one.doubts),
    )


def find_reliance(wanted: Wanted) -> Reliance:
    """What tests rest on, and what that is worth. Raises ``UsageError`` where nothing tells of any test."""
    mocks = read_mocks(wanted.settings) if wanted.settings is not None else None
    report = read_report(wanted.report) if wanted.report is not None else None
    uses, doubts = _uses(wanted, mocks, report)
    standing = standing_of(wanted, mocks, report)
    looks = _all_looks(standing, mocks)
    known: Mapping[str, Trusted] = {key: trusted(look, wanted.now, wanted.stale_after) for key, look in looks.items()}
    sightings = wanted.store.blindness() if wanted.store is not None else ()
    chosen = set(wanted.providers)
    if chosen:
        uses = [replace(one, mocks=tuple(mock for mock in one.mocks if mock.provider in chosen)) for one in uses]
        known = {key: one for key, one in known.items() if one.mock.provider in chosen}
    if report is None and wanted.store is not None:
        known = _with_last_truth(wanted.store, known, {mock.key for one in uses for mock in one.mocks})
    seen = () if isinstance(sightings, StoreError) else sightings
    return rely(uses, known, standing.drift, seen, doubts, standing.as_of)


def standing_of(wanted: Wanted, mocks: Mocks | None = None, report: Report | None = None) -> Standing:
    """What is known of all mocks: from a report if there is one, else from the store.

    ``mocks`` are those of now, of which some may have changed since; without them nobody looks.
    """
    if report is not None:
        return Standing({look.mock.key: look for look in looks_of_report(report)}, report.started_at)
    if wanted.store is None or wanted.settings is None:
        return Standing()
    return _remembered(wanted.store, wanted.settings, mocks, wanted.now)


def _remembered(store: Store, settings: Settings, mocks: Mocks | None, now: datetime) -> Standing:
    names = list(settings.providers)
    lives, runs = _given(store.lives(names)), _given(store.runs(_RUNS))
    records = [one for name in names for one in _given(store.mocks(name))]
    looks = dict(looks_of(records, lives, now.date()))
    for key in _changed(store, settings, mocks) if mocks is not None else ():
        if key in looks:
            looks[key] = replace(looks[key], is_changed=True)
    ended = (run.started_at for run in runs if run.status in (RunStatus.COMPLETE, RunStatus.INCOMPLETE))
    return Standing(looks, max(ended, default=None))


def _changed(store: Store, settings: Settings, mocks: Mocks) -> Iterable[str]:
    """Mocks whose files say something else since. What discovery fills in with every audit is no change."""
    recollection = _given(store.recall(list(settings.providers)))
    for name, mine in mocks.by_provider.items():
        if not settings.providers[name].discover:
            yield from changed(mine, recollection.claims, recollection.salt)


def _all_looks(standing: Standing, mocks: Mocks | None) -> Mapping[str, Look]:
    """The mocks that are there now, with what is known of them; where nobody read them, those that were audited."""
    if mocks is None:
        return standing.looks
    looks: dict[str, Look] = {}
    for one in (one for mine in mocks.by_provider.values() for one in mine):
        key = key_of(one)
        used = UsedMock(key, label_of(one.request.method, one.request.path_template), one.provider, one.mock_id)
        known = standing.looks.get(key)
        looks[key] = Look(used, one.origin) if known is None else replace(known, mock=used, origin=one.origin)
    return looks


def _with_last_truth(store: Store, known: Mapping[str, Trusted], used: Iterable[str]) -> Mapping[str, Trusted]:
    """With when drifted mocks were last true, as far as the store goes back."""
    told = dict(known)
    for key in used:
        one = known.get(key)
        if one is not None and one.trust is Trust.DRIFTED:
            scores = store.mock_scores(key, _RUNS)
            moments = [] if isinstance(scores, StoreError) else [
                score.at for score in scores if score.verdict is Verdict.VERIFIED
            ]  # fmt: skip
            told[key] = replace(one, verified_at=max(moments, default=None))
    return told


def _uses(
    wanted: Wanted, mocks: Mocks | None, report: Report | None
) -> tuple[Sequence[KnownUse], tuple[Doubt, ...]]:  # fmt: skip
    settings = wanted.settings
    named = [file for path in settings.tests.usage for file in path.expand()] if settings is not None else []
    usages = wanted.usages or tuple(dict.fromkeys(named))
    kept = () if wanted.usages or wanted.store is None else _given(wanted.store.uses())
    if mocks is not None:
        register = mocks.register
    else:
        register = (
            Register(Known.of_audit(one.mock, one.origin) for one in looks_of_report(report))
            if report is not None
            else Register(())
        )
    records = _read(usages)
    read = _resolved(records, register, wanted.now)
    whole = {record.suite for record, _ in records if record.is_whole}
    fresh = {(one.suite, one.test): one for one in read.uses}
    uses = {(one.suite, one.test): one for one in kept if one.suite not in whole} | fresh
    return [use for _, use in sorted(uses.items())], read.doubts


def _read(usages: Iterable[Path]) -> Sequence[tuple[UseRecord, Path]]:
    return [(read_usage(path), path) for path in usages]


def _resolved(records: Iterable[tuple[UseRecord, Path]], register: Register, at: datetime) -> Resolved:
    """Several records of one suite are one: parts of a run that was split among machines."""
    uses: dict[tuple[str, str], KnownUse] = {}
    doubts: list[Doubt] = []
    for record, path in records:
        told = resolve(record, register, at, _folder_of(path))
        uses |= {(one.suite, one.test): one for one in told.uses}
        doubts += told.doubts
    return Resolved(tuple(uses.values()), tuple(doubts))


def _folder_of(path: Path) -> str:
    return path.absolute().parent.as_posix()


def _given(came: T | StoreError) -> T:
    if isinstance(came, StoreError):
        raise UsageError(str(came))
    return came
