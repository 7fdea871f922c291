"""What audits know of mocks, for a run of tests: out of the report of the last one, or the store. Nobody is asked.

The mocks themselves are not read: what changed since the audit is not noticed here, as ``driftwatch tests`` does.
"""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from driftwatch.model.errors import SettingsError, UsageError
from driftwatch.model.memory import RunStatus, StoreError
from driftwatch.model.reliance import Drift, Trusted
from driftwatch.plugin.choices import Choices
from driftwatch.settings.opening import read_document
from driftwatch.settings.reference import has_reference
from driftwatch.settings.store import DEFAULT, NONE, StorePlace, named_place, place_in
from driftwatch.store.report_file import read_report
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.reliance import STALE_AFTER, Look, looks_of, trusted
from driftwatch.usecases.resolution import Known, Register
from driftwatch.wiring.memory import store_at
from driftwatch.wiring.reported import looks_of_report

_KEPT: Final = 3650
_RUNS: Final = 50
_HOW: Final = (
    "name the file of `driftwatch audit --format json` in the ini option driftwatch_report, or audit with a config "
    "beside the tests"
)


class Knowledge(Struct, frozen=True):
    """What is known of all mocks."""

    register: Register
    known: Mapping[str, Trusted]
    """By ``interaction_key``."""
    drift: Mapping[str, Drift]
    """By fingerprint."""
    as_of: datetime | None
    now: datetime
    stale_after: timedelta


def knowledge(choices: Choices) -> Knowledge:
    """What the last audit says. Raises ``UsageError`` or ``SettingsError`` if there is none."""
    now = SystemClock().now()
    plain = _plain(choices.config, is_needed=choices.report is None)
    stale_after = _stale_after(plain)
    if choices.report is not None:
        report = read_report(choices.report)
        return _of(looks_of_report(report), report.started_at, now, stale_after)
    providers = plain.get("providers")
    names = [name for name in providers if isinstance(name, str)] if isinstance(providers, dict) else []
    place = _place(plain, choices.config)
    if place is None or place.place is None or not names:
        raise UsageError(f"no audit is known: {_HOW}")
    file = place.place.reveal()
    if "://" not in file and not Path(file).exists():
        raise UsageError(f"no audit is known, since there is no store yet: {_HOW}")
    store = store_at(place, _KEPT)
    assert store is not None  # noqa: S101 - there is a place
    lives, runs = store.lives(names), store.runs(_RUNS)
    mocks = [store.mocks(name) for name in names]
    for came in (lives, runs, *mocks):
        if isinstance(came, StoreError):
            raise UsageError(str(came))
    records = [one for mine in mocks if not isinstance(mine, StoreError) for one in mine]
    looks = looks_of(records, () if isinstance(lives, StoreError) else lives, now.date())
    ended = (RunStatus.COMPLETE, RunStatus.INCOMPLETE)
    moments = [] if isinstance(runs, StoreError) else [run.started_at for run in runs if run.status in ended]
    return _of(looks.values(), max(moments, default=None), now, stale_after)


def _of(looks: Iterable[Look], as_of: datetime | None, now: datetime, stale_after: timedelta) -> Knowledge:
    every = {look.mock.key: look for look in looks}
    return Knowledge(
        Register(Known.of_audit(look.mock, look.origin) for look in every.values()),
        {key: trusted(look, now, stale_after) for key, look in every.items()},
        {one.fingerprint: one for look in every.values() for one in look.drift},
        as_of, now, stale_after,
    )  # fmt: skip


def _plain(config: Path | None, *, is_needed: bool) -> dict[str, Any]:
    """The config as written: a run of tests has none of its secrets at hand, and needs none."""
    if config is None:
        return {}
    try:
        plain = read_document(config, config.name).root.plain
    except SettingsError:
        if is_needed:
            raise
        return {}
    return plain if isinstance(plain, dict) else {}


def _stale_after(plain: Mapping[str, Any]) -> timedelta:
    section = plain.get("tests")
    days = section.get("stale_after_days") if isinstance(section, dict) else None
    return timedelta(days=days) if isinstance(days, int) and 0 < days < 4_000 else STALE_AFTER


def _place(plain: Mapping[str, Any], config: Path | None) -> StorePlace | None:
    """Where the store is; that of a config may be a reference to the environment, which is at hand here or not."""
    if (chosen := place_in(os.environ, Path.cwd())) is not None:
        return chosen
    if config is None:
        return None
    folder, written = config.parent.absolute(), plain.get("store")
    if not isinstance(written, str):
        return DEFAULT.settled(os.environ, folder)
    if has_reference(written):
        raise UsageError("the store is behind a reference in the config: name it with DRIFTWATCH_STORE")
    return None if written == NONE else named_place(written, "store", folder)
