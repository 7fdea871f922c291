"""A real WireMock: each test is told with exactly the stubs that have answered it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugin.servers.suites import ids, resolved, run
from tests.wiremock import WireMock, wiremock

pytestmark = pytest.mark.java

STUBS: dict[str, object] = {
    "order.json": {"request": {"method": "GET", "urlPath": "/orders/7"}, "response": {"jsonBody": {"id": 7}}},
    "listed.json": {
        "id": "11111111-2222-4333-8444-555555555555",
        "request": {"method": "GET", "urlPathPattern": "/orders.*"},
        "response": {"jsonBody": []},
        "priority": 9,
    },
    "pay.json": {
        "mappings": [
            {
                "request": {"method": "POST", "url": "/pay", "bodyPatterns": [{"matchesJsonPath": "$.by_card"}]},
                "response": {"status": 201},
            },
            {
                "request": {"method": "POST", "url": "/pay", "bodyPatterns": [{"matchesJsonPath": "$.by_cash"}]},
                "response": {"status": 202},
            },
            {"name": "any", "request": {"url": "/any"}, "response": {"status": 204}},
        ]
    },
}
SUITE = """
import asyncio, urllib.request, httpx, pytest, requests
AT = "{url}"

@pytest.fixture(scope="module")
def logged_in():
    requests.get(AT + "/orders/1")

@pytest.fixture
def undone():
    yield
    requests.get(AT + "/orders/7")

def test_alone(): assert requests.get(AT + "/orders/7?token=secret").json() == {{"id": 7}}
def test_after_alone(): pass
def test_undoes(undone): requests.post(AT + "/pay", json={{"by_cash": 1}})
def test_after_undone(): assert requests.get(AT + "/nothing").status_code == 404
def test_twice():
    for path in ("/orders/7", "/orders/7", "/orders/8"): httpx.get(AT + path)
@pytest.mark.parametrize("how", ["card", "cash"])
def test_pays(how): requests.post(AT + "/pay", json={{"by_" + how: 1}})
def test_plain(): urllib.request.urlopen(urllib.request.Request(AT + "/any", method="DELETE")).read()
def test_async():
    async def ask():
        async with httpx.AsyncClient() as client:
            await client.get(AT + "/any")
    asyncio.run(ask())
def test_fixture(logged_in): requests.get(AT + "/any")
def test_fixture_again(logged_in): pass
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WireMock]:
    """The stubs, served for a while already: somebody has asked before the suite begins."""
    folder = tmp_path_factory.mktemp("wiremock")
    (folder / "mappings").mkdir()
    for name, stub in STUBS.items():
        (folder / "mappings" / name).write_text(json.dumps(stub))
    with wiremock(folder) as running:
        yield running


def expected(mocks: Path) -> dict[str, set[str]]:
    """By hand: which stub answers which test."""
    known = ids(mocks)
    order, listed = known["mappings/order.json"], known["mappings/listed.json"]
    card, cash, anything = (known[f"mappings/pay.json/mappings/{index}"] for index in range(3))
    return {
        "test_alone": {order},
        "test_undoes": {cash},
        "test_twice": {order, listed},
        "test_pays[card]": {card},
        "test_pays[cash]": {cash},
        "test_plain": {anything},
        "test_async": {anything},
        "test_fixture": {anything, listed},
        "test_fixture_again": {listed},
    }


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["serial", "xdist"])
def test_every_test_has_its_stubs(workers: tuple[str, ...], server: WireMock, tmp_path: Path) -> None:
    """Named or nameless, by id or by pattern, called by four clients: the ids are those of `driftwatch mocks`."""
    done = run(tmp_path, SUITE.format(url=server.url), *workers, servers=f"wiremock {server.url}", passed=11)
    assert resolved(done.record, server.folder) == expected(server.folder)
    assert done.told == []
    assert "secret" not in (tmp_path / ".driftwatch" / "usage.json").read_text()


def test_programs_that_a_test_starts_count(server: WireMock, tmp_path: Path) -> None:
    """Nobody sees the calls of another process; what is served while a test runs is its own all the same."""
    suite = (
        "import subprocess, sys\n"
        "def test_program():\n"
        f"    code = 'import urllib.request as r; r.urlopen(\"{server.url}/orders/7\").read()'\n"
        "    subprocess.run([sys.executable, '-c', code], check=True)\n"
        "def test_other(): pass\n"
    )
    done = run(tmp_path, suite, servers=f"wiremock {server.url}/__admin", passed=2)
    assert resolved(done.record, server.folder) == {"test_program": {ids(server.folder)["mappings/order.json"]}}


def test_a_journal_that_is_off(tmp_path: Path) -> None:
    """It is told once, with the remedy, and no test fails."""
    (tmp_path / "served" / "mappings").mkdir(parents=True)
    (tmp_path / "suite").mkdir()
    with wiremock(tmp_path / "served", "--no-request-journal") as server:
        suite = "def test_one(): pass\ndef test_two(): pass\n"
        done = run(tmp_path / "suite", suite, servers=f"wiremock {server.url}", passed=2)
    (line,) = done.told
    assert line.endswith("its journal is off; start it without `--no-request-journal`")
