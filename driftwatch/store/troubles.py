"""From what a database throws to a ``StoreError``: what is wrong in a few words, and what a person can do.

Messages of drivers are never passed on: those of PostgreSQL quote values.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar, cast

import sqlalchemy as sa

from driftwatch.model.memory import StoreError

P = ParamSpec("P")
R = TypeVar("R")


class NewerSchemaError(Exception):
    """The tables were made by a version of driftwatch that this one does not know."""


class MissingDriverError(Exception):
    """The library that speaks to this database is not installed."""


class DeposedError(Exception):
    """The process no longer leads for which a run was begun."""


class Placed(Protocol):
    """Anything that knows where its database is."""

    @property
    def place(self) -> str:
        """Fit to be shown."""
        ...


S = TypeVar("S", bound=Placed)


def told(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R | StoreError]:
    """A method whose troubles with the database are values; mistakes of ours are still raised."""

    @wraps(method)
    def telling(self: S, *args: P.args, **kwargs: P.kwargs) -> R | StoreError:
        try:
            return method(self, *args, **kwargs)
        except (sa.exc.SQLAlchemyError, OSError, NewerSchemaError, MissingDriverError, DeposedError) as error:
            trouble = trouble_of(error, self.place)
            if trouble is None:
                raise
            return trouble

    return cast("Callable[Concatenate[S, P], R | StoreError]", telling)


def is_passing(error: sa.exc.DBAPIError) -> bool:
    """Whether trying again may help: somebody else holds a lock, or two transactions were in each other's way."""
    return _reason(error) in ("locked", "conflict")


def trouble_of(error: Exception, place: str) -> StoreError | None:
    """What is to be said of an error; ``None`` if it is a mistake of ours."""
    if isinstance(error, NewerSchemaError):
        remedy = "Use that version or a newer one, or another store; the tables are never taken back by themselves."
        return StoreError(place, f"its tables are of version {error}, made by a newer driftwatch", remedy)
    if isinstance(error, MissingDriverError):
        return StoreError(place, "the driver is not installed", "Install it: pip install 'driftwatch-audit[postgres]'.")
    if isinstance(error, DeposedError):
        remedy = "Nothing need be done: whoever leads audits by the same schedule."
        return StoreError(place, "this run was begun by a replica that has ceased to lead", remedy)
    if isinstance(error, OSError):
        remedy = "Make the folder writable, or set `store` to another place or to `none`."
        return StoreError(place, (error.strerror or type(error).__name__).lower(), remedy)
    reason = _reason(error) if isinstance(error, sa.exc.DBAPIError) else None
    return StoreError(place, *_TOLD[reason]) if reason is not None else None


def _reason(error: sa.exc.DBAPIError) -> str | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF)
    if type(error.orig).__module__.partition(".")[0] == "sqlite3":
        return "down"  # raised by the module itself: a path that cannot be opened
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return _unconnected(error) if isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) else None
    return _SQLSTATES.get(state) or _SQLSTATE_CLASSES.get(state[:2])


def _unconnected(error: sa.exc.DBAPIError) -> str:
    """Why no connection came about: libpq passes on the server's words without their code."""
    said = str(error.orig)
    return next((reason for words, reason in _UNCONNECTED.items() if words in said), "down")


_UNCONNECTED: Final = {
    "authentication failed": "denied", "no password supplied": "denied", "pg_hba.conf": "denied",
    'role "': "denied", 'database "': "absent",
}  # fmt: skip
_SQLITE: Final = {
    5: "locked", 6: "locked", 8: "read-only", 10: "input-output", 11: "corrupt", 13: "full", 14: "down", 26: "corrupt",
}  # fmt: skip
"""Primary result codes (sqlite.org/rescode.html)."""
_SQLSTATES: Final = {
    "40001": "conflict", "40P01": "conflict", "55P03": "locked", "53100": "full", "25006": "read-only",
    "57014": "locked", "42501": "denied", "3D000": "absent",
}  # fmt: skip
_SQLSTATE_CLASSES: Final = {
    "08": "down",
    "28": "denied",
    "53": "down",
    "57": "down",
    "58": "input-output",
    "XX": "corrupt",
}
"""SQLSTATE of PostgreSQL (appendix A of its manual)."""
_TOLD: Final = {
    "locked": (
        "another process has held it for too long",
        "Find out which, with `fuser FILE` or pg_stat_activity; the next run tries again.",
    ),
    "conflict": ("other processes were in the way again and again", "The next run tries again."),
    "read-only": ("it can be read but not written", "Make file and folder writable, or set `store` to another place."),
    "input-output": ("its disk fails", "Look at the disk; set `store` to a place on another one meanwhile."),
    "corrupt": (
        "it is no database, or a damaged one",
        "Move it away, with its `-wal` and `-shm`: a new one is made by the next run. Only history is lost.",
    ),
    "full": ("the disk is full", "Make room, or shorten `retention_days`; the next run goes on where this one began."),
    "down": ("it cannot be reached or opened", "Check that it runs and that host, port and path are right."),
    "denied": ("it does not let us in", "Check user, password and rights; the user must be allowed to make tables."),
    "absent": ("there is no such database", "Make it with `createdb`; the tables are made by the first run."),
}
