"""Which of a server's resources answers a request.

Each config is a plugin of its own, asked one after the other in the order of the files' names; the first that has any
match answers, however good a later one's would be. Inside a config interceptors go before resources, and of these the
one with the most points answers (``HandleRequest``, ``FindBestMatch``).
"""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from typing import Final

from driftwatch.mocks.asking.candidates import Asked, Candidate
from driftwatch.mocks.asking.reach import Reach
from driftwatch.mocks.formats.imposter.resource import Rank, Resource, Rule
from driftwatch.model.interaction import Interaction

_MOST_LOOKED_AT: Final = 400
"""Rules within reach of one request that are asked whether they answer instead."""
_MOST_IN_ALL: Final = 200_000
"""The same for a whole server: a folder of fifty thousand resources is no mock any more, and must not take minutes."""


class Precedence:
    """The rules of one server, found by the paths they could answer."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._reach: Reach[Rule] = Reach()
        self._looked_at = 0
        for rule in sorted(rules, key=_rank):
            literal = rule.pattern.literal
            self._reach.add(rule, exact=literal, prefix="" if literal else rule.pattern.prefix)

    def in_front(self, own: Rule, asked: Asked) -> tuple[Rule | None, bool]:
        """What surely answers a request instead, and whether something else may."""
        is_doubtful = self._looked_at >= _MOST_IN_ALL
        if is_doubtful:
            return None, is_doubtful
        path = asked.path.rstrip("/") or "/"
        for rule in islice(merge(*self._reach.groups(path), key=_rank), _MOST_LOOKED_AT):
            if rule.rank >= own.rank:
                break
            self._looked_at += 1
            truth = rule.pattern.answers(asked)
            if truth:
                return rule, is_doubtful
            is_doubtful = is_doubtful or truth is None
        return None, is_doubtful


def _rank(rule: Rule) -> Rank:
    return rule.rank


def settle(resources: list[Resource], interceptors: list[Rule]) -> Iterator[Interaction]:
    """Every resource as an interaction, with a request it answers itself where there is one."""
    precedence = Precedence([*interceptors, *(resource.rule for resource in resources if not resource.obstacle)])
    for resource in resources:
        yield _settle_one(resource, precedence)


def _settle_one(resource: Resource, precedence: Precedence) -> Interaction:
    """The first candidate that nothing else answers instead; if there is none, the first, and what answers it."""
    first: Candidate | None = None
    winner: Rule | None = None
    for candidate in resource.candidates():
        if first is None or (candidate.grade.is_sendable and not first.grade.is_sendable):
            first = candidate
        if not candidate.grade.is_sendable:
            continue
        rival, is_doubtful = precedence.in_front(resource.rule, candidate.asked)
        if rival is None:
            note = "another resource may answer instead: one of its conditions cannot be checked" if is_doubtful else ""
            return resource.interaction(candidate, note=note)
        winner = winner or rival
    chosen = first or next(iter(resource.candidates()))
    if winner is None:
        return resource.interaction(chosen)
    note = f"never answers this request: {winner.mock_id} in {winner.file} stands in front of it"
    return resource.interaction(chosen, shadowed_by=winner.mock_id, note=note)
