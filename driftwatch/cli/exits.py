"""Exit codes, and which of them an audit ends with."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

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


def exit_of(summary: Summary, fail_on: Severity | None) -> Exit:
    """Findings win over gaps; suppressed ones fail nothing, and ``None`` fails for none, but both do for gaps."""
    if is_reached(fail_on, summary.standing):
        return Exit.FINDINGS
    return Exit.INCOMPLETE if summary.is_incomplete() else Exit.FINE


def is_reached(fail_on: Severity | None, findings: Iterable[Finding]) -> bool:
    """Whether any finding is at or above the severity; never if that is ``None``."""
    return fail_on is not None and any(finding.severity >= fail_on for finding in findings)


def threshold(word: str) -> Severity | None:
    """The severity that one of ``FAIL_ON`` stands for; ``None`` for ``never``."""
    return None if word == "never" else Severity(word)
