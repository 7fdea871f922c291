"""What is made of the peers' answers: nothing is clean that was not asked, and nobody is left out in silence."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.bench.accuracy.endpoints import Mode, endpoints
from tests.bench.peers import openapi, pact
from tests.bench.peers.peer import Bench, LeftOutError, Outcome, Pass, Peer
from tests.bench.peers.prism import is_alarm
from tests.bench.peers.runs import Column, Score, columns, labels, paths_of
from tests.bench.peers.table import table


def _missing() -> str:
    raise LeftOutError("not installed")


@contextmanager
def _asks_nothing(bench: Bench) -> Iterator[Pass]:
    yield lambda: bench.outcomes(set())


@contextmanager
def _asks_one(bench: Bench) -> Iterator[Pass]:
    first = bench.paths[0]

    def one_pass() -> Mapping[str, Outcome]:
        requests.get(bench.url + first, timeout=5).close()
        raise LeftOutError(f"stopped after {first}")

    yield one_pass


@pytest.mark.parametrize(
    ("peer", "reason"),
    [
        (Peer("one", _missing, _asks_nothing), "not installed"),
        (Peer("two", lambda: "1", _asks_nothing), "asked the service nothing"),
        (Peer("three", lambda: "1", _asks_one), "stopped after /always-0/orders"),
    ],
    ids=["not installed", "mute", "broken"],
)
def test_who_does_not_work_is_left_out_with_a_reason(peer: Peer, reason: str) -> None:
    """Instead of its column there is a sentence."""
    (said,) = columns([peer])
    assert isinstance(said, str)
    assert said.startswith(f"{peer.name} is left out")
    assert reason in said


def _score(alarmed: set[str], noted: set[str], unchecked: set[str]) -> Score:
    said = dict.fromkeys(labels(), Outcome.CLEAN)
    said |= dict.fromkeys(alarmed, Outcome.ALARM) | dict.fromkeys(noted, Outcome.NOTE)
    said |= dict.fromkeys(unchecked, Outcome.UNCHECKED)
    return Score([said], [dict.fromkeys(labels(), 5)])


def test_the_table_counts_alarms_notes_and_gaps() -> None:
    """Notes stand beside alarms and never among them; both documents are shown where they differ."""
    always, never = sorted(paths_of(Mode.ALWAYS)), sorted(paths_of(Mode.NEVER))
    plain = _score(set(always[:60]), set(never[:12]), {never[20]})
    careful = _score(set(always), set(), set())
    lines = table([Column("ours 1", plain, None), Column("theirs 2", plain, careful)]).splitlines()
    assert lines[0] == "|  | endpoints | ours 1 | theirs 2 |"
    assert "| **changed for good, found in one pass** | 75 | 60 | 60 / 75 |" in lines
    assert "| **harmless, falsely alarmed within 3 passes** | 48 | 0 (+12 info) | 0 (+12 info) / 0 |" in lines
    assert "| **could not check, in one pass** | 147 | 1 | 1 / 0 |" in lines


def test_an_inferred_description_requires_every_member_and_names_formats_only_if_asked() -> None:
    """Both documents say the same but for what a careful author adds."""
    one = next(endpoints())
    plain, careful = (openapi.openapi_3([one], "http://127.0.0.1:1", careful=careful) for careful in (False, True))
    schemas = [
        document["paths"][one.path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        for document in (plain, careful)
    ]
    assert set(schemas[0]["required"]) == json.loads(one.mocked.body).keys()
    assert "format" not in json.dumps(schemas[0])
    assert schemas[1]["properties"]["id"] == {"type": "string", "format": "uuid"}
    assert schemas[1]["properties"]["created_at"] == {"type": "string", "format": "date-time"}


def test_a_careful_contract_keeps_the_type_matcher(tmp_path: Path) -> None:
    """What is not said more closely is still held to its type."""
    bench = Bench(tuple(endpoints())[:1], "http://127.0.0.1:1", tmp_path, careful=True)
    (interaction,) = pact.contract(bench)["interactions"]
    assert {"$", "$.id", "$.count"} <= interaction["response"]["matchingRules"]["body"].keys()


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, {"content-type": "application/json"}, False),
        (410, {"content-type": "application/json", "sl-violations": "[]"}, True),
        (500, {"content-type": "application/problem+json"}, True),
        (503, {"content-type": "application/json"}, False),
    ],
)
def test_the_proxys_complaints(status: int, headers: dict[str, str], *, expected: bool) -> None:
    """A violation in the header or an error of its own; an error of the service is none by itself."""
    answer = requests.Response()
    answer.status_code = status
    answer.headers.update(headers)
    assert is_alarm(answer) is expected
