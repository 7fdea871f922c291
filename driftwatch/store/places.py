"""From where a store is to a SQLAlchemy engine that behaves: a file is for its owner alone, locks are waited for."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import URL

from driftwatch.store.troubles import MissingDriverError

PATIENCE: Final = 30
"""Seconds to wait for another process's lock, and for the machine of a database to be heard of again."""
_ANSWER: Final = 10
"""Seconds to wait for a connection: whoever looks at a page waits, too."""
_POSTGRES: Final = ("postgres", "postgresql")
WRITES: Final = "driftwatch_writes"
"""Execution option of a connection whose transaction is going to write."""
_ABANDONED: Final = "SET LOCAL idle_in_transaction_session_timeout = '60s'"
"""A process that stops in the middle of a transaction must not hold up the others with its locks."""


def engine_at(place: str, libpq: Mapping[str, Any] = MappingProxyType({})) -> sa.Engine:
    """The engine of a path, of ``sqlite:///PATH`` or of ``postgresql://…``; nothing is opened or made yet.

    It has no pool: a run has a handful of transactions, and none of them finds a connection that went stale meanwhile.
    ``libpq`` are parameters of a PostgreSQL connection beside the usual ones.

    Raises ``ValueError`` for any other URL and ``MissingDriverError`` where PostgreSQL's driver is not installed.
    """
    scheme, is_url, rest = place.partition("://")
    if not is_url or scheme == "sqlite":
        return _sqlite(Path(rest.removeprefix("/") if is_url else place))
    if scheme.partition("+")[0] in _POSTGRES:
        return _postgres(place, libpq)
    raise ValueError(f"a store is a path, sqlite:///PATH or postgresql://…, not {scheme}://")


def shown(place: str) -> str:
    """A place fit to be shown: without the password, which may stand in the query, too."""
    if "://" not in place or place.startswith("sqlite:"):
        return place.removeprefix("sqlite:///")
    try:
        url = sa.make_url(place)
    except sa.exc.ArgumentError:
        return "postgresql://…"
    return url.set(query={}).render_as_string(hide_password=True)


def _postgres(place: str, libpq: Mapping[str, Any]) -> sa.Engine:
    url = sa.make_url(place).set(drivername="postgresql+psycopg")
    usual = {
        "connect_timeout": _ANSWER, "application_name": "driftwatch",
        "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4, "tcp_user_timeout": PATIENCE * 1000,
    }  # fmt: skip
    try:
        engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={**usual, **libpq})
    except ModuleNotFoundError as error:
        raise MissingDriverError from error

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(WRITES, False):
            connection.exec_driver_sql(_ABANDONED)

    return engine


def _sqlite(file: Path) -> sa.Engine:
    engine = sa.create_engine(
        URL.create("sqlite", database=str(file)), poolclass=sa.NullPool, connect_args={"timeout": PATIENCE}
    )

    @sa.event.listens_for(engine, "do_connect")
    def made(*_: Any) -> None:
        _make(file)

    @sa.event.listens_for(engine, "connect")
    def prepared(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver begins no transactions of its own; `begun` does
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        # A transaction that reads first and writes later would fail if another one wrote between.
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _make(file: Path) -> None:
    """The file and its folder, for nobody else's eyes; SQLite gives its side files the same rights."""
    folder = file.parent
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="ascii")
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
