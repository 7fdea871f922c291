"""Containers of the image: run to their end, or running, as a restricted pod would run them."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.deploy.image.engine import Engine
from tests.waiting import PATIENCE

RESTRICTED: Final = (
    "--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--pids-limit=64",
    "--memory=256m",
)  # fmt: skip
"""What Pod Security's profile "restricted" demands; a read-only root, nothing but mounts to write to, and limits."""
HOST: Final = "host"
"""The network in which a stand-in of a service on this machine's loopback can be reached."""


@dataclass(frozen=True, slots=True)
class Container:
    """One that runs, or ran."""

    engine: Engine
    id: str
    log: Path
    """Where its engine keeps what it says: time, stream, whether the line is whole, and the line."""

    @classmethod
    def started(cls, engine: Engine, name: str) -> "Container":
        """The one of this id."""
        return cls(engine, name, Path(engine.inspect("container", name)["HostConfig"]["LogConfig"]["Path"]))

    def output(self, *words: object) -> str:
        """What a command in it prints, that must succeed."""
        return self.engine.podman("exec", self.id, *words)

    def send(self, signal: str) -> None:
        """Send a signal to its process 1."""
        self.engine.podman("kill", f"--signal={signal}", self.id)

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        return int(self.engine.podman("wait", self.id, timeout=PATIENCE))

    @property
    def is_running(self) -> bool:
        """Whether its monitor, which leaves a file then, has not seen its end."""
        return not (self.engine.folder / "tmp" / "exits" / self.id).exists()

    @property
    def state(self) -> Any:
        """What podman says of it."""
        return self.engine.inspect("container", self.id)["State"]

    def lines(self) -> list[str]:
        """What it wrote so far, in whole lines of both streams. Read from the file: that costs next to nothing."""
        text = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        return [line.split(" ", 3)[3] for line in text.split("\n")[:-1]]

    def events(self, name: str) -> list[dict[str, Any]]:
        """Events of its log."""
        found = [json.loads(line) for line in self.lines() if line.startswith("{")]
        return [event for event in found if event.get("event") == name]


def run(
    engine: Engine, image: str, *command: object, options: Sequence[object] = (), network: str = "none"
) -> "subprocess.CompletedProcess[str]":
    """Run a restricted container to its end, and remove it."""
    return engine.try_podman(
        "run", "--pull=never", "--rm", f"--network={network}", *RESTRICTED, *options, image, *command
    )


@contextmanager
def running(
    engine: Engine, image: str, *command: object, options: Sequence[object] = (), network: str = "none"
) -> Iterator[Container]:
    """A restricted container that runs inside the block; gone afterwards, however it ended."""
    words = ("run", "--pull=never", "--detach", f"--network={network}", *RESTRICTED, *options, image, *command)
    started = engine.podman(*words).strip()
    try:
        yield Container.started(engine, started)
    finally:
        engine.try_podman("rm", "--force", "--time=0", "--volumes", started)
