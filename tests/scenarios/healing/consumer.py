"""A consumer's project: a client, its mocks for VCR.py and responses, and its tests, which pass as long as they lie."""

import json
from pathlib import Path
from typing import Final

import yaml

CLIENT: Final = '''\
"""What the shop asks of others."""

import requests


def who_ordered(number):
    return requests.get(f"http://orders.example/orders/{number}", timeout=5).json()["customer_name"]


def total(number):
    return requests.get(f"http://orders.example/orders/{number}", timeout=5).json()["total"]


def price(sku):
    return round(requests.get(f"http://stock.example/products/{sku}", timeout=5).json()["price"] * 1.19, 2)


def title(sku):
    return requests.get(f"http://stock.example/products/{sku}", timeout=5).json()["title"]
'''
TESTS: Final = '''\
"""Tests that rest on mocks."""

from pathlib import Path

import pytest
import responses
import vcr

import client

MOCKS = Path(__file__).parent / "mocks"


@vcr.use_cassette(str(MOCKS / "orders" / "order.yaml"), record_mode="none")
def test_who_ordered():
    assert client.who_ordered(1) == "Ada"


@vcr.use_cassette(str(MOCKS / "orders" / "order.yaml"), record_mode="none")
def test_total():
    assert client.total(1) == 5


@pytest.fixture
def stock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        mocked._add_from_file(MOCKS / "stock" / "products.yaml")
        yield


def test_price(stock):
    assert client.price("a") == 11.9


def test_title(stock):
    assert client.title("a") == "Engine"


def test_that_was_broken_before():
    assert False
'''

ORDER: Final = {"id": 1, "customer_name": "Ada", "total": 5}
PRODUCT: Final = {"sku": "a", "title": "Engine", "price": 10}
TODAY: Final = {
    "/orders/1": {"id": 1, "customerName": "Eve", "total": 6},
    "/products/a": {"sku": "a", "title": "Wheel", "price": "12.50"},
}
"""What the services say by now: two of the tests above rest on what is not so any more."""


def lay_out(folder: Path) -> None:
    """The project's files."""
    (folder / "client.py").write_text(CLIENT, encoding="utf-8")
    (folder / "test_client.py").write_text(TESTS, encoding="utf-8")
    cassette = {
        "version": 1,
        "interactions": [{
            "request": {"body": None, "headers": {}, "method": "GET", "uri": "http://orders.example/orders/1"},
            "response": {
                "status": {"code": 200, "message": "OK"}, "headers": {"Content-Type": ["application/json"]},
                "body": {"string": json.dumps(ORDER)},
            },
        }],
    }  # fmt: skip
    recorded = {
        "responses": [{"response": {
            "auto_calculate_content_length": False, "body": json.dumps(PRODUCT), "content_type": "application/json",
            "method": "GET", "status": 200, "url": "http://stock.example/products/a",
        }}],
    }  # fmt: skip
    for file, content in (("orders/order.yaml", cassette), ("stock/products.yaml", recorded)):
        path = folder / "mocks" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
