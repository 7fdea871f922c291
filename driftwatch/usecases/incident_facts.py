"""What a recording tells of an incident: the one exchange that went wrong, by its outward marks and without a value."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.heal.endpoint import endpoint
from driftwatch.model.traffic import Heard, HeardReading
from driftwatch.usecases.takes import Filter


class Facts(Struct, frozen=True):
    """The outward marks of one exchange."""

    at: datetime | None
    method: str
    path: str
    """A template below the provider's base URL; ids in it are named and no more."""
    status: int


def facts_of(readings: Iterable[HeardReading], chosen: Filter, base: str) -> Facts | None:
    """Those of the newest exchange that is wanted, or of the one nearest to the filter's moment; ``None`` for none."""
    heard: Heard | None = None
    for one in readings:
        if not isinstance(one, Heard):
            continue
        near = replace(one, path=below(one.path, base))
        is_nearer = heard is None or _distance(near, chosen.at) <= _distance(heard, chosen.at)
        if is_nearer and chosen.takes(near):
            heard = near
    if heard is None:
        return None
    return Facts(heard.at, heard.method, endpoint(heard.path), heard.status)


def below(path: str, base: str) -> str:
    """A path below the base path of a target; itself, if it is not."""
    bare = base.rstrip("/")
    return path.removeprefix(bare) or "/" if bare and (path == bare or path.startswith(f"{bare}/")) else path


def _distance(heard: Heard, at: datetime | None) -> float:
    if heard.at is None:
        return float("inf")
    return -heard.at.timestamp() if at is None else abs((heard.at - at).total_seconds())
