"""Exit codes, and which of them an audit ends with."""

from enum import IntEnum

from driftwatch.model.finding import Severity
from driftwatch.model.summary import Summary


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


def exit_of(summary: Summary, fail_on: Severity | None) -> Exit:
    """Findings win over gaps; ``None`` never fails for findings, and still does for gaps."""
    if fail_on is not None and any(finding.severity >= fail_on for finding in summary.findings):
        return Exit.FINDINGS
    return Exit.INCOMPLETE if summary.is_incomplete() else Exit.FINE
