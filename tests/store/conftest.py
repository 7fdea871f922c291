"""Every store there is: the suite of this room runs against each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from driftwatch.ports import Store
from driftwatch.store.database import DatabaseStore
from driftwatch.store.memory import MemoryStore
from tests.postgres import Cluster, for_tests

Place = Callable[[], str]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL for the session."""
    yield from for_tests()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new database is to be, or is."""
    if request.param == "sqlite":
        return str(tmp_path / "new" / "driftwatch.db")
    running: Cluster = request.getfixturevalue("postgres")
    return running.new_database()


@pytest.fixture
def database(place: str) -> Iterator[DatabaseStore]:
    """A store in a new database."""
    store = DatabaseStore.at(place)
    yield store
    store.close()


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new store of every kind."""
    if request.param == "memory":
        yield MemoryStore()
        return
    url = str(tmp_path / "driftwatch.db")
    if request.param == "postgres":
        running: Cluster = request.getfixturevalue("postgres")
        url = running.new_database()
    made = DatabaseStore.at(url)
    yield made
    made.close()
