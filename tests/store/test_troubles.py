"""What a store in trouble says: a few words, a place, a remedy; never an exception, never a value of anybody's."""

import os
import re
import sqlite3
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from driftwatch.model.memory import StoreError
from driftwatch.store import places, schema
from driftwatch.store.database import DatabaseStore
from tests.postgres import Cluster
from tests.store.making import a_mock, a_run, an_entry, given, keep, nothing_happens


def _trouble(store: DatabaseStore) -> StoreError:
    came = store.begin(a_run())
    assert isinstance(came, StoreError)
    assert came.remedy.endswith(".")
    return came


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """It is left as it is, and the remedy says what to do with it."""
    file = tmp_path / "notes.db"
    file.write_text("these are my notes\n" * 100)
    trouble = _trouble(DatabaseStore.at(str(file)))
    assert trouble.place == str(file)
    assert "no database" in trouble.problem
    assert "Move it away" in trouble.remedy
    assert file.read_text() == "these are my notes\n" * 100


def test_a_damaged_database(tmp_path: Path) -> None:
    """Pages full of rubbish are told as such, at the latest when they are read."""
    file = tmp_path / "driftwatch.db"
    store = DatabaseStore.at(str(file))
    for number in range(30):
        keep(store, number)
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    size = file.stat().st_size
    with file.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xde\xad" * ((size - 4096) // 2))
    trouble = _trouble(DatabaseStore.at(str(file)))
    assert "damaged" in trouble.problem


def test_a_newer_schema(place: str) -> None:
    """Tables of a version that this one does not know are not touched."""
    store = DatabaseStore.at(place)
    keep(store, 0)
    with store.engine.connect() as connection, connection.begin():
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    trouble = _trouble(DatabaseStore.at(place))
    assert "9999" in trouble.problem
    assert "newer" in trouble.problem


def test_a_folder_that_may_not_be_made(tmp_path: Path) -> None:
    """A file stands where the folder is to be: the reason is the system's, in its words."""
    (tmp_path / "taken").write_text("")
    trouble = _trouble(DatabaseStore.at(str(tmp_path / "taken" / "deep" / "driftwatch.db")))
    assert trouble.problem
    assert str(tmp_path) in trouble.place


def test_a_full_disk_takes_nothing_away(tmp_path: Path) -> None:
    """The run that did not fit is not there in part, what was there stays, and the next one fits again."""
    store = DatabaseStore.at(str(tmp_path / "driftwatch.db"))
    keep(store, 0)
    before = given(store.lives()), given(store.runs(9)), given(store.mocks("payments"))

    @sa.event.listens_for(store.engine, "connect")
    def full(connection: sqlite3.Connection, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}").close()

    run = a_run(1)
    mocks = tuple(a_mock(number) for number in range(2000))
    trouble = store.record(an_entry(run, mocks), nothing_happens)
    assert isinstance(trouble, StoreError)
    assert "full" in trouble.problem
    sa.event.remove(store.engine, "connect", full)
    assert (given(store.lives()), given(store.runs(9)), given(store.mocks("payments"))) == before
    given(store.record(an_entry(run, mocks), nothing_happens))
    assert len(given(store.mocks("payments"))) == 2000


@pytest.mark.skipif(os.getuid() == 0, reason="NOT RUN: root may write anywhere")
def test_a_file_that_may_only_be_read(tmp_path: Path) -> None:
    """Told as such."""
    file = tmp_path / "driftwatch.db"
    keep(DatabaseStore.at(str(file)), 0)
    file.chmod(0o400)
    assert "not written" in _trouble(DatabaseStore.at(str(file))).problem


def test_a_server_that_is_not_there() -> None:
    """Nobody listens; the password of the URL is in no message."""
    store = DatabaseStore.at("postgresql://me:do-not-show-me@127.0.0.1:1/x?password=do-not-show-me")
    trouble = _trouble(store)
    assert "cannot be reached" in trouble.problem
    assert "127.0.0.1" in trouble.place
    assert "do-not-show-me" not in f"{trouble}{store}{store!r}"


@pytest.mark.postgres
def test_a_database_that_is_not_there(postgres: Cluster) -> None:
    """The remedy names the program that makes one."""
    trouble = _trouble(DatabaseStore.at(f"postgresql://driftwatch@/absent?host={postgres.folder}"))
    assert "no such database" in trouble.problem
    assert "createdb" in trouble.remedy


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Folder, database and the files beside it, whatever the umask; git is told to leave them alone."""
    before = os.umask(0)
    try:
        store = DatabaseStore.at(str(tmp_path / "made" / "driftwatch.db"))
        keep(store, 0)
        with store.engine.connect() as connection:
            connection.execute(sa.text("SELECT 1 FROM runs")).all()
            rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "made").iterdir()}
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o700
    assert set(rights) == {"driftwatch.db", "driftwatch.db-wal", "driftwatch.db-shm", ".gitignore"}
    assert {mode for name, mode in rights.items() if name != ".gitignore"} == {0o600}
    assert (tmp_path / "made" / ".gitignore").read_text() == "*\n"


def test_a_folder_that_was_there_is_left_as_it_was(tmp_path: Path) -> None:
    """Nothing but the database is put into a folder of somebody's own."""
    tmp_path.chmod(0o755)
    keep(DatabaseStore.at(str(tmp_path / "driftwatch.db")), 0)
    assert not (tmp_path / ".gitignore").exists()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_the_revisions_are_those_of_the_files() -> None:
    """The list in the code names every file of migrations, in their order."""
    folder = Path(schema.__file__).parent / "migrations" / "versions"
    found = sorted(
        re.findall(r"^revision = \"(\d+)\"", "".join(file.read_text() for file in folder.glob("v*.py")), re.MULTILINE)
    )
    assert tuple(found) == schema.REVISIONS


def test_migrations_make_the_tables_of_the_code(database: DatabaseStore) -> None:
    """Column for column, index for index, on each database."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from driftwatch.store.tables import METADATA

    with database.engine.connect() as connection, connection.begin():
        schema.upgrade(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": METADATA})
        apart = compare_metadata(context, METADATA)
    unnamed = [change for change in apart if "uq" not in str(change).lower() and "UniqueConstraint" not in str(change)]
    assert unnamed == []


def test_a_store_is_migrated_once_and_found_ready(place: str) -> None:
    """The second store object finds the tables, and the salt of the first."""
    first = DatabaseStore.at(place)
    salt = given(first.recall([])).salt
    first.close()
    second = DatabaseStore.at(place)
    assert given(second.recall([])).salt == salt
    assert len(salt) == 32
    second.close()


PLACES = {
    "/var/lib/x.db": "/var/lib/x.db",
    "sqlite:////var/lib/x.db": "/var/lib/x.db",
    "postgresql://me:secret@db:5433/x?sslmode=require&password=secret": "postgresql://me:***@db:5433/x",
    "postgres://db/x": "postgres://db/x",
}


@pytest.mark.parametrize(("written", "shown"), PLACES.items(), ids=range(len(PLACES)))
def test_a_place_is_shown_without_its_secrets(written: str, shown: str) -> None:
    """Whatever stands in the query, too."""
    assert places.shown(written) == shown


def test_another_database_is_refused() -> None:
    """Before anything is opened."""
    with pytest.raises(ValueError, match="mysql"):
        places.engine_at("mysql://db/x")


def test_long_reasons_are_cut(database: DatabaseStore) -> None:
    """A verdict's reason is a few words; a stranger's may be long."""
    mock = replace(a_mock(), reason="x" * 10_000)
    given(database.record(an_entry(a_run(), (mock,)), nothing_happens))
    assert given(database.mocks("payments"))[0].reason == "x" * 500
