"""A consumer of the demonstration's orders: its tests, and which of the mocks each of them met."""

import json
from pathlib import Path
from typing import Final

TESTS: Final = '''\
"""Tests that rest on the mocks of orders."""

import json
from pathlib import Path

MOCKS = Path(__file__).parent.parent / "mocks/orders/mappings"


def order():
    return json.loads((MOCKS / "orders.json").read_text())["mappings"][0]["response"]["jsonBody"]


def test_the_customer_is_shown():
    assert order()["customer_name"]


def test_an_order_costs_something():
    assert order()["total"] > 0


def test_the_currency_is_known():
    assert order()["currency"] in ("EUR", "USD")
'''
NAMES: Final = ("test_the_customer_is_shown", "test_an_order_costs_something", "test_the_currency_is_known")
TOUCH: Final = {"tool": "wiremock", "file": "mocks/orders/mappings/orders.json", "pointer": "/mappings/0"}


def lay_out(folder: Path) -> None:
    """``tests/test_orders.py``, and ``usage.json`` as a run of it would have written it."""
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "tests/test_orders.py").write_text(TESTS, encoding="utf-8")
    uses = [{"test": f"tests/test_orders.py::{name}", "outcome": "passed", "touches": [TOUCH]} for name in NAMES]
    record = {"schema": "driftwatch.usage/1", "suite": "orders", "is_whole": True, "uses": uses}
    (folder / "usage.json").write_text(json.dumps(record), encoding="utf-8")
