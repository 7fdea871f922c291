"""A daemon in a thread of the test, with a config on disk and an audit that a test scripts."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from driftwatch.daemon.board import Board
from driftwatch.daemon.service import Daemon
from driftwatch.model.summary import Summary
from driftwatch.model.vitals import Role
from driftwatch.ports import Progress
from driftwatch.settings.load import load
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock
from tests.reports.samples import a_provider, a_summary, an_interaction, verified

PATIENCE = 20.0
Script = Callable[[str, Progress], None]


def write_config(folder: Path, *providers: str, **more: object) -> Path:
    """A config that looks for changes twice a second and audits nothing by the clock."""
    for name in providers:
        (folder / "mocks" / name).mkdir(parents=True, exist_ok=True)
    config = folder / "driftwatch.yaml"
    draft = folder / "draft"
    settings: dict[str, object] = {
        "schedule": {"when": "700h"},
        "daemon": {"reload": 0.5, "grace": 2},
        "providers": {name: {"mocks": f"mocks/{name}", "target": f"http://{name}.invalid"} for name in providers},
        **more,
    }
    draft.write_text(json.dumps(settings), encoding="utf-8")
    draft.replace(config)
    return config


def fine(provider: str) -> Summary:
    """What an audit of one provider finds: nothing."""
    return a_summary(a_provider(verified(an_interaction()), name=provider))


@dataclass
class Running:
    """A daemon, what it audited, and how it ended."""

    daemon: Daemon
    board: Board
    audited: list[str] = field(default_factory=list)
    ended: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    has_ended_cleanly: bool | None = None

    def wait_for_audits(self, number: int) -> None:
        """Until so many more have ended."""
        for _ in range(number):
            assert self.ended.acquire(timeout=PATIENCE)


@dataclass
class Appointed:
    """A standing that a test decides about."""

    term: int | None = None
    trouble: str = ""
    is_over: bool = False
    changed: Callable[[], None] = lambda: None

    @property
    def role(self) -> Role:
        """See ``Standing``."""
        return Role.FOLLOWER if self.term is None else Role.LEADER

    def start(self, changed: Callable[[], None]) -> None:
        """See ``Standing``."""
        self.changed = changed

    def stop(self) -> None:
        """See ``Standing``."""
        self.is_over = True

    def appoint(self, term: int | None) -> None:
        """From now on this is so."""
        self.term = term
        self.changed()


@contextmanager
def running(
    config: Path, script: Script = lambda _, __: None, standing: Appointed | None = None,
    on_turn: Callable[[bool], None] = lambda _: None,
) -> Iterator[Running]:  # fmt: skip
    """Runs inside the block, has stopped afterwards."""
    board = Board("0.1.0")
    at_work: Running

    def audit(_: Settings, provider: str, progress: Progress) -> Summary:
        at_work.audited.append(provider)
        try:
            script(provider, progress)
        finally:
            at_work.ended.release()
        return replace(fine(provider), started_at=SystemClock().now())

    daemon = Daemon(lambda: load(config, {}), audit, board, SystemClock(), config, standing=standing, on_turn=on_turn)
    at_work = Running(daemon, board)

    def run() -> None:
        at_work.has_ended_cleanly = daemon.run()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield at_work
    finally:
        daemon.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()
