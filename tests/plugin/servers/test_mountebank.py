"""A real mountebank: with ``--debug`` it tells which stub matched, without it only what was asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.mountebank import package
from tests.node import free_port, running
from tests.plugin.servers.suites import ids, resolved, run

pytestmark = pytest.mark.mountebank

SUITE = """
import httpx, pytest, requests
ORDERS, STOCK = "http://127.0.0.1:{orders}", "http://127.0.0.1:{stock}"

def test_order(): requests.get(ORDERS + "/orders/7?token=secret")
def test_unmatched(): requests.get(ORDERS + "/nothing")
def test_pays():
    for by in ("card", "cash", "card"): requests.post(ORDERS + "/pay", json={{"by": by}})
def test_cash(): requests.post(ORDERS + "/pay", json={{"by": "cash"}})
def test_stock(): httpx.get(STOCK + "/stock")
def test_none(): pass
"""


def config(orders: int, stock: int, **more: object) -> dict[str, object]:
    """Two imposters: one with a name and a stub after the other, one with a stub for everything."""
    pays = [
        {"predicates": [{"equals": {"method": "POST", "path": "/pay", "body": {"by": by}}}],
         "responses": [{"is": {"statusCode": status}}]}
        for by, status in (("card", 201), ("cash", 202))
    ]  # fmt: skip
    order = {
        "predicates": [{"equals": {"method": "GET", "path": "/orders/7"}}],
        "responses": [{"is": {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": {"id": 7}}}],
    }
    stock_stub = {
        "predicates": [{"equals": {"method": "GET", "path": "/stock"}}],
        "responses": [{"is": {"body": '{"n": 1}'}}],
    }
    return {
        "imposters": [
            {"protocol": "http", "port": orders, "name": "orders", "stubs": [order, *pays], **more},
            {"protocol": "http", "port": stock, "stubs": [stock_stub], **more},
        ]
    }


@contextmanager
def served(folder: Path, *options: str, **more: object) -> Iterator[tuple[str, str]]:
    """The admin URL of a mountebank that serves a folder, and the suite that asks it."""
    orders, stock, admin = free_port(), free_port(), free_port()
    (folder / "mocks").mkdir()
    (folder / "suite").mkdir()
    (folder / "mocks" / "imposters.json").write_text(json.dumps(config(orders, stock, **more)))
    arguments = ["--port", str(admin), "--configfile", "mocks/imposters.json", "--localOnly", "--nologfile", *options]
    ready = f"http://127.0.0.1:{stock}/ready"
    with running(package("bin/mb"), "start", *arguments, ready=ready, folder=folder):
        yield f"http://127.0.0.1:{admin}", SUITE.format(orders=orders, stock=stock)


def test_every_test_has_its_stubs(tmp_path: Path) -> None:
    """What nothing matched rests on nothing; stubs of one path are told apart, by workers that share the server too."""
    with served(tmp_path, "--debug") as (admin, suite):
        runs = [
            run(tmp_path / "suite", suite, *workers, servers=f"mountebank {admin}", passed=6)
            for workers in ((), ("-n", "2"))
        ]
    known = ids(tmp_path / "mocks")
    order, card, cash = (known[f"imposters.json/imposters/0/stubs/{index}"] for index in range(3))
    for done in runs:
        assert done.told == []
        assert resolved(done.record, tmp_path / "mocks") == {
            "test_order": {order},
            "test_pays": {card, cash},
            "test_cash": {cash},
            "test_stock": {known["imposters.json/imposters/1/stubs/0"]},
        }


def test_requests_alone(tmp_path: Path) -> None:
    """Without `--debug` the requests lead to the mocks that answer such: both of one path, and none for a stranger."""
    with served(tmp_path, recordRequests=True) as (admin, suite):
        done = run(tmp_path / "suite", suite, servers=f"mountebank {admin}", passed=6)
    known = ids(tmp_path / "mocks")
    found = resolved(done.record, tmp_path / "mocks")
    assert found["test_order"] == {known["imposters.json/imposters/0/stubs/0"]}
    assert found["test_cash"] == {known[f"imposters.json/imposters/0/stubs/{index}"] for index in (1, 2)}
    assert found["test_unmatched"] == {"(GET /nothing)"}


def test_nothing_is_noted(tmp_path: Path) -> None:
    """An imposter that keeps neither matches nor requests is told once, with the remedy."""
    with served(tmp_path) as (admin, suite):
        done = run(tmp_path / "suite", suite, servers=f"mountebank {admin}", passed=6)
    (line,) = done.told
    assert line.endswith("it notes neither matches nor requests; start it with `mb --debug`")
