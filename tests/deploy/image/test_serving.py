"""The daemon in a container: reached from outside, watched over, and ended as an orchestrator ends it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.deploy.image.containers import HOST, Container, running
from tests.deploy.image.engine import Engine
from tests.deploy.image.team import STAGING, furnish, write_config
from tests.servers import closed_port, misbehave, serve
from tests.waiting import wait_until

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900)]

_STATE = "--volume=/var/lib/driftwatch"
"""A new volume, which takes over whom the folder of the image belongs to."""


@contextmanager
def daemon(engine: Engine, image: str, options: list[str], network: str = HOST) -> Iterator[Container]:
    """One that listens."""
    with running(engine, image, options=options, network=network) as container:
        wait_until(lambda: bool(container.events("daemon.started")) or not container.is_running)
        assert container.events("daemon.started"), container.lines()
        yield container


def test_it_serves_beyond_its_container(engine: Engine, image: str, place: Path) -> None:
    """On a port that the engine leads to it, because its config says so; whether it can audit is another thing."""
    port = closed_port()
    mounts = furnish(place, "http://127.0.0.1:9", web={"host": "0.0.0.0"})
    with daemon(engine, image, [*mounts, _STATE, f"--publish=127.0.0.1:{port}:8477"], "bridge"):
        url = f"http://127.0.0.1:{port}"
        assert requests.get(f"{url}/livez", timeout=10).json()["status"] == "well"
        metrics = requests.get(f"{url}/metrics", timeout=10).text
        assert re.search(r'^driftwatch_build_info{.*version="', metrics, re.MULTILINE)


def test_it_listens_on_loopback_unless_its_config_says_otherwise(engine: Engine, image: str, place: Path) -> None:
    """Nothing of the image opens it to anybody; the container's own health check reaches it."""
    with daemon(engine, image, [*furnish(place, "http://127.0.0.1:9"), _STATE], "none") as container:
        assert container.events("web.started")[0]["url"] == "http://127.0.0.1:8477"
        assert container.output("driftwatch", "serve", "--ping") == (
            "The daemon at http://127.0.0.1:8477/livez lives.\n"
        )


def test_it_audits_and_is_found_healthy(engine: Engine, image: str, place: Path) -> None:
    """Within its limit of memory; its log is JSON, and its state stands where the image keeps it."""
    port = closed_port()
    with serve(STAGING) as staging:
        options = [*furnish(place, staging.url, web={"port": port}), _STATE]
        with daemon(engine, image, options) as container:
            wait_until(lambda: bool(container.events("audit.finished") and container.events("store.recorded")))
            assert "driftwatch.db" in container.output("ls", "/var/lib/driftwatch").split()
            metrics = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
            assert 'driftwatch_mock_verified_ratio{provider="payments"} 1.0\n' in metrics
            assert requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10).status_code == 200
            assert engine.try_podman("healthcheck", "run", container.id).returncode == 0
            assert container.state["Health"]["Status"] == "healthy"
            write_config(place, staging.url, {"web": {"port": closed_port()}})
            assert engine.try_podman("healthcheck", "run", container.id).returncode == 1
            assert "connection refused" in container.state["Health"]["Log"][-1]["Output"]
            assert not container.state["OOMKilled"]


def test_it_is_process_1_and_ends_at_sigterm(engine: Engine, image: str, place: Path) -> None:
    """Nobody stands between it and the signal, and the exit code is 0."""
    with daemon(engine, image, [*furnish(place, "http://127.0.0.1:9", web={"port": 0}), _STATE]) as container:
        assert container.output("cat", "/proc/1/comm") == "driftwatch\n"
        engine.podman("stop", "--time=20", container.id)
        assert container.state["ExitCode"] == 0
        assert [event["unfinished"] for event in container.events("daemon.stopped")] == [[]]


def test_a_second_sigterm_ends_it_at_once(engine: Engine, image: str, place: Path) -> None:
    """Although the kernel spares process 1 of whatever it does not handle itself."""
    with misbehave(lambda caller: caller.hold()) as staging:
        options = furnish(place, staging.url, web={"port": 0}, daemon={"grace": "1h"})
        with daemon(engine, image, [*options, _STATE]) as container:
            wait_until(lambda: bool(staging.callers))
            container.send("TERM")
            wait_until(lambda: bool(container.events("daemon.stopping")))
            container.send("TERM")
            assert container.wait() == 143


def test_without_a_place_for_its_state_it_still_works(engine: Engine, image: str, place: Path) -> None:
    """Nobody chose a store, so being without one is told and fails nothing."""
    port = closed_port()
    with serve(STAGING) as staging:
        options = furnish(place, staging.url, web={"port": port})
        with daemon(engine, image, options) as container:
            wait_until(lambda: bool(container.events("audit.finished")))
            assert "/var/lib/driftwatch/driftwatch.db" in container.events("store.failed")[0]["store"]
            ready = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10)
            assert (ready.status_code, ready.json()["status"]) == (200, "impaired")
