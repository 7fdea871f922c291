"""A schema as documents: together they show all that it allows, and matchers say what of it may differ.

Every member that may be there is there, every type that may stand somewhere stands there in one of the documents, and
what is optional, nullable, one of several or a map is stated beside them. Recursive schemas are unfolded once; where a
schema is too deep or too large, nothing is claimed below.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.formats.openapi.alternatives import (
    ANYTHING,
    Alternative,
    Conjunction,
    Place,
    extras,
    items,
    required,
)
from driftwatch.mocks.formats.openapi.leaves import Leaf, Leaves, Sized, leaf_of
from driftwatch.mocks.formats.openapi.parts import Key
from driftwatch.mocks.formats.openapi.schemas import Schemas
from driftwatch.model.interaction import Matcher, MatcherKind
from driftwatch.model.likeness import key_class
from driftwatch.model.shape import DISCRIMINATORS, ITEM, join

_DEPTHS: Final = (1, 2, 3, 4, 5, 6, 8, 12)
"""Containers inside containers, tried from the flattest: the deepest that stays within the bounds below."""
_PLACES: Final = 2000
"""Places of one schema that are looked at."""
_VALUES: Final = 20_000
"""Values of one document."""
_UNFOLDED: Final = 1
"""How often a schema may stand inside itself."""


class Picture(Struct, frozen=True):
    """What a schema allows."""

    documents: tuple[object, ...]
    matchers: tuple[Matcher, ...]
    cut: tuple[str, ...] = ()
    """The paths below which nothing is claimed."""
    problems: tuple[str, ...] = ()
    """References that lead nowhere."""


def unfold(schemas: Schemas, place: Place, leaves: Leaves) -> Picture:
    """Documents and matchers for a schema, as deep as its size allows. ``leaves`` is what earlier ones learnt."""
    best: tuple[list[Sized], _Unfolding] | None = None
    for depth in _DEPTHS:
        unfolding = _Unfolding(schemas, depth, leaves)
        try:
            best = unfolding.values(place, "", 0, ()), unfolding
        except _TooLargeError:
            break
        if not unfolding.is_shallow:
            break
    if best is None:
        return Picture((None,), (Matcher("", MatcherKind.ANY),), ("",))
    documents, unfolding = best
    return Picture(
        tuple(value for value, _ in documents),
        tuple(unfolding.matchers()),
        tuple(unfolding.cut),
        tuple(unfolding.problems),
    )


class _TooLargeError(ValueError):
    """The bounds do not hold at this depth."""


_FORMS: Final = frozenset([MatcherKind.ENUM, MatcherKind.FORMAT, MatcherKind.REGEX])
_ANY_TEXT: Final = r"[\s\S]*"
_PlaceKey = frozenset[tuple[Key, ...]]


class _Unfolding:
    """One try at one depth; statements are gathered by path."""

    def __init__(self, schemas: Schemas, depth: int, leaves: Leaves) -> None:
        self.cut: dict[str, None] = {}
        self.problems: dict[str, None] = {}
        self.is_shallow = False
        """Whether there was more below the depth."""
        self._schemas = schemas
        self._depth = depth
        self._leaves = leaves
        self._places = 0
        self._loose: dict[str, dict[MatcherKind, None]] = defaultdict(dict)
        self._mixed: list[str] = []
        """Where a path leads to items and to members alike, so that nothing tight may be said."""
        self._tight: dict[str, list[tuple[Matcher, ...]]] = defaultdict(list)

    def matchers(self) -> Iterator[Matcher]:
        """What is stated of each path: loose if one object wants it so, tight where all objects agree."""
        for path in dict.fromkeys([*self._loose, *self._tight]):
            loose = self._loose.get(path, {})
            if MatcherKind.IGNORE in loose:
                yield Matcher(path, MatcherKind.IGNORE)
                continue
            yield from (Matcher(path, kind) for kind in loose)
            if MatcherKind.ANY not in loose:
                yield from self._tightened(path)

    def _tightened(self, path: str) -> Iterator[Matcher]:
        """What all objects with this member state of it. A form that not all share must not be claimed by a sample."""
        visits = self._tight.get(path, [])
        agreed = [] if path.startswith(tuple(self._mixed)) else list(_agreed(path, visits))
        yield from agreed
        has_form = any(matcher.kind in _FORMS for visit in visits for matcher in visit)
        if has_form and not any(matcher.kind in _FORMS for matcher in agreed):
            yield Matcher(path, MatcherKind.REGEX, pattern=_ANY_TEXT)

    def values(self, place: Place, path: str, level: int, above: tuple[_PlaceKey, ...], name: str = "") -> list[Sized]:
        """Values that together show what may stand at a place, at least one."""
        self._places += 1
        if self._places > _PLACES:
            raise _TooLargeError
        leaf = self._leaf(place, name)
        self.problems.update(dict.fromkeys(leaf.problems))
        if not leaf.containers:
            return self._met(leaf, path)
        key = frozenset(one.key for one in leaf.containers)
        if above.count(key) > _UNFOLDED:
            return self._unclaimed(path)
        if level >= self._depth:
            self.is_shallow = True
            return self._unclaimed(path)
        found = [*self._met(leaf, path)]
        arrays = [one for one in leaf.containers if one.takes("array")]
        if arrays:
            found += self._arrays(arrays, path, level, (*above, key))
        objects = [one for one in leaf.containers if one.takes("object")]
        if arrays and objects:
            self._mixed.append(f"{path}/{ITEM}")
        if objects:
            found += self._objects(objects, path, level, (*above, key))
        return found

    def _leaf(self, place: Place, name: str) -> Leaf:
        known = self._leaves.get((place, name))
        if known is None:
            known = self._leaves[place, name] = leaf_of(self._schemas, place, name)
        return known

    def _met(self, leaf: Leaf, path: str) -> list[Sized]:
        """Keep what is stated of the scalars at a path."""
        if leaf.loose:
            self._loose[path].update(dict.fromkeys(leaf.loose))
        if leaf.tight is not None:
            self._tight[path].append(leaf.tight)
        return leaf.values

    def _unclaimed(self, path: str) -> list[Sized]:
        self.cut[path] = None
        self._loose[path][MatcherKind.IGNORE] = None
        return [(None, 1)]

    def _arrays(
        self, alternatives: Sequence[Alternative], path: str, level: int, above: tuple[_PlaceKey, ...]
    ) -> Iterator[Sized]:
        """A list with every kind of item; inside a document also an empty one, if that is allowed."""
        place = _distinct(conjunction for one in alternatives for conjunction in items(one))
        inner = self.values(place, f"{path}/{ITEM}", level + 1, above)
        yield self._sized([value for value, _ in inner], sum(size for _, size in inner))
        if path and not all(max(one.numbers("minItems"), default=0) for one in alternatives):
            yield [], 1

    def _objects(
        self, alternatives: Sequence[Alternative], path: str, level: int, above: tuple[_PlaceKey, ...]
    ) -> list[Sized]:
        if any(self._is_map(one) for one in alternatives):
            return self._map(alternatives, path, level, above)
        groups = self._variants(alternatives)
        return [sized for group in groups for sized in self._records(group, path, level, above)]

    def _is_map(self, one: Alternative) -> bool:
        """No member has a name and some may be there; or others may be there and none must; or names are ids."""
        others, members = extras(one), self._schemas.members(one)
        if not members:
            return others != ()
        return (bool(others) and not required(one)) or bool(key_class(members))

    def _map(
        self, alternatives: Sequence[Alternative], path: str, level: int, above: tuple[_PlaceKey, ...]
    ) -> list[Sized]:
        """Members are data: their values are one place, whatever their names."""
        conjunctions: list[Conjunction] = []
        for one in alternatives:
            others, members = extras(one), self._schemas.members(one)
            conjunctions += others if others is not None else () if members else ANYTHING
            conjunctions += members.values()
        self._loose[path][MatcherKind.MAP] = None
        inner = self.values(_distinct(conjunctions), f"{path}/{ITEM}", level + 1, above)
        return [self._sized({"key": value}, size) for value, size in inner]

    def _variants(self, alternatives: Sequence[Alternative]) -> list[list[Alternative]]:
        """Objects that one member with a fixed value tells apart are shown apart; else all are one kind of object."""
        for name in DISCRIMINATORS:
            groups: dict[object, list[Alternative]] = defaultdict(list)
            for one in alternatives:
                groups[self._fixed(one, name)].append(one)
            if None not in groups:
                return list(groups.values())
        return [list(alternatives)]

    def _fixed(self, one: Alternative, name: str) -> str | None:
        member = self._schemas.members(one).get(name)
        if member is None or name not in required(one):
            return None  # what may be missing tells nothing apart
        enums = [one.enum for one in self._schemas.alternatives((member,))]
        enum = enums[0] if all(other == enums[0] for other in enums) else None
        return enum[0] if enum is not None and len(enum) == 1 and isinstance(enum[0], str) else None

    def _records(
        self, alternatives: Sequence[Alternative], path: str, level: int, above: tuple[_PlaceKey, ...]
    ) -> list[Sized]:
        """Objects with every member that may be there; as many as the member with the most kinds of values needs."""
        columns: dict[str, list[Sized]] = {}
        members: dict[str, list[Conjunction]] = defaultdict(list)
        for one in alternatives:
            for name, conjunction in self._schemas.members(one).items():
                members[name].append(conjunction)
        always = frozenset.intersection(*map(required, alternatives))
        for name, conjunctions in members.items():
            below = join(path, name)
            if name not in always or len(conjunctions) < len(alternatives):
                self._loose[below][MatcherKind.OPTIONAL] = None
            columns[name] = self.values(_distinct(conjunctions), below, level + 1, above, name)
            self._loose_values(below, path)
        count = max(map(len, columns.values()), default=1)
        return [self._row(columns, number) for number in range(count)]

    def _loose_values(self, member: str, path: str) -> None:
        """A comparison may take volatile names for a map's: then what holds for a member must hold for all values."""
        for kind in (MatcherKind.ANY, MatcherKind.IGNORE, MatcherKind.NULLABLE):
            if kind in self._loose.get(member, {}):
                self._loose[f"{path}/{ITEM}"][kind] = None

    def _row(self, columns: dict[str, list[Sized]], number: int) -> Sized:
        chosen = {name: values[number % len(values)] for name, values in columns.items()}
        return self._sized(
            {name: value for name, (value, _) in chosen.items()}, sum(size for _, size in chosen.values())
        )

    def _sized(self, value: object, size: int) -> Sized:
        if size > _VALUES:
            raise _TooLargeError
        return value, size + 1


def _distinct(conjunctions: Iterable[Conjunction]) -> Place:
    return tuple({tuple(part.key for part in conjunction): conjunction for conjunction in conjunctions}.values())


def _agreed(path: str, visits: Sequence[tuple[Matcher, ...]]) -> Iterator[Matcher]:
    """The statements that all objects with this member share; what one of them does not make holds for none."""
    for kind in dict.fromkeys(matcher.kind for visit in visits for matcher in visit):
        found = [matcher for visit in visits for matcher in visit if matcher.kind is kind]
        if len(found) < len(visits):
            continue
        if kind is MatcherKind.ENUM:
            values = {(type(value), value): value for matcher in found for value in matcher.values}
            yield Matcher(path, kind, values=tuple(values.values()))
        elif all(matcher == found[0] for matcher in found):
            yield replace(found[0], path=path)
