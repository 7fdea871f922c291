"""The outbox without a disk: for a process that forgets when it ends, and for tests."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock

from msgspec.structs import replace

from driftwatch.model.notice import Told
from driftwatch.model.parcel import Parcel, Waiting

CAPACITY = 1000
"""Parcels that wait at the same time; more push out the oldest."""


@dataclass(slots=True)
class MemoryOutbox:
    """Of one process; its methods are those of ``ports.Outbox``, and none of them fails."""

    capacity: int = CAPACITY
    _parcels: dict[tuple[str, str], Parcel] = field(default_factory=dict)
    _told: dict[str, Told] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock, repr=False)

    def told(self, providers: Collection[str]) -> Mapping[str, Told]:
        """See ``ports.Outbox``."""
        with self._lock:
            return {name: one for name, one in self._told.items() if name in providers}

    def put(self, parcels: Iterable[Parcel], told: Mapping[str, Told]) -> tuple[str, ...]:
        """See ``ports.Outbox``."""
        with self._lock:
            self._told |= told
            for parcel in parcels:
                self._parcels.pop(_address(parcel), None)
                self._parcels[_address(parcel)] = replace(parcel, due_at=parcel.due_at or parcel.made_at)
            oldest = list(self._parcels)[: max(0, len(self._parcels) - self.capacity)]
            for address in oldest:
                del self._parcels[address]
        return tuple(channel for channel, _ in oldest)

    def take(
        self, channels: Collection[str], providers: Collection[str], now: datetime, hold: timedelta
    ) -> tuple[Parcel, ...]:
        """See ``ports.Outbox``."""
        with self._lock:
            due = [head for head in self._heads(channels, providers) if head.due_at is None or head.due_at <= now]
            held = [replace(parcel, due_at=now + hold) for parcel in due]
            self._parcels |= {_address(parcel): parcel for parcel in held}
        return tuple(held)

    def remove(self, parcel: Parcel) -> None:
        """See ``ports.Outbox``."""
        with self._lock:
            if self._is_there(parcel):
                del self._parcels[_address(parcel)]

    def postpone(self, parcel: Parcel) -> None:
        """See ``ports.Outbox``."""
        with self._lock:
            if self._is_there(parcel):
                self._parcels[_address(parcel)] = parcel

    def waiting(self, channels: Collection[str], providers: Collection[str]) -> Waiting:
        """See ``ports.Outbox``."""
        with self._lock:
            due = [head.due_at or head.made_at for head in self._heads(channels, providers)]
            return Waiting(sum(1 for _ in self._ours(channels, providers)), min(due, default=None))

    def _ours(self, channels: Collection[str], providers: Collection[str]) -> Iterator[Parcel]:
        return (one for one in self._parcels.values() if one.channel in channels and {*one.providers} <= {*providers})

    def _heads(self, channels: Collection[str], providers: Collection[str]) -> list[Parcel]:
        """The first of each channel: those behind it wait with it."""
        heads: dict[str, Parcel] = {}
        for parcel in self._ours(channels, providers):
            heads.setdefault(parcel.channel, parcel)
        return list(heads.values())

    def _is_there(self, parcel: Parcel) -> bool:
        there = self._parcels.get(_address(parcel))
        return there is not None and there.made_at == parcel.made_at


def _address(parcel: Parcel) -> tuple[str, str]:
    return parcel.channel, parcel.key
