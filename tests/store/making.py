"""Runs for tests of the store: what they leave behind, and what they make of findings."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from msgspec.structs import replace

from driftwatch.drift.timeline import advance
from driftwatch.model.history import History, KnownConstant, KnownLatency, KnownValues, Noise, NoiseScope
from driftwatch.model.interaction import Origin
from driftwatch.model.lifecycle import Life, Turn
from driftwatch.model.memory import Entry, MockRecord, ProviderScore, RunRecord, RunStatus, StoreError
from driftwatch.model.summary import Canary, Verdict
from driftwatch.ports import Store
from tests.drift.lives import FINDINGS, KEY, Story

R = TypeVar("R")
NOW: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)

HISTORY: Final = History(
    verified_at=NOW,
    values={"/items/*/state": KnownValues(frozenset({"#0a0b0c", "#0d0e0f"}), 25)},
    latency=KnownLatency(120.5, 180.0, 40, (130.1, 99.0)),
    constants={"/rate": KnownConstant("#123456", NOW - timedelta(days=3), 9)},
    noise=(Noise("/etag\0\ud800", NoiseScope.VALUE, NOW, NOW + timedelta(days=30), 2),),
    unlimited=frozenset({"/comment"}),
    counted_at=NOW,
)


def given(came: R | StoreError) -> R:
    """What came, which is no trouble."""
    assert not isinstance(came, StoreError), str(came)
    return came


def a_run(number: int = 0, providers: tuple[str, ...] = ("payments",), at: datetime | None = None) -> RunRecord:
    """A run that begins; each a day after the one before."""
    return RunRecord(f"run-{number}", at or NOW + timedelta(days=number), "0.1.0", "abc", providers)


def a_mock(number: int = 0, provider: str = "payments", history: History = HISTORY) -> MockRecord:
    """A mock that was verified; its texts are those of a stranger."""
    return MockRecord(
        f"{number:016x}", provider, f"stub\0{number}\ud800", "GET", "/v1/{id}", Origin("a/b.json", "/0", number + 1),
        "c1a1", Verdict.VERIFIED, "as \0 said \ud83d", 91.5, 0.75, history,
    )  # fmt: skip


def an_entry(run: RunRecord, mocks: tuple[MockRecord, ...] = (), fidelity: float | None = 80.0) -> Entry:
    """A run that ended well."""
    ended = replace(
        run, status=RunStatus.COMPLETE, ended_at=run.started_at + timedelta(seconds=9), totals={"verified": 3},
        canary=Canary(1, 1),
    )  # fmt: skip
    scores = tuple(ProviderScore(run.id, run.started_at, name, fidelity, 0.5, 2.5) for name in run.providers)
    return Entry(ended, scores, mocks)


def nothing_happens(_: tuple[Life, ...]) -> Turn:
    """A step that leaves everything as it is."""
    return Turn((), ())


def one_run(letter: str, run: RunRecord, name: str = "sure", provider: str = "payments") -> Callable[..., Turn]:
    """The step of a run of a story (see ``tests.drift.lives``)."""
    finding = replace(FINDINGS[name], provider=provider)
    story = Story(finding, at=run.started_at)
    summary = story.summary(letter)
    renamed = tuple(
        replace(
            each, name=provider,
            results=tuple(replace(one, interaction=one.interaction.of(provider)) for one in each.results),
        )
        for each in summary.providers
    )  # fmt: skip
    summary = replace(summary, run_id=run.id, providers=renamed)
    return lambda lives: advance(lives, summary, {KEY: "as first"})


def keep(store: Store, number: int, letter: str = "S", provider: str = "payments", name: str = "sure") -> list[str]:
    """One whole run; what was told, in words."""
    run = a_run(number, (provider,))
    run = replace(run, id=f"{provider}-{run.id}")
    given(store.begin(run))
    recorded = given(store.record(an_entry(run), one_run(letter, run, name, provider)))
    return [event.change.value for event in recorded.events]
