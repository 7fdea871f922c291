"""Somebody tells of a rollout: what is told is checked, whoever tells it and however."""

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from driftwatch.model.rollout import Objection, Rollout, Source

LONGEST: Final = 200
"""Characters of a name, a version or a revision."""
_LONGEST_LINK: Final = 500
_LONG_AGO: Final = timedelta(days=3650)
"""No store remembers what is older."""
_AHEAD: Final = timedelta(minutes=5)
"""How far another machine's clock may be ahead of ours."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
"""RFC 3339, 5.6."""


class Telling(Struct, frozen=True):
    """A rollout as it is told; what is empty was not told."""

    provider: str
    version: str
    name: str = ""
    revision: str = ""
    at: str = ""
    """RFC 3339, with a zone."""
    link: str = ""


def understood(
    told: Telling, providers: Collection[str], source: Source, now: datetime
) -> Rollout | tuple[Objection, ...]:
    """The rollout that is meant, or everything that speaks against it."""
    objections = [*_about_provider(told.provider, providers)]
    for part, text in (("version", told.version), ("name", told.name), ("revision", told.revision)):
        objections += _about_text(part, text, is_needed=part == "version")
    at = _moment(told.at, now)
    if not isinstance(at, datetime):
        objections.append(at)
    objections += _about_link(told.link)
    if objections or not isinstance(at, datetime):
        return tuple(objections)
    return Rollout(told.provider, told.name or told.provider, told.version, at, source, told.revision, told.link)


def _about_provider(name: str, providers: Collection[str]) -> list[Objection]:
    if name in providers:
        return []
    near = get_close_matches(name.lower()[:LONGEST], {one.lower(): one for one in providers}, n=1, cutoff=0.6)
    meant = next((one for one in providers if near and one.lower() == near[0]), "")
    hint = f"Did you mean {meant!r}?" if meant else "Providers are named in the config."
    return [Objection("provider", f"there is no provider {_quoted(name)}" if name else "there is none", hint)]


def _about_text(part: str, text: str, *, is_needed: bool) -> list[Objection]:
    if not text:
        return [Objection(part, "there is none", "Write a tag, such as '1.42.0'.")] if is_needed else []
    if len(text) > LONGEST:
        return [Objection(part, f"it has {len(text)} characters", f"Write {LONGEST} at most.")]
    if not text.isprintable() or text != text.strip():
        remedy = "Write words without line breaks, control characters, or blanks at the ends."
        return [Objection(part, "it holds an invisible character", remedy)]
    return []


def _moment(text: str, now: datetime) -> datetime | Objection:
    """When it was complete; now, if nobody says. A clock that is a little ahead is put right."""
    if not text:
        return now
    remedy = "Write a moment with a zone, as RFC 3339 has it: '2026-05-01T12:00:00Z'."
    try:
        at = datetime.fromisoformat(text.upper()) if _MOMENT.fullmatch(text) else None
    except ValueError:  # the 31st of February
        at = None
    if at is None:
        return Objection("at", f"{_quoted(text)} is no moment with a zone", remedy)
    if not now - _LONG_AGO <= at <= now + _AHEAD:
        when = "still to come" if at > now else "long over"
        return Objection("at", f"{_quoted(text)} is {when}", "Tell of a rollout when it is complete.")
    return min(at.astimezone(UTC), now)


def _about_link(text: str) -> list[Objection]:
    if not text:
        return []
    remedy = "Write an https URL without user info, such as that of the pipeline."
    if len(text) > _LONGEST_LINK:
        return [Objection("link", f"it has {len(text)} characters", f"Write {_LONGEST_LINK} at most.")]
    try:
        parts = urlsplit(text)
        is_fit = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        is_fit = False
    if not is_fit or not text.isprintable() or any(sign.isspace() for sign in text):
        return [Objection("link", "it is no https URL", remedy)]
    return []


def _quoted(text: str) -> str:
    shown = text if len(text) <= 80 else f"{text[:79]}…"
    return repr(shown)
