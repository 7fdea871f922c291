"""Exit codes, and which of them an audit ends with."""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.model.errors import UsageError
from driftwatch.model.finding import Finding, Severity
from driftwatch.model.summary import Summary

FAIL_ON: Final = ("breaking", "warning", "info", "never")
"""What ``--fail-on`` takes."""


class Exit(IntEnum):
    """What a command's end tells the caller."""

    FINE = 0
    """Nothing at or above ``--fail-on``."""
    FINDINGS = 1
    USAGE = 2
    """Wrong usage or settings."""
    INCOMPLETE = 3
    """Something that should have been checked was not, or nothing was checked at all."""
    INTERNAL = 70
    """Our own mistake (``EX_SOFTWARE`` of sysexits.h)."""
    STOPPED = 130
    """Ctrl-C, as a shell tells of it: 128 + SIGINT."""
    UNREAD = 141
    """Whoever read the output left before its end, as a shell tells of it: 128 + SIGPIPE. Neither fine nor findings."""


class Within(Struct, frozen=True):
    """Files and folders: only findings about mocks there may end an audit with 1. None at all: those everywhere."""

    places: tuple[Path, ...] = ()
    """As the operating system knows them, without links."""

    @classmethod
    def of(cls, written: Sequence[Path]) -> "Within":
        """Raises ``UsageError`` for what is not there: a misspelt place would let everything pass."""
        for place in written:
            if not place.exists():
                raise UsageError(f"--fail-within {place} is not there; name a file or folder of mocks")
        return cls(tuple(place.resolve() for place in written))

    def holds(self, file: str) -> bool:
        """Whether a mock's file, as reports name it, lies there."""
        if not self.places:
            return True
        found = Path(file).resolve()
        return any(found.is_relative_to(place) for place in self.places)

    def is_empty_in(self, summary: Summary) -> bool:
        """Whether no mock lies there, read or unreadable: then nothing could have failed.

        One share of a run cannot tell: they may all lie in the others'.
        """
        files = {result.interaction.origin.file for result in summary.results}
        files |= {unreadable.file for unreadable in summary.unreadable}
        return bool(self.places) and summary.shard.is_whole and not any(map(self.holds, files))


EVERYWHERE: Final = Within()


def exit_of(summary: Summary, fail_on: Severity | None, within: Within = EVERYWHERE) -> Exit:
    """Findings win over gaps; suppressed ones fail nothing, and ``None`` fails for none, but both do for gaps."""
    if is_reached(fail_on, (finding for finding in summary.standing if within.holds(finding.origin.file))):
        return Exit.FINDINGS
    return Exit.INCOMPLETE if summary.is_incomplete() or within.is_empty_in(summary) else Exit.FINE


def is_reached(fail_on: Severity | None, findings: Iterable[Finding]) -> bool:
    """Whether any finding is at or above the severity; never if that is ``None``."""
    return fail_on is not None and any(finding.severity >= fail_on for finding in findings)


def threshold(word: str) -> Severity | None:
    """The severity that one of ``FAIL_ON`` stands for; ``None`` for ``never``."""
    return None if word == "never" else Severity(word)
