"""A set of mocks as their server tries them, and the traffic they stand for."""

from collections.abc import Mapping

from msgspec import Struct, field

from driftwatch.model.interaction import Interaction


class Matching(Struct, frozen=True):
    """Which requests a mock answers; what is not named may be anything."""

    method: str = ""
    path: str = ""
    path_regex: str = ""
    """In the place of ``path``; it takes the whole path unless it has an anchor."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Covered(Struct, frozen=True):
    """One mock of a set, in the order in which the set is tried; the first that matches answers."""

    name: str
    matching: Matching
    interaction: Interaction


class Call(Struct, frozen=True):
    """An operation that the consumer was seen to call."""

    method: str
    path: str
    path_template: str


class Traffic(Struct, frozen=True):
    """Real traffic, as far as somebody recorded it."""

    statuses: Mapping[int, int] = field(default_factory=dict)
    """How often each status was answered."""
    calls: tuple[Call, ...] = ()
