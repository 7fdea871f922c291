"""What a mender has before it: a mock's answers, the service's, and how a real value becomes a mocked one."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from driftwatch.heal.answer import Answer
from driftwatch.heal.composing import Composer, family
from driftwatch.heal.sites import Site, sites
from driftwatch.heal.tree import Node
from driftwatch.model.interaction import Matcher, MatcherKind
from driftwatch.model.probe import Observation


class UnhealableError(Exception):
    """Why a finding cannot be healed; for a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoEffectError(UnhealableError):
    """Nothing was there to be changed: it cannot be healed, or another mend did so already."""


class OnePlaceError(UnhealableError):
    """The mock has one place for what comes in several ways; a list around it may have room."""


class Disguise(Protocol):
    """Makes real values fit for a file: no person, no secret, no live id."""

    def value(self, value: object, path: str = "") -> object:
        """A JSON value that stands at a place."""
        ...

    def header(self, name: str, text: str) -> str:
        """A header's value."""
        ...

    def text(self, body: str, media_type: str = "") -> str:
        """A whole body that is no JSON."""
        ...


class Pair(Struct, frozen=True):
    """Answers of the mock, and the real ones that are held against them."""

    answers: tuple[Answer, ...]
    samples: tuple[Observation, ...]
    documents: tuple[object, ...]
    """The real ones, as far as they are JSON."""

    @property
    def roots(self) -> tuple[Node, ...]:
        """The mock's documents."""
        return tuple(answer.document for answer in self.answers if answer.document is not None)

    @property
    def matchers(self) -> tuple[Matcher, ...]:
        """All that the author said about places."""
        return tuple(matcher for answer in self.answers for matcher in answer.original.matchers)


class Bench(Struct, frozen=True):
    """One for a claim and one look at it."""

    pairs: tuple[Pair, ...]
    answers: tuple[Answer, ...]
    """All of the claim's."""
    samples: tuple[Observation, ...]
    """All that came back."""
    composer: Composer
    disguise: Disguise
    open_body: Callable[[Observation], object]
    """A sample's JSON document, or ``answer.NONE``."""
    statuses: tuple[int, ...]
    """Those that the mock shows."""
    now: datetime | None = None
    base_path: str = ""
    """What the target's URL has before the paths of the mocks."""
    by_variant: bool = True
    """Items of one variant are held against mocked items of that variant alone."""

    def sites(self, pair: Pair, path: str) -> tuple[Site, ...]:
        """The values at a path."""
        return sites(path, pair.roots, pair.documents, by_variant=self.by_variant)

    def plausible(self, values: Sequence[object], path: str, old: Node | None = None) -> object:
        """One value for all these real ones, fit for a file; what the team wrote stays where it still can."""
        made = self.disguise.value(self.composer.one(values), path)
        return made if old is None else self.grafted(old.value, made)

    def grafted(self, old: object, new: object) -> object:
        """The new value with the team's own values at the places that both have, if they are of one form there."""
        if isinstance(old, dict) and isinstance(new, dict):
            return {name: self.grafted(old[name], value) if name in old else value for name, value in new.items()}
        if isinstance(old, list) and isinstance(new, list):
            return [self.grafted(old[place], value) if place < len(old) else value for place, value in enumerate(new)]
        return old if self._is_one_form(old, new) else new

    def _is_one_form(self, old: object, new: object) -> bool:
        if old is None or family(old) != family(new) or isinstance(new, dict | list):
            return False
        if isinstance(old, str) and isinstance(new, str):
            return bool(old.strip()) and self.composer.form(old) == self.composer.form(new)
        return isinstance(old, bool) or set(self.composer.facts(old, {})) == set(self.composer.facts(new, {}))

    def exactly(self, value: object, path: str) -> object:
        """A real value as it is. Raises ``UnhealableError`` if it may not rest in a file."""
        if self.disguise.value(value, path) != value:
            raise UnhealableError("the real value may be somebody's own, so it is written into no file")
        return value


def said(pair: Pair, path: str, *kinds: MatcherKind) -> bool:
    """Whether the mock's author said something of these kinds about a place."""
    return any(matcher.path == path and matcher.kind in kinds for matcher in pair.matchers)
