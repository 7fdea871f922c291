"""A config file → ``Settings``, or every mistake in it at once."""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import cast

from msgspec.structs import replace

from driftwatch.model.errors import SettingsError
from driftwatch.settings.deploys import check_deploys
from driftwatch.settings.guards import check_guards
from driftwatch.settings.identities import check_identities
from driftwatch.settings.naming import check_name
from driftwatch.settings.opening import read_document
from driftwatch.settings.production import check_production_hosts
from driftwatch.settings.reference import Surroundings
from driftwatch.settings.rollouts import check_rollouts
from driftwatch.settings.schema import settings_schema
from driftwatch.settings.sections import attempt
from driftwatch.settings.spot import Known, Reading, Spot
from driftwatch.settings.tree import SETTINGS, Settings
from driftwatch.settings.validation import validate
from driftwatch.settings.ways import check_ways


def load(
    path: Path, environment: Mapping[str, str], kinds: Collection[str] | None = None, today: date | None = None
) -> Settings:
    """Read a config: relative paths in it start at its folder, ``${env:NAME}`` is looked up in ``environment``.

    ``kinds`` are those that severities and suppressions may name; any will do if ``None``. ``today``, in UTC, is the
    day from which suppressions end within bounds; unless it is given, they may end whenever they want.

    Raises ``SettingsError`` with all mistakes, in the order of their lines.
    """
    file = str(path)
    document = read_document(path, file)
    surroundings = Surroundings(environment, path.parent)
    known = Known(kinds, today)
    reading = Reading(file, document.root, surroundings, frozenset(document.unusable), document.mistakes, known)
    validate(reading, settings_schema())
    spot = Spot(document.root, (), reading)
    settings = attempt(SETTINGS, spot)
    _check_names(spot, kinds)
    _check_productions(spot)
    check_production_hosts(spot)
    check_deploys(spot)
    check_rollouts(spot)
    check_guards(spot)
    check_identities(spot)
    check_ways(spot)
    if reading.mistakes:
        raise SettingsError(reading.in_order())
    built = cast("Settings", settings)  # whatever keeps it from being built has been complained of
    return replace(built, store=built.store.settled(environment, path.parent))


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
