"""What a schema allows, one level at a time: the alternatives it has, each without ``allOf``, ``oneOf`` and references.

OpenAPI 3.1 schemas are JSON Schema 2020-12; 3.0 and Swagger 2.0 have dialects of their own (``nullable``, references
without siblings, ``discriminator``). Everything here errs on one side: the alternatives never allow less than the
schema, so that no answer inside the contract is found fault with. ``not`` and ``if`` are therefore not read.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.formats.openapi.alternatives import Alternative, Conjunction, Place, alternative_of
from driftwatch.mocks.formats.openapi.parts import REFERENCE, Files, Key, Part, reference_of
from driftwatch.mocks.refusal import Refusal

_MOST: Final = 200
"""Alternatives of one place, all combinations counted; beyond, the place is taken to allow everything."""
_DEEPEST: Final = 50
"""References and ``allOf`` inside each other."""


_FREE: Final = (Alternative((), None),)


class Schemas(Struct):
    """Reads schemas of one description; what is looked at twice is taken apart once."""

    files: Files
    has_siblings: bool
    """Whether keywords beside a reference count (3.1) or are ignored (3.0, Swagger 2.0)."""
    _known: dict[tuple[Key, ...], tuple[Alternative, ...]] = field(default_factory=dict)
    _problems: dict[tuple[Key, ...], tuple[str, ...]] = field(default_factory=dict)
    _met: list[str] = field(default_factory=list)
    """Problems of the schema that is being taken apart."""
    _members: dict[tuple[Key, ...], Mapping[str, Conjunction]] = field(default_factory=dict)
    _derived: dict[Key, tuple[Part, ...]] = field(default_factory=dict)

    def alternatives(self, place: Place) -> tuple[Alternative, ...]:
        """Every way to satisfy a place; an unconstrained one if nothing is known or nothing could satisfy it."""
        found = [alternative for conjunction in place for alternative in self._of(conjunction)]
        return tuple(found) or _FREE

    def named(self, schema: Part) -> Part:
        """What a schema refers to, where it is a reference and nothing else; else itself."""
        while len(schema.names) == 1 and reference_of(schema):
            try:
                schema = self.files.follow(schema)
            except Refusal:
                return schema
        return schema

    def problems(self, place: Place) -> tuple[str, ...]:
        """The references of a place that lead nowhere: nothing is claimed where they stand."""
        found = (self._problems.get(_key(conjunction), ()) for conjunction in place)
        return tuple(dict.fromkeys(reason for reasons in found for reason in reasons))

    def _of(self, conjunction: Conjunction) -> tuple[Alternative, ...]:
        key = _key(conjunction)
        if key not in self._known:
            self._met = []
            try:
                flat = _every(self._expand(part, frozenset()) for part in conjunction)
            except _TooManyError:
                flat = [()]
            self._problems[key] = tuple(self._met)
            self._known[key] = tuple(one for parts in flat if (one := alternative_of(parts)) is not None)
        return self._known[key]

    def _expand(self, part: Part, above: frozenset[Key]) -> list[Conjunction]:
        """The schema as a list of conjunctions, one of which must hold."""
        schema = part.value
        if schema is False:
            return []
        if not isinstance(schema, dict) or part.key in above or len(above) > _DEEPEST:
            return [()]
        inside = above | {part.key}
        if reference_of(part):
            referred = self._referred(part, inside)
            if not self.has_siblings:
                return referred
            return _every([referred, self._combine(part, inside)]) if len(schema) > 1 else referred
        return self._combine(part, inside)

    def _referred(self, part: Part, above: frozenset[Key]) -> list[Conjunction]:
        try:
            return self._expand(self.files.target(part, reference_of(part)), above)
        except Refusal as refusal:
            self._met.append(refusal.reason)
            return [()]

    def _combine(self, part: Part, above: frozenset[Key]) -> list[Conjunction]:
        choices = [choice for name in ("oneOf", "anyOf") if (choice := list(_items(part, name)))]
        groups: list[list[Conjunction]] = [[(part,)], *(self._expand(sub, above) for sub in _items(part, "allOf"))]
        groups += [_any(self._expand(_told(sub, part), above) for sub in choice) for choice in choices]
        if not choices:
            groups += self._subtypes(part, above)
        flat = _every(groups)
        if part.is_marked("nullable") or part.is_marked("x-nullable"):
            flat.append((Part(part.document, (*part.steps, "nullable"), {"type": "null"}),))
        return flat

    def _subtypes(self, part: Part, above: frozenset[Key]) -> Iterator[list[Conjunction]]:
        """A base with a discriminator and no choice of its own stands for itself and all that extend it."""
        if part.child("discriminator") is None:
            return
        if part.key not in self._derived:
            self._derived[part.key] = tuple(self._derived_from(part))
        extended = [self._expand(sub, above) for sub in self._derived[part.key]]
        if extended:
            yield _any([[()], *extended])

    def _derived_from(self, base: Part) -> Iterator[Part]:
        """The schemas beside a base whose ``allOf`` refers to it."""
        siblings = Part(base.document, base.steps[:-1], None)
        found: Part | None = Part(base.document, (), base.document.value)
        for step in siblings.steps:
            found = found.child(step) if found is not None else None
        for candidate in found.children() if found is not None else ():
            if candidate.key != base.key and any(self._is(sub, base) for sub in _items(candidate, "allOf")):
                yield candidate

    def _is(self, part: Part, other: Part) -> bool:
        try:
            return bool(reference_of(part)) and self.files.follow(part).key == other.key
        except Refusal:
            return False

    def members(self, alternative: Alternative) -> Mapping[str, Conjunction]:
        """The members an answer may show by name; what is only ever written is not among them."""
        found = self._members.get(alternative.key)
        if found is None:
            found = self._members[alternative.key] = self._described(alternative)
        return found

    def _described(self, alternative: Alternative) -> Mapping[str, Conjunction]:
        found: dict[str, list[Part]] = {}
        for part in alternative.parts:
            properties = part.child("properties")
            for name in properties.names if properties is not None else ():
                member = properties.child(name) if properties is not None else None
                if member is not None:
                    found.setdefault(name, []).append(member)
        return {name: tuple(parts) for name, parts in found.items() if not any(map(self._is_write_only, parts))}

    def _is_write_only(self, part: Part) -> bool:
        try:
            return part.is_marked("writeOnly") or self.files.follow(part).is_marked("writeOnly")
        except Refusal:
            return False


class _TooManyError(ValueError):
    """More alternatives than can be looked at."""


def _key(conjunction: Conjunction) -> tuple[Key, ...]:
    return tuple(part.key for part in conjunction)


def _items(part: Part, name: str) -> Iterator[Part]:
    found = part.child(name)
    return found.children() if found is not None and isinstance(found.value, list) else iter(())


def _told(choice: Part, parent: Part) -> Part:
    """A choice under a discriminator with a mapping: together with the values that stand for it."""
    discriminator = parent.child("discriminator")
    mapping = discriminator.child("mapping") if discriminator is not None else None
    name = discriminator.text("propertyName") if discriminator is not None else ""
    reference = reference_of(choice)
    if mapping is None or not isinstance(mapping.value, dict) or not name or not reference:
        return choice
    short = reference.rpartition("/")[2]
    values = [word for word, target in mapping.value.items() if target in (reference, short)]
    if not values:
        return choice
    told = {"properties": {name: {"enum": values}}}
    return Part(choice.document, (*choice.steps, "discriminator"), {"allOf": [{REFERENCE: reference}, told]})


def _every(groups: Iterable[list[Conjunction]]) -> list[Conjunction]:
    """All groups hold: every combination of one conjunction from each."""
    kept = list(groups)
    count = 1
    for group in kept:
        count *= len(group)
        if count > _MOST:
            raise _TooManyError
    return [_unique(part for conjunction in chosen for part in conjunction) for chosen in product(*kept)]


def _any(groups: Iterable[list[Conjunction]]) -> list[Conjunction]:
    flat = [conjunction for group in groups for conjunction in group]
    if len(flat) > _MOST:
        raise _TooManyError
    return flat


def _unique(parts: Iterable[Part]) -> Conjunction:
    return tuple({part.key: part for part in parts}.values())
