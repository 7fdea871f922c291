"""Mocks of respx."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
import respx

MOCKS = Path(__file__).parent / "mocks"
URL = "https://api.example.com/orders/1"


@respx.mock
def test_in_code() -> None:
    """The answer of a route."""
    respx.get(URL).respond(json={"id": 7})
    assert httpx.get(URL, params={"secret": "1"}).json() == {"id": 7}


@respx.mock
def test_in_asyncio() -> None:
    """Two tasks, one route each."""
    respx.get(f"{URL}/a").respond(json={"id": 7})
    respx.put(f"{URL}/b").respond(204)

    async def ask() -> list[int]:
        async with httpx.AsyncClient() as client:
            answers = await asyncio.gather(client.get(f"{URL}/a"), client.put(f"{URL}/b"))
            return [answer.status_code for answer in answers]

    assert asyncio.run(ask()) == [200, 204]


@respx.mock
def test_an_error_is_an_answer() -> None:
    """The route was told to raise it."""
    respx.get(URL).mock(side_effect=httpx.ConnectError)
    with pytest.raises(httpx.ConnectError):
        httpx.get(URL)


def test_a_call_that_nothing_matches() -> None:
    """Nothing has answered."""
    with respx.mock(assert_all_called=False) as router:
        router.post(URL)
        with pytest.raises(AssertionError, match="not mocked"):
            httpx.get(URL)


def test_a_call_that_is_sent_on() -> None:
    """Somebody else would answer."""
    with respx.mock() as router:
        router.get("http://127.0.0.1:1/").pass_through()
        with pytest.raises(httpx.ConnectError):
            httpx.get("http://127.0.0.1:1/", trust_env=False)


@respx.mock
def test_a_body_from_a_file() -> None:
    """The very part of it."""
    stub = json.loads((MOCKS / "order.json").read_text(encoding="utf-8"))
    respx.get(URL).mock(return_value=httpx.Response(200, json=stub["response"]["jsonBody"]))
    assert httpx.get(URL).json() == {"id": 1, "state": "paid"}
