"""Who listens hears every sample of staging, and when certificates end; the answers pass unchanged."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from msgspec.structs import replace

from driftwatch.model.probe import Evidence, HeldBack, Observation, Stage
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.overheard import Overheard
from driftwatch.transport.prober import HttpProber
from tests.servers import Server, json_answer, serve
from tests.transport.making import make_probe, make_target
from tests.transport.test_tls import AUTHORITY, shows


@dataclass
class Ear:
    """Remembers."""

    samples: list[tuple[str, int, str]] = field(default_factory=list)
    ends: dict[str, datetime] = field(default_factory=dict)
    unasked: list[tuple[str, HeldBack]] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)

    def heard(self, provider: str, sample: Observation, run_id: str) -> None:
        """One sample."""
        self.samples.append((provider, sample.status, run_id))

    def saw_certificate(self, provider: str, ends: datetime) -> None:
        """One certificate."""
        self.ends[provider] = ends

    def held_back(self, provider: str, reason: HeldBack) -> None:
        """One probe that was not sent."""
        self.unasked.append((provider, reason))

    def saw_budget(self, provider: str, left: int) -> None:
        """What is left of a day."""
        self.left[provider] = left


def overheard(server: Server, ear: Ear | None) -> Overheard:
    """A prober to that server, and whoever listens."""
    staging = make_target(server.url, verify=AUTHORITY)
    live = dataclasses.replace(staging, name="users (production)")
    prober = HttpProber({"users": staging, live.name: live}, SystemClock(), run_id="run-1")
    return Overheard(prober, "run-1", ear)


def test_every_sample_of_staging_is_heard() -> None:
    """By provider and run; production is another matter."""
    ear = Ear()
    with serve(json_answer("{}")) as server:
        probes = [make_probe(samples=2), replace(make_probe("/users/2"), stage=Stage.PRODUCTION)]
        outcomes = list(overheard(server, ear).send(probes))
    assert all(isinstance(outcome, Evidence) for outcome in outcomes)
    assert ear.samples == [("users", 200, "run-1")] * 2
    assert ear.ends == {}


def test_a_certificate_tells_when_it_ends() -> None:
    """As the service showed it; nobody has to listen."""
    ear = Ear()
    with serve(json_answer("{}"), tls=shows("good")) as server:
        assert len(list(overheard(server, ear).send([make_probe()]))) == 1
        assert len(list(overheard(server, None).send([make_probe()]))) == 1
    assert ear.ends == {"users": datetime(2125, 1, 1, tzinfo=UTC)}


def test_what_manners_hold_back_is_heard() -> None:
    """By its reason, with what is left of the day; who is not there to be asked is another matter."""
    ear = Ear()
    with serve(json_answer("{}")) as server:
        staging = make_target(server.url, budget=2, daily_budget=10)
        prober = Overheard(HttpProber({"users": staging}, SystemClock(), run_id="run-1"), "run-1", ear)
        assert len(list(prober.send([make_probe(f"/{n}") for n in range(5)]))) == 5
        list(prober.send([make_probe(provider="nobody")]))
    assert ear.unasked == [("users", HeldBack.BUDGET)] * 3
    assert ear.left == {"users": 8}


def test_closing_closes_what_is_heard() -> None:
    """A reader that stops leaves no request in flight, so the prober can be asked again."""
    with serve(json_answer("{}")) as server:
        prober = overheard(server, Ear())
        outcomes = prober.send([make_probe(), make_probe("/users/2")])
        assert isinstance(outcomes, Iterator)
        next(outcomes)
        del outcomes
        assert len(list(prober.send([make_probe()]))) == 1
