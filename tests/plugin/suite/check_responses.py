"""Mocks of responses, in code and from files of its recorder."""

import json
from pathlib import Path

import pytest
import requests
import responses
from responses.registries import OrderedRegistry

MOCKS = Path(__file__).parent / "mocks"
URL = "https://api.example.com/orders/1"


@responses.activate
def test_in_code() -> None:
    """One answers, the other is never asked."""
    responses.get(URL, json={"id": 7})
    responses.get("https://api.example.com/never", json={"id": 8})
    assert requests.get(URL, timeout=1).json() == {"id": 7}


@responses.activate
def test_a_call_that_nothing_matches() -> None:
    """Nothing has answered."""
    with pytest.raises(requests.ConnectionError):
        requests.get(URL, timeout=1)


@responses.activate
def test_an_error_is_an_answer() -> None:
    """The mock was told to raise it."""
    responses.post(URL, body=requests.ReadTimeout())
    with pytest.raises(requests.ReadTimeout):
        requests.post(URL, timeout=1)


@responses.activate
def test_from_a_file_by_the_module() -> None:
    """The second of the file."""
    responses._add_from_file(MOCKS / "recorded.yaml")
    assert requests.get("https://api.example.com/numbers/1", timeout=1).json() == {"n": 1}


def test_from_a_file_by_an_object() -> None:
    """After one that stands in code."""
    with responses.RequestsMock(registry=OrderedRegistry) as mocks:
        mocks.get(URL, json={"id": 1})
        mocks._add_from_file(str(MOCKS / "recorded.yaml"))
        assert requests.get(URL, timeout=1).json() == {"id": 1}
        assert requests.get("https://api.example.com/numbers/0", timeout=1).json() == {"n": 0}
        assert requests.get("https://api.example.com/numbers/1", timeout=1).json() == {"n": 1}


@responses.activate
def test_a_body_from_a_file() -> None:
    """The very part of it."""
    stub = json.loads((MOCKS / "order.json").read_text(encoding="utf-8"))
    responses.get(URL, json=stub["response"]["jsonBody"])
    assert requests.get(URL, timeout=1).json()["state"] == "paid"


@responses.activate
def test_a_text_from_a_file() -> None:
    """The second of three."""
    with (MOCKS / "two.json").open(encoding="utf-8") as stream:
        stubs = json.load(stream)["mappings"]
    responses.get("https://api.example.com/b", body=stubs[1]["response"]["body"])
    assert requests.get("https://api.example.com/b", timeout=1).json() == {"letter": "b"}


@responses.activate
def test_a_body_that_is_no_file_s() -> None:
    """A file was read, and something else was answered."""
    (MOCKS / "order.json").read_bytes()
    responses.get(URL, json={"id": 9})
    assert requests.get(URL, timeout=1).json() == {"id": 9}
