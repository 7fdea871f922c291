"""Notices from the command line and from the daemon: what changed reaches people, whatever happens on the way."""

import json
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.alertmanager import alertmanager
from tests.cli.calling import Ran, spawn, start, stop
from tests.cli.test_serve import running, write_config
from tests.servers import Answer, Received, Server, closed_port, json_answer, serve
from tests.waiting import wait_until

HOOK = {"url": "${env:HOOK_URL}", "format": "json"}
CHAT = {"url": "${env:CHAT_URL}"}


@dataclass
class World:
    """A staging service that drifts and mends itself, and somebody who is told."""

    folder: Path
    staging: Server
    hook: Server
    body: list[str] = field(default_factory=lambda: ['{"id": 7}'])
    answer: list[Answer] = field(default_factory=lambda: [Answer(204)])

    def config(self, **notify: object) -> Path:
        """One that tells the hook, unless it says otherwise."""
        probing = {"samples": 3, "spacing_seconds": 0, "rate": 10_000}
        return write_config(self.folder, self.staging, probing=probing, notify=notify or {"channels": {"hook": HOOK}})

    @property
    def environment(self) -> dict[str, str]:
        """Where the channels are."""
        chat = f"json://127.0.0.1:{self.hook.port}/hunter2"
        return {"HOOK_URL": f"{self.hook.url}/hunter2", "CHAT_URL": chat}

    def audit(self, config: Path) -> Ran:
        """One run, by a process of its own."""
        return spawn("audit", "--config", config, "--format", "json", cwd=self.folder, environment=self.environment)

    def heard(self) -> list[str]:
        """What was told so far, in a word for each change or ailment."""
        words = []
        for request in self.hook.received:
            for provider in json.loads(request.body).get("providers", ()):
                words += [*provider["changes"], *(f"+{one}" for one in provider["began"])]
                words += [f"-{one}" for one in provider["ended"]]
        return words


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """One for a test."""

    def stage(request: Received) -> Answer:
        return json_answer(there.body[0]) if request.path == "/payments/7" else Answer(404)

    def hear(_: Received) -> Answer:
        return there.answer[0]

    with serve(stage) as staging, serve(hear) as hook:
        there = World(folder, staging, hook)
        yield there


def test_audits_tell_what_changed_and_nothing_else(tmp_path: Path) -> None:
    """New once, resolved once, by a new process each time; no URL is ever shown."""
    with world(tmp_path) as there:
        config = there.config()
        ran = [there.audit(config)]
        there.body[0] = '{"id": "seven"}'
        ran += [there.audit(config) for _ in range(2)]
        there.body[0] = '{"id": 7}'
        ran += [there.audit(config) for _ in range(3)]
        assert there.heard() == ["new", "resolved"]
    assert [one.code for one in ran] == [0, 1, 1, 0, 0, 0]
    assert "hunter2" not in "".join(one.out + one.err for one in ran)


def test_what_was_not_delivered_is_delivered_by_the_next_run(tmp_path: Path) -> None:
    """A receiver that is down costs no notice, no exit code and no report; and a person is told."""
    with world(tmp_path) as there:
        config = there.config()
        there.body[0], there.answer[0] = '{"id": "seven"}', Answer(503, (("Retry-After", "900"),))
        ran = there.audit(config)
        assert ran.code == 1
        assert json.loads(ran.out)["schema"] == "driftwatch.report/1"
        assert "1 notices could not be delivered yet" in ran.err
        there.hook.received.clear()
        there.answer[0] = Answer(204)
        with closing(sqlite3.connect(tmp_path / ".driftwatch" / "driftwatch.db")) as store, store:
            store.execute("UPDATE parcels SET due_at = made_at")
        there.audit(config)
        assert there.heard() == ["new"]


def test_a_process_killed_while_it_delivers_leaves_the_notice_behind(tmp_path: Path) -> None:
    """The next one delivers it, once nobody else can be at it any more."""
    began, may_end = threading.Event(), threading.Event()
    with world(tmp_path) as there:
        config = there.config()
        there.body[0] = '{"id": "seven"}'

        def hang(_: Received) -> Answer:
            began.set()
            may_end.wait(30)
            return Answer(204)

        with serve(hang) as slow:
            process = start("audit", "--config", config, environment={"HOOK_URL": slow.url})
            assert began.wait(30)
            stop(process)
            may_end.set()
        with closing(sqlite3.connect(tmp_path / ".driftwatch" / "driftwatch.db")) as store, store:
            assert store.execute("SELECT count(*) FROM parcels").fetchone() == (1,)
            store.execute("UPDATE parcels SET due_at = made_at")
        there.audit(config)
        assert there.heard() == ["new"]


def test_the_daemon_delivers_beside_its_audits(tmp_path: Path) -> None:
    """It tells of an ailment as it begins, and counts what it delivered; a stopped daemon ends in time."""
    with world(tmp_path) as there:
        down = Server(f"http://127.0.0.1:{closed_port()}")
        config = write_config(tmp_path, down, notify={"channels": {"hook": HOOK, "chat": CHAT}})
        with running(config, **there.environment) as service:
            wait_until(lambda: len(there.hook.received) == 2)
            for channel in ("hook", "chat"):
                series = f'driftwatch_notification_attempts_total{{channel="{channel}"}}'
                wait_until(lambda series=series: service.value(series) == 1.0)  # type: ignore[misc]
            assert service.value('driftwatch_notification_failures_total{channel="chat"}') == 0.0
            assert service.end(signal.SIGTERM) == 0
            log = service.log.read_text(encoding="utf-8")
        assert there.heard() == ["+nothing-verified", "+unreachable"]
    assert "hunter2" not in log


def test_a_daemon_whose_channel_hangs_ends_in_time(tmp_path: Path) -> None:
    """Nobody waits for a channel: neither the audit nor the exit."""
    began, may_end = threading.Event(), threading.Event()

    def hang(_: Received) -> Answer:
        began.set()
        may_end.wait(30)
        return Answer(204)

    with serve(hang) as slow:
        down = Server(f"http://127.0.0.1:{closed_port()}")
        config = write_config(tmp_path, down, notify={"channels": {"hook": HOOK}})
        with running(config, HOOK_URL=slow.url) as service:
            assert began.wait(30)
            wait_until(lambda: bool(service.events("audit.finished")))
            assert service.end(signal.SIGTERM) == 0
        may_end.set()


@pytest.mark.prometheus
def test_a_sample_reaches_each_kind_of_channel(tmp_path: Path) -> None:
    """Webhook, chat and Alertmanager; a sample says that it is one."""
    with world(tmp_path) as there, alertmanager(tmp_path) as real:
        config = there.config(channels={"hook": HOOK, "chat": CHAT}, alertmanager={"urls": [real.url]})
        for name in ("hook", "chat", "alertmanager"):
            ran = spawn("notify", "--test", name, "--config", config, environment=there.environment)
            assert (ran.code, ran.out) == (0, f"{name} accepted the sample.\n"), ran.err
        hook, chat = (json.loads(request.body) for request in there.hook.received)
        assert [alert["labels"]["alertname"] for alert in real.alerts()] == ["DriftwatchSample"]
    assert hook["is_sample"]
    assert "a sample" in chat["title"]


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("hook", 1, "hook did not accept the sample: status 404"),
        ("chatt", 2, "there is no channel 'chatt'. Did you mean `chat`?"),
        ("broken", 2, "the URL of the channel 'broken' is none that Apprise can use"),
    ],
)
def test_a_sample_that_does_not_arrive_is_explained(name: str, code: int, told: str, tmp_path: Path) -> None:
    """With an exit code, and without the URL."""
    with world(tmp_path) as there:
        there.answer[0] = Answer(404)
        broken = {"url": "${env:BROKEN_URL}"}
        config = there.config(channels={"hook": HOOK, "chat": CHAT, "broken": broken})
        environment = {**there.environment, "BROKEN_URL": "hunter2://hunter2"}
        ran = spawn("notify", "--test", name, "--config", config, environment=environment)
    assert ran.code == code
    assert told in ran.err
    assert "hunter2" not in ran.out + ran.err
