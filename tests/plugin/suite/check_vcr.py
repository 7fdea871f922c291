"""Cassettes of VCR.py, by several clients."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import httpx
import pytest
import requests
import vcr

MOCKS = Path(__file__).parent / "mocks"
CASSETTE = str(MOCKS / "cassette.yaml")
FIRST, SECOND = "https://api.example.com/first", "https://api.example.com/second?page=2"


def test_one_of_three_is_played() -> None:
    """The second of the file."""
    with vcr.use_cassette(CASSETTE, record_mode="none"):
        assert requests.get(SECOND, timeout=1).json() == {"n": 2}


def test_a_relative_path_is_where_it_was_loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The folder is changed between loading and playing."""
    monkeypatch.chdir(MOCKS)
    with vcr.use_cassette("cassette.yaml", record_mode="none"):
        monkeypatch.chdir(tmp_path)
        assert urlopen(FIRST).read() == b'{"n": 1}'


def test_other_clients() -> None:
    """httpx, in and out of asyncio."""

    async def ask() -> Any:
        async with httpx.AsyncClient() as client:
            return (await client.get(SECOND)).json()

    with vcr.use_cassette(CASSETTE, record_mode="none"):
        assert httpx.get(FIRST).json() == {"n": 1}
        assert asyncio.run(ask()) == {"n": 2}


def test_a_thread_plays() -> None:
    """Whoever asks, the test that runs has met it."""
    with vcr.use_cassette(CASSETTE, record_mode="none"):
        thread = threading.Thread(target=requests.get, args=(FIRST,), kwargs={"timeout": 1})
        thread.start()
        thread.join()


def test_loaded_and_never_played() -> None:
    """Opening a cassette proves nothing."""
    with vcr.use_cassette(CASSETTE, record_mode="none"):
        pass


def test_an_entry_is_left_out() -> None:
    """The numbers of the rest are not those of the file any more."""

    def without_the_first(request: Any) -> Any:
        return None if request.uri == FIRST else request

    with vcr.use_cassette(CASSETTE, record_mode="none", before_record_request=without_the_first):
        assert requests.get(SECOND, timeout=1).json() == {"n": 2}


def test_what_is_not_there() -> None:
    """Nothing has answered."""
    with (
        vcr.use_cassette(CASSETTE, record_mode="none"),
        pytest.raises(vcr.errors.CannotOverwriteExistingCassetteException),
    ):
        requests.get("https://api.example.com/missing", timeout=1)


def test_a_new_one_is_recorded(served: Callable[[], str]) -> None:
    """Of a service on loopback, into a file that is new."""
    with vcr.use_cassette(str(MOCKS / "new.yaml"), record_mode="once"):
        assert requests.get(f"{served()}/recorded?secret=1", timeout=5).status_code == 200


@pytest.mark.vcr(str(MOCKS / "more.yaml"))
def test_recording() -> None:
    """pytest-recording puts two files together."""
    assert requests.get("https://api.example.com/more", timeout=1).json() == {"n": 9}
    assert requests.get("https://api.example.com/third", timeout=1).json() == {"n": 3}
