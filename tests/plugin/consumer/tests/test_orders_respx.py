"""Orders by httpx, mocked by respx. 10 tests."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx

BASE = "https://orders.example.com/v1"


def state(number: int) -> Any:
    """Of one order."""
    return httpx.get(f"{BASE}/orders/{number}").json()["state"]


@respx.mock
@pytest.mark.parametrize("number", [1, 2, 3])
def test_state(number: int, stub: Callable[[str], Any]) -> None:
    """Each from its own stub."""
    respx.get(f"{BASE}/orders/{number}").respond(json=stub(f"order-{number}"))
    assert state(number) == "paid"


@respx.mock
def test_two_orders(stub: Callable[[str], Any]) -> None:
    """One test rests on two mocks."""
    for number in (1, 2):
        respx.get(f"{BASE}/orders/{number}").respond(json=stub(f"order-{number}"))
    assert [state(1), state(2)] == ["paid", "paid"]


@respx.mock(assert_all_called=False)
def test_only_what_answers_counts(respx_mock: respx.MockRouter, stub: Callable[[str], Any]) -> None:
    """The second is registered, its file is read, and nobody asks for it."""
    respx_mock.get(f"{BASE}/orders/1").respond(json=stub("order-1"))
    respx_mock.get(f"{BASE}/health").respond(json={"status": "fine"})
    assert state(1) == "paid"


@respx.mock
def test_asyncio(stub: Callable[[str], Any]) -> None:
    """Two tasks at once."""
    respx.get(f"{BASE}/orders/1").respond(json=stub("order-1"))
    respx.get(f"{BASE}/orders/3").respond(json=stub("order-3"))

    async def ask() -> list[Any]:
        async with httpx.AsyncClient() as client:
            answers = await asyncio.gather(*(client.get(f"{BASE}/orders/{number}") for number in (1, 3)))
            return [answer.json()["id"] for answer in answers]

    assert asyncio.run(ask()) == [1, 3]


@respx.mock
def test_in_code_alone() -> None:
    """A mock that no audit sees."""
    respx.get(f"{BASE}/orders/9").respond(json={"state": "lost"})
    assert state(9) == "lost"


@respx.mock
def test_it_is_slow() -> None:
    """An error is an answer, too."""
    respx.get(f"{BASE}/orders/9").mock(side_effect=httpx.ReadTimeout)
    with pytest.raises(httpx.ReadTimeout):
        state(9)


@respx.mock
def test_created(stub: Callable[[str], Any]) -> None:
    """What no audit may ask."""
    respx.post(f"{BASE}/orders").respond(201, json=stub("create"))
    assert httpx.post(f"{BASE}/orders", json={}).status_code == 201


@respx.mock
def test_customer(customer: Any) -> None:
    """By a file that a wider fixture has read."""
    respx.get(f"{BASE}/customers/7").respond(json=customer)
    assert httpx.get(f"{BASE}/customers/7").json()["points"] == 120
