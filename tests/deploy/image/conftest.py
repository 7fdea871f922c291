"""One engine, one base and one image for all tests of a session, also where several processes share it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.image.building import IMAGE, Secrets, build
from tests.deploy.image.cache import locked
from tests.deploy.image.engine import Engine, need_programs, shared_engine


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Engine]:
    """Where images are built and containers run; skips, loudly, where that is impossible."""
    need_programs()
    own = tmp_path_factory.getbasetemp()
    with shared_engine(own if worker_id == "master" else own.parent) as found:
        yield found


@pytest.fixture(scope="session")
def secrets(engine: Engine) -> Secrets:
    """What the build is lent."""
    folder = engine.folder / "secrets"
    folder.mkdir(exist_ok=True)
    return Secrets.of_this_machine(folder)


@pytest.fixture(scope="session")
def image(engine: Engine, secrets: Secrets) -> str:
    """The image, built of this checkout."""
    with locked(engine.folder / "image.lock"):
        if engine.try_podman("image", "exists", IMAGE).returncode != 0:
            build(engine, secrets)
    return IMAGE


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that containers may look into, whoever they run as."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o5 != 0o5:
            folder.chmod(folder.stat().st_mode | 0o5)
    return tmp_path
