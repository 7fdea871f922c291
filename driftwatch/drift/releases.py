"""Whether the answers to one request come from two releases of a service, side by side (drift semantics 2.12)."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from driftwatch.drift.terms import Terms
from driftwatch.model.answers import Sides
from driftwatch.model.interaction import MatcherKind
from driftwatch.model.likeness import is_map
from driftwatch.model.probe import Observation
from driftwatch.model.shape import JsonType, Shape, join

_ENOUGH: Final = 4
_LEAST: Final = 2
_SHARE: Final = 0.25
"""So many answers, so many of each shape, such a share of each (drift semantics 3.12)."""
VERSION_HEADERS: Final = ("x-version", "x-app-version", "x-build", "x-release", "x-service-version", "server-version")

Form = str | dict[str, "Form"]
"""A document's types: members by name, other values by a word. Lists and maps are one word: their content is data."""

_TYPES: Final[dict[type, str]] = {
    bool: JsonType.BOOLEAN, int: JsonType.NUMBER, float: JsonType.NUMBER, str: JsonType.STRING, list: JsonType.ARRAY,
    dict: JsonType.OBJECT, type(None): JsonType.NULL,
}  # fmt: skip


class Releases(Struct, frozen=True):
    """Answers of two shapes."""

    groups: tuple[tuple[int, ...], tuple[int, ...]]
    """The answers of each, by their place among the deliveries."""
    paths: tuple[str, ...]
    """The topmost places in which the two shapes part."""


def two_releases(sides: Sides) -> Releases | None:
    """The two releases that answered; ``None`` if nothing speaks for exactly two."""
    documents = sides.deliveries
    if len(documents) < _ENOUGH or not all(isinstance(document, dict) for document in documents):
        return None
    reader = _Reader(Terms.of(sides.pair.matchers))
    # equal bodies came as one document
    forms = {id(one): reader.read(one, "", sides.promised, sides.delivered) for one in documents}
    sorts = _sort_out([forms[id(document)] for document in documents])
    if len(sorts) != 2:
        return None
    one, other = sorts
    groups = (tuple(sorted(one.members)), tuple(sorted(other.members)))
    if min(map(len, groups)) < max(_LEAST, _SHARE * len(documents)):
        return None
    paths = tuple(_apart(one.form, other.form, ""))
    first, second = ([sides.delivered_by[number] for number in members] for members in groups)
    return Releases(groups, paths) if _is_rollout(first, second, len(paths)) else None


def _is_rollout(one: Sequence[Observation], other: Sequence[Observation], paths: int) -> bool:
    """Whether two shapes are two versions: they part in several places, or a header says so, and nobody else decides.

    Shapes that both come from one version are no two versions, and what hangs on who asked is a matter of rights.
    """
    if not _identities(one) & _identities(other):
        return False
    told = [(_versions(one), _versions(other))]
    told += [(_heard(name, one), _heard(name, other)) for name in VERSION_HEADERS]
    versions = [pair for pair in told if all(pair)]
    if any(not first & second for first, second in versions):
        return True
    return paths > 1 and not any(first == second for first, second in versions)


def _identities(samples: Sequence[Observation]) -> set[str]:
    return {sample.identity for sample in samples}


def _versions(samples: Sequence[Observation]) -> set[str]:
    """The releases that answered, by the operator's own word; empty if nobody knows that of one of them."""
    versions = {sample.version for sample in samples}
    return set() if "" in versions else versions


def _heard(name: str, samples: Sequence[Observation]) -> set[str]:
    """The values of a header; empty if an answer lacks it."""
    values = [sample.header(name) for sample in samples]
    return set() if None in values else {value for value in values if value is not None}


class _Sort(Struct):
    """Answers of one shape, and that shape as far as it is known: null takes the type seen elsewhere."""

    form: Form
    members: list[int]


def _sort_out(forms: Sequence[Form]) -> list[_Sort]:
    """The shapes among these, at most three. Those with the fewest nulls come first, in whatever order they were."""
    sorts: list[_Sort] = []
    for number in sorted(range(len(forms)), key=lambda number: (_nulls(forms[number]), repr(forms[number]))):
        for sort in sorts:
            if not any(_apart(sort.form, forms[number], "")):
                sort.form = _filled(sort.form, forms[number])
                sort.members.append(number)
                break
        else:
            sorts.append(_Sort(forms[number], [number]))
            if len(sorts) > 2:
                break
    return sorts


def _nulls(form: Form) -> int:
    return sum(map(_nulls, form.values())) if isinstance(form, dict) else form == JsonType.NULL


def _filled(form: Form, other: Form) -> Form:
    """A form in which the other one's types stand in the place of nulls."""
    if form == JsonType.NULL:
        return other
    if isinstance(form, dict) and isinstance(other, dict):
        return {name: _filled(inner, other[name]) for name, inner in form.items()}
    return form


def _apart(one: Form, other: Form, path: str) -> Iterator[str]:
    """The topmost places in which two forms part."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys((*one, *other)):
            place = join(path, name)
            if name in one and name in other:
                yield from _apart(one[name], other[name], place)
            else:
                yield place
    elif one != other and JsonType.NULL not in (one, other):
        yield path


class _Reader(Struct):
    """Documents → forms, under the terms of the mock's author."""

    terms: Terms
    _maps: dict[str, bool] = field(default_factory=dict)

    def read(self, value: object, path: str, promised: Shape | None, delivered: Shape | None) -> Form:
        """The form of a value; both sides' shapes of its place tell a map from a record."""
        if not isinstance(value, dict) or self._is_opaque(path, promised, delivered):
            return _TYPES[type(value)]
        form: dict[str, Form] = {}
        for name in sorted(value):
            place = join(path, name)
            if self.terms.is_ignored(place):
                continue
            if self.terms.has(place, MatcherKind.ANY):
                form[name] = MatcherKind.ANY
                continue
            form[name] = self.read(value[name], place, _member(promised, name), _member(delivered, name))
        return form

    def _is_opaque(self, path: str, promised: Shape | None, delivered: Shape | None) -> bool:
        known = self._maps.get(path)
        if known is None:
            known = self._maps[path] = (
                delivered is None or self.terms.is_map(path) or is_map(promised or delivered, delivered)
            )
        return known


def _member(shape: Shape | None, name: str) -> Shape | None:
    member = shape.members.get(name) if shape is not None else None
    return member.shape if member is not None else None
