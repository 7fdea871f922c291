"""Where mocks of one operation contradict each other.

Statuses and one-sided members are held against each other for the very same request only: another record may well be
missing, or have more to show. Types and the spelling of words belong to the operation, whichever record is asked for.
What one tool serves in turn (a scenario, a sequence, provider states of one contract) is one claim and contradicts
nothing; other queries and bodies are other questions.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from driftwatch.model.contradiction import Contradiction, Disagreement, Saying
from driftwatch.model.interaction import Interaction, MatcherKind, Origin
from driftwatch.model.likeness import is_map, merge
from driftwatch.model.route import nameless
from driftwatch.model.shape import DISCRIMINATORS, ITEM, Format, JsonType, Shape, join

_ASKS_WHO: Final = frozenset({401, 403, 407})
"""Statuses that hang on who asks, which few mocks say."""
_FAILURES: Final = 500
"""From here on statuses tell of a failure, which may come at any time and is mocked to see what then."""
_FREE: Final = frozenset({MatcherKind.ANY, MatcherKind.IGNORE, MatcherKind.DYNAMIC})
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ _-][A-Za-z0-9]+)*")
_LONGEST_WORD: Final = 40
_MOST: Final = 200
"""Mocks of one operation that are held against each other; more of them are one recording, made many times."""


class Told(Struct, frozen=True):
    """One mock, and what its successes look like."""

    mock: Interaction
    shape: Shape
    """Of the JSON bodies of its 2xx answers; empty if it has none."""

    @property
    def place(self) -> Origin:
        """Where it stands."""
        return self.mock.origin


def comparable(mocks: Iterable[Interaction]) -> Iterator[Sequence[Interaction]]:
    """Mocks of one service by what they answer: those of one operation that nothing but the record tells apart."""
    operations: dict[object, list[Interaction]] = defaultdict(list)
    for mock in mocks:
        request = mock.request
        if request.grade.is_sendable and not mock.incomparable and not mock.shadowed_by:
            question = (tuple(sorted(request.query)), request.body or b"")
            operations[request.method, nameless(request.path_template), question].append(mock)
    return (same[:_MOST] for same in operations.values() if len(same) > 1)


def contradictions(told: Sequence[Told]) -> Iterator[Contradiction]:
    """Every contradiction among mocks that are ``comparable``."""
    requests: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.mock.specification is None:  # it leaves open what it does not name: further members, other statuses
            requests[one.mock.request.path].append(one)
    claimed: set[str] = set()
    for same in filter(_ask_alike, requests.values()):
        yield from _statuses(same)
        for found in _fields(same):
            claimed.add(found.path)
            yield found
    for found in _Operation(told).disagreements():
        if found.path not in claimed:
            yield found


def _ask_alike(same: Sequence[Told]) -> bool:
    """Whether no tool can tell these questions apart: headers, too, are part of a question where one format asks them.

    Formats differ in which headers they keep, so those of two formats are not held against each other.
    """
    keys: dict[str, set[bytes]] = defaultdict(set)
    for one in same:
        keys[one.mock.format].add(one.mock.request.key)
    return all(len(each) == 1 for each in keys.values())


def _statuses(same: Sequence[Told]) -> Iterator[Contradiction]:
    """Claims to one request that have no status in common."""
    claims: dict[str, list[Told]] = defaultdict(list)
    for one in same:
        claims[one.mock.group].append(one)
    said: dict[tuple[int, ...], list[Told]] = defaultdict(list)
    for claim in claims.values():
        statuses = sorted({status for one in claim for status in _promised(one.mock) if status < _FAILURES})
        if statuses and not _ASKS_WHO.issuperset(statuses):
            said[tuple(statuses)] += claim
    if len(said) > 1 and not set.intersection(*map(set, said)):
        sayings = {", ".join(map(str, statuses)): by for statuses, by in sorted(said.items())}
        yield _contradiction(Disagreement.STATUS, "status", sayings, is_about_request=True)


def _promised(mock: Interaction) -> Iterator[int]:
    return (variant.status for variant in mock.variants if not variant.fault)


def _fields(same: Sequence[Told]) -> Iterator[Contradiction]:
    """Members of the very same answer that one mock always shows and another never."""
    known = [one for one in same if one.shape.objects]
    union = merge(one.shape for one in known)
    if len({one.mock.group for one in known}) < 2 or is_map(union, union):
        return
    names = dict.fromkeys(name for one in known for name in one.shape.members)
    for name in names:
        shows = [one for one in known if one.shape.is_required(name)]
        lacks = [one for one in known if name not in one.shape.members and not _is_free(one, join("", name))]
        if not shows or not lacks or {one.mock.group for one in shows} & {one.mock.group for one in lacks}:
            continue
        if any(_may_lack(one, join("", name)) for one in shows):
            continue
        sayings = {"there": shows, "not there": lacks}
        yield _contradiction(Disagreement.FIELD, join("", name), sayings, is_about_request=True)


def _may_lack(one: Told, path: str) -> bool:
    return any(
        matcher.path == path and matcher.kind in (MatcherKind.OPTIONAL, *_FREE)
        for variant in one.mock.variants
        for matcher in variant.matchers
    )


def _is_free(one: Told, path: str) -> bool:
    """Whether the author leaves this place, or one above it, to whatever comes."""
    return any(
        matcher.kind in _FREE and (path == matcher.path or path.startswith(f"{matcher.path}/"))
        for variant in one.mock.variants
        for matcher in variant.matchers
    )


class _Operation(Struct, frozen=True):
    """Everything that is mocked of one operation."""

    told: Sequence[Told]

    def disagreements(self) -> Iterator[Contradiction]:
        """Types and spellings, place by place."""
        yield from self._at("", {id(one): one.shape for one in self.told if not one.shape.is_empty})

    def _at(self, path: str, shapes: Mapping[int, Shape]) -> Iterator[Contradiction]:
        by = [(one, shapes[id(one)]) for one in self.told if id(one) in shapes and not _is_free(one, path)]
        if len(by) < 2 or _are_variants([shape for _, shape in by]):
            return
        types: dict[str, list[Told]] = defaultdict(list)
        for one, shape in by:
            if shape.families:
                types[" or ".join(sorted(shape.families))].append(one)
        if _never_meet(types):
            yield _contradiction(Disagreement.TYPE, path, dict(sorted(types.items())))
            return
        yield from self._spellings(path, by)
        yield from self._below(path, by)

    def _below(self, path: str, by: Sequence[tuple[Told, Shape]]) -> Iterator[Contradiction]:
        objects = [(one, shape) for one, shape in by if shape.objects]
        union = merge(shape for _, shape in objects)
        if objects and not is_map(union, union):
            for name in union.members:
                members = {id(one): shape.members[name].shape for one, shape in objects if name in shape.members}
                yield from self._at(join(path, name), members)
        items = {id(one): shape.items for one, shape in by if shape.items is not None}
        if len(items) > 1:
            yield from self._at(f"{path}/{ITEM}", items)

    @staticmethod
    def _spellings(path: str, by: Sequence[tuple[Told, Shape]]) -> Iterator[Contradiction]:
        """``PAID`` here and ``paid`` there."""
        spelled: dict[str, dict[str, list[Told]]] = defaultdict(lambda: defaultdict(list))
        for one, shape in by:
            if JsonType.STRING in shape.types and shape.formats.keys() <= {Format.TEXT}:
                for value in shape.distinct or ():
                    if isinstance(value, str) and len(value) <= _LONGEST_WORD and _WORD.fullmatch(value):
                        spelled[re.sub("[ _-]", "", value).lower()][value].append(one)
        for sayings in spelled.values():
            if len(sayings) > 1 and _is_of_enumeration(path, sayings):
                yield _contradiction(Disagreement.SPELLING, path, dict(sorted(sayings.items())))


def _is_of_enumeration(path: str, sayings: Mapping[str, Sequence[Told]]) -> bool:
    """Whether the words are more than somebody's name, written with and without a capital."""
    origins = [{one.place for one in by} for by in sayings.values()]
    is_apart = not set.intersection(*origins)
    is_loud = any(value.isupper() and len(value) > 1 for value in sayings) or any("_" in value for value in sayings)
    name = path.rpartition("/")[2].lower()
    return is_apart and (is_loud or name in DISCRIMINATORS or name.endswith(("status", "state", "type", "kind")))


def _never_meet(types: Mapping[str, object]) -> bool:
    """Whether two of the sides have no type in common."""
    sides = [set(words.split(" or ")) for words in types]
    return any(not one & other for number, one in enumerate(sides) for other in sides[number + 1 :])


def _are_variants(shapes: Sequence[Shape]) -> bool:
    """Whether these are things of different types, told apart by a member made for that."""
    for name in DISCRIMINATORS:
        values = [shape.members[name].shape.distinct for shape in shapes if name in shape.members]
        if len(values) == len(shapes) and len({frozenset(each or ()) for each in values}) > 1:
            return True
    return False


def _contradiction(
    disagreement: Disagreement, path: str, sayings: Mapping[str, Sequence[Told]], *, is_about_request: bool = False
) -> Contradiction:
    first = next(one for by in sayings.values() for one in by).mock
    request = first.request
    return Contradiction(
        disagreement, first.provider, request.method, request.path if is_about_request else request.path_template, path,
        tuple(Saying(says, tuple(sorted({one.place for one in by}))) for says, by in sayings.items()),
    )  # fmt: skip
