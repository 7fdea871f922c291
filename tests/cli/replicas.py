"""Daemons at one PostgreSQL as processes, the service that they audit, and a way to the database that can be cut."""

import re
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import psycopg

from tests.cli.calling import write_stub
from tests.cli.test_serve import Service, running, write_config
from tests.servers import Answer, Caller, Received, Server, json_answer, serve
from tests.waiting import wait_until

MOCKS: Final = 6
SECONDS: Final = 0.1
"""What one answer takes; the requests of one audit come one after the other."""
EVERY: Final = 2
"""Seconds from one audit to the next."""
MINUTE: Final = 60.0


@dataclass
class Staging:
    """A service that knows who asked it when."""

    asked: dict[str, list[float]] = field(default_factory=dict)
    """By run, as the requests say it."""

    def answer(self, request: Received) -> Answer:
        """What the mocks promise, but for one."""
        run = re.search(r"run[ =/:-]*(\w+)", request.header("User-Agent") or "")
        moments = self.asked.setdefault(run[1] if run else "?", [])
        moments.append(time.monotonic())
        threading.Event().wait(SECONDS)
        moments.append(time.monotonic())
        return json_answer('{"id": 7}' if request.path != "/payments/0" else '{"id": "seven", "more": true}')

    def overlaps(self) -> list[tuple[str, str]]:
        """Runs of which one began to ask before the one before it had its last answer."""
        spans = sorted((min(moments), max(moments), run) for run, moments in self.asked.items())
        return [(one[2], two[2]) for one, two in pairwise(spans) if two[0] < one[1]]


@dataclass
class Replicas:
    """Two daemons, their database and the service that they audit."""

    one: Service
    two: Service
    place: str
    staging: Staging

    @property
    def both(self) -> tuple[Service, Service]:
        """In no order."""
        return self.one, self.two

    def leading(self) -> list[Service]:
        """Those that say so."""
        return [one for one in self.both if one.process.poll() is None and one.value("driftwatch_leader") == 1]

    def leader_and_follower(self) -> tuple[Service, Service]:
        """As soon as there is a leader."""
        wait_until(lambda: len(self.leading()) == 1)
        (leader,) = self.leading()
        return leader, self.two if leader is self.one else self.one

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        with psycopg.connect(self.place, autocommit=True) as connection:
            found = connection.execute(query, values)
            return found.fetchall() if found.description is not None else []

    def overlaps(self) -> int:
        """Pairs of whole runs that went on at the same time, as the store has it."""
        (row,) = self.sql(
            "SELECT count(*) FROM runs a JOIN runs b ON a.number < b.number AND a.ended_at IS NOT NULL"
            " AND b.started_at < a.ended_at WHERE a.status = 'complete' AND b.status = 'complete'"
        )
        return int(row[0])


@contextmanager
def staging() -> Iterator[tuple[Staging, Server]]:
    """One that takes its time."""
    made = Staging()
    with serve(made.answer) as server:
        yield made, server


def config_of(folder: Path, server: Server, place: str, **more: object) -> Path:
    """One replica's: all have the same."""
    for number in range(MOCKS):
        write_stub(folder / "mocks", f"/payments/{number}", {"id": 7})
    probing = {"samples": 1, "spacing_seconds": 0, "rate": 10_000, "concurrency": 1}
    providers = {"payments": {"mocks": "mocks", "target": server.url}}
    settings = {"store": place, "schedule": {"when": f"{EVERY}s"}, "probing": probing, "providers": providers}
    return write_config(folder, server, **settings | more)


@contextmanager
def replicas(folder: Path, place: str) -> Iterator[Replicas]:
    """Two that are up, of which one leads."""
    with ExitStack() as stack:
        made, server = stack.enter_context(staging())
        services = []
        for name in ("one", "two"):
            (folder / name).mkdir()
            services.append(stack.enter_context(running(config_of(folder / name, server, place))))
        them = Replicas(services[0], services[1], place, made)
        them.leader_and_follower()
        yield them


def audits_of(service: Service) -> int:
    """How many it has finished."""
    return len(service.events("store.recorded"))


def seconds_until_audited(service: Service, since: float) -> float:
    """From a moment until it has finished an audit more than it has."""
    before = audits_of(service)
    deadline = since + MINUTE
    while audits_of(service) <= before:
        assert time.monotonic() < deadline, "nobody took over"
        threading.Event().wait(0.05)
    return time.monotonic() - since


def carried(path: Path, is_cut: threading.Event) -> Callable[[Caller], None]:
    """A script that carries a connection on to PostgreSQL's socket; once the way is cut it says nothing at all."""

    def carry(caller: Caller) -> None:
        with socket.socket(socket.AF_UNIX) as beyond:
            beyond.connect(str(path))
            while not caller.stopping.is_set():
                ready, _, _ = select.select([caller.sock, beyond], [], [], 0.05)
                if is_cut.is_set():
                    caller.pause(0.05)
                    continue
                for end in ready:
                    octets = end.recv(65536)
                    if not octets:
                        return
                    (beyond if end is caller.sock else caller.sock).sendall(octets)

    return carry
