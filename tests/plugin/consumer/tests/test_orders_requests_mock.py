"""Orders by requests, mocked by requests-mock. 10 tests."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests_mock import Mocker

BASE = "https://orders.example.com/v1"


def ask(path: str) -> Any:
    """A body."""
    return requests.get(f"{BASE}{path}", timeout=1).json()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_total(number: int, requests_mock: Mocker, stub: Callable[[str], Any]) -> None:
    """Of each order."""
    requests_mock.get(f"{BASE}/orders/{number}", json=stub(f"order-{number}"))
    assert ask(f"/orders/{number}")["total"] == "12.50"


def test_in_a_thread(requests_mock: Mocker, stub: Callable[[str], Any]) -> None:
    """Whoever asks."""
    requests_mock.get(f"{BASE}/orders/1", json=stub("order-1"))
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(ask("/orders/1")["id"]))
    thread.start()
    thread.join()
    assert found == [1]


def test_customer(requests_mock: Mocker, customer: Any) -> None:
    """By a file that a wider fixture has read."""
    requests_mock.get(f"{BASE}/customers/7", json=customer)
    assert ask("/customers/7")["id"] == 7


def test_never_asked(requests_mock: Mocker) -> None:
    """Registered, and nobody asks for it: it rests on nothing."""
    requests_mock.get(f"{BASE}/orders/1", json={})
    assert not requests_mock.called


def test_in_code_alone(requests_mock: Mocker) -> None:
    """A mock that no audit sees."""
    requests_mock.get(f"{BASE}/orders/9", json={"state": "lost"})
    assert ask("/orders/9") == {"state": "lost"}


def test_in_code_and_from_a_file(requests_mock: Mocker, stub: Callable[[str], Any]) -> None:
    """The worse of two counts: nobody knows of the one in code."""
    requests_mock.get(f"{BASE}/orders/1", json=stub("order-1"))
    requests_mock.get(f"{BASE}/orders/9", json={"state": "lost"})
    assert ask("/orders/1") != ask("/orders/9")


def test_skipped(requests_mock: Mocker, stub: Callable[[str], Any]) -> None:
    """After it has asked: nothing rests on what it found."""
    requests_mock.get(f"{BASE}/orders/2", json=stub("order-2"))
    ask("/orders/2")
    pytest.skip("not here")


@pytest.mark.xfail(strict=True)
def test_expected_to_fail(requests_mock: Mocker, stub: Callable[[str], Any]) -> None:
    """Nothing rests on it either."""
    requests_mock.get(f"{BASE}/orders/2", json=stub("order-2"))
    assert ask("/orders/2")["state"] == "lost"
