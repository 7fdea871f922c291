"""What healing is asked for, and what came of it: which findings were mended, which were not and why."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from msgspec import Struct

from driftwatch.model.edit import Draft, Mend
from driftwatch.model.finding import Finding, Severity
from driftwatch.model.summary import Summary


class Selection(Struct, frozen=True):
    """Which findings are to be healed. What is empty selects all; what is not, must all agree."""

    fingerprints: tuple[str, ...] = ()
    """Or beginnings of them. A suppressed finding is healed only if it is named so."""
    kinds: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    providers: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Globs of files as origins name them; a folder means all below it."""

    def takes(self, finding: Finding) -> bool:
        """Whether a finding is asked for."""
        if finding.is_suppressed and not self.fingerprints:
            return False
        return (
            _is_among(finding.kind, self.kinds)
            and (not self.severities or finding.severity in self.severities)
            and _is_among(finding.provider, self.providers)
            and (not self.fingerprints or finding.fingerprint.startswith(self.fingerprints))
            and self.holds(finding.origin.file)
        )

    def holds(self, file: str) -> bool:
        """Whether a file is among those asked for."""
        return not self.files or any(is_in(file, place) for place in self.files)


def _is_among(word: str, words: tuple[str, ...]) -> bool:
    return not words or word in words


def is_in(file: str, place: str) -> bool:
    """Whether a file is the one that a glob means, or lies in a folder that it means; ``.`` is the one we are in."""
    folder = place.rstrip("/")
    return fnmatchcase(file, place) or fnmatchcase(file, f"{folder}/*") or (folder == "." and not file.startswith("/"))


class Healed(Struct, frozen=True):
    """A finding that the drafts put right."""

    finding: Finding
    mends: tuple[Mend, ...]
    """What it takes; a mend may answer several findings."""


class Left(Struct, frozen=True):
    """A finding that was asked for and is not healed."""

    finding: Finding
    reason: str
    """For a person."""


class ProviderHealing(Struct, frozen=True):
    """What healing makes of one provider's mocks."""

    name: str
    drafts: tuple[Draft, ...]
    """Judged against the same answers, they hold none of the findings healed and no new one."""
    healed: tuple[Healed, ...]
    """The worst first, then by place."""
    left: tuple[Left, ...]
    """In the same order."""
    notes: tuple[str, ...] = ()
    """What a person should know who takes these drafts, as sentences."""


class Healing(Struct, frozen=True):
    """What healing came to. Nothing is written yet."""

    summary: Summary
    """Of the audit that it rests on."""
    providers: tuple[ProviderHealing, ...]

    @property
    def requests_sent(self) -> int:
        """By the audit; healing itself asks nobody."""
        return self.summary.requests_sent

    @property
    def drafts(self) -> Iterable[Draft]:
        """Those of all providers."""
        return (draft for provider in self.providers for draft in provider.drafts)

    @property
    def healed(self) -> Iterable[Healed]:
        """Those of all providers."""
        return (one for provider in self.providers for one in provider.healed)

    @property
    def left(self) -> Iterable[Left]:
        """Those of all providers."""
        return (one for provider in self.providers for one in provider.left)
