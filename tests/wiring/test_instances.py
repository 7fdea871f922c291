"""What a cluster knows of a provider's instances, asked by an audit over real sockets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import structlog

from driftwatch.settings.load import load
from driftwatch.settings.tree import Settings
from driftwatch.usecases.assignment import Provider
from driftwatch.wiring.instances import Cluster, with_rollout
from tests.cluster.api import a_deployment
from tests.fakes import ListedMocks
from tests.servers import Answer, Received, json_answer, serve

MOCK: Final = '{"request": {"method": "GET", "url": "/a"}, "response": {"status": 200}}'


def _settings(folder: Path, server: str, rollout: str = "{pod_header: X-Pod}", more: str = "") -> Settings:
    (folder / "mocks").mkdir(exist_ok=True)
    (folder / "mocks" / "a.json").write_text(MOCK, encoding="utf-8")
    config = folder / "driftwatch.yaml"
    config.write_text(
        f"""
deploys: {{kubernetes: {{namespaces: [shop, till], server: "{server}", token: "${{env:TOKEN}}"}}}}
providers:
  payments:
    mocks: mocks
    target: http://127.0.0.1:1
    deployments: [shop/pay*]
    rollout: {rollout}
{more}
""",
        encoding="utf-8",
    )
    return load(config, {"TOKEN": "t"})


def _provider(settings: Settings) -> Provider:
    policy = settings.policy_for("payments")
    return with_rollout(Provider("payments", "http://127.0.0.1:1", ListedMocks(()), policy), settings)


def _cluster(settings: Settings) -> Cluster:
    cluster = _provider(settings).instances
    assert isinstance(cluster, Cluster)
    return cluster


def _list(*items: Any) -> Answer:
    return json_answer(json.dumps({"metadata": {"resourceVersion": "1"}, "items": list(items)}))


MOVES: Final = {
    "at rest": ([a_deployment()], False),
    "between two releases": ([a_deployment(updated=1, all=4)], True),
    "somebody else's": ([a_deployment("orders", updated=1), a_deployment()], False),
    "scaled to nothing": ([a_deployment(replicas=0, all=0, updated=0, available=0)], False),
    "none": ([], False),
}


@pytest.mark.parametrize(("deployments", "moves"), MOVES.values(), ids=MOVES)
def test_whether_one_version_replaces_another(deployments: list[Any], moves: bool, tmp_path: Path) -> None:
    """By the Deployments that the provider is made of, in its own namespaces alone."""
    with serve(_list(*deployments)) as server:
        assert _cluster(_settings(tmp_path, server.url)).is_under_way() is moves
        assert {one.path for one in server.received} == {"/apis/apps/v1/namespaces/shop/deployments"}


def test_pods_are_listed_again_where_a_new_one_answers_and_not_for_ever(tmp_path: Path) -> None:
    """While versions change there are pods that were not there a moment ago; five looks must do."""
    known = [{"metadata": {"name": "a", "labels": {"app.kubernetes.io/version": "1"}}}]

    def answer(request: Received) -> Answer:
        return _list(*known) if request.path.endswith("/shop/pods") else Answer(500)

    with serve(answer) as server:
        cluster = _cluster(_settings(tmp_path, server.url))
        assert [cluster.versions({"a"}), cluster.versions({"a"})] == [{"a": "1"}] * 2
        assert len(server.received) == 1
        known.append({"metadata": {"name": "b", "labels": {"app.kubernetes.io/version": "2"}}})
        assert cluster.versions({"a", "b"}) == {"a": "1", "b": "2"}
        for number in range(9):
            assert cluster.versions({f"nobody-{number}"}) == {}
        assert len(server.received) == 5


@pytest.fixture
def log() -> Iterator[list[Any]]:
    """What is told of it."""
    with structlog.testing.capture_logs() as entries:
        yield entries


def test_a_cluster_that_does_not_tell_costs_the_audit_nothing(tmp_path: Path, log: list[Any]) -> None:
    """It is told once, with what to do."""
    with serve(Answer(403)) as server:
        cluster = _cluster(_settings(tmp_path, server.url))
        assert (cluster.versions({"a"}), cluster.is_under_way(), cluster.versions({"b"})) == ({}, False, {})
    (told,) = [entry for entry in log if entry["event"] == "instances.unknown"]
    assert (told["log_level"], "kubectl create role" in told["remedy"]) == ("warning", True)


def test_no_cluster_is_asked_that_nobody_named(tmp_path: Path) -> None:
    """A version header alone needs none; without `rollout` nothing is looked for at all."""
    settings = _settings(tmp_path, "http://127.0.0.1:1")
    provider = _provider(settings)
    assert provider.rollout is not None
    assert (provider.rollout.samples, provider.rollout.pod_header) == (8, "X-Pod")
    nobody = settings.providers["payments"]
    assert nobody.rollout is not None
