"""The last word on every provider, for processes that show it and did not audit it themselves."""

from datetime import datetime

import sqlalchemy as sa

from driftwatch.model.memory import Snapshot
from driftwatch.model.summary import Summary
from driftwatch.store.packing import pack_summary, parted, unpack_summary
from driftwatch.store.recording import lock, put
from driftwatch.store.tables import SNAPSHOTS


def show(connection: sa.Connection, summary: Summary, at: datetime) -> None:
    """Let this be the last word on the providers of a run; each gets a number higher than any before."""
    packed = [(name, pack_summary(part)) for name, part in parted(summary)]
    lock(connection, ["the snapshots"])  # so that nobody sees a higher number before a lower one
    last = connection.execute(sa.select(sa.func.max(SNAPSHOTS.c.number))).scalar() or 0
    rows = [
        {"provider": name, "number": number, "made_at": at, "snapshot": snapshot}
        for number, (name, snapshot) in enumerate(packed, last + 1)
    ]
    if rows:
        put(connection, SNAPSHOTS, rows)


def snapshots(connection: sa.Connection, after: int) -> tuple[Snapshot, ...]:
    """Those with a higher number, the lowest first."""
    query = sa.select(SNAPSHOTS.c.number, SNAPSHOTS.c.snapshot).where(SNAPSHOTS.c.number > after)
    found = connection.execute(query.order_by(SNAPSHOTS.c.number))
    return tuple(Snapshot(number, unpack_summary(packed)) for number, packed in found)
