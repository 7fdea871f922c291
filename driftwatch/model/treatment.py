"""What was done with a healing: shown, written, tried on the team's tests, put on a branch."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from driftwatch.model.branch import Branch
from driftwatch.model.edit import Draft, Part, Unsaved
from driftwatch.model.finding import Finding
from driftwatch.model.healing import Healed, Healing, ProviderHealing
from driftwatch.model.rehearsal import Rehearsal


class Place(Struct, frozen=True):
    """Where a patch finds a file."""

    path: str
    """From the folder where the patch is applied, with ``/``."""
    mode: str = "100644"
    """As git tells it."""


class Change(Struct, frozen=True):
    """One file that is healed, and what that puts right."""

    draft: Draft
    place: Place
    providers: tuple[str, ...]
    findings: tuple[Finding, ...]


class Treatment(Struct, frozen=True):
    """A healing and what became of it."""

    healing: Healing
    folder: str
    """Where a patch is applied: the checkout's root, or else where the user stands."""
    places: Mapping[str, Place]
    """By a draft's ``path``."""
    rehearsal: Rehearsal | None = None
    """``None`` unless the tests were asked for."""
    branch: Branch | None = None
    patch: str = ""
    """The file that a patch was written to."""
    is_to_be_written: bool = False
    """Whether the mocks themselves were to be written."""
    written: tuple[Draft, ...] = ()
    unsaved: tuple[Unsaved, ...] = ()
    withheld: tuple[Finding, ...] = ()
    """Healed findings that were to be written and wait for somebody's yes."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every file once, in the order of providers and files; where several share one, with all their changes."""
        drafts = {draft.path: draft for draft in self.healing.drafts}  # the last one holds the changes before it
        found: dict[str, list[Finding]] = {path: [] for path in drafts}
        owners: dict[str, dict[str, None]] = {path: {} for path in drafts}
        bodies = _body_files(self.healing)
        for provider in self.healing.providers:
            for draft in provider.drafts:
                owners[draft.path][provider.name] = None
            for healed in provider.healed:
                for path in dict.fromkeys(_touched(healed, provider, bodies)):
                    found[path].append(healed.finding)
        return tuple(
            Change(draft, self.places[path], tuple(owners[path]), tuple(found[path])) for path, draft in drafts.items()
        )

    @property
    def is_worse(self) -> bool:
        """Whether tests break once the mocks tell the truth."""
        return self.rehearsal is not None and self.rehearsal.is_worse


Bodies = Mapping[tuple[str, str], tuple[str, ...]]
"""By file and pointer of a stub: for each of its answers the file that holds its body, or an empty text."""


def _body_files(healing: Healing) -> Bodies:
    stubs = (result.interaction for result in healing.summary.results)
    named = ((one.origin, tuple(variant.body_file for variant in one.variants)) for one in stubs)
    return {(origin.file, origin.pointer): files for origin, files in named if any(files)}


def _touched(healed: Healed, provider: ProviderHealing, bodies: Bodies) -> Iterable[str]:
    """The paths of the drafts that put a finding right; all of the provider's where nobody can tell."""
    by_file = {draft.file: draft.path for draft in provider.drafts}
    touched = [by_file[file] for file in _files(healed, by_file, bodies) if file in by_file]
    return touched or by_file.values()


def _files(healed: Healed, drafted: Iterable[str], bodies: Bodies) -> Iterator[str]:
    for mend in healed.mends:
        files = bodies.get((mend.origin.file, mend.origin.pointer), ())
        body = files[mend.variant] if mend.variant < len(files) else ""
        is_about_body = any(edit.part is Part.BODY for edit in mend.edits)
        if body and is_about_body:
            yield from (file for file in drafted if file == body or file.endswith(f"/{body}"))
        else:
            yield mend.origin.file
