"""What a report tells of mocks that stand in a file for each kind, and how much a file changed."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from driftwatch.reports.hunks import hunks


def kinds_in(findings: Iterable[Mapping[str, Any]], files: Mapping[str, Path], folder: Path) -> dict[str, set[str]]:
    """Kinds of findings, by the kind that the mock is for; files are told from ``folder``."""
    kinds = {file.relative_to(folder).as_posix(): kind for kind, file in files.items()}
    found: dict[str, set[str]] = {}
    for finding in findings:
        found.setdefault(kinds[finding["origin"]["file"]], set()).add(finding["kind"])
    return found


def changed(before: bytes, after: bytes) -> int:
    """How many lines a diff of the two would show as gone or new."""
    return sum(line.sign != " " for hunk in hunks(before, after) for line in hunk.lines)
