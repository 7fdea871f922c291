"""Keploy's own words about an answer: what it calls noise is not drift, and what it asserts is held to."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from driftwatch.model.summary import Verdict
from tests.scenarios.test_identity import audit, told
from tests.servers import Answer, Received, serve

RECORDED = '{"id":7,"at":"2024-05-01T10:00:00Z","lines":[{"sku":"A1","seen":"2024-05-01"}],"old":true}'
NOISE = "{body.at: ['.+'], body.lines.seen: [], body.old: [], header.X-Rate: []}"
CONTAINS = "{json_contains: {id: 7}, status_code_in: [200, 202]}"


def served(_: Received) -> Answer:
    """The service of today: other forms in three places, another status, and a header less."""
    body = {"id": 7, "at": "yesterday", "lines": [{"sku": "A1", "seen": 3}]}
    return Answer(202, (("Content-Type", "application/json"),), json.dumps(body).encode())


@pytest.fixture
def service() -> Iterator[str]:
    """The service on loopback."""
    with serve(served) as running:
        yield running.url


def recording(status: int, assertions: str) -> str:
    """A test of Keploy's."""
    return (
        "version: api.keploy.io/v1beta1\nkind: Http\nname: test-1\nspec:\n    metadata: {}\n"
        "    req: {method: GET, url: 'http://localhost:8080/orders/7', header: {}, body: ''}\n"
        f"    resp:\n        status_code: {status}\n"
        "        header: {Content-Type: application/json, X-Rate: '5'}\n"
        f"        body: '{RECORDED}'\n    assertions: {assertions}\n"
    )


def test_noise_is_no_drift(service: str, tmp_path: Path) -> None:
    """Places and headers that are noise may differ in any way, or be gone."""
    (tmp_path / "test-1.yaml").write_text(recording(202, f"{{noise: {NOISE}}}"))
    summary = audit(tmp_path, service)
    assert told(summary) == []
    assert [result.verdict for result in summary.results] == [Verdict.VERIFIED]


def test_without_noise_it_is(service: str, tmp_path: Path) -> None:
    """The same recording without its noise has drifted in each of the places."""
    (tmp_path / "test-1.yaml").write_text(recording(202, "{}"))
    lines = told(audit(tmp_path, service))
    assert all(any(place in line for line in lines) for place in ("/at", "/lines/*/seen", "/old", "header:x-rate"))


def test_assertions_stand_for_the_whole_answer(service: str, tmp_path: Path) -> None:
    """With an assertion nothing else counts; what it asks for does."""
    (tmp_path / "test-1.yaml").write_text(recording(200, CONTAINS))
    assert told(audit(tmp_path, service)) == []
    (tmp_path / "test-1.yaml").write_text(recording(200, CONTAINS.replace("id: 7", "id: 8")))
    (line,) = told(audit(tmp_path, service))
    assert line.startswith("expectation-violated /id")
