"""What the options of ``driftwatch record`` mean: which exchanges, of whom, into which files."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from driftwatch.cli.options import choose_providers, find_config, load_settings
from driftwatch.mocks.spelling.catalog import SPELLINGS
from driftwatch.model.errors import UsageError
from driftwatch.model.redaction import Rules
from driftwatch.settings.find import NAMES, VARIABLE
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.tree import Settings
from driftwatch.settings.words import guess, nearest
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.identifiers import Keeping
from driftwatch.usecases.record import Wanted
from driftwatch.usecases.takes import Filter

_AGO: Final = re.compile(r"([0-9]{1,5}) ?(m|h|d|w)")
_UNITS: Final = {
    "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1),
}  # fmt: skip
_STATUS: Final = re.compile(r"[1-5](?:[0-9]{2}|[xX]{2})")
_NEW_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


class Options(Struct, frozen=True, kw_only=True):
    """What was written on the command line, but for where it goes."""

    sources: tuple[Path, ...]
    config: Path | None
    mocks: Path | None
    target: str | None
    is_staging: bool
    guard: str | None
    provider: str | None
    hosts: tuple[str, ...]
    methods: tuple[str, ...]
    paths: tuple[str, ...]
    statuses: tuple[str, ...]
    since: str | None
    at: str | None
    keeps_all: bool
    keeps_ids: bool
    consumer: str


class Task(Struct, frozen=True):
    """What is to be recorded, and of whom."""

    wanted: Wanted
    settings: Settings | None
    hosts: tuple[str, ...]


def format_named(name: str) -> str:
    """One of the formats; raises ``UsageError`` with the nearest guess."""
    if name not in SPELLINGS:
        raise UsageError(f"--format: there is no {name!r}. {guess(name, SPELLINGS)}")
    return name


def task_of(options: Options) -> Task:
    """Raises ``UsageError`` or ``SettingsError`` for what cannot be meant."""
    _check_sources(options)
    settings = _settings(options)
    provider = _provider(options, settings)
    if settings is not None and options.guard in settings.guards:
        raise UsageError(f"--guard {options.guard}: there is one of that name in the config: give this one another")
    known = settings.providers.get(provider) if settings is not None else None
    hosts = tuple(host.lower() for host in options.hosts)
    if not hosts and known is not None:
        hosts = _hosts_of(known)
    wanted = Wanted(
        provider,
        known.target if known is not None else "",
        _filter(options),
        settings.redact.rules if settings is not None else Rules(),
        options.keeps_all,
        options.consumer,
        keeping=Keeping.IDENTIFIERS if options.keeps_ids else Keeping.NOTHING,
        title=options.guard or "",
        is_one=bool(options.guard),
    )
    return Task(wanted, settings, hosts)


def _hosts_of(known: ProviderSettings) -> tuple[str, ...]:
    """Where a provider answers: where recordings of it are from, or where it is asked."""
    if known.evidence is not None and known.evidence.hosts:
        return known.evidence.hosts
    places = (known.target, known.production.target) if known.production is not None else (known.target,)
    return tuple(urlsplit(place).netloc.lower() for place in places)


def _check_sources(options: Options) -> None:
    if options.is_staging and (options.sources or options.guard):
        raise UsageError("name either recordings or --staging" if options.sources else "--guard needs a recording")
    if not options.is_staging and not options.sources:
        raise UsageError("name recordings (HAR, Keploy test sets, JSON access logs), or --staging to ask the service")
    if not options.is_staging and (options.mocks is not None or options.target is not None):
        raise UsageError("--mocks and --target are for --staging: a recording needs neither")
    missing = [str(path) for path in options.sources if not path.exists()]
    if missing:
        raise UsageError(f"there is nothing at {', '.join(missing)}; name recordings or folders of them")


def _settings(options: Options) -> Settings | None:
    if options.is_staging or options.config is not None or options.guard:
        return load_settings(options.config, options.mocks, options.target)
    is_there = os.environ.get(VARIABLE) or any((Path.cwd() / name).is_file() for name in NAMES)
    return load_settings(None, None, None) if is_there else None


def _provider(options: Options, settings: Settings | None) -> str:
    if settings is None:
        return _new_name(options.provider or _named_after(options))
    names = tuple(settings.providers)
    if options.provider is None:
        if len(names) == 1:
            return names[0]
        if options.is_staging or options.guard:
            raise UsageError(f"the config has {len(names)} providers: name one with --provider: {', '.join(names)}")
        return _new_name(_named_after(options))
    needs_known = options.is_staging or bool(options.guard) or nearest(options.provider, names) is not None
    if options.provider not in names and not needs_known:
        return _new_name(options.provider)
    return choose_providers(settings, (options.provider,))[0]


def _named_after(options: Options) -> str:
    file = options.sources[0].resolve().name.partition(".")[0]
    source = options.hosts[0].partition(":")[0] if options.hosts else file
    return re.sub(r"[^A-Za-z0-9._-]+", "-", source).strip("-._")[:60] or "recorded"


def _new_name(name: str) -> str:
    if _NEW_NAME.fullmatch(name) is None:
        remedy = "a name begins with a letter or digit and goes on with these, `.`, `_`, `-`"
        raise UsageError(f"--provider {name!r}: {remedy}")
    return name


def _filter(options: Options) -> Filter:
    for status in options.statuses:
        if _STATUS.fullmatch(status) is None:
            raise UsageError(f"--status {status} is none. Write a status or a class of them: 404, 5xx.")
    now = SystemClock().now()
    return Filter(
        tuple(method.upper() for method in options.methods), options.paths, options.statuses,
        moment(options.since, "--since", now), moment(options.at, "--at", now),
    )  # fmt: skip


def moment(written: str | None, option: str, now: datetime) -> datetime | None:
    """A moment in ISO 8601, in UTC unless it says otherwise, or so long ago."""
    if written is None:
        return None
    if ago := _AGO.fullmatch(written.strip()):
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        found = datetime.fromisoformat(written.strip())
    except ValueError:
        remedy = "Write a moment, `2026-05-01T12:30:00Z`, or how long ago it was: `30m`, `12h`, `7d`, `2w`."
        raise UsageError(f"{option} {written} is no moment. {remedy}") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def config_of(options: Options) -> Path:
    """The config that a guard is written into."""
    return find_config(options.config)
