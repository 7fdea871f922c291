"""An incident onto disk: a new file from a template, or what audits know of one added to a file that people wrote.

Every key of the form stands in the template with its sentence, so that whoever fills it in needs no other page.
"""

import os
import re
import textwrap
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from driftwatch.model.errors import SettingsError, UsageError
from driftwatch.model.incident import SCHEMA, Incident, Kept
from driftwatch.settings.in_place import change
from driftwatch.settings.incident_file import INCIDENT, IncidentSetting, KeptSetting, Rules, parse_incident
from driftwatch.settings.sections import Section, settings_of
from driftwatch.settings.show import quoted

_WIDTH: Final = 100
_BARE: Final = re.compile(r"[A-Za-z/][A-Za-z0-9./_{}*-]*")
_BARE_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")
_NOT_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_LEFT_OUT: Final = frozenset({"kept"})
_ASKED_FOR: Final = frozenset({"assumption", "invariant", "missing_condition"})
"""Keys that stand there empty until somebody fills them in; all others are comments until they are wanted."""


def name_of(title: str, happened_at: datetime) -> str:
    """What the file of an incident is called: ``2026-05-04-refunds-without-a-reason``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return f"{happened_at.astimezone(UTC):%Y-%m-%d}-{words or 'incident'}"


def template(incident: Incident) -> str:
    """The file of a new incident, ending in a newline."""
    told = INCIDENT.show(_setting(incident))
    return "".join(f"{line}\n" for line in _lines(told))


def _setting(one: Incident) -> IncidentSetting:
    return IncidentSetting(
        schema=SCHEMA, title=one.title, happened_at=one.happened_at, ended_at=one.ended_at, provider=one.provider,
        method=one.method, path=one.path, status=one.status, place=one.place, kind=one.kind, cause=one.cause,
        assumption=one.assumption, invariant=one.invariant, missing_condition=one.missing_condition, links=one.links,
        guard=one.guard, kept=None if one.kept is None else _kept(one.kept),
    )  # fmt: skip


def _kept(one: Kept) -> KeptSetting:
    return KeptSetting(first=one.first, kind=one.kind, finding=one.finding, unseen=one.unseen, cause=one.cause)


def _lines(told: dict[str, Any]) -> Iterator[str]:
    for number, setting in enumerate(settings_of(IncidentSetting)):
        name = setting.name
        if name in _LEFT_OUT and name not in told:
            continue
        if number:
            yield ""
        yield from textwrap.wrap(setting.sentence, _WIDTH, initial_indent="# ", subsequent_indent="# ")
        if isinstance(told.get(name), dict):
            yield from _section(name, told[name])
        elif isinstance(told.get(name), list):
            yield from (f"{name}:", *(f"  - {_scalar(one)}" for one in told[name]))
        elif name in told:
            yield f"{name}: {_scalar(told[name])}"
        else:
            yield f"{name}:" if name in _ASKED_FOR else f"# {name}:"


def _section(name: str, told: dict[str, Any]) -> Iterator[str]:
    yield f"{name}:"
    yield from (f"  {key}: {_scalar(one)}" for key, one in told.items())


def _scalar(value: object) -> str:
    if isinstance(value, str):
        is_bare = _BARE.fullmatch(value) is not None and value.lower() not in _NOT_WORDS
        return value if is_bare or _BARE_MOMENT.fullmatch(value) else quoted(value)
    return str(value)


def write_new(place: Path, incident: Incident, rules: Rules) -> str:
    """Write the file, whole or not at all; its text. ``UsageError`` if there is one, or it cannot be written."""
    text = template(incident)
    parse_incident(text.encode(), place.stem, str(place), rules)
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        try:
            os.link(draft, place)  # unlike a rename it fails where a file is there already
        except FileExistsError:
            raise UsageError(f"{place} is there already, and nothing was written: --name gives another name") from None
    except OSError as error:
        raise UsageError(f"{place} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    return text


def with_kept(text: str, kept: Kept) -> str | None:
    """The file with what audits know of the incident behind all that people wrote.

    ``None`` where it says something of that already, or is not written in a way in which lines can be added.
    """
    before = _read(text)
    if before is None or before.kept is not None:
        return None
    shown = Section(KeptSetting).show(_kept(kept))
    if not shown:
        return None
    end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if text.endswith("\n") else end
    made = text + gap + end + end.join(_section("kept", shown)) + end
    after = _read(made)
    is_all_that_changed = after is not None and _without(after) == _without(before) and after.kept == kept
    return made if is_all_that_changed else None


def _read(text: str) -> Incident | None:
    try:
        return parse_incident(text.encode(), "it", "it", Rules())
    except (SettingsError, UnicodeEncodeError):
        return None


def _without(one: Incident) -> Incident:
    return replace(one, kept=None)


def keep(place: Path, kept: Kept) -> bool:
    """Add what audits know of an incident to its file; whether that could be done."""
    return change(place, lambda text: with_kept(text, kept))
