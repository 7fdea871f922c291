"""Who has met what a fixture met, or a module while it was imported."""

import threading
import unittest
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

MOCKS = Path(__file__).parent / "mocks"
IMPORTED = (MOCKS / "imported.json").read_text(encoding="utf-8")
POOL = ThreadPoolExecutor(1)


def read(name: str) -> str:
    """A mock file."""
    return (MOCKS / f"{name}.json").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def session() -> str:
    """Read once."""
    return read("session")


@pytest.fixture(scope="module", params=[1, 2])
def part(request: pytest.FixtureRequest) -> str:
    """Read once for each of two."""
    return read(f"part-{request.param}")


@pytest.fixture(scope="module")
def over_session(session: str) -> Iterator[str]:
    """Reads at the end, too, when all tests are over but the last."""
    yield session
    read("teardown")


@pytest.fixture
def own() -> Iterator[str]:
    """Read for each test, before and after it."""
    yield read("setup")
    read("teardown")


def test_first(session: str) -> None:
    """Sets the shared one up."""


def test_second(session: str) -> None:
    """Finds it set up."""


def test_through_another(over_session: str) -> None:
    """Uses one that uses it."""


def test_asked_for_by_name(request: pytest.FixtureRequest) -> None:
    """Uses it without saying so before."""
    request.getfixturevalue("session")


def test_neither() -> None:
    """Uses none of it."""


def test_each_part(part: str) -> None:
    """Each of two tests has its own."""


def test_own(own: str) -> None:
    """What is set up and torn down for it alone."""


def test_threads() -> None:
    """A thread of its own, and one that an earlier test may have begun."""
    thread = threading.Thread(target=read, args=("function",))
    thread.start()
    thread.join()
    POOL.submit(read, "shared").result()


def test_an_earlier_tests_pool() -> None:
    """The pool works for whoever asks it."""
    POOL.submit(read, "part-1").result()


class TestClass:
    """Set up once for all its tests."""

    @classmethod
    def setup_class(cls) -> None:
        """Read once."""
        read("class")

    def test_one(self) -> None:
        """Sets the class up."""

    def test_two(self) -> None:
        """Finds it set up."""


class UnitTest(unittest.TestCase):
    """Of the standard library."""

    @classmethod
    def setUpClass(cls) -> None:
        """Read once."""
        read("class")

    def setUp(self) -> None:
        """Read each time."""
        read("setup")

    def test_one(self) -> None:
        """Sets the class up."""

    def test_two(self) -> None:
        """Finds it set up."""


def test_outcomes_failed() -> None:
    """Fails after it has read."""
    read("function")
    pytest.fail("on purpose", pytrace=False)


def test_outcomes_skipped() -> None:
    """Skips itself after it has read."""
    read("function")
    pytest.skip("on purpose")


@pytest.mark.xfail(strict=True)
def test_outcomes_expected() -> None:
    """Fails as it is expected to."""
    read("function")
    pytest.fail("on purpose", pytrace=False)


@pytest.fixture
def breaks_after() -> Iterator[None]:
    """Fails when it is torn down."""
    yield
    pytest.fail("on purpose", pytrace=False)


@pytest.mark.usefixtures("breaks_after")
def test_outcomes_torn_down() -> None:
    """Is green, and then is not."""
    read("function")


def test_subtests(subtests: pytest.Subtests, record: Callable[[str], None]) -> None:
    """One of two skips itself, and the test is green."""
    with subtests.test("one"):
        read("sub")
    with subtests.test("two"):
        record("two")
        pytest.skip("on purpose")


@pytest.fixture
def record() -> Callable[[str], None]:
    """Nothing that matters."""
    return lambda _: None


_ATTEMPTS: list[int] = []


@pytest.mark.flaky(reruns=2)
def test_again() -> None:
    """Fails once and then reads another file: all count, and the last outcome."""
    _ATTEMPTS.append(1)
    read("attempt" if len(_ATTEMPTS) == 1 else "function")
    assert len(_ATTEMPTS) > 1
