"""A shop's project: mocks of two services, tests that rest on them, and what each of them notices, counted by hand."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from driftwatch.model.memory import interaction_key
from driftwatch.model.reliance import KnownUse, UsedMock
from driftwatch.model.use import Outcome
from tests.cli.calling import write_stub

MOCKS: Final[Mapping[str, tuple[str, str, dict[str, Any]]]] = {
    "order": ("orders", "/orders/1", {"id": 1, "customer_name": "Ada", "total": 5, "note": "ring twice"}),
    "rates": ("orders", "/rates/v1", {"EUR": 1.0}),
    "status": ("orders", "/states/1", {"state": "open"}),
    "refund": ("orders", "/refunds/1", {"id": 1, "sum": 3}),
    "product": ("stock", "/products/a", {"sku": "a", "title": "Engine", "price": 10}),
}
TODAY: Final = {
    "/orders/1": {"id": 1, "customerName": "Eve", "total": "6"},
    "/states/1": {"state": "open"},
    "/refunds/1": {"id": 1, "sum": "3"},
    "/products/a": {"sku": "a", "title": "Wheel", "price": "12.50"},
}
"""What the services say by now; ``/rates/v1`` is gone, and nothing has happened to ``/states/1``."""

READING: Final = '''\
"""Reads the mocks as a stub server would serve them."""

import json
from pathlib import Path

MOCKS = Path(__file__).parent.parent / "mocks"


def body(provider, name):
    text = (MOCKS / provider / "mappings" / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)["response"]["jsonBody"]
'''
ORDERS: Final = """\
import os
from pathlib import Path

import pytest

from reading import body


@pytest.fixture
def order():
    return body("orders", "order")


def test_name(order):
    assert order["customer_name"]


def test_total(order):
    assert order["total"] + 1


def test_loads(order):
    assert order["id"]


class TestLabel:
    @pytest.mark.parametrize("mark", ["a::b", "c[d]", "é/ü", "x y; $HOME"])
    def test_line(self, order, mark):
        assert mark + order["customer_name"] + order["note"]


def test_that_failed_before(order):
    assert order["id"] == 2


@pytest.mark.skip(reason="later")
def test_later(order):
    assert order["customer_name"]


def test_that_wavers(order):
    runs = Path(os.environ["SHOP_RUNS"])
    runs.write_text(runs.read_text() + "." if runs.exists() else ".")
    assert len(runs.read_text()) != 2


def test_rates():
    assert body("orders", "rates")["EUR"]


def test_state():
    assert body("orders", "status")["state"]
"""
STOCK: Final = """\
from reading import body

PRODUCT = body("stock", "product")
PRICE = round(PRODUCT["price"], 2)


def test_price():
    assert PRICE


def test_title():
    assert PRODUCT["title"]
"""
INVOICE: Final = """\
from reading import body


def test_invoice():
    assert f'{body("orders", "order")["total"]} x {body("stock", "product")["price"]}'
"""
LINES: Final = tuple(f"tests/test_orders.py::TestLabel::test_line[{mark}]" for mark in (
    "a::b", "c[d]", r"\xe9/\xfc", "x y; $HOME",
))  # fmt: skip
RESTS: Final[Mapping[str, tuple[str, ...]]] = {
    "tests/test_orders.py::test_name": ("order",),
    "tests/test_orders.py::test_total": ("order",),
    "tests/test_orders.py::test_loads": ("order",),
    **dict.fromkeys(LINES, ("order",)),
    "tests/test_orders.py::test_that_failed_before": ("order",),
    "tests/test_orders.py::test_later": ("order",),
    "tests/test_orders.py::test_that_wavers": ("order",),
    "tests/test_orders.py::test_rates": ("rates",),
    "tests/test_orders.py::test_state": ("status",),
    "tests/test_orders.py::test_of_old": ("order",),
    "tests/test_stock.py::test_price": ("product",),
    "tests/test_stock.py::test_title": ("product",),
    "tests/test_invoice.py::test_invoice": ("order", "product"),
}
"""Which test rests on which mocks."""
RENAMED, RETYPED, LOST, PRICED = "/customer_name", "/total", "/note", "/price"
BLIND: Final[Mapping[str, tuple[str, ...]]] = {
    "tests/test_orders.py::test_name": (RETYPED, LOST),
    "tests/test_orders.py::test_total": (RENAMED, LOST),
    "tests/test_orders.py::test_loads": (RENAMED, RETYPED, LOST),
    **dict.fromkeys(LINES, (RETYPED,)),
    "tests/test_stock.py::test_price": (),
    "tests/test_stock.py::test_title": (),
    "tests/test_invoice.py::test_invoice": (RENAMED, RETYPED, LOST, PRICED),
}
"""By hand: what each test that says something stays green about."""
NOTICED: Final[Mapping[str, tuple[str, ...]]] = {
    "tests/test_orders.py::test_name": (RENAMED,),
    "tests/test_orders.py::test_total": (RETYPED,),
    **dict.fromkeys(LINES, (RENAMED, LOST)),
    "tests/test_stock.py::test_price": (PRICED,),
    "tests/test_stock.py::test_title": (PRICED,),
}
"""By hand: what makes them fail; ``test_title`` does not even load."""
LEFT_OUT: Final = {
    "tests/test_orders.py::test_that_failed_before": "it fails without any drift: ",
    "tests/test_orders.py::test_later": "it is skipped without any drift",
    "tests/test_orders.py::test_that_wavers": "it passed once and failed once without any drift: ",
    "tests/test_orders.py::test_of_old": "its run ended with 4, and no report tells of it",
}
TRIED: Final = 27
BLIND_PAIRS: Final = 15
"""2 + 2 + 3 + 4 × 1 + 4 of the lines above, and 1 + 1 + 4 × 2 + 2 that notice."""


def lay_out(folder: Path) -> None:
    """The project's files."""
    for name, (provider, path, body) in MOCKS.items():
        write_stub(folder / "mocks" / provider, path, body, name=name)
    tests = {
        "reading.py": READING, "conftest.py": "", "test_orders.py": ORDERS, "test_stock.py": STOCK,
        "test_invoice.py": INVOICE,
    }  # fmt: skip
    (folder / "tests").mkdir()
    for name, text in tests.items():
        (folder / "tests" / name).write_text(text, encoding="utf-8")


def uses(keys: Mapping[str, str]) -> tuple[KnownUse, ...]:
    """What rests on what; ``keys`` are the mocks' own, by name."""
    return tuple(
        KnownUse(
            "shop", test, Outcome.PASSED, datetime(2026, 5, 1, tzinfo=UTC),
            tuple(UsedMock(keys[name], name) for name in names),
        )
        for test, names in RESTS.items()
    )  # fmt: skip


def keys(told: str) -> Mapping[str, str]:
    """The mocks' keys by name, out of ``driftwatch mocks --format json``."""
    found = {}
    for one in json.loads(told)["interactions"]:
        name = one["origin"]["file"].rpartition("/")[2].removesuffix(".json")
        request = one["request"]
        found[name] = interaction_key(one["provider"], request["method"], request["path_template"], one["mock_id"])
    return found
