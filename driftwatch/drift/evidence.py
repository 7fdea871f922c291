"""How much the samples behind a difference prove: repeats of one record are one observation (drift semantics 1.3, 3.3).

Facts rest on everything that was seen; shares and certainty do not. What is counted here is (record, day, outcome):
three reads of one record that agree are one observation, the twenty items of a list are twenty, and a repeat that comes
out otherwise is no repeat.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.moments import aware, band
from driftwatch.drift.rule import Draft, Kind
from driftwatch.drift.scalars import INT32, INT53, is_whole
from driftwatch.model.answers import Sides
from driftwatch.model.finding import Prevalence
from driftwatch.model.interaction import Provenance
from driftwatch.model.probe import Observation
from driftwatch.model.shape import ITEM, JsonType, unescape

_TRUST: Final = {Provenance.EXAMPLE: 0.9, Provenance.GENERATED: 0.5}
"""How far an answer to a request of this provenance is believed (drift semantics 3.3); 1 for all others."""
_ONCE, _REPEATED, _RERUN = 0.5, 0.9, 0.99

WINDOW: Final = timedelta(hours=24)
"""Answers so far apart were not given in one run: the same record is looked at anew."""
_MANY: Final = 2_000
"""So many values are not looked at one by one: the share of so many is as sure as it gets."""
_IDENTIFIERS: Final = ("id", "_id", "@id", "uuid", "guid", "key")

_Key = tuple[object, ...]
_Shows = Callable[[Difference, Any], bool | None]
"""Whether a value shows a difference; ``None`` if it is not among those that could."""


class Evidence(NamedTuple):
    """What is left of the counts when repeats are taken out."""

    prevalence: Prevalence | None
    confidence: float
    """Certainty that the fact holds, from 0 to 1."""


class _Counted(NamedTuple):
    prevalence: Prevalence
    shown_in: Sequence[Observation]
    """The answers that show it."""


class Records:
    """The records at the places of documents; places have their parents in common, and are looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], list[tuple[_Key, Any]]] = {}

    def at(self, document: object, path: str) -> list[tuple[_Key, Any]]:
        """The values at a path, each with the record it belongs to: identifiers on the way, else places in lists.

        ``document`` must outlive this object.
        """
        place = (id(document), path)
        if place not in self._known:
            above, _, step = path.rpartition("/")
            self._known[place] = _step(self.at(document, above), step) if path else [(_identity(document), document)]
        return self._known[place]


def evidence_of(kind: Kind, draft: Draft, comparison: Comparison, records: Records) -> Evidence:
    """Share and certainty of what a rule says."""
    if kind.is_static:
        return Evidence(draft.prevalence, 1.0)  # read off the files: nothing was asked that could be wrong
    counted = _count(draft, comparison, records)
    trust = _TRUST.get(comparison.claim.request.provenance, 1.0)
    return Evidence(counted.prevalence if draft.prevalence else None, _certainty(counted.shown_in) * trust)


def _certainty(shown_in: Sequence[Observation]) -> float:
    if len(set(_windows(shown_in))) > 1:
        return _RERUN
    return _REPEATED if len(shown_in) > 1 else _ONCE


def _windows(samples: Sequence[Observation]) -> list[int]:
    """Which run each answer belongs to; those without a time belong to the first."""
    moments: list[datetime | None] = [aware(sample.at) if sample.at else None for sample in samples]
    first = min((moment for moment in moments if moment), default=None)
    return [(moment - first) // WINDOW if moment and first else 0 for moment in moments]


def _count(draft: Draft, comparison: Comparison, records: Records) -> _Counted:
    told = draft.prevalence or Prevalence(0, 0)
    difference = draft.about[0] if draft.about else None
    if difference is not None and difference.samples:
        return _Counted(told, difference.samples)  # the answer as a whole: each is an event of its own
    sides = next((s for s in comparison.sides if difference and _is_of(difference, s)), None)
    is_counted_here = difference is not None and (told.k, told.n) == (difference.k, difference.n)
    if difference is None or sides is None or not is_counted_here or difference.aspect in _OF_HISTORY:
        usable = [sample for sample in comparison.samples if sample.failure is None]
        return _Counted(told, usable[: told.k] if told.k else usable)
    return _recount(difference, sides, records)


def _is_of(difference: Difference, sides: Sides) -> bool:
    is_inside = not difference.path or difference.path.startswith("/")
    return is_inside and difference.statuses == tuple(dict.fromkeys(v.status for v in sides.pair.variants))


def _recount(difference: Difference, sides: Sides, records: Records) -> _Counted:
    """Every value that could show a difference, looked at once more with its record in mind."""
    windows = _windows(sides.delivered_by)
    repeats = len({*windows}) / len(windows)
    is_one = len({*map(id, sides.deliveries)}) == 1  # equal answers came as one document
    if (is_one or difference.n > _MANY) and difference.aspect not in _AT_LEAST:
        return _Counted(_thinned(difference.k, difference.n, repeats), sides.delivered_by[: max(difference.k, 1)])
    looked: dict[int, list[tuple[_Key, bool]]] = {}
    outcomes: set[tuple[int, _Key, bool]] = set()
    shown_in: list[Observation] = []
    n = k = 0
    for document, sample, window in zip(sides.deliveries, sides.delivered_by, windows, strict=True):
        if id(document) not in looked:
            looked[id(document)] = list(_look(difference, document, records))
        here = looked[id(document)]
        outcomes.update((window, key, shows) for key, shows in here)
        times = sum(shows for _, shows in here)
        shown_in += [sample] if times else []
        n, k = n + len(here), k + times
    is_exact = n == difference.n and (k == difference.k or difference.aspect in _AT_LEAST)
    if is_exact and difference.aspect in _SHOWS:
        return _Counted(Prevalence(sum(shows for *_, shows in outcomes), len(outcomes)), shown_in)
    # what was counted is more than was looked at here, or less (one variant's): keep the share, correct the number
    apart = len({outcome[:2] for outcome in outcomes})
    seen = max(difference.k, round(k * difference.n / n) if n and difference.aspect in _AT_LEAST else 0)
    return _Counted(_thinned(seen, difference.n, apart / n if n else repeats), sides.delivered_by[: max(seen, 1)])


def _thinned(k: int, n: int, share: float) -> Prevalence:
    """``k`` of ``n`` as it was, of as many as there are without repeats (Kish's effective sample size)."""
    if not n:
        return Prevalence(k, n)
    fewer = max(1, round(n * share))
    if 0 < k < n:
        fewer = max(fewer, 2)  # it came out both ways
        return Prevalence(min(max(round(fewer * k / n), 1), fewer - 1), fewer)
    return Prevalence(fewer if k else 0, fewer)


def _look(difference: Difference, document: object, records: Records) -> Iterator[tuple[_Key, bool]]:
    """Each record that could show a difference, and whether it does."""
    shows = _SHOWS.get(difference.aspect, _always)
    path = difference.parent if difference.aspect in _OF_PARENTS else difference.path
    for key, value in records.at(document, path):
        outcome = shows(difference, value)
        if outcome is not None:
            yield key, outcome


def _step(level: list[tuple[_Key, Any]], step: str) -> list[tuple[_Key, Any]]:
    """One step down from all values of a level; of very many only the first are followed."""
    below: list[tuple[_Key, Any]] = []
    name = unescape(step)
    for key, value in level:
        if step == ITEM and isinstance(value, list | dict):
            inside = enumerate(value) if isinstance(value, list) else value.items()
            below += [((*key, *(_identity(inner) or (place,))), inner) for place, inner in inside]
        elif isinstance(value, dict) and name in value:
            below.append(((*key, *_identity(value[name])), value[name]))
        if len(below) > _MANY:
            break
    return below[:_MANY]


def _identity(value: object) -> _Key:
    if isinstance(value, dict):
        for name in _IDENTIFIERS:
            if isinstance(value.get(name), str | int):
                return (name, value[name])
    return ()


def _always(_: Difference, __: object) -> bool:
    return True


def _is_filled(_: Difference, value: object) -> bool | None:
    return None if value is None else True


def _is_null(difference: Difference, value: object) -> bool:
    is_blank = difference.note == "blank" and isinstance(value, str) and not value.strip()
    return value is None or is_blank


def _is_stranger(difference: Difference, value: object) -> bool | None:
    if value is None or difference.promised is None:
        return None
    return _FAMILIES.get(type(value)) not in difference.promised.families


def _has_content(difference: Difference, value: object) -> bool | None:
    if difference.note == "null":
        return value is not None
    return bool(value) if isinstance(value, list if difference.note == "[]" else dict) else None


def _has_offset(_: Difference, value: object) -> bool | None:
    if not isinstance(value, str) or not value.strip():
        return None
    return value[-6:-5] in ("+", "-") and value[-5:] != "00:00"


def _number(test: Callable[[Difference, Any], bool]) -> _Shows:
    def shows(difference: Difference, value: object) -> bool | None:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return test(difference, value) if is_number else None

    return shows


def _beyond(border: tuple[int, int]) -> _Shows:
    return _number(lambda _, number: not border[0] <= number <= border[1] and is_whole(number))


def _lacks(difference: Difference, parent: object) -> bool | None:
    return difference.name not in parent if isinstance(parent, dict) else None


def _has(difference: Difference, parent: object) -> bool | None:
    return difference.name in parent if isinstance(parent, dict) else None


_FAMILIES: Final[Mapping[type, JsonType]] = {
    bool: JsonType.BOOLEAN, int: JsonType.NUMBER, float: JsonType.NUMBER, str: JsonType.STRING,
    list: JsonType.ARRAY, dict: JsonType.OBJECT,
}  # fmt: skip
_SHOWS: Final[Mapping[Aspect, _Shows]] = {
    Aspect.APPEARED: _has,
    Aspect.CONSTANT: _always,
    Aspect.EXPIRED: _is_filled,
    Aspect.FRACTION: _number(lambda _, number: not is_whole(number)),
    Aspect.GONE: _lacks,
    Aspect.HIDDEN: _has_content,
    Aspect.INT32: _beyond(INT32),
    Aspect.INT53: _beyond(INT53),
    Aspect.NULL: _is_null,
    Aspect.PARTLY_GONE: _lacks,
    Aspect.TYPE: _is_stranger,
    Aspect.TYPE_BESIDE: _is_stranger,
    Aspect.UNIT: _number(lambda difference, number: band(number) in difference.heard.split(", ")),
    Aspect.ZONE: _has_offset,
}
"""What can be told from a value alone; of all others only the number of records is counted."""
_OF_PARENTS: Final = frozenset({Aspect.APPEARED, Aspect.GONE, Aspect.PARTLY_GONE})
_AT_LEAST: Final = frozenset({Aspect.INT32, Aspect.INT53, Aspect.UNIT})
"""Where a shape does not tell how many there were."""
_OF_HISTORY: Final = frozenset({Aspect.UNOBSERVED})
"""What earlier audits counted, without repeats."""
