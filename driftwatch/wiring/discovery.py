"""Mocks read again with identifiers that list calls named."""

from collections.abc import Mapping

from msgspec.structs import replace

from driftwatch.mocks.places import Places
from driftwatch.settings.provider import ProviderSettings
from driftwatch.usecases.assignment import Discovery


def discovery_of(provider: ProviderSettings, source: Places) -> Discovery:
    """How it is done for one provider; what the config gives is never overruled."""
    given = provider.known_values()

    def refined(values: Mapping[str, str]) -> Places:
        known = {**values, **given}
        again = (replace(one.source, variables=known, with_history=False) for one in source.places)
        return Places(tuple(replace(one, source=new) for one, new in zip(source.places, again, strict=True)))

    return Discovery(refined, frozenset(given.values()))
