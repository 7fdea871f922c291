"""A way back into mocks without files: a mock is its own file, and a draft is a number of a version of it."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from driftwatch.model.edit import Draft, Mend, Rewritten, Unsaved, Unwritten, digest_of
from driftwatch.model.interaction import Expectation, Interaction, Reading
from tests.heal.applying import applied

Fault = Callable[[Interaction], Interaction | None]
"""What a bad format makes of a mock that it rewrote."""


@dataclass(slots=True)
class PlainRewriter:
    """Carries edits out on plain values, and reads them back."""

    mocks: Sequence[Interaction]
    refuses: Callable[[Mend], str] = lambda _: ""
    """Why a mend cannot be spelled."""
    fault: Fault = lambda mock: mock
    shared: frozenset[str] = frozenset()
    """Mocks that have one answer in common: who changes one changes all, and it can be changed once."""
    notes: tuple[str, ...] = ()
    asked: list[int] = field(default_factory=list)
    """How many mends came each time."""
    _versions: dict[bytes, Interaction] = field(default_factory=dict)

    def rewrite(self, mends: Sequence[Mend], drafts: Sequence[Draft] = ()) -> Rewritten:
        """As the port says."""
        self.asked.append(len(mends))
        now = {draft.file: self._versions[draft.after] for draft in drafts if draft.after in self._versions}
        foreign = {draft.file: draft for draft in drafts if draft.after not in self._versions}
        unwritten = []
        for mend in mends:
            mock = now.get(mend.origin.file) or next(one for one in self.mocks if one.origin.file == mend.origin.file)
            reason = self.refuses(mend)
            if mock.mock_id in self.shared and mend.seen != digest_of(mock.variants[mend.variant]):
                reason = "it was changed already"
            if reason:
                unwritten.append(Unwritten(mend, reason))
                continue
            assert mend.seen == digest_of(mock.variants[mend.variant])
            variants = list(mock.variants)
            variants[mend.variant] = applied(variants[mend.variant], mend.edits)
            written = dataclasses.replace(mock, variants=tuple(variants))
            now[mend.origin.file] = self.fault(written) or written
            if mock.mock_id in self.shared:
                twins = [one for one in self.mocks if one.mock_id in self.shared]
                now |= {one.origin.file: dataclasses.replace(one, variants=written.variants) for one in twins}
        return Rewritten((*self._drafts(now), *foreign.values()), tuple(unwritten), self.notes)

    def _drafts(self, now: dict[str, Interaction]) -> Iterator[Draft]:
        for file, mock in sorted(now.items()):
            version = f"{file} {id(self)} {len(self._versions)}".encode()
            self._versions[version] = mock
            yield Draft(file, f"/{file}", b"", version)

    def read(self, drafts: Sequence[Draft]) -> Iterator[Reading]:
        """As the port says."""
        now = {draft.file: self._versions[draft.after] for draft in drafts if draft.after in self._versions}
        for mock in self.mocks:
            new = now.get(mock.origin.file)
            if new is None or self.fault(new) is not None:
                yield dataclasses.replace(new or mock, provider="")

    def write(self, drafts: Sequence[Draft]) -> tuple[Unsaved, ...]:
        """Healing writes nothing."""
        raise AssertionError(drafts)

    def healed(self, drafts: Iterable[Draft]) -> dict[str, Expectation]:
        """The first answer of each mock that was rewritten, by its id."""
        mocks = [self._versions[draft.after] for draft in drafts if draft.after in self._versions]
        return {mock.mock_id: mock.variants[0] for mock in mocks}
