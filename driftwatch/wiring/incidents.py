"""Incidents, put together: the files of a team, the memory of its audits, its guards and its mocks."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from msgspec.structs import replace

from driftwatch.drift.catalog import KINDS
from driftwatch.model.errors import SettingsError
from driftwatch.model.guard import Guard
from driftwatch.model.incident import Incident
from driftwatch.model.incident_ledger import IncidentLedger
from driftwatch.model.interaction import Interaction
from driftwatch.model.route import path_of
from driftwatch.model.summary import Summary
from driftwatch.ports import Store
from driftwatch.settings.incident_file import Rules
from driftwatch.settings.incidents import FOLDER, read_incidents
from driftwatch.settings.tree import Settings
from driftwatch.usecases.incidents import Team, answered
from driftwatch.wiring.guards import is_same
from driftwatch.wiring.mocks import mocks_of


def folder_of(settings: Settings, config: Path) -> Path:
    """Where the incidents are: as the config says, or beside it."""
    return config.parent / FOLDER if settings.incidents is None else settings.incidents.path


def rules_of(settings: Settings, now: datetime) -> Rules:
    """What an incident must fit."""
    return Rules(tuple(settings.providers), KINDS, now.date())


def incidents_in(settings: Settings, folder: Path, now: datetime) -> tuple[Incident, ...]:
    """All of them; ``SettingsError`` with every mistake in any file."""
    return read_incidents(folder, rules_of(settings, now))


def ledger(settings: Settings, incidents: Iterable[Incident], store: Store | None, now: datetime) -> IncidentLedger:
    """What audits know of each; the mocks are read only where it matters what they answer."""
    return answered(incidents, store, _team(settings, lambda name: _read(settings, name)), now)


def with_incidents(settings: Settings, summary: Summary, store: Store | None) -> Summary:
    """A run that tells of the incidents that the team wrote down; files with mistakes cost it nothing but these."""
    log: Any = structlog.get_logger().bind(run_id=summary.run_id)
    assert settings.incidents is not None  # noqa: S101 - else nobody asks
    try:
        incidents = incidents_in(settings, settings.incidents.path, summary.started_at)
    except SettingsError as error:
        log.warning("incidents.unreadable", mistakes=len(error.mistakes))
        return summary
    mocks = {one.name: [result.interaction for result in one.results] for one in summary.providers}
    mine = [one for one in incidents if one.provider in mocks]
    found = answered(mine, store, _team(settings, lambda name: mocks[name]), summary.started_at)
    providers = (
        replace(one, incidents=tuple(each.mark for each in found.answers if each.incident.provider == one.name))
        for one in summary.providers
    )
    return replace(summary, providers=tuple(providers))


def _team(settings: Settings, interactions: Callable[[str], Iterable[Interaction]]) -> Team:
    places = {one.mock.written: one.mock.path for one in settings.guards.values()}

    def is_file(told: str, written: str) -> bool:
        return is_same(Path(told), places[written])

    return Team(
        {name: path_of(one.target) for name, one in settings.providers.items()},
        {
            name: Guard(name, one.provider, one.mock.written, one.id, one.sentence)
            for name, one in settings.guards.items()
        },
        is_file,
        interactions,
        timedelta(days=settings.retention_days),
    )


def _read(settings: Settings, name: str) -> Iterator[Interaction]:
    return (one for one in mocks_of(settings, name).source.read() if isinstance(one, Interaction))
