"""Brings a database to the tables this version knows; refuses one that a newer version has changed."""

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from driftwatch.store.troubles import NewerSchemaError

REVISIONS: Final = ("0001", "0002", "0003")
"""All versions of the tables, the oldest first; a test holds it to the files in ``migrations/versions``."""
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
    from alembic import command  # noqa: PLC0415 - needed once in the life of a database
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)
