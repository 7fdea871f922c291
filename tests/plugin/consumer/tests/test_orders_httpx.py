"""Orders by httpx, mocked by pytest-httpx. 10 tests."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pytest_httpx import HTTPXMock

BASE = "https://orders.example.com/v1"


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("member", ["id", "lines"])
def test_member(number: int, member: str, httpx_mock: HTTPXMock, stub: Callable[[str], Any]) -> None:
    """Of each order."""
    httpx_mock.add_response(url=f"{BASE}/orders/{number}", json=stub(f"order-{number}"))
    assert member in httpx.get(f"{BASE}/orders/{number}").json()


def test_customer(httpx_mock: HTTPXMock, customer: Any) -> None:
    """By a file that a wider fixture has read."""
    httpx_mock.add_response(url=f"{BASE}/customers/7", json=customer)
    assert httpx.get(f"{BASE}/customers/7").json()["name"] == "Ada"


def test_in_code_alone(httpx_mock: HTTPXMock) -> None:
    """A mock that no audit sees."""
    httpx_mock.add_response(url=f"{BASE}/orders/9", status_code=404)
    assert httpx.get(f"{BASE}/orders/9").status_code == 404


def test_it_fails_on_a_false_mock(httpx_mock: HTTPXMock, stub: Callable[[str], Any]) -> None:
    """Not green, so it does not lie."""
    httpx_mock.add_response(url=f"{BASE}/orders/2", json=stub("order-2"))
    assert httpx.get(f"{BASE}/orders/2").json()["total"] == "13.00"


def test_created(httpx_mock: HTTPXMock, stub: Callable[[str], Any]) -> None:
    """What no audit may ask."""
    httpx_mock.add_response(method="POST", status_code=201, json=stub("create"))
    assert httpx.post(f"{BASE}/orders", json={}).json()["id"] == 4
