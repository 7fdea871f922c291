"""Probes, clocks and provers as these tests want them: quick, and on loopback."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import Any

from driftwatch.model.interaction import Header, Request
from driftwatch.model.probe import Evidence, Observation, Probe, Unreachable
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.prober import HttpProber
from driftwatch.transport.target import Target


def make_probe(
    target: str = "/users/1",
    *,
    method: str = "GET",
    provider: str = "users",
    headers: tuple[Header, ...] = (),
    body: bytes | None = None,
    samples: int = 1,
    spacing: float = 0.0,
    with_credentials: bool = True,
) -> Probe:
    """A probe of ``target`` (path, and query if it has one)."""
    path, _, query = target.partition("?")
    request = Request(method, path, "/users/{id}", raw_query=query, headers=headers, body=body)
    return Probe("users" if provider == "" else provider, request, (), samples, spacing, with_credentials)


def make_target(url: str, **settings: Any) -> Target:
    """A target without pace, whose limits suit a server on loopback."""
    quick = {
        "rate": None, "connect_timeout": 5.0, "read_timeout": 5.0, "total_timeout": 5.0,
        "cool_down": 0.0,
    }  # fmt: skip
    return Target("users", url, **(quick | settings))


def send(target: Target, probes: Iterable[Probe], **settings: Any) -> list[Evidence | Unreachable]:
    """All outcomes of these probes."""
    prober = HttpProber({target.name: target}, SystemClock(), run_id="run-1", **settings)
    return list(prober.send(probes))


def observe(target: Target, probe: Probe | None = None) -> Observation:
    """The one sample of one probe."""
    (outcome,) = send(target, [probe or make_probe()])
    assert isinstance(outcome, Evidence), outcome
    (sample,) = outcome.samples
    return sample


def reasons(outcomes: Sequence[Evidence | Unreachable]) -> list[str]:
    """Why probes were not sent."""
    return [outcome.reason for outcome in outcomes if isinstance(outcome, Unreachable)]


START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(slots=True)
class FakeClock:
    """A clock that stands still until it is told to move."""

    time: float = 0.0
    start: datetime = START

    def now(self) -> datetime:
        """The start and what has passed."""
        return self.start + timedelta(seconds=self.time)

    def elapsed(self) -> float:
        """What has passed."""
        return self.time

    def wait(self, condition: Condition, seconds: float | None) -> bool:
        """Instead of waiting by the clock, move it; wait for real only where a notice must come."""
        if seconds is None:
            return condition.wait()
        self.time += seconds
        return False
