"""A config file → ``Settings``, or every mistake in it at once."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.settings.encoding import decode
from driftwatch.settings.find import SMALLEST
from driftwatch.settings.naming import check_name
from driftwatch.settings.node import address
from driftwatch.settings.reference import Surroundings
from driftwatch.settings.schema import settings_schema
from driftwatch.settings.sections import attempt
from driftwatch.settings.spot import Known, Reading, Spot
from driftwatch.settings.tree import SETTINGS, Settings
from driftwatch.settings.validation import validate

if TYPE_CHECKING:
    from driftwatch.settings.document import Document

SIZE_LIMIT: Final = 1024**2
"""Bytes of a config that are read; a thousand providers fit."""


def load(
    path: Path, environment: Mapping[str, str], kinds: Collection[str] | None = None, today: date | None = None
) -> Settings:
    """Read a config: relative paths in it start at its folder, ``${env:NAME}`` is looked up in ``environment``.

    ``kinds`` are those that severities and suppressions may name; any will do if ``None``. ``today``, in UTC, is the
    day from which suppressions end within bounds; unless it is given, they may end whenever they want.

    Raises ``SettingsError`` with all mistakes, in the order of their lines.
    """
    file = str(path)
    document = _document(path, file)
    surroundings = Surroundings(environment, path.parent)
    known = Known(kinds, today)
    reading = Reading(file, document.root, surroundings, frozenset(document.unusable), document.mistakes, known)
    validate(reading, settings_schema())
    spot = Spot(document.root, (), reading)
    settings = attempt(SETTINGS, spot)
    _check_names(spot, kinds)
    _check_productions(spot)
    if reading.mistakes:
        raise SettingsError(reading.in_order())
    built = cast("Settings", settings)  # whatever keeps it from being built has been complained of
    return replace(built, store=built.store.below(path.parent))


def _document(path: Path, file: str) -> "Document":
    from driftwatch.settings.document import parse  # noqa: PLC0415 - PyYAML is read only with a config

    document = parse(decode(_bytes(path, file), file), file)
    if not isinstance(document.root.plain, dict):
        found = "nothing stands in the file" if document.root.plain is None else "the file holds no keys"
        raise SettingsError([*document.mistakes, Mistake(address(file, 1), found, SMALLEST)])
    return document


def _bytes(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as stream:
            raw = stream.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no such path").lower()
        remedy = "Name a readable file with `--config` or DRIFTWATCH_CONFIG."
        raise SettingsError([Mistake(file, f"the config cannot be read: {reason}", remedy)]) from error
    if len(raw) > SIZE_LIMIT:
        remedy = "Point `--config` at the settings; mocks stand in files of their own."
        raise SettingsError([Mistake(file, "the config has more than 1 MiB", remedy)])
    return raw


def _check_names(spot: Spot, kinds: Collection[str] | None) -> None:
    """What ``policy.severities`` names must exist: a severity for a misspelt kind would never apply."""
    policy = spot.members().get("policy")
    severities = policy.members().get("severities") if policy else None
    providers = spot.members().get("providers")
    names = list(providers.members()) if providers else []
    for _, entry in severities.children() if severities else ():
        members = entry.members()
        if kinds is not None and "kind" in members:
            check_name(members["kind"], "kind", kinds)
        if "provider" in members and names:
            check_name(members["provider"], "provider", names)


def _check_productions(spot: Spot) -> None:
    """A production that is the target itself would agree with it in everything and prove nothing."""
    providers = spot.members().get("providers")
    for provider in providers.members().values() if providers else ():
        members = provider.members()
        production = members.get("production")
        live = production.members().get("target") if production else None
        target = members.get("target")
        if live and target and live.text.rstrip("/").lower() == target.text.rstrip("/").lower():
            live.complain("found the target of the provider itself", "Write the base URL under which it is live.")
