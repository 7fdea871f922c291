"""One audit in a container, as a CronJob runs it: all mounted for reading, the metrics taken to a Pushgateway."""

import json
import os
from pathlib import Path

import pytest
import requests

from tests.deploy.image.containers import HOST, run, running
from tests.deploy.image.engine import Engine
from tests.deploy.image.team import STAGING, furnish
from tests.notify.test_pushgateway import a_pushgateway
from tests.postgres import binaries, cluster
from tests.programs import not_run
from tests.servers import Answer, json_answer, misbehave, serve
from tests.waiting import wait_until

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900)]


@pytest.mark.prometheus
def test_a_cron_job_pushes_what_it_found(engine: Engine, image: str, place: Path) -> None:
    """It ends with 0 although a mock is false; that is in the metrics of the gateway."""
    with serve(STAGING) as staging, a_pushgateway(place) as gateway:
        options = furnish(place, staging.url)
        ran = run(
            engine, image, "audit", "--fail-on", "never", "--push-gateway", gateway, options=options, network=HOST
        )
        assert ran.returncode == 0, ran.stderr
        assert "type-changed" in ran.stdout
        pushed = requests.get(f"{gateway}/metrics", timeout=10).text
    labels = 'impact="breaking",instance="",job="driftwatch",provider="payments"'
    assert f"driftwatch_mock_findings{{{labels}}} 1\n" in pushed
    assert 'driftwatch_mock_verified_ratio{instance="",job="driftwatch",provider="payments"} 1' in pushed


def test_what_a_job_found_decides_its_code(engine: Engine, image: str, place: Path) -> None:
    """Where nobody says otherwise it is 1, and the log beside the report is JSON."""
    with serve(STAGING) as staging:
        ran = run(
            engine, image, "audit", "--format", "json", options=furnish(place, staging.url, store="none"), network=HOST
        )
    assert ran.returncode == 1, ran.stderr
    assert json.loads(ran.stdout)["schema"] == "driftwatch.report/1"
    assert {json.loads(line)["event"] for line in ran.stderr.splitlines()} >= {"audit.started", "audit.finished"}


def test_a_job_that_is_to_end_tells_the_store(engine: Engine, image: str, place: Path) -> None:
    """As process 1 it has to heed SIGTERM itself; the run does not seem to go on for ever."""
    (place / "state").mkdir()
    os.chown(place / "state", 65532, 65532)
    state = f"--volume={place}/state:/var/lib/driftwatch"
    with misbehave(lambda caller: caller.hold()) as staging:
        options = [*furnish(place, staging.url), state]
        with running(engine, image, "audit", options=options, network=HOST) as container:
            wait_until(lambda: bool(staging.callers))
            container.send("TERM")
            assert container.wait() == 143
            assert container.lines()[-1] == "driftwatch: stopped"
    with serve(STAGING) as staging:
        ran = run(
            engine, image, "audit", "--fail-on=never", options=[*furnish(place, staging.url), state], network=HOST
        )
    assert ran.returncode == 0, ran.stderr
    assert "run.interrupted" not in ran.stderr


@pytest.mark.postgres
def test_a_store_that_pods_share(engine: Engine, image: str, place: Path) -> None:
    """PostgreSQL's driver is in the image, and works in it."""
    binary = binaries()
    if binary is None:
        not_run("needs PostgreSQL (Debian: postgresql)")
    with cluster(binary) as database, serve(STAGING) as staging:
        url = database.new_database()
        options = [*furnish(place, staging.url, store=url), f"--volume={database.folder}:{database.folder}"]
        ran = run(engine, image, "audit", "--fail-on=never", options=options, network=HOST)
        assert ran.returncode == 0, ran.stderr
        listed = run(engine, image, "findings", "list", options=options, network=HOST)
    assert "type-changed" in listed.stdout, listed.stderr


def test_people_are_told(engine: Engine, image: str, place: Path) -> None:
    """By a service of Apprise, all of which are loaded for that."""
    with serve(Answer(200)) as hook:
        channel = {"chat": {"url": "${env:CHAT}"}}
        address = hook.url.replace("http://", "json://")
        options = [*furnish(place, "http://127.0.0.1:9", notify={"channels": channel}), f"--env=CHAT={address}"]
        ran = run(engine, image, "notify", "--test", "chat", options=options, network=HOST)
        assert ran.returncode == 0, ran.stderr
        assert len(hook.received) == 1


def test_many_mocks_fit_into_little_memory(engine: Engine, image: str, place: Path) -> None:
    """A thousand of them, each asked twice, within 256 MiB of which nothing may be swapped out."""
    options = furnish(place, "", store="none")
    mappings = [
        {
            "request": {"method": "GET", "url": f"/items/{number}"},
            "response": {"status": 200, "jsonBody": {"id": number, "tags": ["a", "b"], "text": "x" * 500}},
        }
        for number in range(1000)
    ]
    (place / "mocks" / "mappings" / "many.json").write_text(json.dumps({"mappings": mappings}), encoding="utf-8")
    real = json.dumps({"id": 1, "tags": ["c"], "text": "y" * 500})

    with serve(json_answer(real)) as staging:
        furnish(place, staging.url, store="none")
        ran = run(engine, image, "audit", "--fail-on=never", options=[*options, "--memory-swap=256m"], network=HOST)
    assert ran.returncode == 0, ran.stderr
    assert "1002 interactions" in ran.stdout
