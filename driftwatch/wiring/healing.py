"""Healing, put together: an audit whose answers are kept, the way back into the mocks, the team's own checkout."""

import dataclasses
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct, structs

from driftwatch.checkout.git import root_of
from driftwatch.heal.plausible import Disguise
from driftwatch.mocks.places import Places
from driftwatch.mocks.rewriting.rewriter import Rewriter
from driftwatch.model.edit import Draft, Unsaved
from driftwatch.model.errors import UsageError
from driftwatch.model.healing import Healing, Selection
from driftwatch.model.memory import StoreError
from driftwatch.model.secret import MASK, Secret
from driftwatch.model.summary import Summary
from driftwatch.model.treatment import Place
from driftwatch.ports import MockRewriter, Progress, Store
from driftwatch.settings.reference import Referenced
from driftwatch.settings.tree import Settings
from driftwatch.usecases.heal import Examined, cure, examine
from driftwatch.usecases.heal_trial import Disguises
from driftwatch.usecases.notebook import Notebook
from driftwatch.wiring.audits import introduced, prepared

_NAMED: Final = re.compile(r"\$\{env:(\w+)\}")
_SHORTEST: Final = 4
"""Characters of a credential that is looked for in what others print: a shorter one would hide half of it."""


class Patient(Struct, frozen=True):
    """Mocks that were audited and may be healed: any part of them, as often as is wanted, without asking again."""

    examined: Examined
    rewriters: Mapping[str, MockRewriter]
    summary: Summary
    disguises: Disguises

    def cure(self, progress: Progress, selection: Selection) -> Healing:
        """What healing makes of the files; nothing is written."""
        healing = cure(self.examined, self.rewriters, progress, selection, self.disguises)
        return structs.replace(healing, summary=self.summary)

    def write(self, healing: Healing) -> tuple[tuple[Draft, ...], tuple[Unsaved, ...]]:
        """Put the drafts in the place of their files: those that were written, and those that were not."""
        owners = {draft.path: (one.name, draft) for one in healing.providers for draft in one.drafts}
        unsaved: list[Unsaved] = []
        for name, rewriter in self.rewriters.items():
            unsaved += rewriter.write([draft for owner, draft in owners.values() if owner == name])
        failed = {one.draft.path for one in unsaved}
        return tuple(draft for _, draft in owners.values() if draft.path not in failed), tuple(unsaved)


def admit(
    settings: Settings, progress: Progress, providers: Iterable[str], selection: Selection, store: Store | None
) -> Patient:
    """Audit these providers, in the knowledge of earlier audits, and keep what healing takes. Nothing is remembered."""
    with prepared(settings, providers, "", store=store) as ready:
        team, prober, clock, run = ready.team
        recollection = store.recall([one.name for one in team]) if store is not None else None
        notebook = None
        if recollection is not None and not isinstance(recollection, StoreError):
            run = structs.replace(run, suppressions=(*run.suppressions, *recollection.suppressions))
            notebook = Notebook(clock, recollection)
        examined = examine(team, prober, clock, run, progress, selection, notebook)
        rewriters = {one.name: Rewriter(one.source) for one in team if isinstance(one.source, Places)}
        rules = settings.redact.rules
        disguises = partial(Disguise, names=(*rules.names, *rules.paths), keeps=rules.keep)
        return Patient(examined, rewriters, introduced(settings, examined.summary, ready.revisions), disguises)


def checkout_of(settings: Settings, providers: Sequence[str]) -> Path:
    """The one checkout that all mocks of these providers lie in; ``UsageError`` if there is none, or several."""
    places = [path for name in providers for place in settings.providers[name].mocks for path in place.expand()]
    roots = dict.fromkeys(root_of(path) for path in places)
    if len(roots) > 1:
        told = " and ".join(str(root) for root in roots if root is not None)
        raise UsageError(f"--branch takes one checkout, and these mocks lie in {told}: choose some with --provider")
    root = next(iter(roots), None)
    if root is None:
        raise UsageError("--branch needs a git checkout, and these mocks lie in none")
    return root


def places_of(drafts: Iterable[Draft]) -> tuple[str, Mapping[str, Place]]:
    """The folder where a patch of these drafts is applied, and where it finds each of them.

    That is the root of their checkout; without one the folder one is in, or else what they have in common.
    """
    real = {draft.path: Path(draft.path).resolve() for draft in drafts}
    folder = _folder_of(list(real.values()))
    places = {path: Place(found.relative_to(folder).as_posix(), _mode(found)) for path, found in real.items()}
    return str(folder), places


def _folder_of(files: Sequence[Path]) -> Path:
    roots = {root_of(file.parent) for file in files}
    root = next(iter(roots), None)
    if len(roots) == 1 and root is not None:
        return root
    here = Path.cwd().resolve()
    if all(file.is_relative_to(here) for file in files):
        return here
    return Path(os.path.commonpath([file.parent for file in files]))


def _mode(file: Path) -> str:
    try:
        return "100755" if file.stat().st_mode & 0o100 else "100644"
    except OSError:
        return "100644"


def mask_of(settings: Settings) -> Callable[[str], str]:
    """Hides every credential that the settings know in what others print."""
    values = sorted({value for value in _credentials(settings) if len(value) >= _SHORTEST}, key=len, reverse=True)

    def mask(text: str) -> str:
        for value in values:
            text = text.replace(value, MASK)
        return text

    return mask


def _credentials(node: object) -> Iterator[str]:
    """The values of all secrets below a section of the settings."""
    if isinstance(node, Secret):
        yield node.reveal()
    elif isinstance(node, Referenced):
        yield node.secret.reveal()
        # of a template also the part that is the secret
        yield from (os.environ.get(name, "") for name in _NAMED.findall(node.written))
    elif isinstance(node, Struct):
        for name in node.__struct_fields__:
            yield from _credentials(getattr(node, name))
    elif dataclasses.is_dataclass(node) and not isinstance(node, type):
        for part in dataclasses.fields(node):
            yield from _credentials(getattr(node, part.name))
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _credentials(value)
    elif isinstance(node, list | tuple | set | frozenset):
        for value in node:
            yield from _credentials(value)
