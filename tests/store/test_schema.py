"""Two ways to the tables of this version, at once and step by step, which must not part."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from driftwatch.store import schema
from driftwatch.store.database import DatabaseStore
from driftwatch.store.places import engine_at
from driftwatch.store.tables import METADATA
from tests.postgres import Cluster
from tests.store.making import given, keep

if TYPE_CHECKING:
    from alembic.config import Config


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def two_places(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Two new databases of one kind."""
    if request.param == "sqlite":
        return str(tmp_path / "one.db"), str(tmp_path / "other.db")
    running: Cluster = request.getfixturevalue("postgres")
    return running.new_database(), running.new_database()


def described(connection: sa.Connection) -> Mapping[str, object]:
    """All tables, as the database itself tells of them."""
    inspector = sa.inspect(connection)
    written: Mapping[str, str] = {}
    if connection.dialect.name == "sqlite":
        written = dict(connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())
    return {
        name: {
            "columns": [_plain(column) for column in inspector.get_columns(name)],
            "key": inspector.get_pk_constraint(name),
            "references": _sorted(inspector.get_foreign_keys(name)),
            "indexes": _sorted(inspector.get_indexes(name)),
            "unique": _sorted(inspector.get_unique_constraints(name)),
            "checks": _sorted(inspector.get_check_constraints(name)),
            "counts up": "AUTOINCREMENT" in written.get(name, ""),
            "has rows": "WITHOUT ROWID" not in written.get(name, ""),
        }
        for name in inspector.get_table_names()
    }


def _plain(column: Mapping[str, Any]) -> Mapping[str, object]:
    return {**column, "type": str(column["type"])}


def _sorted(found: list[Any]) -> list[Any]:
    return sorted(found, key=repr)


def test_a_new_database_is_what_every_step_leads_to(two_places: tuple[str, str]) -> None:
    """Column for column, key for key, with the same version."""
    new, stepped = map(engine_at, two_places)
    with new.connect() as one, one.begin(), stepped.connect() as other, other.begin():
        schema.migrate(one)
        schema.upgrade(other)
        assert described(one).keys() == {schema.VERSION.name, *METADATA.tables}
        assert described(one) == described(other)
        assert one.execute(sa.select(schema.VERSION)).all() == other.execute(sa.select(schema.VERSION)).all()
    new.dispose()
    stepped.dispose()


def test_an_older_database_keeps_what_it_holds(two_places: tuple[str, str]) -> None:
    """It is brought here by the steps that are missing, and by them alone."""
    from alembic import command

    place, _ = two_places
    engine = engine_at(place)
    with engine.connect() as connection, connection.begin():
        command.upgrade(steps(connection), schema.REVISIONS[0])
        connection.execute(sa.text("INSERT INTO lives VALUES ('f', 'p', 'k', 's', 'open', :at, :at, NULL, '{}')"),
                           {"at": "2026-05-01 00:00:00+00"})  # fmt: skip
        assert not schema.is_current(connection)
        schema.migrate(connection)
        assert schema.is_current(connection)
        assert connection.execute(sa.text("SELECT fingerprint FROM lives")).scalars().all() == ["f"]
    engine.dispose()


@pytest.mark.parametrize("version", schema.REVISIONS[:-1])
def test_rows_of_every_older_version_are_read(version: str, two_places: tuple[str, str]) -> None:
    """What a store had learnt in the tables of then is there in those of today, and more can be kept beside it."""
    from alembic import command

    place, _ = two_places
    store = DatabaseStore.at(place)
    keep(store, 0)
    known = told(store)
    store.close()
    engine = engine_at(place)
    with engine.connect() as connection, connection.begin():
        command.downgrade(steps(connection), version)
        assert not schema.is_current(connection)
    engine.dispose()
    store = DatabaseStore.at(place)
    assert told(store) == known
    assert keep(store, 1) == []
    assert len(given(store.runs(9))) == 2
    store.close()


def told(store: DatabaseStore) -> tuple[object, ...]:
    """What every version remembers."""
    came = store.lives(["payments"]), store.runs(9), store.mocks("payments"), store.scores("payments", 9)
    return tuple(map(given, came))


def steps(connection: sa.Connection) -> "Config":
    """What alembic must know to go through the versions."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def test_tables_of_others_are_no_older_version(two_places: tuple[str, str]) -> None:
    """A database that other tables stand in is as good as new."""
    place, _ = two_places
    engine = engine_at(place)
    with engine.connect() as connection, connection.begin():
        connection.execute(sa.text("CREATE TABLE theirs (id INTEGER)"))
        schema.migrate(connection)
        assert schema.is_current(connection)
        assert {"theirs", "runs"} <= set(sa.inspect(connection).get_table_names())
    engine.dispose()


_LOADED = """\
import sys
from driftwatch.store.database import DatabaseStore
DatabaseStore.at(sys.argv[1]).recall([])
print("alembic" in sys.modules)
"""


def test_only_an_upgrade_loads_what_upgrades_need(tmp_path: Path) -> None:
    """Neither the first run with a database nor the next one does; both find their tables."""
    place = str(tmp_path / "driftwatch.db")
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", _LOADED, place], capture_output=True, text=True, check=True)
        assert done.stdout == "False\n"
    store = DatabaseStore.at(place)
    keep(store, 0)
    store.close()
