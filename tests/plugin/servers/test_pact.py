"""Pact's own mock server, inside the tests' process: each test is told with the interactions that were asked for."""

import json
from pathlib import Path

from tests.plugin.servers.suites import ids, resolved, run

SUITE = """
import pytest, requests
from pact import Pact, match

@pytest.fixture
def pact():
    pact = Pact("shop", "orders service")
    yield pact
    pact.write_file("pacts")

def asked(pact, state, path, status):
    pact.upon_receiving("an order").given(state).with_request("GET", path).will_respond_with(status)
    with pact.serve() as server:
        assert requests.get(f"{server.url}{path}").status_code == status

def test_there(pact): asked(pact, "order 7 is there", "/orders/7", 200)
def test_gone(pact): asked(pact, "order 7 is gone", "/orders/7", 404)

def test_half(pact):
    pact.upon_receiving("one").with_request("GET", match.regex("/one", regex="/on.*")).will_respond_with(200)
    pact.upon_receiving("two").with_request("POST", "/two").will_respond_with(201)
    with pact.serve(raises=False) as server:
        requests.get(f"{server.url}/one")
    with pact.serve(raises=False) as server:
        requests.get(f"{server.url}/one")

def test_two(pact):
    pact.upon_receiving("three").with_request("POST", "/three").will_respond_with(201)
    with pact.serve() as server:
        requests.post(f"{server.url}/three")
        server.write_file("pacts")

def test_none(): pass
"""


def by_state(contract: Path) -> dict[tuple[str, str], str]:
    """The id of each interaction by its description and provider state."""
    known = ids(contract.parent)
    listed = json.loads(contract.read_text())["interactions"]
    return {
        (one["description"], "".join(state["name"] for state in one.get("providerStates", []))): known[
            f"{contract.name}/interactions/{index}"
        ]
        for index, one in enumerate(listed)
    }


def test_every_test_has_its_interactions(tmp_path: Path) -> None:
    """Two of one description are told apart; one that nobody asked for is not told."""
    (tmp_path / "pacts").mkdir()
    done = run(tmp_path, SUITE, passed=5)
    assert done.told == []
    known = by_state(tmp_path / "pacts" / "shop-orders service.json")
    assert resolved(done.record, tmp_path / "pacts") == {
        "test_there": {known["an order", "order 7 is there"]},
        "test_gone": {known["an order", "order 7 is gone"]},
        "test_half": {known["one", ""]},
        "test_two": {known["three", ""]},
    }


OLDER = '''
class Named:
    def __init__(self, name): self.name = name

class Pact:
    """As pact-python 2 has it: a service outside of the process, faked here to the extent that is watched."""
    def __init__(self, pact_dir):
        self.consumer, self.provider, self.pact_dir = Named("Web Shop"), Named("Orders"), pact_dir
        self._interactions = []
    def setup(self): pass
    def verify(self):
        self._interactions = []
        import json, pathlib
        asked = [{"description": "an order", "providerState": state, "request": {"method": "GET", "path": "/orders/7"},
                  "response": {"status": status}} for state, status in (("it is there", 200), ("it is gone", 404))]
        text = json.dumps({"consumer": {"name": "Web Shop"}, "provider": {"name": "Orders"}, "interactions": asked,
                           "metadata": {"pactSpecification": {"version": "2.0.0"}}})
        pathlib.Path(self.pact_dir, "web_shop-orders.json").write_text(text)
    def __enter__(self): self.setup()
    def __exit__(self, *error):
        self._interactions = []
        if error == (None, None, None):
            self.verify()
'''
OLDER_SUITE = """
import sys
sys.path.insert(0, ".")
from pact.v2.pact import Pact

def asked(state):
    pact = Pact("pacts")
    path = {"json_class": "Pact::Term", "data": {"generate": "/orders/7", "matcher": {"s": "/orders/[0-9]+"}}}
    pact._interactions.insert(0, {"description": "an order", "provider_state": state,
                                  "request": {"method": "GET", "path": path}, "response": {"status": 200}})
    with pact:
        pass

def test_there(): asked("it is there")
def test_gone(): asked("it is gone")
"""


def test_the_older_api(tmp_path: Path) -> None:
    """What was verified was asked for; a path may be a matcher."""
    for file, text in (("pact/__init__.py", ""), ("pact/v2/__init__.py", ""), ("pact/v2/pact.py", OLDER)):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    (tmp_path / "pacts").mkdir()
    done = run(tmp_path, OLDER_SUITE, "-p", "no:pact", passed=2)
    known = ids(tmp_path / "pacts")
    there, gone = (known[f"web_shop-orders.json/interactions/{index}"] for index in range(2))
    assert done.told == []
    assert resolved(done.record, tmp_path / "pacts") == {"test_there": {there}, "test_gone": {gone}}
