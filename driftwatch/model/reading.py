"""What tests were seen to read of a mock's answers."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from driftwatch.model.finding import ReadBy
from driftwatch.model.shape import ITEM
from driftwatch.model.use import Need


class _Read(Struct):
    """A place at or below which something was read."""

    below: "dict[str, _Read]" = field(default_factory=dict)
    needed: set[int] = field(default_factory=set)
    """The tests, by number, that have no default for it."""
    is_whole: bool = False


class MockReads:
    """All that tests were seen to read of one mock."""

    __slots__ = ("_is_all_told", "_root", "_tests")

    def __init__(self) -> None:
        self._root = _Read()
        self._tests: set[int] = set()
        self._is_all_told = True

    def add(self, test: int, reads: Mapping[str, Need]) -> None:
        """What one test read, by JSON Pointer with ``*`` for items."""
        self._tests.add(test)
        for pointer, need in reads.items():
            place = self._root
            for step in pointer.split("/")[1:]:
                place = place.below.setdefault(step, _Read())
            if need is Need.NEEDED:
                place.needed.add(test)
            place.is_whole = place.is_whole or need is Need.WHOLE

    def doubt(self) -> None:
        """Some test used the mock, and nobody knows all that it read: nothing is said to be unread."""
        self._is_all_told = False

    @property
    def may_be_unread(self) -> bool:
        """Whether there can be a place that no test reads."""
        return self._is_all_told and bool(self._tests)

    def needing(self, path: str) -> set[int]:
        """The tests that read a place without a default."""
        return {test for place in self._at(path)[0] for test in place.needed}

    def is_unread(self, path: str) -> bool:
        """Whether surely no test reads a place: neither it, nor anything below, nor all of something above."""
        places, is_covered = self._at(path)
        return self.may_be_unread and not places and not is_covered

    @property
    def tests(self) -> set[int]:
        """Those that were watched."""
        return self._tests

    def _at(self, path: str) -> tuple[list[_Read], bool]:
        """What was noted of a place, and whether something above was read whole.

        ``*`` on either side is every name: items have none, and the members of a map are mocked by name.
        """
        places, is_covered = [self._root], self._root.is_whole
        for step in path.split("/")[1:]:
            places = [below for place in places for below in _below(place, step)]
            is_covered = is_covered or any(place.is_whole for place in places)
        return places, is_covered


def _below(place: _Read, step: str) -> Iterable[_Read]:
    if step == ITEM:
        return place.below.values()
    return [place.below[name] for name in dict.fromkeys((step, ITEM)) if name in place.below]


def read_by(mocks: Iterable[MockReads | None], path: str) -> ReadBy | None:
    """What tests make of a place in the answers of mocks that answer the same request; ``None`` if nobody can say.

    That a test needs it is sure whatever is known of the other mocks. That none reads it has to be known of each.
    """
    if path and not path.startswith("/"):
        return None
    told = list(mocks)
    known = [mock for mock in told if mock is not None]
    watched = {test for mock in known for test in mock.tests}
    needing = {test for mock in known for test in mock.needing(path)}
    if needing:
        return ReadBy(len(needing), len(watched))
    if known and len(known) == len(told) and all(mock.is_unread(path) for mock in known):
        return ReadBy(0, len(watched))
    return None
