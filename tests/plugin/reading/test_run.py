"""Answers are watched in a run of pytest: what is noted is what was written down, and no result changes."""

import json
import shutil
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, Final

import pytest

from tests.conftest import ROOT
from tests.plugin.running import LIBRARIES, RECORD, Run, run_pytest, write

SUITE: Final = ROOT / "tests/plugin/reading/suite"
READS: Final = "--driftwatch-reads"
BY_TWO: Final = ("-n", "2", "--dist", "loadfile")
Runs = Callable[..., Run]
with_libraries: Final = partial(run_pytest, plugins=LIBRARIES)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Runs the suite with options, each way once, in a copy of its folder."""

    @cache
    def run(*options: str) -> Run:
        folder = tmp_path_factory.mktemp("run") / "suite"
        shutil.copytree(SUITE, folder)
        return with_libraries(folder, *options)

    return run


def reads(run: Run) -> dict[str, Any]:
    """By test, what was read of each touch, by the last part of its URL or file, and the place in the file."""
    assert run.usage is not None, run.output
    return {
        use["test"].partition("::")[2]: {_place(touch): touch["reads"] for touch in use["touches"]}
        for use in run.usage["uses"]
    }


def _place(touch: Mapping[str, Any]) -> str:
    return str((touch.get("url") or touch["file"]).rpartition("/")[2] + touch.get("pointer", ""))


@pytest.mark.parametrize("options", [(), BY_TWO], ids=["serially", "by two workers"])
def test_every_reading_is_noted(options: tuple[str, ...], runs: Runs) -> None:
    """Each test with what it read of each of its mocks; the record says that somebody looked."""
    run = runs(RECORD, READS, *options)
    assert reads(run) == json.loads((SUITE / "expected.json").read_text(encoding="utf-8"))
    assert run.usage is not None
    assert run.usage["is_watching_reads"]
    assert "driftwatch:" not in run.output


@pytest.mark.parametrize("options", [(), BY_TWO], ids=["serially", "by two workers"])
def test_no_result_changes(options: tuple[str, ...], runs: Runs) -> None:
    """What JUnit XML says of each test is what it says without the plugin."""
    assert runs(RECORD, READS, *options).results == runs().results
    assert runs().code == 0


def test_nothing_is_watched_unasked(runs: Runs) -> None:
    """Without the option nothing is read of answers, and the record says that nobody looked."""
    run = runs(RECORD)
    assert run.usage is not None
    assert not run.usage.get("is_watching_reads")
    assert not any(touch.get("reads") for use in run.usage["uses"] for touch in use["touches"])


EXACT: Final = """
import requests

def test_exact(requests_mock):
    requests_mock.get("https://api.example.com/", json={"id": 7})
    assert type(requests.get("https://api.example.com/").json()) is dict
"""


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["serially", "by two workers"])
def test_a_change_is_told(options: tuple[str, ...], tmp_path: Any) -> None:
    """A test that fails since it asks for the exact type fails with a word on how to leave it alone."""
    run = with_libraries(write(tmp_path, {"test_exact.py": EXACT}), RECORD, READS, *options)
    assert run.code == 1
    assert "driftwatch: 1 test that failed was given answers that note being read" in run.output
    assert "`driftwatch_plain`" in run.output
    assert with_libraries(tmp_path, RECORD, *options).code == 0


PAST: Final = """
import requests

def parsed(order):
    import msgspec
    return msgspec.to_builtins(order)

def test_msgspec(requests_mock):
    requests_mock.get("https://api.example.com/", json={"id": 7, "total": 3})
    order = requests.get("https://api.example.com/").json()
    assert order["id"] == 7
    assert parsed(order)["total"] == 3
"""


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["serially", "by two workers"])
def test_what_reads_past_the_notes_is_told(options: tuple[str, ...], tmp_path: Any) -> None:
    """Where compiled code may have read anything, all counts as read, and the summary says why."""
    run = with_libraries(write(tmp_path, {"test_past.py": PAST}), RECORD, READS, *options)
    assert run.code == 0, run.output
    assert list(reads(run).values()) == [{"": {"": "whole", "/id": "needed"}}]
    assert "nothing is said to be unread, since compiled packages may read past the notes: msgspec" in run.output


UNBOUND: Final = """
import functools
import requests

def test_unbound(requests_mock):
    requests_mock.get("https://api.example.com/", json={"id": 7, "customer": {"name": "Ada"}})
    order = requests.get("https://api.example.com/").json()
    assert order["id"] == 7
    assert functools.reduce(dict.get, ["customer", "name"], order) == "Ada"
"""


def test_code_that_asks_dict_itself_is_told(tmp_path: Any) -> None:
    """What it reads is never called unread, and the summary names the module."""
    run = with_libraries(write(tmp_path, {"test_unbound.py": UNBOUND}), RECORD, READS)
    assert run.code == 0, run.output
    assert list(reads(run).values()) == [{"": {"": "whole", "/id": "needed"}}]
    assert "methods of `dict` or `list` themselves read past the notes: test_unbound" in run.output


STREAMED: Final = """
import json
import httpx
import requests

URL = "https://api.example.com/"

def test_raw(requests_mock):
    requests_mock.get(URL, json={"id": 7})
    assert json.load(requests.get(URL, stream=True).raw)["id"] == 7

def test_stream(httpx_mock):
    httpx_mock.add_response(url=URL, json={"id": 7})
    with httpx.stream("GET", URL) as answer:
        assert json.loads(b"".join(answer.stream))["id"] == 7

def test_neither(requests_mock, httpx_mock):
    requests_mock.get(URL, json={"id": 7})
    httpx_mock.add_response(url=URL + "x", json={"id": 7})
    assert requests.get(URL).ok and httpx.get(URL + "x").is_success
"""


def test_a_stream_is_read_past_the_notes(tmp_path: Any) -> None:
    """Whoever takes it may have read all; the clients and mock libraries, which handle every stream, do not count."""
    run = with_libraries(write(tmp_path, {"test_streamed.py": STREAMED}), RECORD, READS)
    assert run.code == 0, run.output
    whole, unread = {"": "whole"}, {"": "optional"}
    noted = {test: list(one.values()) for test, one in reads(run).items()}
    assert noted == {"test_raw": [whole], "test_stream": [whole], "test_neither": [unread, unread]}
