"""What all requests to one host share: how many are in flight, and how fast they follow one another."""

from collections.abc import Iterable, Mapping

from driftwatch.transport.pace import Pace
from driftwatch.transport.target import Origin, Target


class Host:
    """One party on the network. Targets behind one gateway are one host: it feels their sum."""

    __slots__ = ("_concurrency", "free", "pace")

    def __init__(self, targets: Iterable[Target]) -> None:
        strictest = tuple(targets)
        rates = [target.rate for target in strictest if target.rate is not None]
        self._concurrency = min(target.concurrency for target in strictest)
        self.free = self._concurrency
        """How many more requests may be in flight."""
        self.pace = Pace(min(rates, default=None), min(target.burst for target in strictest))

    def clear(self) -> None:
        """Nothing is in flight any more."""
        self.free = self._concurrency


def hosts_of(targets: Mapping[str, Target]) -> Mapping[Origin, Host]:
    """The hosts behind the targets."""
    shared: dict[Origin, list[Target]] = {}
    for target in targets.values():
        shared.setdefault(target.origin, []).append(target)
    return {origin: Host(members) for origin, members in shared.items()}
