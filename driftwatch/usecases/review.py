"""A change to mocks, laid out for its reviewer: which mocks it touches, and what is known of each.

A mock is what it asks and answers, wherever it stands: one that only moved in its file, or to another, is as it was.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from driftwatch.heal.gaps.alone import lacking
from driftwatch.model.contradiction import Contradiction
from driftwatch.model.interaction import Expectation, Interaction, Origin
from driftwatch.model.memory import key_of
from driftwatch.model.reliance import Drift, Trust, Trusted, UsedMock
from driftwatch.model.review import Change, Removed, ReviewedEndpoint, ReviewedMock, Said
from driftwatch.model.route import nameless
from driftwatch.model.unshown import Sort, Unshown
from driftwatch.shapes.decode import Problem, decode
from driftwatch.shapes.infer import Builder
from driftwatch.usecases.gaps import mocked_side

Place = tuple[str, str, str]
"""Provider, method, and path template without the names of its parameters."""
_NEVER: Final = "no audit knows it"


class Diff(Struct, frozen=True):
    """What a change did to the mocks of one place of the config, or of the command line."""

    touched: tuple[tuple[Interaction, Change], ...]
    removed: tuple[Removed, ...] = ()
    unchanged: int = 0
    """Mocks of the touched files that are as they were."""
    moved: frozenset[str] = frozenset()
    """Files as they were of which every mock still stands somewhere."""


class Knowledge(Struct, frozen=True):
    """All that is known beside the mocks themselves."""

    mocks: Sequence[Interaction]
    """All of them, touched or not."""
    trusted: Mapping[str, Trusted] = field(default_factory=dict)
    """By ``interaction_key``."""
    drift: Mapping[str, Drift] = field(default_factory=dict)
    """By fingerprint."""
    unshown: Mapping[Place, Sequence[Unshown]] = field(default_factory=dict)
    """What audits saw and no mock of an endpoint shows."""
    contradictions: Sequence[Contradiction] = ()


def compare(before: Iterable[Interaction], after: Iterable[Interaction], files: frozenset[str]) -> Diff:
    """Which of the mocks are new or otherwise, and which are gone; ``files`` are those that were touched."""
    before = list(before)
    kept, names = Counter(map(_content, before)), {one.mock_id for one in before}
    touched: list[tuple[Interaction, Change]] = []
    unchanged = 0
    present = set()
    for one in after:
        present.add(one.mock_id)
        content = _content(one)
        if kept[content]:
            kept[content] -= 1
            unchanged += one.origin.file in files
        else:
            touched.append((one, Change.CHANGED if one.mock_id in names else Change.ADDED))
    gone = [one for one in before if one.mock_id not in present and kept[_content(one)]]
    moved = {one.origin.file for one in before} - {one.origin.file for one in gone}
    return Diff(tuple(touched), tuple(removed(one) for one in gone), unchanged, frozenset(moved))


def removed(one: Interaction) -> Removed:
    """A mock that is not there any more."""
    statuses = ", ".join(map(str, one.statuses))
    return Removed(
        one.origin.file, f"{one.request.method} {one.request.path_template} {statuses}".strip(), one.provider
    )


def _content(one: Interaction) -> Hashable:
    """What tells a mock from another, wherever it stands."""
    request = one.request
    return one.format, one.mock_id, request.key, request.path_template, one.incomparable, repr(list(one.variants))


def lay_out(touched: Iterable[tuple[Interaction, Change]], known: Knowledge) -> tuple[ReviewedEndpoint, ...]:
    """The touched mocks by endpoint, each with all that is known of it."""
    places: dict[Place, list[tuple[Interaction, Change]]] = defaultdict(list)
    for one, change in touched:
        places[place_of(one)].append((one, change))
    everybody: dict[Place, list[Interaction]] = defaultdict(list)
    for one in known.mocks:
        everybody[place_of(one)].append(one)
    endpoints = [_endpoint(place, mine, everybody[place], known) for place, mine in places.items()]
    return tuple(sorted(endpoints, key=lambda one: (one.provider, one.path_template, one.method)))


def place_of(one: Interaction) -> Place:
    """The endpoint that a mock is about."""
    return one.provider, one.request.method, nameless(one.request.path_template)


def _endpoint(
    place: Place, touched: Sequence[tuple[Interaction, Change]], everybody: Sequence[Interaction], known: Knowledge
) -> ReviewedEndpoint:  # fmt: skip
    first = min(touched, key=lambda pair: pair[0].origin)[0]
    seen = tuple(known.unshown.get(place, ()))
    told = {one.sort for one in seen}
    lacks = tuple(sort for sort in lacking(everybody, mocked_side(everybody)) if not _is_told(sort, told))
    mine = {one.origin for one, _ in touched}
    mocks = sorted((_reviewed(one, change, known) for one, change in touched), key=lambda one: one.mock.origin)
    return ReviewedEndpoint(
        place[0], place[1], first.request.path_template, tuple(mocks), max(len(everybody) - len(touched), 0), seen,
        lacks, tuple(one for one in known.contradictions if not mine.isdisjoint(_origins(one))),
    )  # fmt: skip


def _is_told(sort: Sort, told: set[Sort]) -> bool:
    """Whether what audits saw says the same, and more."""
    return sort in told or (sort is Sort.STATUS and Sort.RATE_LIMIT in told)


def _origins(one: Contradiction) -> Iterator[Origin]:
    return (origin for saying in one.sayings for origin in saying.origins)


def _reviewed(one: Interaction, change: Change, known: Knowledge) -> ReviewedMock:
    key = key_of(one)
    unknown = UsedMock(key, f"{one.request.method} {one.request.path_template}", one.provider, one.mock_id)
    trusted = known.trusted.get(key) or Trusted(unknown, Trust.NEVER, one.origin, reason=_NEVER)
    drift = tuple(known.drift[name] for name in trusted.findings if name in known.drift)
    return ReviewedMock(change, one, tuple(_says(one)), trusted, drift)


def _says(one: Interaction) -> Iterator[Said]:
    by_status: dict[int, list[Expectation]] = defaultdict(list)
    for variant in one.variants:
        by_status[variant.status].append(variant)
    for status, variants in by_status.items():
        builder = Builder(literal=True)
        for variant in variants:
            found = decode(variant.body) if variant.body else None
            if found is not None and found.problem is Problem.NONE and isinstance(found.value, dict | list):
                builder.add(found.value)
        shape, first = builder.shape(), variants[0]
        size = None if first.body is None else len(first.body)
        media_type = (first.header("content-type") or "").partition(";")[0].strip().lower()
        yield Said(status, None if shape.is_empty else shape, size, media_type, first.fault)
