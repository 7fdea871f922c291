"""Who leads, of several processes at one PostgreSQL: the one whose session holds a lock that only one session can hold.

The lock ends with the session, however that ends. So the server is told to end a session that falls silent: a process
that is stopped, cut off or on a dead machine loses the lock without being asked (``idle_session_timeout``, PostgreSQL
14, where an older one has its keepalives alone). What such a process still writes when it wakes up is refused by the
database itself: see ``Fence``.
"""

import os
import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from msgspec import Struct

from driftwatch.model.memory import StoreError
from driftwatch.model.secret import Secret
from driftwatch.store.places import engine_at, shown
from driftwatch.store.troubles import DeposedError, told

LEADING: Final = 0x6472_6966_7477_0001
"""Key of the lock. A database has locks of its own: two installations may share a server, but not a database."""
SILENCE: Final = 20
"""Seconds after which the server ends a session that says nothing, or whose machine does not answer."""
NAME: Final = "driftwatch leadership"
"""What ``pg_stat_activity`` calls such a session."""
_SHORT: Final = 5
"""Seconds that one statement, or an attempt to connect, may take."""
_PATIENCE: Final = 2 * _SHORT - 2
"""Seconds after which this side gives up: the server may be unable to say that it does."""
_LASTING: Final = {
    "connect_timeout": _SHORT, "application_name": NAME,
    "keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": SILENCE * 500,
}  # fmt: skip
"""Of libpq: a server that is gone is noticed by this side, too. ``tcp_user_timeout`` is in milliseconds."""
_OF_SERVER: Final = {
    "statement_timeout": f"{_SHORT}s", "tcp_keepalives_idle": "5", "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3", "tcp_user_timeout": f"{SILENCE}s",
}  # fmt: skip
"""Settings of the session (chapters 20.3 and 20.11 of PostgreSQL's manual); without meaning for a Unix socket."""
_OF_14: Final = {"idle_session_timeout": f"{SILENCE}s"}
_HELD: Final = sa.text(
    "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
    " AND l.classid = CAST(:high AS oid) AND l.objid = CAST(:low AS oid)"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND a.pid = :number AND a.backend_start = :since)"
).bindparams(high=LEADING >> 32, low=LEADING & 0xFFFF_FFFF)
"""Whether a session holds the lock. ``pg_locks`` shows a key of 64 bits in two halves, and what is true at this moment
whatever the transaction began with; numbers of sessions are given anew, the time they began at is not."""
_LEFT: Final = "driftwatch_leadership"
"""Channel on which whoever leaves the seat says so (chapter ``NOTIFY`` of PostgreSQL's manual)."""
_LISTEN: Final = sa.text(f"LISTEN {_LEFT}")
_LEAVE: Final = sa.select(sa.func.pg_advisory_unlock_all(), sa.func.pg_notify(_LEFT, ""))
_WHO: Final = sa.text(
    "SELECT pid, backend_start, pg_is_in_recovery() FROM pg_stat_activity WHERE pid = pg_backend_pid()"
)


class Session(Struct, frozen=True):
    """One session of the database's, told from all others before and after it."""

    number: int
    since: datetime

    def leads(self, connection: sa.Connection) -> bool:
        """Whether it holds the lock, as any session may ask."""
        return bool(connection.execute(_HELD, {"number": self.number, "since": self.since}).scalar_one())


class Fence(Struct):
    """Lets a transaction end only while the session holds the lock for which its run was begun.

    A process may be stopped at any moment, and go on when another one leads: what it found meanwhile is old.
    """

    _session: Session | None
    _refused: Callable[[], None]
    """Told when one was not let through."""
    has_refused: bool = False

    def __call__(self, connection: sa.Connection) -> None:
        """Raises ``DeposedError`` if the transaction must not end well."""
        if self._session is None or not self._session.leads(connection):
            self.has_refused = True
            self._refused()
            raise DeposedError


@dataclass(slots=True)
class Seat:
    """The place that one process at a time can have, seen by one of them. For one thread, but for ``fence``."""

    _where: Secret
    _engine: sa.Engine | None = field(default=None, repr=False)
    _connection: sa.Connection | None = field(default=None, repr=False)
    _session: Session | None = None

    @classmethod
    def at(cls, place: str) -> "Seat":
        """The seat of a PostgreSQL; nothing is opened before it is used."""
        return cls(Secret(place))

    @property
    def place(self) -> str:
        """Fit to be shown."""
        return shown(self._where.reveal())

    def take(self) -> bool | StoreError:
        """Sit down if nobody sits there; whether that worked. Not for one who sits there already."""
        return self._careful(self._taken)

    def prove(self) -> bool | StoreError:
        """Whether this process still sits there; if not, or if that cannot be known, it has stood up."""
        return self._careful(self._proven)

    def leave(self) -> None:
        """Stand up, so that the next one need not wait."""
        connection, self._connection, self._session = self._connection, None, None
        if connection is None:
            return
        with suppress(sa.exc.SQLAlchemyError):
            connection.execute(_LEAVE)
        with suppress(sa.exc.SQLAlchemyError):
            connection.close()

    def has_stirred(self) -> bool:
        """Whether the server has said something unasked: that the seat was left, or that it ends the session."""
        if self._connection is None:
            return False
        with suppress(Exception):  # whatever is wrong with the connection, the next look meets it and tells
            driver: Any = self._connection.connection.driver_connection
            ear = select.poll()
            ear.register(driver.fileno(), select.POLLIN)
            return bool(ear.poll(0))
        return False

    def fence(self, refused: Callable[[], None]) -> Fence:
        """For a run that begins now."""
        return Fence(self._session, refused)

    def _careful(self, attempt: Callable[[], bool | StoreError]) -> bool | StoreError:
        """An attempt of limited time, after whose failure nothing is left open: no lock stays that nobody knows of."""
        hurry = threading.Timer(_PATIENCE, self._cut)
        hurry.daemon = True
        hurry.start()
        try:
            came = self._told(attempt)
        finally:
            hurry.cancel()
        if isinstance(came, StoreError):
            self._drop()
        return came

    @told
    def _told(self, attempt: Callable[[], bool | StoreError]) -> bool | StoreError:
        return attempt()

    def _taken(self) -> bool | StoreError:
        connection = self._connection if self._connection is not None else self._open()
        number, since, is_copy = connection.execute(_WHO).one()
        if trouble := self._unfit(connection, number, is_copy=is_copy):
            return trouble
        connection.execute(_LISTEN)  # before it tries, or it could miss that the seat is left right after
        is_mine = connection.execute(sa.select(sa.func.pg_try_advisory_lock(LEADING))).scalar_one()
        self._session = Session(number, since) if is_mine else None
        return bool(is_mine)

    def _proven(self) -> bool:
        if self._connection is not None and self._session is not None and self._session.leads(self._connection):
            return True
        self._drop()
        return False

    def _open(self) -> sa.Connection:
        if self._engine is None:
            self._engine = engine_at(self._where.reveal(), _LASTING)
        connection = self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        version = connection.dialect.server_version_info or ()
        settings = _OF_SERVER | (_OF_14 if version >= (14,) else {})
        connection.execute(sa.select(*(sa.func.set_config(name, value, False) for name, value in settings.items())))
        return connection

    def _unfit(self, connection: sa.Connection, number: int, *, is_copy: bool) -> StoreError | None:
        """Why a lock would prove nothing here."""
        driver: Any = connection.connection.driver_connection
        if driver.info.backend_pid != number:
            # PgBouncer gives its clients numbers of its own; shared sessions would let two of them lead at once
            return StoreError(
                self.place,
                "a pooler such as PgBouncer stands before it, which may share one session among several replicas",
                "Give `driftwatch serve` the address of PostgreSQL itself; until then it audits nothing.",
            )
        if is_copy:
            return StoreError(
                self.place,
                "it is a standby, which knows nothing of the locks of its primary",
                "Give `driftwatch serve` the address of the primary; until then it audits nothing.",
            )
        return None

    def _cut(self) -> None:
        """End the wait for an answer that does not come: what stands between may swallow all and say nothing."""
        if self._connection is None:
            return
        with suppress(Exception):  # it may be closed by now, which is as good
            driver: Any = self._connection.connection.driver_connection
            with socket.socket(fileno=os.dup(driver.fileno())) as same:
                same.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        """Let go of a connection without another word: the server ends the session, and the lock with it."""
        connection, self._connection, self._session = self._connection, None, None
        if connection is not None:
            with suppress(sa.exc.SQLAlchemyError):
                connection.invalidate()
                connection.close()
