"""The days' budgets in a database: several processes spend of them, and together no more than there is."""

from datetime import date, timedelta
from typing import Final

import sqlalchemy as sa

from driftwatch.store.recording import lock, put
from driftwatch.store.tables import SPENDING

_KEPT: Final = timedelta(days=2)
"""A run may go on over midnight and give back what it took the day before."""


def spend(connection: sa.Connection, name: str, day: date, wanted: int, most: int) -> int:
    """How many of ``wanted`` requests may be sent on that day; less than nothing is given back."""
    lock(connection, [f"budget of {name}"])
    before = spent(connection, name, day)
    granted = max(-before, min(wanted, max(0, most - before)))
    put(connection, SPENDING, [{"name": name, "day": day, "requests": before + granted}])
    connection.execute(SPENDING.delete().where(SPENDING.c.day < day - _KEPT))
    return granted


def spent(connection: sa.Connection, name: str, day: date) -> int:
    """How many requests were spent on a day."""
    found = sa.select(SPENDING.c.requests).where(SPENDING.c.name == name, SPENDING.c.day == day)
    return int(connection.execute(found).scalar() or 0)
