"""The store, put together. SQLAlchemy is loaded only where something is to rest."""

from datetime import timedelta

from driftwatch.ports import SharedStore
from driftwatch.settings.store import StorePlace


def store_at(place: StorePlace, retention_days: int) -> SharedStore | None:
    """The memory at a place; ``None`` where nothing is to rest. Nothing is opened before it is used."""
    if place.place is None:
        return None
    from driftwatch.store.database import DatabaseStore  # noqa: PLC0415 - loaded on demand

    return DatabaseStore.at(place.place.reveal(), timedelta(days=retention_days))
