"""The outbox in a database: what waits for its delivery outlives the process that was to deliver it."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from driftwatch.model.notice import Told
from driftwatch.model.parcel import Parcel, Waiting
from driftwatch.store.database import DatabaseStore
from driftwatch.store.tables import PARCELS, TOLD
from driftwatch.store.troubles import told as telling

CAPACITY: Final = 1000
"""Parcels that wait at the same time; more push out the oldest."""
_KEY_LENGTH: Final = 400


class DatabaseOutbox(DatabaseStore):
    """Beside the store, in the same database; its methods are those of ``ports.Outbox``."""

    @telling
    def told(self, providers: Collection[str]) -> Mapping[str, Told]:
        """See ``ports.Outbox``."""

        def look(connection: sa.Connection) -> Mapping[str, Told]:
            found = connection.execute(sa.select(TOLD).where(TOLD.c.provider.in_(providers)))
            return {provider: msgspec.convert(json.loads(text), Told) for provider, text in found}

        return self._read(look)

    @telling
    def put(self, parcels: Iterable[Parcel], told: Mapping[str, Told]) -> tuple[str, ...]:
        """See ``ports.Outbox``."""
        fresh = tuple(parcels)

        def change(connection: sa.Connection) -> tuple[str, ...]:
            connection.execute(sa.delete(TOLD).where(TOLD.c.provider.in_(told)))
            if told:
                rows = [{"provider": name, "told": _text(one)} for name, one in sorted(told.items())]
                connection.execute(TOLD.insert(), rows)
            for parcel in fresh:
                connection.execute(sa.delete(PARCELS).where(*_address(parcel)))
            if fresh:
                connection.execute(PARCELS.insert(), [_row(parcel) for parcel in fresh])
            return _make_room(connection)

        return self._write(change)

    @telling
    def take(
        self, channels: Collection[str], providers: Collection[str], now: datetime, hold: timedelta
    ) -> tuple[Parcel, ...]:
        """See ``ports.Outbox``."""
        if not self._read(lambda connection: _due(connection, channels, providers, now)):
            return ()  # as a rule nothing is due, and nobody need wait for a lock to learn that

        def change(connection: sa.Connection) -> tuple[Parcel, ...]:
            return tuple(
                _parcel(connection, head["number"])
                for head in _due(connection, channels, providers, now)
                if _is_held(connection, head, now + hold)
            )

        return self._write(change)

    @telling
    def remove(self, parcel: Parcel) -> None:
        """See ``ports.Outbox``."""
        self._write(lambda connection: connection.execute(sa.delete(PARCELS).where(*_same(parcel))))

    @telling
    def postpone(self, parcel: Parcel) -> None:
        """See ``ports.Outbox``."""
        values = {"attempts": parcel.attempts, "due_at": parcel.due_at or parcel.made_at}
        self._write(lambda connection: connection.execute(sa.update(PARCELS).where(*_same(parcel)).values(**values)))

    @telling
    def waiting(self, channels: Collection[str], providers: Collection[str]) -> Waiting:
        """See ``ports.Outbox``."""

        def look(connection: sa.Connection) -> Waiting:
            found = list(_ours(connection, channels, providers))
            return Waiting(len(found), min((head["due_at"] for head in _heads(found)), default=None))

        return self._read(look)


def _ours(connection: sa.Connection, channels: Collection[str], providers: Collection[str]) -> Iterator[sa.RowMapping]:
    """What waits for these channels and is about these providers alone, the oldest first."""
    query = (
        sa.select(PARCELS.c.number, PARCELS.c.channel, PARCELS.c.providers, PARCELS.c.due_at)
        .where(PARCELS.c.channel.in_(channels))
        .order_by(PARCELS.c.number)
    )
    known = set(providers)
    return (row for row in connection.execute(query).mappings() if known.issuperset(json.loads(row["providers"])))


def _heads(rows: Iterable[sa.RowMapping]) -> Iterator[sa.RowMapping]:
    """The first of each channel. Those behind it wait with it: a channel that is down is not asked for each of them."""
    seen: set[str] = set()
    for row in rows:
        if row["channel"] not in seen:
            seen.add(row["channel"])
            yield row


def _due(
    connection: sa.Connection, channels: Collection[str], providers: Collection[str], now: datetime
) -> list[sa.RowMapping]:
    return [head for head in _heads(_ours(connection, channels, providers)) if head["due_at"] <= now]


def _is_held(connection: sa.Connection, head: sa.RowMapping, until: datetime) -> bool:
    """Whether it is ours now: of two processes that see the same parcel, one moves its time first."""
    seen = (PARCELS.c.number == head["number"], PARCELS.c.due_at == head["due_at"])
    return connection.execute(sa.update(PARCELS).where(*seen).values(due_at=until)).rowcount == 1


def _parcel(connection: sa.Connection, number: int) -> Parcel:
    row = connection.execute(sa.select(PARCELS).where(PARCELS.c.number == number)).mappings().one()
    parcel = msgspec.convert(json.loads(row["parcel"]), Parcel)
    return replace(parcel, made_at=row["made_at"], attempts=row["attempts"], due_at=row["due_at"])


def _row(parcel: Parcel) -> dict[str, Any]:
    return {
        "channel": parcel.channel, "key": parcel.key[:_KEY_LENGTH], "providers": _text(parcel.providers),
        "made_at": parcel.made_at, "due_at": parcel.due_at or parcel.made_at, "attempts": parcel.attempts,
        "parcel": _text(parcel),
    }  # fmt: skip


def _address(parcel: Parcel) -> tuple[sa.ColumnElement[bool], ...]:
    return PARCELS.c.channel == parcel.channel, PARCELS.c.key == parcel.key[:_KEY_LENGTH]


def _same(parcel: Parcel) -> tuple[sa.ColumnElement[bool], ...]:
    """That very parcel, and not one that took its place."""
    return *_address(parcel), PARCELS.c.made_at == parcel.made_at


def _make_room(connection: sa.Connection) -> tuple[str, ...]:
    """Push out the oldest; the channels they were for."""
    count = connection.execute(sa.select(sa.func.count()).select_from(PARCELS)).scalar_one()
    if count <= CAPACITY:
        return ()
    query = sa.select(PARCELS.c.number, PARCELS.c.channel).order_by(PARCELS.c.number).limit(count - CAPACITY)
    oldest = connection.execute(query).all()
    connection.execute(sa.delete(PARCELS).where(PARCELS.c.number <= oldest[-1].number))
    return tuple(row.channel for row in oldest)


def _text(noun: object) -> str:
    """ASCII, so that no text of a stranger upsets a database."""
    return json.dumps(msgspec.to_builtins(noun), separators=(",", ":"))
