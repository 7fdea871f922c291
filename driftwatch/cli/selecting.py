"""Which findings a command is about: options, what they may say, and the nearest guess where they name nothing."""

import glob
import os
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from driftwatch.drift.catalog import KINDS
from driftwatch.model.edit import Draft
from driftwatch.model.errors import Mistake, SettingsError, UsageError
from driftwatch.model.finding import Severity
from driftwatch.model.healing import Selection, is_in
from driftwatch.model.summary import Summary
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.words import guess


def selection_of(
    fingerprints: Sequence[str], kinds: Sequence[str], severity: str | None, files: Sequence[str]
) -> Selection:
    """The selection that options ask for; ``SettingsError`` with the nearest guess for what there is not."""
    unknown = [kind for kind in kinds if kind not in KINDS]
    missing = [place for place in (WrittenPath(file, Path(file)) for file in files) if not place.expand()]
    if "" in (*fingerprints, *files):  # as a script passes a variable that is not set: it would mean all there is
        raise UsageError("--finding and --file want a value, and one is empty")
    mistakes = [
        *(Mistake("--kind", f"there is no kind {kind!r}", guess(kind, KINDS)) for kind in unknown),
        *(Mistake("--file", *place.complaint("the folder you are in")) for place in missing),
    ]
    if mistakes:
        raise SettingsError(mistakes)
    graver = () if severity is None else tuple(one for one in Severity if one >= Severity(severity))
    return Selection(
        fingerprints=tuple(one.lower() for one in fingerprints), kinds=tuple(kinds), severities=graver,
        files=tuple(map(_as_told, files)),
    )  # fmt: skip


def check_found(selection: Selection, summary: Summary) -> None:
    """Complain of a fingerprint or a file that this audit knows nothing of: a slip must not look like good health."""
    known = [finding.fingerprint for finding in summary.findings]
    for wanted in selection.fingerprints:
        if not any(one.startswith(wanted) for one in known):
            near = get_close_matches(wanted, [one[: len(wanted)] for one in known], n=1)
            hint = f"did you mean {near[0]!r}?" if near else "`driftwatch audit --format json` tells all fingerprints."
            raise UsageError(f"--finding {wanted}: no finding of this audit begins so; {hint}")
    mocked = _mocked(summary)
    for place in selection.files:
        if not any(is_in(file, place) for file in mocked):
            near = get_close_matches(place, mocked, n=1)
            hint = f"did you mean {near[0]}?" if near else "`driftwatch mocks` tells what is read."
            raise UsageError(f"--file {place} holds no mock of this audit; {hint}")


def check_apart(output: Path | None, summary: Summary, drafts: Iterable[Draft]) -> None:
    """Complain of a patch that would take the place of a mock; raises ``UsageError``."""
    if output is None or not output.exists():
        return
    taken = {Path(file).resolve() for file in _mocked(summary)} | {Path(draft.path) for draft in drafts}
    if output.resolve() in taken:
        raise UsageError(f"--output {output} is a file of mocks, and a patch would take its place: name another file")


def _mocked(summary: Summary) -> set[str]:
    """The files that mocks were found in."""
    read = {result.interaction.origin.file for result in summary.results}
    return read | {unreadable.file for unreadable in summary.unreadable}


def _as_told(written: str) -> str:
    """A path as reports name files: from where one is, if it is below; a name with signs of a glob means itself."""
    path = Path(os.path.abspath(written))  # noqa: PTH100 - links stay: reports name files by the path that is configured
    here = Path.cwd()
    shown = (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()
    return glob.escape(shown) if path.exists() else shown
