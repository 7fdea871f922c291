"""Which of a contract's paths speaks of a value: the best of those that lead to it or to what it is in.

A path's score is 2 for the root, times 2 for each step by name or position and times 1 for each wildcard. The highest
score wins, at equal scores the longer path (pact-foundation/pact-specification, version 2 and later).
"""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from msgspec import Struct, field

from driftwatch.mocks.formats.pact.paths import PactPath, Wildcard
from driftwatch.mocks.formats.pact.rules import Kind, RuleSet

T = TypeVar("T")


class Branch(Struct, Generic[T]):
    """One step of the paths of a contract, and those that go on from it."""

    score: int = 2
    length: int = 0
    said: T | None = None
    named: dict[str, "Branch[T]"] = field(default_factory=dict)
    every: "Branch[T] | None" = None

    def add(self, path: PactPath, said: T, *, keep: bool = False) -> None:
        """Say something of a path; with ``keep`` only if nothing is said of it yet."""
        here = self
        for step in path:
            if isinstance(step, Wildcard):
                here.every = here.every or Branch(here.score, here.length + 1)
                here = here.every
            else:
                here = here.named.setdefault(step, Branch(here.score * 2, here.length + 1))
        if not keep or here.said is None:
            here.said = said

    def follow(self, step: str) -> Iterable["Branch[T]"]:
        """The branches that a step by name or position leads to."""
        if step in self.named:
            yield self.named[step]
        if self.every is not None:
            yield self.every


class Place(Struct, Generic[T], frozen=True):
    """A value on the walk through an example: the branches that lead to it, and what is said of what it is in."""

    branches: tuple[Branch[T], ...]
    inherited: Branch[T] | None = None

    @property
    def best(self) -> Branch[T] | None:
        """What speaks of this value, be it of itself or of what it is in."""
        return self.pick(lambda _: True)

    @property
    def own(self) -> T | None:
        """What is said of this very value."""
        found = Place(self.branches).best
        return found.said if found else None

    def pick(self, is_wanted: Callable[[T], bool]) -> Branch[T] | None:
        """The best of what speaks of this value and is wanted."""
        candidates = [branch for branch in self.branches if branch.said is not None and is_wanted(branch.said)]
        if self.inherited is not None:
            candidates.append(self.inherited)
        return max(candidates, key=lambda branch: (branch.score, branch.length), default=None)

    def names(self, step: str) -> bool:
        """Whether something is said of this step by its name or position, and not of all of them."""
        return any(step in branch.named for branch in self.branches)

    def below(self, step: str, inherited: Branch[T] | None) -> "Place[T]":
        """The value one step further."""
        return Place(tuple(branch for above in self.branches for branch in above.follow(step)), inherited)


def plant(rules: Iterable[tuple[PactPath, RuleSet]]) -> Branch[RuleSet]:
    """The rules of a body by their paths; what ``eachValue`` says is said of every value below its path."""
    root: Branch[RuleSet] = Branch()
    derived: list[tuple[PactPath, RuleSet]] = []
    for path, rule_set in rules:
        root.add(path, rule_set)
        nested = [rule for each in rule_set.rules if each.kind is Kind.EACH_VALUE for rule in each.nested]
        if nested:
            derived.append(((*path, Wildcard.EVERY), RuleSet(tuple(nested))))
    for path, rule_set in derived:
        root.add(path, rule_set, keep=True)
    return root
