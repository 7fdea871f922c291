"""A provider is audited after its rollouts: once for several, when it has settled, and never beside an audit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from driftwatch.daemon.board import Board
from driftwatch.daemon.trigger import LOOK, Trigger
from driftwatch.model.memory import StoreError
from driftwatch.settings.load import load
from driftwatch.settings.tree import Settings
from tests.daemon.running import fine, write_config
from tests.fakes import SetClock
from tests.waiting import wait_until

SETTLE: Final = 60.0


@dataclass
class World:
    """Rollouts, and the audits that are asked for."""

    settings: Settings
    clock: SetClock = field(default_factory=SetClock)
    latest: dict[str, datetime] | StoreError = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    leads: bool = True
    board: Board = field(default_factory=lambda: Board("0.1.0"))
    trigger: Trigger = field(init=False)

    def __post_init__(self) -> None:
        """A process has begun a moment ago."""
        self.board.configure(dict.fromkeys(self.settings.providers, 60.0), 10, self.clock.now())
        self.trigger = self.made()
        self.clock.go_on(1)

    def made(self) -> Trigger:
        """A trigger of a process that begins now."""
        return Trigger(
            lambda: self.latest, self.asked.append, lambda: self.leads, lambda: self.settings, self.board, self.clock
        )

    def rolls_out(self, provider: str = "payments", ago: float = 0) -> None:
        """A rollout is complete."""
        assert isinstance(self.latest, dict)
        self.latest[provider] = self.clock.now() - timedelta(seconds=ago)

    def passes(self, seconds: float) -> int:
        """Time passes, with a look whenever it is due; how many audits were asked for."""
        before, until = len(self.asked), self.clock.seconds + seconds
        while True:
            wait = self.trigger.step()
            assert 0 < wait <= LOOK
            if self.clock.seconds + wait > until:
                self.clock.go_on(until - self.clock.seconds)
                self.trigger.step()
                return len(self.asked) - before
            self.clock.go_on(wait)

    def audits(self, provider: str = "payments", seconds: float = 0) -> None:
        """An audit of so many seconds, in which looks go on."""
        self.trigger.began(provider)
        self.passes(seconds)
        self.trigger.ended(provider)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two providers, and a minute to settle."""
    return load(write_config(tmp_path, "orders", "payments"), {})


@pytest.fixture
def world(settings: Settings) -> World:
    """A process that leads."""
    return World(settings)


def test_a_rollout_is_audited_when_it_has_settled(world: World) -> None:
    """Not before, once, and only its own provider."""
    world.rolls_out()
    assert world.passes(SETTLE - 1) == 0
    assert world.passes(2) == 1
    world.audits()
    assert world.passes(3600) == 0
    assert world.asked == ["payments"]


def test_ten_rollouts_in_a_minute_get_one_audit(world: World) -> None:
    """Each of them makes it wait anew."""
    for _ in range(10):
        world.rolls_out()
        assert world.passes(6) == 0
    assert world.passes(SETTLE) == 1
    world.audits()
    assert world.passes(3600) == 0


def test_one_that_never_settles_is_audited_all_the_same(world: World) -> None:
    """After five times as long."""
    for _ in range(9):
        world.rolls_out()
        assert world.passes(30) == 0
    world.rolls_out()
    assert world.passes(31) == 1


def test_an_audit_in_the_meantime_serves_as_well(world: World) -> None:
    """By the schedule, say: it begins after the rollout and sees what it brought."""
    world.rolls_out()
    world.passes(10)
    world.audits()
    assert world.passes(3600) == 0


def test_a_rollout_during_an_audit_is_audited_after_it(world: World) -> None:
    """Never beside it, however long it takes; once for all that came meanwhile."""
    world.trigger.began("payments")
    for _ in range(3):
        world.rolls_out()
        assert world.passes(100) == 0
    world.trigger.ended("payments")
    assert world.passes(0.5) == 0  # the scheduler must have noted the end
    assert world.passes(1) == 1
    world.audits()
    assert world.passes(3600) == 0


def test_an_audit_that_does_not_begin_is_asked_for_again(world: World) -> None:
    """Not at once: it may wait for a free thread."""
    world.rolls_out()
    assert world.passes(SETTLE + 1) == 1
    assert world.passes(58) == 0
    assert world.passes(15) == 1
    world.audits()
    assert world.passes(600) == 0


def test_a_rollout_that_an_audit_has_seen_is_no_news(world: World) -> None:
    """Told late, or found by the first look at a cluster: an audit that began after it looked at it."""
    world.clock.go_on(3600)
    world.audits()
    world.rolls_out(ago=600)
    assert world.passes(600) == 0
    world.rolls_out("orders", ago=100_000)
    assert world.passes(600) == 0


def test_a_process_that_begins_knows_of_audits_by_others(world: World) -> None:
    """By what stands on the board."""
    summary = replace(fine("payments"), started_at=world.clock.now())
    world.clock.go_on(600)
    world.rolls_out(ago=300)
    world.rolls_out("orders", ago=300)
    world.board.ended("payments", summary, None)
    world.trigger = world.made()
    assert world.passes(2) == 1
    assert world.asked == ["payments"]


def test_only_who_leads_asks_for_audits(world: World) -> None:
    """The others show when the last rollout was; who comes to lead asks for what is due."""
    world.leads = False
    world.rolls_out()
    at = world.clock.now()
    assert world.passes(600) == 0
    assert world.board.vitals().providers["payments"].rolled_out == at
    assert world.board.vitals().providers["orders"].rolled_out is None
    world.leads = True
    assert world.passes(1) == 1


def test_audits_after_rollouts_can_be_switched_off(tmp_path: Path) -> None:
    """The metric stays."""
    world = World(load(write_config(tmp_path, "payments", deploys={"audit": False}), {}))
    world.rolls_out()
    assert world.passes(600) == 0
    assert world.board.vitals().providers["payments"].rolled_out is not None


def test_without_a_pause_it_is_audited_at_once(tmp_path: Path) -> None:
    """Whoever wants that."""
    world = World(load(write_config(tmp_path, "payments", deploys={"settle": 0}), {}))
    world.rolls_out()
    assert world.passes(1) == 1


def test_a_store_in_trouble_and_strangers_do_no_harm(world: World) -> None:
    """A provider that the config does not know, and a store that says nothing for a while."""
    world.rolls_out("gone")
    assert world.passes(600) == 0
    world.latest = StoreError("db", "it is down", "Mend it.")
    assert world.passes(60) == 0
    world.latest = {}
    world.rolls_out()
    assert world.passes(SETTLE + 1) == 1


def test_its_thread_looks_when_it_is_called_and_outlives_our_mistakes(world: World) -> None:
    """And ends when it is told to."""
    looks: list[int] = []

    def latest() -> Mapping[str, datetime]:
        looks.append(1)
        if len(looks) == 1:
            raise KeyError("ours")
        return {}

    world.trigger.latest = latest
    with capture_logs() as log:
        world.trigger.start()
        wait_until(lambda: len(looks) == 1)
        world.trigger.call()
        wait_until(lambda: len(looks) == 2)
        world.trigger.stop()
    assert not world.trigger._thread.is_alive()
    assert [(one["event"], one["error"]) for one in log] == [("rollouts.crashed", "KeyError")]
