"""Mocks of requests-mock."""

import json
from pathlib import Path

import pytest
import requests
import requests_mock

MOCKS = Path(__file__).parent / "mocks"
URL = "https://api.example.com/Orders/1"


def test_in_code(requests_mock: requests_mock.Mocker) -> None:
    """One answers, the other is never asked."""
    requests_mock.get(URL, json={"id": 7})
    requests_mock.get("https://api.example.com/never", json={})
    assert requests.get(URL, params={"secret": "1"}, timeout=1).json() == {"id": 7}


def test_a_call_that_nothing_matches(requests_mock: requests_mock.Mocker) -> None:
    """Nothing has answered."""
    requests_mock.post(URL)
    with pytest.raises(Exception, match="No mock address"):
        requests.get(URL, timeout=1)


def test_an_error_is_an_answer(requests_mock: requests_mock.Mocker) -> None:
    """The mock was told to raise it."""
    requests_mock.get(URL, exc=requests.ConnectTimeout)
    with pytest.raises(requests.ConnectTimeout):
        requests.get(URL, timeout=1)


def test_a_body_from_a_file() -> None:
    """The very part of it."""
    stubs = json.loads((MOCKS / "two.json").read_text(encoding="utf-8"))["mappings"]
    with requests_mock.Mocker() as mocker:
        mocker.get(URL, json=stubs[2]["response"]["jsonBody"])
        assert requests.get(URL, timeout=1).json() == {"letter": "c"}


_ATTEMPTS: list[int] = []


@pytest.mark.flaky(reruns=1)
def test_a_body_from_a_file_at_last() -> None:
    """The second attempt finds it as the first would have."""
    _ATTEMPTS.append(1)
    if len(_ATTEMPTS) == 1:
        pytest.fail("on purpose", pytrace=False)
    test_a_body_from_a_file()
