"""Incidents with a history: what real audits leave in a real store answers as it was written down by hand."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from msgspec.structs import replace

from driftwatch.drift.catalog import KINDS
from driftwatch.model.guard import Guard
from driftwatch.model.incident import Answer, Cause, Incident, Relation, Seen, Unseen
from driftwatch.model.incident_ledger import IncidentLedger, Span
from driftwatch.model.interaction import Expectation, Interaction, Origin, Request
from driftwatch.model.memory import StoreError
from driftwatch.model.policy import Consumer, Policy
from driftwatch.model.probe import Observation, Probe
from driftwatch.ports import Store
from driftwatch.reports import incident_words as words
from driftwatch.reports.schemas import interface_schema
from driftwatch.settings.incident_file import Rules, parse_incident
from driftwatch.store.database import DatabaseStore
from driftwatch.store.memory import MemoryStore
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.canary import ANSWER
from driftwatch.usecases.canary import PROVIDER as CANARY
from driftwatch.usecases.incidents import Team, answered, kept
from driftwatch.usecases.remember import remember
from tests.fakes import ListedMocks, NotedProgress, ScriptedProber, SetClock
from tests.postgres import Cluster, for_tests

FOLDER: Final = Path(__file__).parent / "incidents"
HISTORY: Final[dict[str, Any]] = yaml.safe_load((FOLDER / "history.yaml").read_text(encoding="utf-8"))
LEDGER: Final[dict[str, Any]] = yaml.safe_load((FOLDER / "ledger.yaml").read_text(encoding="utf-8"))
NAMES: Final = tuple(LEDGER["incidents"])
JSON: Final = (("Content-Type", "application/json"),)
LAST: Final = datetime(2026, 5, 20, 12, tzinfo=UTC)
KEEP: Final = timedelta(days=60)


def mock_of(provider: str, told: Mapping[str, Any]) -> Interaction:
    """A mock of the history."""
    body = json.dumps(told["body"]).encode()
    request = Request(told.get("method", "GET"), told["asked"], told["path"])
    origin = Origin(f"mocks/{told['id']}.json")
    says = (Expectation(200, JSON, body),)
    return Interaction(told["id"], "fake", origin, request, says, group=told["id"], provider=provider)


def mocks_on(provider: str, day: int) -> tuple[Interaction, ...]:
    """Those that are there on a day."""
    told = HISTORY["mocks"][provider]
    return tuple(mock_of(provider, one) for one in told if one.get("from", 1) <= day <= one.get("until", 31))


def answer_on(day: int, probe: Probe) -> Observation:
    """What the service says on a day."""
    at = datetime(2026, 5, day, 12, tzinfo=UTC)
    if probe.provider == CANARY:
        return Observation(*ANSWER, at=at)
    turns = HISTORY["answers"].get(probe.request.path)
    if turns is None:
        return Observation(404, JSON, b'{"error": "no such route"}', at=at, elapsed_ms=5.0)
    told = turns[max(turn for turn in turns if turn <= day)]
    body = json.dumps(told["body"]).encode()
    return Observation(told.get("status", 200), JSON, body, at=at, elapsed_ms=float(told.get("ms", 5)))


def lived_through(store: Store) -> Store:
    """The same store after all audits of the history."""
    for day in range(1, LAST.day + 1):
        for provider, span in HISTORY["audits"].items():
            if not span["from"] <= day <= span["to"]:
                continue
            clock = SetClock(datetime(2026, 5, day, 12, tzinfo=UTC))
            policy = Policy(consumer=Consumer(timeout_ms=3000))
            team = [Provider(provider, "https://x/api", ListedMocks(mocks_on(provider, day)), policy)]
            prober = ScriptedProber(partial(answer_on, day))
            came = remember(store, team, prober, clock, Run(f"{provider}-{day}", "0.1.0", "abc"), NotedProgress())
            assert came.trouble is None
    return store


def incident_of(name: str) -> Incident:
    """An incident of the ledger, read as a file would be."""
    written = LEDGER["incidents"][name]["written"]
    told = {"schema": "driftwatch.incident/1", "title": name, "provider": "shop", **written}
    return parse_incident(yaml.safe_dump(told).encode(), name, f"{name}.yaml", Rules(("shop", "late"), KINDS))


def team_of() -> Team:
    """What the config knows."""
    guards = {name: Guard(name, one["provider"], one["mock"]) for name, one in LEDGER["guards"].items()}
    return Team(
        {"shop": "/api", "late": "/api"}, guards, lambda told, written: told == written,
        lambda provider: mocks_on(provider, LAST.day), KEEP,
    )  # fmt: skip


def asked(store: Store | None, *names: str) -> IncidentLedger:
    """The incidents of these names, or all, the day after the last audit."""
    return answered(map(incident_of, names or NAMES), store, team_of(), LAST + timedelta(days=1))


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL for these tests."""
    yield from for_tests()


@pytest.fixture(scope="module", params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of every kind, with the history in it."""
    if request.param == "memory":
        yield lived_through(MemoryStore(KEEP))
        return
    place = str(tmp_path_factory.mktemp("store") / "driftwatch.db")
    if request.param == "postgres":
        running: Cluster = request.getfixturevalue("postgres")
        place = running.new_database()
    made = DatabaseStore.at(place, KEEP)
    yield lived_through(made)
    made.close()


def shown(answer: Answer) -> dict[str, Any]:
    """An answer in the words of the ledger."""
    trace, watch = answer.trace, answer.watch
    told = {
        "seen": answer.seen.value,
        "lead": None if answer.lead is None else answer.lead / timedelta(hours=1),
        "kind": None if trace is None else trace.kind,
        "relation": None if trace is None else trace.relation.value,
        "stood": None if trace is None else trace.stood,
        "unseen": None if answer.unseen is None else answer.unseen.value,
        "cause": answer.cause.value,
        "guard": None if watch is None else watch.guarded.verdict,
        "could_be_seen": answer.could_be_seen,
    }
    return {key: value for key, value in told.items() if value is not None}


@pytest.mark.parametrize("name", NAMES)
def test_history_answers_as_written_by_hand(store: Store, name: str) -> None:
    """Warning, finding, cause and guard of each incident."""
    (answer,) = asked(store, name).answers
    assert shown(answer) == LEDGER["incidents"][name]["answer"]
    assert answer.is_derived == ("cause" not in LEDGER["incidents"][name]["written"])


def test_all_of_them_together(store: Store) -> None:
    """Causes, shares and leads as counted by hand; the guards that fell, and the one that nobody has."""
    found = asked(store)
    sums = found.sums
    assert {cause.value: number for cause, number in sums.causes.items()} == LEDGER["sums"]["causes"]
    assert {word.value: number for word, number in sums.seen.items()} == LEDGER["sums"]["seen"]
    assert sums.median_lead == timedelta(hours=LEDGER["sums"]["median_lead_hours"])
    assert sums.share_seen_before == pytest.approx(LEDGER["sums"]["share_seen_before"])
    assert [one.incident.name for one in found.fallen] == LEDGER["sums"]["fallen"]
    assert [one.incident.name for one in found.not_green] == LEDGER["sums"]["not_green"]
    months = {name: part.incidents for name, part in found.periods(Span.MONTH).items()}
    assert months == {"2026-03": 1, "2026-04": 0, "2026-05": len(NAMES) - 1}
    assert list(found.periods(Span.QUARTER)) == ["2026-Q1", "2026-Q2"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_keeps_what_the_store_forgets(store: Store, name: str) -> None:
    """Without any memory, an incident that kept its answer tells the same of when it was seen, and why not tested."""
    (before,) = asked(store, name).answers
    keeping = replace(incident_of(name), kept=kept(before))
    (after,) = answered([keeping], MemoryStore(), team_of(), LAST + timedelta(days=400)).answers
    assert (after.seen, after.lead, after.cause, after.kind) == (before.seen, before.lead, before.cause, before.kind)
    assert after.is_kept == (before.seen is not Seen.UNKNOWN)
    (again,) = answered([keeping], store, team_of(), LAST + timedelta(days=1)).answers
    assert shown(again) == shown(before)


def test_without_a_memory_nothing_is_claimed() -> None:
    """No store, or one in trouble: nobody can tell, and the trouble is told."""
    assert {one.unseen for one in asked(None).answers} == {Unseen.NO_STORE}
    assert {one.could_be_seen for one in asked(None).answers} == {None}

    class Ailing(MemoryStore):
        def presences(self, provider: str) -> Any:
            return StoreError("it", f"{provider} is ill", "Wait.")

    found = asked(Ailing())
    assert str(found.trouble) == "the store it cannot be used: shop is ill. Wait."
    assert {one.unseen for one in found.answers} == {Unseen.NO_STORE}


def test_every_cause_and_every_reason_has_its_words() -> None:
    """What can be derived or written is told in a sentence, and stands in the interface."""
    schema = interface_schema("incidents-1")["$defs"]
    assert set(words.CAUSES) == set(Cause)
    assert schema["cause"]["enum"] == [cause.value for cause in Cause]
    assert set(words.UNSEEN) == set(Unseen)
    assert schema["incident"]["properties"]["unseen"]["enum"] == [*(one.value for one in Unseen), None]
    assert schema["seen"]["enum"] == [one.value for one in Seen]
    assert set(words.RELATIONS) == set(Relation)
