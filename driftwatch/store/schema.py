"""Brings a database to the tables this version knows; refuses one that a newer version has changed.

A new database gets its tables at once, an older one by the steps in ``migrations/``: whoever tries driftwatch, and
every job whose store is its own, need not load what only an upgrade needs. A test holds the two ways together.
"""

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from driftwatch.store.tables import METADATA
from driftwatch.store.troubles import NewerSchemaError

REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006")
"""All versions of the tables, the oldest first; a test holds it to the files in ``migrations/versions``."""
VERSION: Final = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Where alembic remembers the version, as ``MigrationContext`` (1.20) makes it."""
_MIGRATING: Final = 0x6472_6966_7477_0000
"""Key of the advisory lock that lets one process at a time change a PostgreSQL database."""


def is_current(connection: sa.Connection) -> bool:
    """Whether the tables are those of this version.

    Raises ``NewerSchemaError`` if they are those of a version that this one does not know.
    """
    version = _version(connection)
    if version is not None and version not in REVISIONS:
        raise NewerSchemaError(version)
    return version == REVISIONS[-1]


def migrate(connection: sa.Connection) -> None:
    """Bring the tables to this version, within the connection's transaction: wholly or not at all."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
    if is_current(connection):
        return  # another process was quicker
    if {VERSION.name, *METADATA.tables}.isdisjoint(sa.inspect(connection).get_table_names()):
        create(connection)
    else:
        upgrade(connection)


def create(connection: sa.Connection) -> None:
    """Make the tables of this version in a database that has none of them."""
    METADATA.create_all(connection, checkfirst=False)
    VERSION.create(connection)
    connection.execute(VERSION.insert(), {"version_num": REVISIONS[-1]})


def upgrade(connection: sa.Connection) -> None:
    """Take the steps from the version that is there; from none at all, every step."""
    from alembic import command  # noqa: PLC0415 - needed once in the life of a database, or never
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(VERSION.name):
        return None
    found = connection.execute(sa.select(VERSION.c.version_num)).scalar_one_or_none()
    return None if found is None else str(found)
