"""What is read back after rewriting: the same mocks with other answers, and nothing else."""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from driftwatch.model.interaction import Claim, Grade, Interaction
from driftwatch.usecases.heal_trial import found_in
from driftwatch.usecases.keeper import Kept

_UNSURE: Final = frozenset({Grade.DISCOVERED, Grade.NEEDS_INPUT, Grade.UNRESOLVABLE})
"""Requests that hang on more than the file."""
Question = tuple[str, str, bytes | None]
Requests = Mapping[str, Counter[Question]]
"""How often each request is answered, by file."""


class Now(Struct, frozen=True):
    """The mocks as they are read after rewriting."""

    by_place: Mapping[tuple[str, str], Sequence[Interaction]]
    by_name: Mapping[str, Sequence[Interaction]]
    requests: Requests

    @classmethod
    def of(cls, readings: Iterable[object]) -> "Now":
        """Sort what was read; what cannot be read is missing."""
        by_place: dict[tuple[str, str], list[Interaction]] = defaultdict(list)
        by_name: dict[str, list[Interaction]] = defaultdict(list)
        mocks = [one for one in readings if isinstance(one, Interaction)]
        for one in mocks:
            by_place[one.origin.file, one.origin.pointer].append(one)
            by_name[one.mock_id].append(one)
        return cls(by_place, by_name, requests_of(mocks))

    def of_mock(self, before: Interaction) -> Interaction | None:
        """The same mock: by its place, by name where several stand there, or by name alone."""
        here = self.by_place.get((before.origin.file, before.origin.pointer), ())
        named = [one for one in here if one.mock_id == before.mock_id] or [
            one for one in self.by_name.get(before.mock_id, ()) if one.origin.file == before.origin.file
        ]
        alike = [one for one in named if _question(one) == _question(before)] or named or here
        return alike[0] if len(set(map(_question, alike))) == 1 else None


def reread(claim: Claim, now: Now) -> Claim | None:
    """The claim with the answers that its mocks give now; all else is as the audit had it."""
    found = [now.of_mock(one) for one in claim.interactions]
    pairs = [(old, new) for old, new in zip(claim.interactions, found, strict=True) if new is not None]
    if len(pairs) < len(found) or any(len(old.variants) != len(new.variants) for old, new in pairs):
        return None
    return Claim(
        tuple(
            dataclasses.replace(old, variants=new.variants, specification=new.specification, origin=new.origin)
            for old, new in pairs
        )
    )


def is_no_worse(kept: Kept | None, now: Now) -> bool:
    """Whether a mock that changed with another one has no new finding by the answers to its own request."""
    claim = reread(kept.claim, now) if kept is not None else None
    if kept is None or claim is None:
        return False
    known = {finding.fingerprint for look in kept.looks for finding in look.findings}
    return all(found.fingerprint in known for look in kept.looks for found in found_in(claim, look))


def is_same(one: Interaction, other: Interaction) -> bool:
    """Whether two mocks answer alike."""
    return tuple(one.variants) == tuple(other.variants)


def requests_of(mocks: Iterable[Interaction]) -> Requests:
    """Which requests these mocks answer; some formats make them of the very data that they answer with."""
    found: dict[str, Counter[Question]] = defaultdict(Counter)
    for one in mocks:
        if one.request.grade not in _UNSURE:
            found[one.origin.file][_question(one)] += 1
    return found


def _question(mock: Interaction) -> Question:
    """What is asked; not its headers, among which may be what the answer's media type is accepted by."""
    return mock.request.method, mock.request.target, mock.request.body
