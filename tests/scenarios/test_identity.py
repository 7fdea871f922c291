"""Identity: what a tool serves from its own files, audited with the same files, yields nothing.

The servers are not ours: a real WireMock serves its mappings; what VCR.py and a HAR recorded from a live service is
audited against that service, whose ids, clocks and order of items never stay the same.
"""

import json
import random
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import requests
import vcr

from driftwatch.model.summary import Summary, Verdict
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.probing import ProbingSettings
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.tree import Settings
from driftwatch.wiring.audits import run_audit
from tests.servers import Answer, Received, serve
from tests.watchers import Silence
from tests.wiremock import wiremock

STUBS = Path(__file__).parent / "stubs"

NOT_SENT = {
    "POST /orders": Verdict.SKIPPED,
    "GET /outage": Verdict.SKIPPED,
    "GET /torn": Verdict.UNVERIFIABLE,
    "GET /proxied/": Verdict.UNVERIFIABLE,
}
"""Our own stubs that an audit must not or cannot send, by method and beginning of the path."""


def audit(mocks: Path, target: str) -> Summary:
    """One audit of a folder against a service, without waiting between samples."""
    provider = ProviderSettings(
        mocks=(WrittenPath("mocks", mocks),), target=target, probing=ProbingSettings(spacing_seconds=0, rate=1000)
    )
    return run_audit(Settings(providers={"it": provider}), Silence())


OF_THE_FILES = ("unreadable", "mock-shadowed")
"""What an operator is told of the mocks alone, wherever they are served."""


def told(summary: Summary) -> list[str]:
    """Everything an operator would be told, a line each."""
    drift = [f"{f.kind} {f.path} at {f.origin}: {f.claim} / {f.observed}" for f in summary.findings]
    files = [f"unreadable {one.file}:{one.line} {one.reason}" for one in summary.unreadable]
    return drift + files


@pytest.mark.java
def test_our_stubs_served_by_wiremock(tmp_path: Path) -> None:
    """Every stub that may be sent is verified, and nothing is found."""
    shutil.copytree(STUBS, tmp_path / "served")
    with wiremock(tmp_path / "served") as staging:
        summary = audit(STUBS, staging.url)
    assert told(summary) == []
    verdicts = {f"{r.interaction.request.method} {r.interaction.request.target}": r for r in summary.results}
    unsent = {
        operation: result.verdict for operation, result in verdicts.items() if result.verdict is not Verdict.VERIFIED
    }
    expected = {
        operation: verdict
        for operation in verdicts
        for start, verdict in NOT_SENT.items()
        if operation.startswith(start)
    }
    assert unsent == expected
    assert len(expected) == len(NOT_SENT)
    assert summary.canary.is_alive


ABSENT = "mytest-mapping.json:1 the body file `mytest.json` is not there"
"""The one stub of the corpus whose body file was not collected with it."""


@pytest.mark.java
@pytest.mark.shared
def test_the_corpus_served_by_wiremock(shared: Path, tmp_path: Path) -> None:
    """Each project of the corpus, served by WireMock: nothing is found, and what was sent is verified."""
    asked = 0
    served = tmp_path / "served"
    served.mkdir()
    with wiremock(served) as staging:
        for project in sorted(path for path in (shared / "corpus" / "wiremock").iterdir() if path.is_dir()):
            shutil.rmtree(served)
            _serve_copy(_root_of(project), served)
            staging.read_again()
            summary = audit(served, staging.url)
            assert [line for line in told(summary) if ABSENT not in line] == [], project.name
            sent = [result for result in summary.results if result.samples]
            assert {result.verdict for result in sent} <= {Verdict.VERIFIED}, project.name
            asked += len(sent)
    assert asked >= 5


def _root_of(project: Path) -> Path:
    """The folder that WireMock would be started on: the one with ``mappings``, else the one with the files."""
    for mappings in sorted(project.rglob("mappings")):
        return mappings.parent
    return next(iter(sorted(project.rglob("*.json")))).parent


def _serve_copy(root: Path, served: Path) -> None:
    if (root / "mappings").is_dir():
        shutil.copytree(root, served)
    else:
        shutil.copytree(root, served / "mappings")


class Volatile:
    """A live service whose ids, clocks, tokens and order change with every answer, and whose form never does."""

    def __init__(self) -> None:
        self._random = random.Random(7)
        self._turn = count()

    def __call__(self, received: Received) -> Answer:
        """An answer to one request."""
        turn = next(self._turn)
        moment = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=37 * turn)
        items = [self._item(number) for number in range(3)]
        self._random.shuffle(items)
        body = {
            "request_id": str(uuid.UUID(int=self._random.getrandbits(128), version=4)),
            "at": moment.isoformat().replace("+00:00", "Z"),
            "epoch": int(moment.timestamp()),
            "token": f"{self._random.getrandbits(160):040x}",
            "path": received.path,
            "items": items[: self._random.randint(1, 3)],
            "counts": {"total": turn + 3},
        }
        headers = (
            ("Content-Type", "application/json"),
            ("ETag", f'"{turn}"'),
            ("X-Request-Id", str(turn)),
            ("Set-Cookie", f"sid={turn}"),
        )
        return Answer(200, headers, json.dumps(body).encode())

    def _item(self, number: int) -> dict[str, object]:
        price = self._random.randint(1, 99) + 0.25
        return {"id": self._random.getrandbits(31), "sku": f"A{number}", "price": price, "tags": ["x", "y"]}


PATHS = ("/users/42", "/users?page=2&sort=name", "/users/42/orders/1001", "/caf%C3%A9/men%C3%BC", "/")


@pytest.fixture
def service() -> Iterator[str]:
    """A volatile service on loopback."""
    with serve(Volatile()) as running:
        yield running.url


def _record_with_vcr(url: str, folder: Path) -> None:
    for number, path in enumerate(PATHS):
        serializer = "json" if number % 2 else "yaml"
        recorder = vcr.VCR(serializer=serializer, record_mode="all")
        with recorder.use_cassette(str(folder / f"cassette-{number}.{serializer}")):
            for _ in range(2):
                requests.get(url + path, headers={"Accept": "application/json"}, timeout=5)


def _record_a_har(url: str, folder: Path) -> None:
    entries = []
    for path in PATHS:
        answer = requests.get(url + path, headers={"Accept": "application/json"}, timeout=5)
        entries.append({
            "startedDateTime": "2026-03-01T10:00:00.000Z",
            "time": 12.5,
            "request": {
                "method": "GET", "url": f"https://api.example.com{path}", "httpVersion": "HTTP/2",
                "headers": [{"name": ":path", "value": path}, {"name": "accept", "value": "application/json"}],
                "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0,
            },
            "response": {
                "status": answer.status_code, "statusText": "OK", "httpVersion": "HTTP/2", "cookies": [],
                "headers": [{"name": name, "value": value} for name, value in answer.headers.items()],
                "content": {"size": len(answer.content), "mimeType": "application/json", "text": answer.text},
                "redirectURL": "", "headersSize": -1, "bodySize": -1,
            },
            "cache": {},
            "timings": {"send": 0, "wait": 12, "receive": 0.5},
        })  # fmt: skip
    log = {"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": entries}}
    (folder / "recorded.har").write_text(json.dumps(log, indent=2), encoding="utf-8")


@pytest.mark.parametrize("record", [_record_with_vcr, _record_a_har], ids=["vcr.py", "har"])
def test_what_was_just_recorded(record: Callable[[str, Path], None], service: str, tmp_path: Path) -> None:
    """A recording audited against the service it was made from yields nothing, and all of it is verified."""
    record(service, tmp_path)
    summary = audit(tmp_path, service)
    assert told(summary) == []
    results = list(summary.results)
    assert len(results) >= len(PATHS)
    assert {result.verdict for result in results} == {Verdict.VERIFIED}
    assert summary.canary.is_alive
