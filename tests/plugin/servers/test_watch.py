"""Servers that come, go, are shared or do not exist: what each test is told with, and what is said of it once."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.node import free_port
from tests.plugin.servers.suites import Run, run
from tests.servers import Answer, Received, json_answer, serve


class Faked:
    """As much of WireMock as is asked for: each path is a stub, and every request is a millisecond later."""

    def __init__(self) -> None:
        self.events: list[dict[str, object]] = []
        self.asks = 0

    def __call__(self, received: Received) -> Answer:
        if not received.path.startswith("/__admin"):
            at = 1_000_000 + 1000 * len(self.events)
            request = {"url": received.target, "method": received.method, "loggedDate": at}
            stub = {"id": received.path, "name": received.path, "request": {}}
            self.events.append(
                {"id": str(at), "request": request, "wasMatched": True, "stubMapping": stub, "loggedDate": at}
            )
            return Answer(200, (("Matched-Stub-Id", received.path),))
        self.asks += 1
        query = parse_qs(urlsplit(received.target).query)
        since = int(datetime.fromisoformat(query.get("since", ["1970-01-01T00:00:00Z"])[0]).timestamp() * 1000)
        found = [event for event in self.events if int(str(event["loggedDate"])) > since]
        return json_answer(json.dumps({"requests": found[::-1][: int(query["limit"][0])]}))


@pytest.fixture
def faked() -> Iterator[tuple[Faked, str]]:
    """A server, and where it is."""
    server = Faked()
    with serve(server) as running:
        yield server, running.url


def told(done: Run) -> dict[str, list[str]]:
    """By test, the stubs."""
    return {use.test.rpartition("::")[2]: sorted(touch.name for touch in use.touches) for use in done.record.uses}


def asking(url: str, path: str) -> str:
    """A line of a test that has another program ask."""
    code = f"import urllib.request as r; r.urlopen('{url}{path}').read()"
    return f"    subprocess.run([{sys.executable!r}, '-c', {code!r}], check=True)\n"


def test_one_question_a_test(faked: tuple[Faked, str], tmp_path: Path) -> None:
    """And one before the first, for what is nobody's."""
    server, url = faked
    run(tmp_path, "def test_one(): pass\ndef test_two(): pass\n", servers=f"wiremock {url}", passed=2)
    assert server.asks == 3


def test_workers_that_share_a_server_which_programs_ask(faked: tuple[Faked, str], tmp_path: Path) -> None:
    """Nobody can tell whose the events are: every test that ran meanwhile has them, and that is said."""
    _, url = faked
    suite = f"import subprocess\ndef test_program():\n{asking(url, '/a')}"
    done = run(tmp_path, suite, "-n", "1", servers=f"wiremock {url}", passed=1)
    assert told(done) == {"test_program": ["/a"]}
    assert done.told == []  # one worker shares with nobody
    two = suite + f"def test_other():\n{asking(url, '/b')}"
    done = run(tmp_path, two, "-n", "2", servers=f"wiremock {url}", passed=2)
    assert "/a" in told(done)["test_program"]
    assert "/b" in told(done)["test_other"]
    (line,) = done.told
    assert "workers share it and no call to it was seen in them" in line
    assert "give each worker a server of its own" in line


def test_workers_whose_calls_are_seen(faked: tuple[Faked, str], tmp_path: Path) -> None:
    """A test without calls gets nothing of what its neighbours ask, not even before the first call was seen."""
    _, url = faked
    suite = (
        "import pytest, urllib.request\n"
        "@pytest.mark.parametrize('n', range(20))\n"
        "def test_quiet(n): pass\n"
        "@pytest.mark.parametrize('n', range(20))\n"
        f"def test_asks(n): urllib.request.urlopen(f'{url}/{{n}}').read()\n"
    )
    done = run(tmp_path, suite, "-n", "2", servers=f"wiremock {url}", passed=40)
    assert told(done) == {f"test_asks[{n}]": [f"/{n}"] for n in range(20)}
    assert done.told == []


FIXTURE = """
import http.server, threading, urllib.request, json, pytest

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        events = self.server.events
        if not self.path.startswith("/__admin"):
            at = 1000 * (len(events) + 1)
            stub = {"id": self.path, "name": self.path, "request": {}}
            events.insert(0, {"id": str(at), "wasMatched": True, "stubMapping": stub,
                              "request": {"url": self.path, "method": "GET", "loggedDate": at}})
        text = json.dumps({"requests": events}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def log_message(self, *_): pass

@pytest.fixture
def server(driftwatch):
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.events, served.daemon_threads = [], True
    threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{served.server_port}"
    driftwatch.server("wiremock", url)
    yield url
    served.shutdown()
    served.server_close()

def test_one(server): urllib.request.urlopen(server + "/a").read()
def test_two(server): urllib.request.urlopen(server + "/b").read()
def test_three(): pass
"""


@pytest.mark.parametrize("options", [(), ("-n", "2"), ("-W", "error")], ids=["serial", "xdist", "warnings"])
def test_a_server_of_a_fixture(options: tuple[str, ...], tmp_path: Path) -> None:
    """It comes and goes with the test, and nothing is said of it."""
    done = run(tmp_path, FIXTURE, *options, passed=3)
    assert told(done) == {"test_one": ["/a"], "test_two": ["/b"]}
    assert done.told == []


def test_a_set_up_that_fails(faked: tuple[Faked, str], tmp_path: Path) -> None:
    """What it asked for is the test's, though the test was never called."""
    _, url = faked
    suite = (
        "import pytest, urllib.request\n"
        "@pytest.fixture\n"
        f"def broken():\n    urllib.request.urlopen('{url}/a').read()\n    raise OSError\n"
        "def test_one(broken): pass\ndef test_two(): pass\n"
    )
    done = run(tmp_path, suite, servers=f"wiremock {url}", passed=1, code=1)
    assert told(done) == {"test_one": ["/a"]}


def test_a_server_that_goes(tmp_path: Path) -> None:
    """It is told once that a server named for the whole run has gone; what the others met nobody knows."""
    port = free_port()
    suite = FIXTURE.replace('    driftwatch.server("wiremock", url)\n', "").replace("HTTP/1.1", "HTTP/1.0")
    suite = suite.replace("0), Handler", f"{port}), Handler").replace("def test_two(server)", "def two(server)")
    done = run(tmp_path, suite + "def test_four(): pass\n", servers=f"wiremock http://127.0.0.1:{port}", passed=3)
    assert told(done) == {"test_one": ["/a"], "test_three": [], "test_four": []}
    assert not done.record.is_whole
    (line,) = done.told
    assert f"wiremock at http://127.0.0.1:{port} did not tell which mocks answered: no connection" in line


SAID = {
    "nobody is there": ("wiremock http://127.0.0.1:1", "did not tell which mocks answered: no connection"),
    "another kind": ("wiermock http://127.0.0.1:1", "`wiermock` is no kind of server; write one of mockserver"),
    "no URL": ("wiremock", "write it as http://127.0.0.1:8080"),
    "far away": ("mountebank http://93.184.216.34:2525", "neither loopback nor private"),
    "with a password": ("mockserver http://u:secret@127.0.0.1:1", "write it without user"),
}


@pytest.mark.parametrize("case", SAID)
def test_what_is_said(case: str, tmp_path: Path) -> None:
    """One line at the end, with the remedy; the tests pass."""
    line, reason = SAID[case]
    done = run(tmp_path, "def test_one(): pass\ndef test_two(): pass\n", servers=line, passed=2)
    (said,) = done.told
    assert reason in said
    assert "secret" not in done.output


def test_a_hostile_journal(tmp_path: Path) -> None:
    """It costs one question, one line, and no test."""
    with serve(lambda _: json_answer("[" * 100_000)) as running:
        suite = "def test_one(): pass\ndef test_two(): pass\n"
        done = run(tmp_path, suite, servers=f"wiremock {running.url}", passed=2)
        assert len(running.received) == 1
    (line,) = done.told
    assert "no journal of this kind of server" in line
