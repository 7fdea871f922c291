"""Samples on connections of their own: what a load balancer needs to choose another instance for each."""

import pytest
from msgspec.structs import replace

from driftwatch.model.probe import Evidence
from tests.servers import json_answer, serve
from tests.staging import staging
from tests.transport.making import make_probe, make_target, send


@pytest.mark.parametrize(("is_apart", "connections"), [(True, 5), (False, 1)])
def test_every_sample_of_a_probe_apart_has_a_connection_of_its_own(is_apart: bool, connections: int) -> None:
    """A probe that wants none keeps the one it has."""
    with serve(json_answer("{}")) as server:
        (came,) = send(make_target(server.url), [replace(make_probe(samples=5), is_apart=is_apart)])
        used = [one.connection for one in server.received]
    assert isinstance(came, Evidence)
    assert [sample.status for sample in came.samples] == [200] * 5
    assert len(set(used)) == connections


def test_two_versions_behind_one_port_are_both_met() -> None:
    """A proxy that keeps a client at one instance as long as its connection lasts shows one version otherwise."""
    script = {
        "versions": {"names": ["a", "b"], "by": "connection", "header": "X-Version"},
        "routes": {"GET /users/{id}": {"body": {"id": "{id}"}}},
    }
    with staging(script) as service:
        (kept,) = send(make_target(service.url), [make_probe(samples=6)])
        (apart,) = send(make_target(service.url), [replace(make_probe(samples=6), is_apart=True)])
    assert isinstance(kept, Evidence)
    assert isinstance(apart, Evidence)
    assert len({sample.header("X-Version") for sample in kept.samples}) == 1
    assert {sample.header("X-Version") for sample in apart.samples} == {"a", "b"}


def test_each_answer_apart_is_timed_from_its_own_connection_on() -> None:
    """To connect is no part of how long the service took."""
    with serve(json_answer("{}")) as server:
        (came,) = send(make_target(server.url), [replace(make_probe(samples=3), is_apart=True)])
    assert isinstance(came, Evidence)
    assert all(sample.elapsed_ms is not None and 0 < sample.elapsed_ms < 5000 for sample in came.samples)
