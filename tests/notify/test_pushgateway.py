"""What is pushed, how, and what becomes of a refusal; against a gateway that is scripted, and against a real one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from msgspec.structs import replace

from driftwatch.model.shard import WHOLE, Shard
from driftwatch.model.summary import Result, Summary, Verdict
from driftwatch.notify.pushgateway import OF_AN_EMPTY_RUN, Pushgateway
from driftwatch.reports.metrics import METRICS
from tests.programs import is_fine, program, started
from tests.reports.samples import a_provider, a_summary, an_interaction, drift_in_two_providers, everything_fine
from tests.servers import Answer, Received, closed_port, serve
from tests.waiting import wait_until

NOTHING = a_summary(a_provider(Result(an_interaction(), Verdict.UNREACHABLE, "down")))


@dataclass
class Script:
    """A gateway that shows a text and answers pushes as it is told."""

    shown: str = ""
    status: int = 200
    heard: list[Received] = field(default_factory=list)

    def __call__(self, request: Received) -> Answer:
        if request.method == "GET":
            return Answer(200, (), self.shown.encode())
        self.heard.append(request)
        return Answer(self.status, (), b"" if self.status < 300 else b"pushed metrics are \x1b[1minconsistent")


def push(script: Script, summary: Summary, shard: Shard = WHOLE) -> tuple[str, ...]:
    """Push to the scripted gateway."""
    with serve(script) as gateway:
        return Pushgateway(gateway.url).push(replace(summary, shard=shard))


def test_a_run_replaces_its_group() -> None:
    """PUT, with gauges only and no time stamps, under a name that is no pod's."""
    script = Script()
    assert push(script, everything_fine()) == ()
    (request,) = script.heard
    assert (request.method, request.path) == ("PUT", "/metrics/job/driftwatch")
    assert b"driftwatch_mock_findings{" in request.body
    assert {line.split()[3] for line in request.body.decode().splitlines() if line.startswith("# TYPE")} == {"gauge"}
    assert all(len(line.split("} ")[-1].split()) <= 2 for line in request.body.decode().splitlines() if line[0] != "#")


def test_a_shard_has_a_group_of_its_own() -> None:
    """By its number."""
    script = Script()
    push(script, everything_fine(), Shard(2, 5))
    assert [request.path for request in script.heard] == ["/metrics/job/driftwatch/shard/2"]


def test_a_run_that_compared_nothing_erases_nothing() -> None:
    """POST of what it knows: that it ran, and that nothing was verified."""
    script = Script()
    push(script, NOTHING)
    (request,) = script.heard
    assert request.method == "POST"
    assert b'driftwatch_mock_verified_ratio{provider="payments"} 0.0' in request.body
    assert b"driftwatch_audit_last_run_timestamp_seconds" in request.body
    for kept in (b"last_success", b"driftwatch_mock_findings", b"fidelity"):
        assert kept not in request.body
    assert {metric.name for metric in METRICS} >= OF_AN_EMPTY_RUN


PRESENT = """\
push_time_seconds{instance="",job="driftwatch",shard="0"} 1
push_time_seconds{instance="",job="driftwatch",shard="3"} 1
push_time_seconds{instance="",job="driftwatch",shard="3",team="x"} 1
push_time_seconds{instance="",job="driftwatch"} 1
push_time_seconds{instance="pod-7",job="driftwatch"} 1
push_time_seconds{instance="",job="backup",shard="9"} 1
"""


@pytest.mark.parametrize(
    ("shard", "gone"),
    [(Shard(0, 2), ["/metrics/job/driftwatch/shard/3", "/metrics/job/driftwatch"]),
     (Shard(0, 4), ["/metrics/job/driftwatch"]),
     (WHOLE, ["/metrics/job/driftwatch/shard/0", "/metrics/job/driftwatch/shard/3"])],
    ids=["two of them", "four of them", "the whole"],
)  # fmt: skip
def test_groups_that_nobody_fills_any_more_are_deleted(shard: Shard, gone: list[str]) -> None:
    """Ours alone: those of other jobs, and with labels that we never set, stay."""
    script = Script(PRESENT)
    push(script, everything_fine(), shard)
    assert [request.path for request in script.heard if request.method == "DELETE"] == gone


def test_a_refusal_is_told_in_a_sentence() -> None:
    """With the gateway's reason, fit for a terminal; and nobody at all with another."""
    (refused,) = push(Script(status=400), everything_fine())
    assert "rejected" in refused
    assert "400: pushed metrics are \\x1b[1minconsistent" in refused
    (lost,) = Pushgateway(f"http://127.0.0.1:{closed_port()}").push(everything_fine())
    assert "could not be reached" in lost


@contextmanager
def a_pushgateway(folder: Path) -> Iterator[str]:
    """A real one that keeps nothing on disk; skips, loudly, where it is missing (and fails where CI installed it)."""
    url = f"http://127.0.0.1:{closed_port()}"
    binary = program("prometheus-pushgateway", "prometheus-pushgateway")
    command = [binary, "--persistence.file=", f"--web.listen-address={url.removeprefix('http://')}"]
    with started(command, lambda: is_fine(f"{url}/-/ready"), folder / "pushgateway.log"):
        yield url


@pytest.mark.prometheus
def test_a_real_gateway_shows_the_last_run(tmp_path: Path) -> None:
    """A mock that disappeared is gone; a run that failed moves the run and not the success; a lost shard goes."""
    with a_pushgateway(tmp_path) as url:
        gateway = Pushgateway(url)

        def shown() -> str:
            return requests.get(f"{url}/metrics", timeout=10).text

        assert gateway.push(drift_in_two_providers()) == ()
        assert 'provider="users"' in shown()
        assert gateway.push(everything_fine()) == ()
        assert 'provider="users"' not in shown()
        success = next(line for line in shown().splitlines() if line.startswith("driftwatch_mock_last_success"))
        assert success.endswith("e+09")
        assert gateway.push(NOTHING) == ()
        assert success in shown()
        assert 'driftwatch_mock_verified_ratio{instance="",job="driftwatch",provider="payments"} 0' in shown()
        for shard in (Shard(0, 3), Shard(1, 3), Shard(2, 3), Shard(0, 2)):
            assert gateway.push(replace(everything_fine(), shard=shard)) == ()
        wait_until(lambda: 'shard="2"' not in shown())
        assert 'shard="1"' in shown()
        assert "push_failure_time_seconds" in shown()
