"""Settings without a config: one folder of mocks, one service."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.model.production_host import host_of, says_production
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.target import read_target
from driftwatch.settings.tree import Settings
from driftwatch.settings.words import quote

_REMEDY: Final = (
    "Give the base URL of staging. If production is meant, write a config that names this very host below "
    "`probing.production_hosts`."
)


def single_provider(mocks: Path, target: str) -> Settings:
    """The settings of ``driftwatch audit --mocks DIR --target URL``; the provider is named after the host.

    Raises ``SettingsError`` if the mocks are not there or the URL cannot be used.
    """
    mistakes = []
    place = WrittenPath(str(mocks), mocks)
    if not place.expand():
        mistakes.append(Mistake("--mocks", *place.complaint("the folder you are in")))
    try:
        base = read_target(target)
    except RefusedError as refused:
        raise SettingsError([*mistakes, Mistake("--target", refused.found, refused.remedy)]) from refused
    if says_production(host_of(base)):
        mistakes.append(
            Mistake("--target", f"found the host {quote(host_of(base))}, whose name says production", _REMEDY)
        )
    if mistakes:
        raise SettingsError(mistakes)
    name = urlsplit(base).hostname or base
    return Settings(providers={name: ProviderSettings(mocks=(place,), target=base)})
