"""Headers, query and path parameters, cookies: names with values, each of them a pattern, in four shapes.

``KeysToMultiValuesDeserializer``, ``MultiValueMapMatcher``, ``NottableStringMultiMap`` and ``SubSetMatcher`` of
MockServer 5.15.0 and 8.0.0. ``{"n": ["v"]}``, ``{"n": "v"}``, ``{"n": {"parameterStyle": …, "values": […]}}`` and
``[{"name": "n", "values": ["v"]}]``; cookies have one value a name.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking.truth import Truth, every, negated, some
from driftwatch.mocks.formats.mockserver.texts import Text, parse_text, read_text
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.fields import as_object
from driftwatch.model.interaction import Header, Query

_STYLE: Final = "keyMatchStyle"
_MATCHING_KEY: Final = "MATCHING_KEY"
_MOST_COMPARED: Final = 200
"""Pairs of a request that are looked at; a browser sends thirty."""


class Entry(Struct, frozen=True):
    """One name and what its values must be."""

    name: Text
    values: tuple[Text, ...]


class Multimap(Struct, frozen=True):
    """Several entries; without any, everything fits."""

    entries: tuple[Entry, ...] = ()
    by_key: bool = False
    """``MATCHING_KEY``: every value of a name must fit, instead of one value for each that is asked for."""

    def matches(self, pairs: Query) -> Truth:
        """Whether a request's pairs fit; ``None`` if that cannot be told, or is another thing in each version."""
        if not self.entries:
            return True
        if not pairs:
            is_free = all(one.name.is_not for one in self.entries) or all(one.name.is_optional for one in self.entries)
            return is_free or (not self.by_key and not any(one.values for one in self.entries))
        if len(pairs) > _MOST_COMPARED:
            return None
        if self.by_key:
            return every(self._by_key(pairs))
        return self._as_subset(pairs)

    def _as_subset(self, pairs: Query) -> Truth:
        """One pair of the request for each that is asked for.

        5.15.0 counts equal pairs once, and counts the names that must be missing among those that need a pair.
        """
        wanted = [(entry.name, value) for entry in self.entries for value in entry.values]
        truth: Truth = True
        used: set[int] = set()
        for name, value in wanted:
            fits = [_fits(name, value, pair) for pair in pairs]
            used.update(index for index, fit in enumerate(fits) if fit is not False)
            is_missing = negated(some(name.matches(key) for key, _ in pairs)) if name.is_optional else False
            is_there = some(name.matches_affirmed(key) for key, _ in pairs) if name.is_not else False
            truth = every((truth, some((some(fits), is_missing)), negated(is_there)))
            if truth is False:
                return False
        is_enough = len(used) >= sum(not name.is_optional and not name.is_not for name, _ in wanted)
        was_enough = len({pairs[index] for index in used}) >= len({one for one in wanted if not one[0].is_optional})
        return (truth if is_enough else False) if is_enough is was_enough else None

    def _by_key(self, pairs: Query) -> Iterator[Truth]:
        for entry in self.entries:
            if entry.name.is_not:
                # 8.0.0 wants the name to be missing, 5.15.0 the values of all others to fit
                yield None
                continue
            named = [(entry.name.matches(key), text) for key, text in pairs]
            if not entry.name.is_optional:
                yield some(truth for truth, _ in named)
            wanted = [value for one in self.entries if entry.name.matches(one.name.value) for value in one.values]
            for truth, text in named:
                if truth is not False:
                    yield some((negated(truth), some(value.matches(text) for value in wanted)))


_NOTHING: Final = Multimap()


def _fits(name: Text, value: Text, pair: tuple[str, str]) -> Truth:
    truth = name.matches(pair[0])
    return truth if truth is False else every((truth, value.matches(pair[1])))


def read_multimap(value: object, *steps: Step) -> Multimap:
    """Names and values from their JSON. Raises ``Refusal``."""
    if value is None:
        return _NOTHING
    if isinstance(value, list):
        return Multimap(_merged(_listed(one, *steps, index) for index, one in enumerate(value)))
    members = as_object(value, *steps)
    named = ((name, shown) for name, shown in members.items() if name != _STYLE)
    entries = (Entry(parse_text(name), tuple(_values(shown, *steps, name))) for name, shown in named)
    return Multimap(_merged(entries), members.get(_STYLE) == _MATCHING_KEY)


def _merged(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries of one name as one: ``?a`` is the same name as ``a``, and whether it is optional says the first."""
    found: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        key = (entry.name.value, entry.name.is_not, id(entry.name.schema) if entry.name.schema else 0)
        known = found.get(key)
        found[key] = Entry(known.name, known.values + entry.values) if known else entry
    return tuple(found.values())


def _listed(value: object, *steps: Step) -> Entry:
    fields = as_object(value, *steps)
    if "name" not in fields:
        raise Refusal("an entry needs a `name`", steps=steps)
    shown = fields.get("values", fields.get("value"))
    return Entry(read_text(fields["name"], *steps, "name"), tuple(_values(shown, *steps, "values")))


def _values(value: object, *steps: Step) -> Iterator[Text]:
    if isinstance(value, dict) and "values" in value:
        value = value["values"]
    for index, one in enumerate(value if isinstance(value, list) else [value]):
        if one is not None:
            yield read_text(one, *steps, index) if isinstance(value, list) else read_text(one, *steps)


def read_pairs(value: object, *steps: Step) -> tuple[Header, ...]:
    """Plain names and values of an answer: a ``!`` or ``?`` in front is no part of them. Raises ``Refusal``."""
    entries = read_multimap(value, *steps).entries
    return tuple((entry.name.value, text.value) for entry in entries for text in entry.values)
