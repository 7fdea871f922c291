"""Rollouts in a process that runs on: who leads watches, as the config of the moment says, and keeps what it sees."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from driftwatch.daemon.board import Board
from driftwatch.model.memory import StoreError
from driftwatch.model.rollout import Rollout, Source
from driftwatch.model.vitals import Wellness
from driftwatch.settings.load import load
from driftwatch.settings.tree import Settings
from driftwatch.store.memory import MemoryStore
from driftwatch.transport.clock import SystemClock
from driftwatch.wiring.deploys import Rollouts
from tests.cluster.api import TOKEN, Api, a_deployment, api
from tests.waiting import wait_until

CLOCK = SystemClock()


class Ailing(MemoryStore):
    """A store that may be in trouble."""

    is_ill: bool = False

    def note(self, rollout: Rollout) -> Any:
        """Unless it is ill."""
        return StoreError("db", "it is down", "Mend it.") if self.is_ill else MemoryStore.note(self, rollout)


@dataclass
class World:
    """A process, its config, and the cluster around it."""

    folder: Path
    cluster: Api
    store: Ailing = field(default_factory=Ailing)
    leads: bool = True
    hastened: list[str] = field(default_factory=list)
    token: str = TOKEN
    settings: Settings = field(init=False)
    rollouts: Rollouts = field(init=False)

    def __post_init__(self) -> None:
        """It watches one namespace."""
        self.configure("shop")
        board = Board("0.1.0")
        self.rollouts = Rollouts(
            self.store, board, CLOCK, lambda: self.settings, lambda: self.leads, self.hastened.append
        )

    def configure(self, *namespaces: str, **providers: list[str]) -> None:
        """From now on this config holds; without namespaces nothing is watched."""
        (self.folder / "mocks").mkdir(exist_ok=True)
        made_of = (providers or {"payments": [f"{namespaces[0]}/payments*"]}) if namespaces else {"payments": []}
        kubernetes = {"namespaces": list(namespaces), "server": self.cluster.url, "token": "${env:TOKEN}"}
        deploys = {"kubernetes": kubernetes} if namespaces else {}
        config = self.folder / "driftwatch.yaml"
        config.write_text(
            json.dumps(
                {
                    "deploys": {**deploys, "settle": 0},
                    "providers": {
                        name: {"mocks": "mocks", "target": "https://x.example.com", "deployments": globs}
                        for name, globs in made_of.items()
                    },
                }
            ),
            encoding="utf-8",
        )
        self.settings = load(config, {"TOKEN": self.token})

    def applies(self, name: str = "payments", **more: Any) -> None:
        """A Deployment is complete now."""
        at = (CLOCK.now() - timedelta(seconds=more.pop("ago", 2))).isoformat().replace("+00:00", "Z")
        self.cluster.apply(a_deployment(name, at=at, **more))

    @property
    def kept(self) -> list[tuple[str, str, str]]:
        """Provider, name and version of all that is kept."""
        told = self.store.rollouts(["orders", "payments"])
        return sorted((one.provider, one.name, one.version) for one in told)

    def looks(self) -> None:
        """A look of the trigger's thread."""
        self.rollouts._look()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Stopped afterwards."""
    with api() as cluster:
        it = World(tmp_path, cluster)
        yield it
        it.rollouts.stop()
        wait_until(lambda: cluster.watching == 0)


def test_a_rollout_is_kept_for_each_provider_it_is_a_part_of(world: World) -> None:
    """By their globs; what is nobody's is nobody's, and what is older than the memory is not kept."""
    world.configure("shop", "till", payments=["shop/payments*", "till/*"], orders=["*/shared"])
    world.applies()
    world.applies("payments-worker", version="7")
    world.applies("shared", namespace="till")
    world.applies("nobody")
    world.applies("payments-old", ago=40 * 86400)
    world.looks()
    wait_until(lambda: len(world.kept) == 4)
    wait_until(lambda: world.cluster.watching == 2)
    assert world.kept == [
        ("orders", "till/shared", "1.42.0"), ("payments", "shop/payments", "1.42.0"),
        ("payments", "shop/payments-worker", "7"), ("payments", "till/shared", "1.42.0"),
    ]  # fmt: skip


def test_only_who_leads_watches(world: World) -> None:
    """It ends with leading, and begins with it; nothing is lost in between."""
    world.leads = False
    world.applies()
    world.looks()
    assert (world.cluster.received, world.rollouts.check()) == ([], ())
    world.leads = True
    world.looks()
    wait_until(lambda: len(world.kept) == 1)
    wait_until(lambda: world.cluster.watching == 1)
    world.leads = False
    world.looks()
    wait_until(lambda: world.cluster.watching == 0)
    world.applies(version="2", revision=8)
    world.leads = True
    world.looks()
    wait_until(lambda: len(world.kept) == 2)


def test_the_config_of_the_moment_says_what_is_watched(world: World) -> None:
    """Another namespace, another token, none at all; what stays as it is is left alone."""
    world.looks()
    wait_until(lambda: world.cluster.watching == 1)
    world.looks()
    assert len(world.cluster.asked("watch")) == 1
    world.configure("till")
    world.looks()
    wait_until(lambda: len(world.cluster.asked("watch")) == 2)
    world.token = world.cluster.token = "another"
    world.configure("till")
    world.looks()
    wait_until(lambda: len(world.cluster.asked("watch")) == 3)
    assert world.cluster.received[-1].header("authorization") == "Bearer another"
    world.configure()
    world.looks()
    wait_until(lambda: world.cluster.watching == 0)
    assert world.rollouts.check() == ()


def test_outside_of_a_cluster_it_is_told_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is impaired and goes on; a config with a server mends it."""
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    good = world.settings
    config = world.folder / "driftwatch.yaml"
    config.write_text(
        json.dumps(
            {
                "deploys": {"kubernetes": {"namespaces": ["shop"]}},
                "providers": {
                    "payments": {"mocks": "mocks", "target": "https://x.example.com", "deployments": ["shop/x"]}
                },
            }
        ),
        encoding="utf-8",
    )
    world.settings = load(config, {})
    with capture_logs() as log:
        for _ in range(3):
            world.looks()
    assert [(one["event"], one["log_level"]) for one in log] == [("deploys.unwatched", "error")]
    (check,) = world.rollouts.check()
    assert check.wellness is Wellness.IMPAIRED
    assert "deploys.kubernetes.server" in check.reason
    world.settings = good
    world.looks()
    wait_until(lambda: world.cluster.watching == 1)
    assert [check.wellness for check in world.rollouts.check()] == [Wellness.WELL]


def test_what_a_store_in_trouble_did_not_keep_is_kept_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody tells of it again but the cluster itself."""
    monkeypatch.setattr("driftwatch.cluster.watcher._LONGEST", 0.05)
    world.store.is_ill = True
    world.applies()
    with capture_logs() as log:
        world.looks()
        wait_until(lambda: any(one["event"] == "rollout.lost" for one in log))
    assert world.kept == []
    world.store.is_ill = False
    wait_until(lambda: len(world.kept) == 1)


def test_whoever_tells_what_follows_is_the_same(world: World) -> None:
    """A rollout that is kept is looked at by the trigger at once; one that is known already is no news."""
    world.configure()
    world.rollouts.start()
    rollout = Rollout("payments", "payments", "1", CLOCK.now(), Source.WEBHOOK)
    assert world.rollouts.keep(rollout) is True
    wait_until(lambda: world.hastened == ["payments"])
    assert world.rollouts.keep(rollout) is False


def test_an_audit_is_heard_of_however_it_ends(world: World) -> None:
    """So that one that failed holds up nothing."""

    def audit(*_: object) -> Any:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        world.rollouts.heeding(audit)(world.settings, "payments", None)  # type: ignore[arg-type]
    assert not world.rollouts._trigger._cases["payments"].is_at_work


def test_without_a_store_rollouts_are_known_as_long_as_the_process(tmp_path: Path) -> None:
    """They are audited and shown; no finding is remembered that could name them."""
    with api() as cluster:
        world = World(tmp_path, cluster)
        rollouts = Rollouts(None, Board("0.1.0"), CLOCK, lambda: world.settings, lambda: True, world.hastened.append)
        assert rollouts.keep(Rollout("payments", "payments", "1", CLOCK.now(), Source.WEBHOOK)) is True
        assert rollouts.keep(Rollout("payments", "payments", "1", CLOCK.now(), Source.WEBHOOK)) is False
