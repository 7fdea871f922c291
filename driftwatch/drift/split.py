"""Whether answers part from the mock by who asked, or by which of two releases answered: one cause of many differences.

Either way the answers are sorted into groups, and each group is compared with the mock as if no other answer had come.
What only some groups show, and those in every answer, is explained by the split (drift semantics 2.1, gate 7).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.releases import two_releases
from driftwatch.model.answers import Sides

Compare = Callable[[Sequence[int]], Sequence[Difference]]
"""The differences there would be if only these answers had come, by their place among the deliveries."""

_PRESENCE: Final = frozenset({Aspect.GONE, Aspect.PARTLY_GONE, Aspect.APPEARED})
_STRUCTURE: Final = _PRESENCE | {Aspect.TYPE, Aspect.TYPE_BESIDE}
_UNEXPLAINED: Final = frozenset({
    Aspect.VARIANT, Aspect.EXPECTATION, Aspect.OVERSPECIFIED, Aspect.UNLISTED, Aspect.UNASKED, Aspect.NO_ITEMS,
})  # fmt: skip
"""A discriminator explains better than a release; what the author demands of values, and gaps, are nothing of form."""


def find_splits(sides: Sides, differences: Sequence[Difference], compare: Compare) -> Iterator[Difference]:
    """At most one difference for those who asked and one for two releases.

    Without a difference between the answers and the mock there is none: the mock shows all views, or both shapes.
    """
    if not differences or sides.pair.is_error:
        return  # of refusals it is no news that some members come only sometimes
    left = list(differences)
    for difference in _by_identity(sides, left, compare):
        left = [other for other in left if (other.aspect, other.path) not in difference.causes]
        yield difference
    yield from _by_release(sides, left, compare)


def _by_identity(sides: Sides, differences: Sequence[Difference], compare: Compare) -> Iterator[Difference]:
    """Members that are there for some who ask and not for others, and never come and go for one of them."""
    groups: dict[str, list[int]] = {}
    for number, sample in enumerate(sides.delivered_by):
        groups.setdefault(sample.identity, []).append(number)
    present = [difference for difference in differences if difference.aspect in _PRESENCE]
    if len(groups) < 2 or not present:
        return
    told = [_Told(len(some), (one for one in compare(some) if one.aspect in _PRESENCE)) for some in groups.values()]
    explained = [difference for difference in present if _is_split(difference, told)]
    yield from _cause(Aspect.VIEWS, explained, told)


def _by_release(sides: Sides, differences: Sequence[Difference], compare: Compare) -> Iterator[Difference]:
    releases = two_releases(sides)
    if releases is None:
        return
    told = [_Told(len(members), compare(members)) for members in releases.groups]
    apart = frozenset(releases.paths)
    explained = [
        difference
        for difference in differences
        if difference.aspect not in _UNEXPLAINED
        and _is_told_by_some(difference, told)
        and (_is_split(difference, told) or not apart.isdisjoint(_upwards(difference.path)))
    ]
    yield from _cause(Aspect.RELEASES, explained, told)


class _Told:
    """What one group of answers shows, by place."""

    def __init__(self, answers: int, differences: Iterable[Difference]) -> None:
        self.answers = answers
        self._always: set[tuple[Aspect, str]] = set()
        self._sometimes: set[tuple[Aspect, str]] = set()
        self._above: dict[bool, set[tuple[Aspect, str]]] = {True: set(), False: set()}
        for difference in differences:
            is_steady = difference.k == difference.n
            matter = _matter(difference)
            (self._always if is_steady else self._sometimes).add((matter, difference.path))
            self._above[is_steady].update((matter, place) for place in _upwards(difference.path))

    def shows(self, difference: Difference) -> bool:
        """Whether such a difference is here, at, above or below its place."""
        return self._has(difference, self._always, self._above[True]) or self.shows_sometimes(difference)

    def shows_sometimes(self, difference: Difference) -> bool:
        """Whether it is in some answers of this group and not in others."""
        return self._has(difference, self._sometimes, self._above[False])

    def _has(self, difference: Difference, at: set[tuple[Aspect, str]], above: set[tuple[Aspect, str]]) -> bool:
        matter = _matter(difference)
        return (matter, difference.path) in above or any((matter, place) in at for place in _upwards(difference.path))


def _matter(difference: Difference) -> Aspect:
    """What a difference is about: a lost object is the loss of its members, too, but no null among them."""
    return Aspect.GONE if difference.aspect in _STRUCTURE else difference.aspect


def _upwards(path: str) -> Iterator[str]:
    """A place and all above it."""
    yield path
    while path:
        path = path.rpartition("/")[0]
        yield path


def _is_split(difference: Difference, told: Sequence[_Told]) -> bool:
    """Whether some groups show nothing of it and all others the same in each of their answers."""
    return _is_told_by_some(difference, told) and not any(group.shows_sometimes(difference) for group in told)


def _is_told_by_some(difference: Difference, told: Sequence[_Told]) -> bool:
    """Whether some groups show it and others do not."""
    tells = [group.shows(difference) for group in told]
    return any(tells) and not all(tells)


def _cause(aspect: Aspect, explained: Sequence[Difference], told: Sequence[_Told]) -> Iterator[Difference]:
    """The cause of these differences; ``k`` counts the answers of the groups that show one of them."""
    if not explained:
        return
    k = sum(group.answers for group in told if any(map(group.shows, explained)))
    causes = frozenset((difference.aspect, difference.path) for difference in explained)
    yield Difference(aspect, "", k=k, n=sum(group.answers for group in told), causes=causes)
