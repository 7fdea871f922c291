"""What was heard when an incident happened: alerts tell of it, one exchange becomes a mock, and that a guard."""

import os
import re
from collections import Counter
from pathlib import Path
from typing import Final

import click
from msgspec import Struct
from msgspec.structs import replace

from driftwatch.cli.incident_desk import Desk
from driftwatch.cli.incident_writing import Said, incident_of, provider_named, put_down
from driftwatch.cli.options import screen
from driftwatch.cli.record import Making, make
from driftwatch.cli.taking import Options, task_of
from driftwatch.drift.incident_places import distance
from driftwatch.mocks.spelling.catalog import SPELLINGS
from driftwatch.mocks.traffic.alert import Alert, read_alert
from driftwatch.model.errors import UsageError
from driftwatch.model.guard import Guard
from driftwatch.model.incident import Incident
from driftwatch.model.interaction import Interaction
from driftwatch.model.route import nameless, path_of
from driftwatch.reports import recorded as told
from driftwatch.settings.guard_entry import add, snippet
from driftwatch.usecases.incident_facts import Facts, below, facts_of
from driftwatch.wiring.mocks import mocks_of
from driftwatch.wiring.taping import recordings_of

_USUAL: Final = "wiremock"
"""The format of a mock whose provider has none that could be written."""


class Import(Struct, frozen=True):
    """What was asked for."""

    sources: tuple[Path, ...]
    said: Said
    has_no_guard: bool
    form: str | None
    output: Path | None
    hosts: tuple[str, ...]
    ask: str | None
    keeps_ids: bool
    is_dry: bool


def imported(desk: Desk, wanted: Import) -> bool:
    """Write the incident and, where there is something to make one of, its guard; whether there is one."""
    missing = [str(path) for path in wanted.sources if not path.exists()]
    if missing:
        raise UsageError(f"there is nothing at {', '.join(missing)}; name recordings or alerts")
    alerts = {path: read_alert(path) if path.is_file() else None for path in wanted.sources}
    heard = tuple(path for path in wanted.sources if alerts[path] is None)
    known = [alert for alert in alerts.values() if alert is not None and alert.begun is not None]
    alert = min(known, key=_begun, default=Alert())
    provider = provider_named(desk, wanted.said.provider or _provider_of(desk, alert))
    said = _with_alert(wanted.said, alert, path_of(desk.settings.providers[provider].target))
    options = _options(desk, wanted, said, heard, provider)
    facts = _facts(desk, options) if heard else None
    if heard and facts is None:
        remedy = "--host names whose are meant, --method, --path and --status which."
        raise UsageError(f"no exchange with {provider} that fits is in {', '.join(map(str, heard))}. {remedy}")
    incident = _incident(desk, said, facts, provider)
    name = wanted.said.guard or re.sub(r"[^A-Za-z0-9._-]+", "-", incident.name)[:63].strip("-._")
    if not wanted.has_no_guard:
        has_mock = facts is not None and _recorded(wanted, _narrowed(options, facts, name), incident, desk)
        if has_mock or _appointed(desk, incident, name, is_dry=wanted.is_dry):
            incident = replace(incident, guard=name)
    put_down(Desk.at(desk.config), incident, is_dry=wanted.is_dry)
    return bool(incident.guard)


def _begun(alert: Alert) -> float:
    return alert.begun.timestamp() if alert.begun is not None else 0.0


def _with_alert(said: Said, alert: Alert, base: str) -> Said:
    """What the options leave open, as the alert tells it."""
    return replace(
        said,
        title=said.title or (f"Alert {alert.name}" if alert.name else None),
        happened_at=said.happened_at or (alert.begun.isoformat() if alert.begun is not None else None),
        ended_at=said.ended_at or (alert.over.isoformat() if alert.over is not None else None),
        method=said.method or alert.method or None,
        path=said.path or (below(alert.path, base) if alert.path else None),
        status=said.status if said.status is not None else alert.status,
        links=(*said.links, *(link for link in alert.links if link not in said.links)),
        guard=None,
    )


def _provider_of(desk: Desk, alert: Alert) -> str | None:
    return next((name for name in alert.providers if name in desk.settings.providers), None)


def _options(desk: Desk, wanted: Import, said: Said, heard: tuple[Path, ...], provider: str) -> Options:
    base = path_of(desk.settings.providers[provider].target)
    path = below(path_of(said.path), base) if said.path else ""
    return Options(
        sources=heard, config=desk.config, mocks=None, target=None, is_staging=False, guard=None, provider=provider,
        hosts=wanted.hosts, methods=(said.method,) if said.method else (),
        paths=(_glob(path),) if path else (),
        statuses=(str(said.status),) if said.status is not None else (), since=None, at=said.happened_at,
        keeps_all=False, keeps_ids=wanted.keeps_ids, consumer="consumer",
    )  # fmt: skip


def _facts(desk: Desk, options: Options) -> Facts | None:
    task = task_of(options)
    recordings = recordings_of(options.sources, task.hosts, task.wanted.provider, desk.settings)
    return facts_of(recordings.read(), task.wanted.filter, path_of(task.wanted.base_url))


def _narrowed(options: Options, facts: Facts, guard: str) -> Options:
    """Nothing but the exchange that the incident is told of, and others of its kind."""
    return replace(
        options, guard=guard, at=_at(facts), methods=(facts.method,), paths=(_glob(facts.path),),
        statuses=(str(facts.status),),
    )  # fmt: skip


def _glob(path: str) -> str:
    """Paths of a template; signs of a glob that stand in it mean themselves."""
    return nameless(path).replace("[", "[[]").replace("*", "[*]").replace("?", "[?]").replace("{}", "*")


def _at(facts: Facts | None) -> str | None:
    return facts.at.isoformat() if facts is not None and facts.at is not None else None


def _incident(desk: Desk, said: Said, facts: Facts | None, provider: str) -> Incident:
    """With what the exchange tells, where nobody said otherwise."""
    if facts is not None:
        said = replace(
            said, method=said.method or facts.method, path=said.path or facts.path,
            status=said.status if said.status is not None else facts.status,
            happened_at=said.happened_at or _at(facts),
        )  # fmt: skip
    if said.happened_at is None:
        raise UsageError("nothing here tells when it happened: say so with --happened-at")
    if said.title is None:
        where = f"{said.method or ''} {said.path or ''}".strip()
        answered = f" answered {said.status}" if said.status is not None else ""
        said = replace(said, title=f"{where or provider}{answered}" if where or answered else f"An alert of {provider}")
    return incident_of(desk, said, provider)


def _recorded(wanted: Import, options: Options, incident: Incident, desk: Desk) -> bool:
    """A mock of the exchange, and a guard of the mock; whether that could be done."""
    making = Making(
        wanted.form or _form_of(desk, incident.provider), wanted.output or _folder_of(desk, incident.provider),
        _sentence(incident), wanted.ask, wanted.is_dry,
    )  # fmt: skip
    result = make(options, making)
    view = screen(verbose=False, to_file=False)
    click.echo(told.render(result, colour=view.colour, width=view.width), nl=False)
    return bool(result.files)


def _sentence(incident: Incident) -> str:
    return " ".join((incident.invariant or incident.title).split())


def _form_of(desk: Desk, provider: str) -> str:
    formats = Counter(one.format for one in _mocks(desk, provider) if one.format in SPELLINGS)
    return formats.most_common(1)[0][0] if formats else _USUAL


def _folder_of(desk: Desk, provider: str) -> Path:
    """Where the provider's other mocks are."""
    found = [path for place in desk.settings.providers[provider].mocks for path in place.expand()]
    folder = next((path for path in found if path.is_dir()), found[0].parent if found else desk.config.parent)
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def _appointed(desk: Desk, incident: Incident, name: str, *, is_dry: bool) -> bool:
    """A mock that is there already becomes the guard; whether one is."""
    if name in desk.settings.guards:
        raise UsageError(f"--guard {name}: there is one of that name in the config: give this one another")
    found = _nearest(desk, incident)
    if found is None:
        click.echo(
            "No answer was recorded, and no mock stands for the endpoint: there is no guard. "
            "`driftwatch record --guard` makes one of a recording (HAR), or write a mock and name it below `guards`.",
            err=True,
        )
        return False
    place = Path(found.origin.file).absolute()
    file = Path(os.path.relpath(place, desk.config.resolve().parent)).as_posix()
    guard = Guard(name, incident.provider, file, found.mock_id, _sentence(incident))
    if is_dry or not add(desk.config, guard):
        click.echo(f"{desk.config.name} {'would get' if is_dry else 'needs'}:\n{snippet(guard)}", nl=False)
        return True
    click.echo(f"{desk.config.name} has the guard {name} now, by the mock of {found.request.method} {file}.")
    return True


def _nearest(desk: Desk, incident: Incident) -> Interaction | None:
    """The mock of the endpoint, one with the status before one with another."""
    base = path_of(desk.settings.providers[incident.provider].target)
    near = [
        (far, incident.status not in one.statuses, one)
        for one in _mocks(desk, incident.provider)
        if incident.path
        and incident.method in ("", one.request.method)
        and (far := distance(incident.path, one.request.path_template, base)) is not None
    ]
    return min(near, key=lambda each: each[:2])[2] if near else None


def _mocks(desk: Desk, provider: str) -> list[Interaction]:
    return [one for one in mocks_of(desk.settings, provider).source.read() if isinstance(one, Interaction)]
