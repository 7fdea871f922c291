"""A real MockServer, the last of 5.x and a new one: its log names the expectation that answered."""

import json
from pathlib import Path

import pytest

from tests.mockserver import PACKAGES, mockserver
from tests.plugin.servers.suites import ids, resolved, run

pytestmark = pytest.mark.mockserver

EXPECTATIONS = [
    {"id": "order", "httpRequest": {"method": "GET", "path": "/orders/7"}, "httpResponse": {"body": {"id": 7}}},
    {
        "httpRequest": {"method": "POST", "path": "/pay", "headers": {"X-By": ["card"]}},
        "httpResponse": {"statusCode": 201},
    },
    {
        "httpRequest": {"method": "POST", "path": "/pay", "headers": {"X-By": ["cash"]}},
        "httpResponse": {"statusCode": 202},
    },
    {"httpRequest": {"path": "/any"}, "httpResponse": {"statusCode": 204}},
]
SUITE = """
import httpx, pytest, requests
AT = "{url}"
def test_order(): requests.get(AT + "/orders/7?token=secret")
def test_unmatched(): assert requests.get(AT + "/nothing").status_code == 404
@pytest.mark.parametrize("by", ["card", "cash"])
def test_pays(by): requests.post(AT + "/pay", headers={{"X-By": by}})
def test_often():
    for _ in range(60): httpx.delete(AT + "/any")
    for _ in range(160): requests.get(AT + "/orders/7")
def test_after_many(): requests.post(AT + "/pay", headers={{"X-By": "cash"}})
def test_none(): pass
"""


@pytest.mark.parametrize("version", PACKAGES)
def test_every_test_has_its_expectations(version: str, tmp_path: Path) -> None:
    """With an id or without one, told apart by a header alone; of a long log only what was asked for is read."""
    (tmp_path / "mocks").mkdir()
    (tmp_path / "suite").mkdir()
    (tmp_path / "mocks" / "expectations.json").write_text(json.dumps(EXPECTATIONS))
    with mockserver(version, tmp_path, "mocks/expectations.json") as url:
        suite, server = SUITE.format(url=url), f"mockserver {url}"
        runs = [run(tmp_path / "suite", suite, *workers, servers=server, passed=7) for workers in ((), ("-n", "2"))]
    known = ids(tmp_path / "mocks")
    card, cash, anything = (known[f"expectations.json/{index}"] for index in (1, 2, 3))
    for done in runs:
        assert done.told == []
        assert resolved(done.record, tmp_path / "mocks") == {
            "test_order": {"order"},
            "test_pays[card]": {card},
            "test_pays[cash]": {cash},
            "test_often": {anything, "order"},
            "test_after_many": {cash},
        }
