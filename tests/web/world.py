"""A driftwatch that runs on, as its pages see it: what the board shows, what the store remembers, who may come in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from msgspec.structs import replace
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from driftwatch.drift.timeline import advance
from driftwatch.model.latest import Latest
from driftwatch.model.lifecycle import Life, Turn
from driftwatch.model.memory import Entry, ProviderScore, RunRecord, RunStatus, key_of
from driftwatch.model.password import hash_password
from driftwatch.model.reliance import KnownUse, UsedMock
from driftwatch.model.summary import Summary
from driftwatch.model.use import Outcome
from driftwatch.model.vitals import Check, Missed, Role, Vitals, Watch, Wellness
from driftwatch.ports import Store
from driftwatch.reports.html.lines import verdicts_of
from driftwatch.reports.measures import View
from driftwatch.store.memory import MemoryStore
from driftwatch.web.acknowledge import Desk
from driftwatch.web.app import Shown, make_app
from driftwatch.web.exposition import Exposition
from driftwatch.web.guard import Guard
from driftwatch.web.pages import Pages
from driftwatch.web.shelf import Sources
from tests.fakes import SetClock
from tests.reports.samples import STARTED, drift_in_two_providers

PASSWORD = "ann's password"
ANN = ("ann", PASSWORD)
USERS = {"ann": hash_password(PASSWORD, b"salt of the tests")}
MISSING = next(one for one in drift_in_two_providers().findings if one.kind == "field-missing").fingerprint
CONFIG = 'providers:\n  payments:\n    auth:\n      token: "${env:PAYMENTS_TOKEN}"\n'


@dataclass(slots=True)
class World:
    """Change a field, and the next page shows it."""

    latest: Latest = field(default_factory=lambda: Latest.of(drift_in_two_providers()))
    names: tuple[str, ...] = ("payments", "users", "never-audited")
    users: Mapping[str, str] = field(default_factory=dict)
    store: Store | None = None
    config: str = CONFIG
    checks: tuple[Check, ...] = (Check("scheduler"), Check("config", Wellness.IMPAIRED, "the new config was rejected"))
    clock: SetClock = field(default_factory=lambda: SetClock(STARTED + timedelta(minutes=5)))
    role: Role = Role.ALONE
    _view: View | None = None

    def view(self) -> View:
        """See ``Known``."""
        if self._view is None or self._view.latest is not self.latest:
            self._view = View(self.latest, self.names)
        return self._view

    def vitals(self) -> Vitals:
        """See ``Known``."""
        watch = Watch(3600, STARTED + timedelta(hours=1), runs=7, missed={Missed.OVERLAP: 2})
        providers = dict.fromkeys(self.names, watch) | {"users": replace(watch, is_running=True)}
        return Vitals(
            "0.1.0", providers if self.names else {}, is_config_good=False, config_loaded_at=STARTED, heartbeat=STARTED,
            log_messages={"warning": 2, "error": 0}, role=self.role, role_changes=3,
        )  # fmt: skip

    def collector_failed(self) -> None:
        """Nobody counts."""

    def app(self) -> ASGIApp:
        """What is served."""
        guard = Guard(lambda: self.users)
        sources = Sources(
            "0.1.0", self.view, self.vitals, lambda: self.checks, lambda: self.store, lambda: self.config, self.clock
        )
        shown = Shown("0.1.0", Exposition(self), lambda: (), lambda: self.checks)
        return make_app(shown, guard, Pages(sources, Desk(guard)))

    def client(self) -> TestClient:
        """A browser without a screen."""
        return TestClient(self.app(), base_url="http://driftwatch.test", follow_redirects=False)


def remembering(summary: Summary, runs: int = 8, make: Callable[[], Store] = MemoryStore) -> Store:
    """A store that saw so many runs like this one, a day apart, the last of them this very one."""
    store = make()
    for number in range(runs):
        at = summary.started_at - timedelta(days=runs - 1 - number)
        seen = replace(summary, started_at=at, run_id=f"run-{number}" if number < runs - 1 else summary.run_id)
        names = tuple(provider.name for provider in summary.providers)
        record = RunRecord(seen.run_id, at, seen.version, seen.config_digest, names)
        totals = verdicts_of(seen.results) | {severity.value: count for severity, count in seen.severities.items()}
        done = replace(
            record, status=RunStatus.INCOMPLETE, ended_at=at + timedelta(seconds=seen.seconds),
            totals=totals | {"requests_sent": seen.requests_sent}, canary=seen.canary,
        )  # fmt: skip
        scores = tuple(
            ProviderScore(
                seen.run_id, at, one.name,
                None if one.fidelity is None or number == 2 else min(100.0, one.fidelity + 3 * (runs - 1 - number)),
                one.verified_share,
            )
            for one in seen.providers
        )  # fmt: skip
        claims = {key_of(one.interaction): "claim" for one in seen.results}
        store.begin(record)
        store.record(Entry(done, scores, ()), _step(seen, claims))
    return store


def with_tests(summary: Summary, store: Store, *names: str) -> Summary:
    """The summary, with tests of these names on each of its mocks; the last of them is red."""
    mocks = tuple(
        UsedMock(key_of(one.interaction), "GET /x", one.interaction.provider, one.interaction.mock_id)
        for one in summary.results
    )
    uses = [KnownUse("shop", name, Outcome.PASSED, STARTED, mocks) for name in names]
    uses[-1] = replace(uses[-1], outcome=Outcome.FAILED)
    store.keep_uses("shop", uses, is_whole=True)
    counts = {"verified": 1, "stale": 0, "never": 2, "drifted": len(names) - 1}
    return replace(summary, providers=tuple(replace(one, tests=counts) for one in summary.providers))


def _step(summary: Summary, claims: Mapping[str, str]) -> Callable[[tuple[Life, ...]], Turn]:
    return lambda lives: advance(lives, summary, claims)
