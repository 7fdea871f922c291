"""Settings that come from the environment alone, because they hold before any config is read."""

from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.settings.words import guess, quote

LEVELS: Final = ("debug", "info", "warning", "error")
FORMATS: Final = ("auto", "console", "json")


class LogSettings(Struct, frozen=True):
    """How the log is written."""

    level: str = "info"
    """The lowest level that is written; one of ``LEVELS``."""
    format: str = "auto"
    """``console``, ``json``, or ``auto``: console on a terminal, JSON elsewhere."""


def log_settings(environment: Mapping[str, str]) -> LogSettings:
    """Read DRIFTWATCH_LOG_LEVEL and DRIFTWATCH_LOG_FORMAT, whatever their case; an empty one counts as unset.

    Raises ``SettingsError`` with one mistake for each that holds another word.
    """
    mistakes: list[Mistake] = []
    level = _word(environment, "DRIFTWATCH_LOG_LEVEL", LEVELS, LogSettings().level, mistakes)
    form = _word(environment, "DRIFTWATCH_LOG_FORMAT", FORMATS, LogSettings().format, mistakes)
    if mistakes:
        raise SettingsError(mistakes)
    return LogSettings(level, form)


def _word(
    environment: Mapping[str, str], variable: str, words: Collection[str], default: str, mistakes: list[Mistake]
) -> str:
    word = environment.get(variable, "").strip().lower() or default
    if word not in words:
        mistakes.append(Mistake(variable, f"found {quote(word)}", guess(word, words)))
    return word
