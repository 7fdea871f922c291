"""MockServer's drift detection (8.x, npm ``mockserver-node``): what it forwards is compared with its own expectations.

It is given every mock as an expectation and, before all of them, one that forwards to the service; the bench sends each
question five times a pass through it and reads ``GET /mockserver/drift``. Every record counts: they have no severity
unless a language model is configured, only a confidence that is a constant of their type.

Read by hand, each alone (8.0.0): of a body that is empty or does not parse it records nothing, nor of any other form of
a string, nor of a number beyond 53 bits; null is a member removed. What it records of harmless answers is another
charset, a header that was not mocked and a member that was not mocked; the last we tell as well, below an alarm.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

import requests

from tests.bench.accuracy.endpoints import Endpoint
from tests.bench.bench_labelled import SAMPLES
from tests.bench.peers.installed import npm_version
from tests.bench.peers.peer import Bench, LeftOutError, Outcome, Pass, Peer
from tests.mockserver import mockserver

_BATCH: Final = 5
"""It keeps a thousand records: of an envelope five answers leave almost two hundred."""
_SETTLED: Final = 3
"""Equal readings, a tenth of a second apart, that end the waiting."""
_WITHIN: Final = 60.0
_LAST: Final = "/asked-last"
"""A mock of what the service does not have: once it has a record, what was asked before it was compared, too."""


def expectations(bench: Bench) -> list[dict[str, object]]:
    """The mocks, and the forward before them."""
    service = urlsplit(bench.url)
    forward = {"host": service.hostname, "port": service.port, "scheme": "HTTP"}
    mocks: list[dict[str, object]] = [
        {
            "id": one.path,
            "httpRequest": {"method": "GET", "path": one.path},
            "httpResponse": {
                "statusCode": one.mocked.status,
                "headers": {name: [value] for name, value in one.mocked.headers},
                "body": {"type": "JSON", "json": json.loads(one.mocked.body)},
            },
        }
        for one in bench.endpoints
    ]
    last: dict[str, object] = {"id": _LAST, "httpRequest": {"path": _LAST}, "httpResponse": {"statusCode": 200}}
    return [*mocks, last, {"id": "forward", "priority": 10, "httpRequest": {"path": "/.*"}, "httpForward": forward}]


def _ask(asking: requests.Session, url: str, batch: Sequence[Endpoint]) -> set[str]:
    """Which of these have a record after they were asked; the comparison runs beside the answers, so wait for it."""
    asking.put(f"{url}/mockserver/drift/clear", timeout=30).raise_for_status()
    for one in batch:
        for _ in range(SAMPLES):
            asking.get(url + one.path, timeout=30, allow_redirects=False)
    asking.get(url + _LAST, timeout=30)
    deadline, seen = time.monotonic() + _WITHIN, list[set[str]]()
    while len(seen) < _SETTLED or seen[-1] != seen[-_SETTLED]:
        if time.monotonic() > deadline:
            raise LeftOutError("its comparisons did not come to an end")
        time.sleep(0.1)
        if seen or _has_record(asking, url, _LAST):
            seen.append({one.path for one in batch if _has_record(asking, url, one.path)})
    return seen[-1]


def _has_record(asking: requests.Session, url: str, expectation: str) -> bool:
    asked = {"expectationId": expectation, "limit": "1"}
    return bool(asking.get(f"{url}/mockserver/drift", params=asked, timeout=30).json()["count"])


@contextmanager
def _start(bench: Bench) -> Iterator[Pass]:
    version = npm_version("mockserver-node")
    batches = [bench.endpoints[at : at + _BATCH] for at in range(0, len(bench.endpoints), _BATCH)]
    with mockserver(version, bench.folder) as url, requests.Session() as asking:
        taken = asking.put(f"{url}/mockserver/expectation", json=expectations(bench), timeout=60)
        if not taken.ok:
            raise LeftOutError(f"its expectations were refused with {taken.status_code}")

        def one_pass() -> dict[str, Outcome]:
            return bench.outcomes(set().union(*(_ask(asking, url, batch) for batch in batches)))

        yield one_pass


PEER: Final = Peer("MockServer", lambda: npm_version("mockserver-node"), _start, has_document=False)
