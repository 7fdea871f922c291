"""What one run teaches of a mock for those after it: closed sets, constants, noise, how long answers take.

What is learnt rests in a store, so it is chosen with care. Values are kept as short keyed digests, never themselves
(``model/history.py``): to know one again is all that any rule asks. Even so only those are kept that look like words of
a program (``PAID``, ``in_transit``) at places that do not name a person, a record or a secret, and all of a place is
given up as soon as one value there looks otherwise or they are too many: it was no closed set.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from msgspec import Struct, field

from driftwatch.drift.constants import held_still
from driftwatch.drift.difference import Comparison
from driftwatch.drift.evidence import WINDOW
from driftwatch.drift.noise import learn_noise
from driftwatch.drift.places import Spot, spots
from driftwatch.drift.terms import Terms
from driftwatch.model.answers import Sides
from driftwatch.model.history import History, KnownConstant, KnownLatency, KnownValues, digest_of
from driftwatch.model.names import is_identifier, name_of, words
from driftwatch.model.shape import Format, JsonType, Shape

_PLACES: Final = 64
"""Of one mock, of each kind; a document may have thousands."""
_MEMBERS: Final = 16
"""Values of a place that may be a closed set; quicktype asks for fewer than the root of the observations."""
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[._:/-][A-Za-z0-9]+){0,5}")
_LONGEST: Final = 32
_GENERATED: Final = re.compile(r"(?=.*[0-9])(?:[0-9A-Fa-f]{8,}|[0-9A-Za-z]{20,})")
_PERSONAL: Final = frozenset({
    "account", "address", "auth", "birth", "birthday", "card", "city", "comment", "credential", "credentials", "cvc",
    "cvv", "description", "email", "etag", "firstname", "hash", "iban", "key", "lastname", "login", "mail", "message",
    "name", "names", "nick", "note", "owner", "passwd", "password", "phone", "pin", "pwd", "secret", "session",
    "signature", "ssn", "street", "surname", "text", "title", "token", "user", "username", "zip",
})  # fmt: skip
"""Words in the name of a place whose values belong to somebody, are secret, or are prose."""
_BLOCK: Final = 20
"""Answers that are folded into the baseline at a time, and kept back to be compared with it."""
_WEIGHTIEST: Final = 200
"""Answers that a baseline counts as at most, so that what lasts becomes usual in the end."""


def learn(comparison: Comparison, history: History, now: datetime) -> History:
    """What is known after a run in which the mock was really compared."""
    lesson = _Lesson(history, now)
    for sides in comparison.sides:
        if not sides.pair.is_error and sides.promises and sides.deliveries:
            lesson.take(sides)
    return History(
        verified_at=now,
        values=lesson.values,
        latency=_latency(comparison, history.latency),
        constants=dict(list(lesson.constants.items())[:_PLACES]),
        noise=tuple(learn_noise(lesson.spots, lesson.documents, history, now)),
        unlimited=frozenset(sorted(lesson.unlimited)[:_PLACES]),
        counted_at=now if lesson.counts else history.counted_at,
        salt=history.salt,
    )


class _Lesson(Struct):
    """One run's answers, put beside what was known."""

    before: History
    now: datetime
    values: dict[str, KnownValues] = field(default_factory=dict)
    unlimited: set[str] = field(default_factory=set)
    constants: dict[str, KnownConstant] = field(default_factory=dict)
    spots: list[Spot] = field(default_factory=list)
    documents: list[object] = field(default_factory=list)
    counts: bool = False
    """The same records count once a day, however often they are asked for."""

    def __post_init__(self) -> None:
        self.values = dict(self.before.values)
        self.unlimited = set(self.before.unlimited)
        counted_at = self.before.counted_at
        self.counts = counted_at is None or self.now - counted_at >= WINDOW

    def take(self, sides: Sides) -> None:
        """The answers of one status."""
        terms = Terms.of(sides.pair.matchers)
        documents = list({id(document): document for document in sides.deliveries}.values())
        for spot, shape in _leaves(sides.promised):
            self.spots.append(spot)
            if len(self.values) < _PLACES and _may_be_closed(spot.path, shape) and spot.path not in self.unlimited:
                self._count(spot, documents)
        self.documents += documents
        for held in held_still(sides, terms):
            if _is_nobodys(held.path):
                self._hold(held.path, digest_of(held.value, self.before.salt), held.count)

    def _count(self, spot: Spot, documents: Sequence[object]) -> None:
        seen = [[value for value in spot.values(document) if value is not None] for document in documents]
        known = self.values.get(spot.path, KnownValues(frozenset(), 0, self.before.salt))
        told = {value for values in seen for value in values if isinstance(value, str) and value.strip()}
        members = known.values | {digest_of(value, self.before.salt) for value in told}
        if len(members) > _MEMBERS or not all(map(_is_word, told)):
            self.values.pop(spot.path, None)
            self.unlimited.add(spot.path)
        elif told:
            # repeats of one request are one observation, and one more for each value that only a repeat showed
            others = len(members - known.values - {digest_of(v, self.before.salt) for v in seen[0] if v in told})
            n = (len(seen[0]) if self.counts else 0) + others
            self.values[spot.path] = KnownValues(members, known.n + n, self.before.salt)

    def _hold(self, path: str, digest: str, count: int) -> None:
        known = self.before.constants.get(path)
        is_same = known is not None and known.digest == digest
        since = known.since if known is not None and is_same else self.now
        self.constants[path] = KnownConstant(digest, since, count + (known.n if known is not None and is_same else 0))


def _leaves(promised: Shape) -> Iterator[tuple[Spot, Shape]]:
    """Places of single values, and lists; of very many the first."""
    for number, (spot, shape) in enumerate(spots(promised)):
        if number >= 4 * _PLACES:
            return
        if not shape.members:
            yield spot, shape


def _may_be_closed(path: str, shape: Shape) -> bool:
    return shape.families == {JsonType.STRING} and shape.formats.keys() <= {Format.TEXT} and _is_nobodys(path)


@lru_cache(16_384)
def _is_nobodys(path: str) -> bool:
    """Whether the name of a place says neither that somebody owns its values nor that they are one record's."""
    name = name_of(path)
    return bool(name) and not is_identifier(name) and _PERSONAL.isdisjoint(words(name))


def _is_word(value: str) -> bool:
    is_short = len(value) <= _LONGEST and _WORD.fullmatch(value) is not None
    return is_short and _GENERATED.fullmatch(value) is None


def _latency(comparison: Comparison, known: KnownLatency | None) -> KnownLatency | None:
    """The baseline of what is long ago, and the answers since, which are too few to be one of their own."""
    statuses = {variant.status for variant in comparison.claim.variants}
    times = [
        round(sample.elapsed_ms, 1)
        for sample in comparison.samples
        if sample.failure is None and sample.elapsed_ms is not None and sample.status in statuses
    ]
    recent = [*(known.recent if known else ()), *times]
    p50, p95, n = (known.p50, known.p95, known.n) if known else (0.0, 0.0, 0)
    while len(recent) >= 2 * _BLOCK:
        block, recent = sorted(recent[:_BLOCK]), recent[_BLOCK:]
        weight = min(n, _WEIGHTIEST - _BLOCK)
        p50 = (p50 * weight + block[_BLOCK // 2 - 1] * _BLOCK) / (weight + _BLOCK)
        p95 = (p95 * weight + block[-2] * _BLOCK) / (weight + _BLOCK)
        n = weight + _BLOCK
    return KnownLatency(p50, p95, n, tuple(recent)) if recent or n else None
