"""The error tree: exceptions are for the operator's mistakes and for our own.

::

    DriftwatchError
    ├── SettingsError      a config file, an option or an environment variable is wrong (exit 2)
    └── UsageError         a command was called with something it cannot work on (exit 2)

Failures we expect of the world are values instead, each with its reason, each reaching the report: ``Unreadable``
(a mock), ``Skipped`` (a request we may not send), ``Unreachable`` (a request that could not be sent) and the
``failure`` of an ``Observation`` (a request that was sent and got no answer).
"""

from collections.abc import Iterable

from msgspec import Struct


class DriftwatchError(Exception):
    """Anything that ends a command with a message instead of a report."""


class UsageError(DriftwatchError):
    """A command was called with something it cannot work on."""


class Mistake(Struct, frozen=True):
    """One thing wrong in a settings file: where, what was found, what would be right."""

    where: str
    """File, line and key, for instance ``driftwatch.yaml:4 providers.payments.targt``."""
    found: str
    remedy: str
    """What would be right, with the nearest guess where there is one."""

    def __str__(self) -> str:
        return f"{self.where}: {self.found}. {self.remedy}"


class SettingsError(DriftwatchError):
    """All mistakes of a settings file at once, not one per run."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))
