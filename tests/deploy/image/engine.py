"""podman and buildah with a storage and settings of their own: nothing of the machine's containers is seen or left."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.deploy.image.cache import locked
from tests.programs import not_run, program

_STORAGE: Final = """\
[storage]
driver = "{driver}"
graphroot = "{folder}/graph"
runroot = "{folder}/run"
"""
# runc, because Debian 12's crun refuses hosts with both versions of cgroups. Limits of processes are set, and soft as
# hard, because podman would else raise them, which a machine without CAP_SYS_RESOURCE does not let it.
_CONTAINERS: Final = """\
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "{folder}/tmp"
"""
_DRIVERS: Final = ("overlay", "vfs")
"""The quick one, and one that works everywhere, such as on a root that is an overlay itself."""
_NOISE: Final = "unable to get systemd connection"
"""podman's, of health checks that nobody times: that is systemd's work where there is one."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Both programs over one storage."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What leads the programs to it."""
        return {
            **os.environ,
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
        }

    def podman(self, *words: object, timeout: float = 120) -> str:
        """Run podman; what it printed. An ending with another code than 0 fails the test, with all that was said."""
        ran = self.try_podman(*words, timeout=timeout)
        if ran.returncode != 0:
            pytest.fail(f"podman {' '.join(map(str, words))} ended with {ran.returncode}:\n{ran.stderr}{ran.stdout}")
        return ran.stdout

    def try_podman(self, *words: object, timeout: float = 120) -> "subprocess.CompletedProcess[str]":
        """The same, however it ends."""
        command = ["podman", *map(str, words)]
        ran = subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
        ran.stderr = "".join(line for line in ran.stderr.splitlines(keepends=True) if _NOISE not in line)
        return ran

    def inspect(self, kind: str, name: str) -> Any:
        """What podman knows of an ``image`` or a ``container``."""
        return json.loads(self.podman(kind, "inspect", name))[0]

    @contextmanager
    def mounted(self, image: str) -> Iterator[Path]:
        """The files of an image."""
        yield Path(self.podman("image", "mount", image).strip())
        self.podman("image", "unmount", image)


def need_programs() -> None:
    """Skips, loudly, where something is missing (and fails where CI installed it)."""
    for name in ("buildah", "podman", "runc"):
        program(name, name)
    if os.getuid() != 0:
        not_run("needs root, who alone may build and run containers without a set-up of subordinate ids")


@contextmanager
def shared_engine(meeting: Path) -> Iterator[Engine]:
    """One for all processes of a test session that meet in a folder; the last one to leave removes everything."""
    lock, guests = meeting / "engine.lock", meeting / "engine.json"
    with locked(lock):
        folder, number = json.loads(guests.read_text()) if guests.exists() else (str(_furnished()), 0)
        guests.write_text(json.dumps([folder, number + 1]))
    engine = Engine(Path(folder))
    try:
        yield engine
    finally:
        with locked(lock):
            number = json.loads(guests.read_text())[1] - 1
            guests.write_text(json.dumps([folder, number]))
            if number == 0:
                _clear(engine)
                guests.unlink()


def _furnished() -> Path:
    """A new engine's folder. Its name is short: paths of sockets in it must not be longer than 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="dwimg", dir="/tmp"))
    (folder / "containers.conf").write_text(_CONTAINERS.format(folder=folder))
    for driver in _DRIVERS:
        (folder / "storage.conf").write_text(_STORAGE.format(folder=folder, driver=driver))
        said = Engine(folder).try_podman("info")
        if said.returncode == 0:
            return folder
    shutil.rmtree(folder)
    pytest.fail(f"podman does not work here:\n{said.stderr}")


def _clear(engine: Engine) -> None:
    engine.try_podman("pod", "rm", "--all", "--force", "--time=0")
    engine.try_podman("rm", "--all", "--force", "--time=0")
    engine.try_podman("image", "unmount", "--all", "--force")
    shutil.rmtree(engine.folder, ignore_errors=True)
