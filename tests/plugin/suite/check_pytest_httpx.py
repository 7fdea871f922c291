"""Mocks of pytest-httpx."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from pytest_httpx import HTTPXMock

MOCKS = Path(__file__).parent / "mocks"
URL = "https://api.example.com/orders/1"


def test_in_code(httpx_mock: HTTPXMock) -> None:
    """One answer for one call."""
    httpx_mock.add_response(url=URL, json={"id": 7})
    assert httpx.get(URL).json() == {"id": 7}


def test_in_asyncio(httpx_mock: HTTPXMock) -> None:
    """By a client of asyncio."""
    httpx_mock.add_response(method="DELETE", status_code=204)

    async def ask() -> int:
        async with httpx.AsyncClient() as client:
            return (await client.delete(URL)).status_code

    assert asyncio.run(ask()) == 204


def test_an_error_is_an_answer(httpx_mock: HTTPXMock) -> None:
    """The mock was told to raise it."""
    httpx_mock.add_exception(httpx.ReadTimeout("slow"))
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(URL)


@pytest.mark.httpx_mock(assert_all_responses_were_requested=False, assert_all_requests_were_expected=False)
def test_a_call_that_nothing_matches(httpx_mock: HTTPXMock) -> None:
    """Nothing has answered."""
    httpx_mock.add_response(method="POST")
    with pytest.raises(httpx.TimeoutException):
        httpx.get(URL)


def test_a_body_from_a_file(httpx_mock: HTTPXMock) -> None:
    """The whole of one, of which nothing else is known."""
    stub = json.loads((MOCKS / "order.json").read_text(encoding="utf-8"))
    httpx_mock.add_response(json=stub)
    assert httpx.get(URL).json() == stub
