"""What a rule is: a kind with coordinates, and a function that finds it among the open differences.

Each module in ``rules/`` has a ``KIND``, a ``find`` and a docstring with the sections the house test asks for; the
docstring is the page that ``driftwatch explain`` prints.
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import Protocol

from msgspec import Struct

from driftwatch.drift.difference import Comparison, Difference
from driftwatch.model.finding import Category, Direction, Prevalence, Severity


class Turn(IntEnum):
    """When a rule looks: the specific before the general (drift semantics 3.10)."""

    WHOLE = 0
    """One cause for the whole answer."""
    ENVELOPE = 1
    CARDINALITY = 2
    VARIANT = 3
    RENAME = 4
    MOVE = 5
    FACT = 6
    REST = 7
    """Names what nobody more specific wanted."""


class Kind(Struct, frozen=True):
    """A named judgement and where it stands in the catalogue."""

    id: str
    category: Category
    severity: Severity
    direction: Direction
    title: str
    """A few words for a heading: ``a promised field is never delivered``."""
    family: str = ""
    """Kinds of one pair share it; the id itself if there is no pair."""
    turn: Turn = Turn.FACT
    is_health: bool = False
    """It describes the audit, not the mock, and never counts as drift."""
    is_static: bool = False
    """It rests on the mock alone; whether its answer is true is another question, so the verdict ignores it."""


class Draft(Struct, frozen=True):
    """What a rule says; ``judge`` gives it an address and the operator's weight."""

    about: tuple[Difference, ...]
    """The differences this names; they are taken."""
    path: str
    claim: str
    observed: str
    hint: str
    severity: Severity | None = None
    """If the rule itself decides; else the kind's own."""
    detail: str = ""
    prevalence: Prevalence | None = None
    swallows: tuple[Difference, ...] = ()
    """Further differences that have the same cause; taken as well and listed in ``explains``."""


class Rule(Protocol):
    """A module of ``rules/``."""

    KIND: Kind
    __doc__: str | None

    def find(self, comparison: Comparison) -> Iterator[Draft]:
        """What of this kind there is among the open differences."""
        ...
