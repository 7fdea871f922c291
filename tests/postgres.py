"""A PostgreSQL of the tests' own: a cluster in a new folder, reached through a socket there, gone when they end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from tests.programs import not_run

_PLACES = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt/postgresql")
_NOBODY = "nobody"
"""PostgreSQL refuses to run as root."""


def binaries() -> Path | None:
    """The folder that holds ``initdb`` and ``postgres``; ``None`` where there is none."""
    found = [made for place in _PLACES for made in sorted(Path(place).glob("**/bin/initdb"))]
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path is not None else None


@dataclass(slots=True)
class Cluster:
    """A server that runs, and as many databases as are asked for."""

    bin: Path
    folder: Path
    user: str
    _made: int = field(default=0)

    def new_database(self) -> str:
        """The URL of a database with nothing in it."""
        self._made += 1
        name = f"store_{os.getpid()}_{self._made}"
        with psycopg.connect(
            host=str(self.folder), user="driftwatch", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql://driftwatch@/{name}?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of its programs, as its user."""
        command = [str(self.bin / program), *arguments]
        subprocess.run(self.as_user(command), check=True, capture_output=True, cwd=self.folder)

    def as_user(self, command: Sequence[str]) -> list[str]:
        """The command, run by the user the cluster belongs to."""
        if os.getuid() != 0:
            return list(command)
        return ["setpriv", "--reuid", self.user, "--regid", str(pwd.getpwnam(self.user).pw_gid), "--clear-groups",
                *command]  # fmt: skip


@contextmanager
def cluster(binary: Path) -> Iterator[Cluster]:
    """Start a cluster that keeps nothing safe, and so is quick; stop it and take it away."""
    # a short path: that of a socket must not be longer than 107 bytes
    folder = Path(tempfile.mkdtemp(prefix="dwpg", dir="/tmp"))
    try:
        owner = _NOBODY if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        made = Cluster(binary, folder, owner)
        if os.getuid() == 0:
            shutil.chown(folder, owner)
        folder.chmod(0o755)
        place = folder / "cluster"
        made.run(
            "initdb", "-D", str(place), "-U", "driftwatch", "-A", "trust", "--no-sync", "-E", "UTF8", "--no-locale"
        )
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=40 -c shared_buffers=16MB"
        made.run("pg_ctl", "-D", str(place), "-o", options, "-w", "-l", str(folder / "log"), "start")
        try:
            yield made
        finally:
            made.run("pg_ctl", "-D", str(place), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def for_tests() -> Iterator[Cluster]:
    """One for a fixture; without PostgreSQL its tests are not run, and say so."""
    found = binaries()
    if found is None:
        not_run("PostgreSQL is not installed (apt-get install postgresql)")
    with cluster(found) as running:
        yield running
