"""What code does with answers, each way once; ``expected.json`` says what is to be noted of it."""

import asyncio
import copy
import json
import pickle
import threading
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import httpx
import httpx2
import pytest
import requests
import responses
import respx
import vcr
from pytest_httpx import HTTPXMock
from requests.adapters import HTTPAdapter
from requests_mock import Mocker
from urllib3.util import Retry

BASE = "https://api.example.com"
MOCKS = Path(__file__).parent / "mocks"
CASSETTE = str(MOCKS / "cassette.yaml")
ORDER = {"id": 7, "total": 12.5, "customer": {"name": "Ada", "city": "Bath"}, "lines": [{"sku": "a", "n": 1}]}
KEPT: list[Any] = []


@responses.activate
def test_requests_with_responses() -> None:
    """A member is needed, another one has a default."""
    responses.get(f"{BASE}/responses", json=ORDER)
    order = requests.get(f"{BASE}/responses", timeout=1).json()
    assert order["id"] == 7
    assert order.get("note") is None


def test_requests_with_requests_mock(requests_mock: Mocker) -> None:
    """Items are walked."""
    requests_mock.get(f"{BASE}/requests-mock", json=ORDER)
    order = requests.get(f"{BASE}/requests-mock?token=secret", timeout=1).json()
    assert [line["sku"] for line in order["lines"]] == ["a"]


@respx.mock
def test_httpx_with_respx() -> None:
    """A member of a member."""
    respx.get(f"{BASE}/respx").respond(json=ORDER)
    assert httpx.get(f"{BASE}/respx").json()["customer"]["name"] == "Ada"


def test_httpx_in_asyncio(httpx_mock: HTTPXMock) -> None:
    """Two tasks at once, each with an answer of its own."""
    httpx_mock.add_response(url=f"{BASE}/one", json=ORDER)
    httpx_mock.add_response(url=f"{BASE}/two", json=ORDER)

    async def ask() -> tuple[Any, Any]:
        async with httpx.AsyncClient() as client:
            one, two = await asyncio.gather(client.get(f"{BASE}/one"), client.get(f"{BASE}/two"))
        return one.json()["id"], two.json()["total"]

    assert asyncio.run(ask()) == (7, 12.5)


def test_a_cassette() -> None:
    """The same question twice, answered by two mocks."""
    with vcr.use_cassette(CASSETTE, record_mode="none"):
        first = requests.get(f"{BASE}/recorded", timeout=1)
        second = requests.get(f"{BASE}/recorded", timeout=1)
    assert first.json()["id"] == 7
    assert second.json()["total"] == 13.5


def test_a_cassette_with_httpx() -> None:
    """Another client."""
    with vcr.use_cassette(CASSETTE, record_mode="none"):
        assert httpx.get(f"{BASE}/recorded").json()["id"] == 7


def test_a_cassette_with_a_client_that_nobody_watches() -> None:
    """The first answer is watched, the same given again is not."""
    with vcr.use_cassette(CASSETTE, record_mode="none", allow_playback_repeats=True):
        assert requests.get(f"{BASE}/recorded", timeout=1).json()["id"] == 7
        assert json.loads(urlopen(f"{BASE}/recorded").read())["id"] == 7


def test_redirected(requests_mock: Mocker) -> None:
    """The first answer is only followed."""
    requests_mock.get(f"{BASE}/old", status_code=302, headers={"Location": f"{BASE}/new"}, json=ORDER)
    requests_mock.get(f"{BASE}/new", json=ORDER)
    assert requests.get(f"{BASE}/old", timeout=1).json()["id"] == 7


@respx.mock
def test_redirected_with_httpx() -> None:
    """The same."""
    respx.get(f"{BASE}/old").respond(302, headers={"Location": f"{BASE}/new"}, json=ORDER)
    respx.get(f"{BASE}/new").respond(json=ORDER)
    assert httpx.get(f"{BASE}/old", follow_redirects=True).json()["id"] == 7


def test_status_alone(requests_mock: Mocker) -> None:
    """Nothing of the body is read."""
    requests_mock.get(f"{BASE}/status", json=ORDER)
    assert requests.get(f"{BASE}/status", timeout=1).ok


def test_an_error(requests_mock: Mocker) -> None:
    """There is no body."""
    requests_mock.get(f"{BASE}/error", exc=requests.ConnectTimeout)
    with pytest.raises(requests.ConnectTimeout):
        requests.get(f"{BASE}/error", timeout=1)


def test_text(requests_mock: Mocker) -> None:
    """All of it is read, beside one member."""
    requests_mock.get(f"{BASE}/text", json=ORDER)
    answer = requests.get(f"{BASE}/text", timeout=1)
    assert answer.json()["id"] == 7
    assert "Bath" in answer.text


def test_bytes_in_pieces(requests_mock: Mocker) -> None:
    """All of it is read."""
    requests_mock.get(f"{BASE}/pieces", json=ORDER)
    answer = requests.get(f"{BASE}/pieces", timeout=1, stream=True)
    assert b"Bath" in b"".join(answer.iter_content(7))


@respx.mock
def test_a_stream() -> None:
    """All of it is read."""
    respx.get(f"{BASE}/stream").respond(json=ORDER)
    with httpx.stream("GET", f"{BASE}/stream") as answer:
        assert any("Bath" in line for line in answer.iter_lines())


def test_a_hook_of_json(requests_mock: Mocker) -> None:
    """Code sees objects before they can be watched."""
    requests_mock.get(f"{BASE}/hook", json=ORDER)
    pairs = requests.get(f"{BASE}/hook", timeout=1).json(object_pairs_hook=list)
    assert pairs[0] == ("id", 7)


def test_floats_of_an_own_kind(requests_mock: Mocker) -> None:
    """Numbers alone are seen by other code."""
    requests_mock.get(f"{BASE}/floats", json=ORDER)
    assert requests.get(f"{BASE}/floats", timeout=1).json(parse_float=str)["total"] == "12.5"


def test_a_hook_of_requests(requests_mock: Mocker) -> None:
    """The answer is read before the call is over."""
    requests_mock.get(f"{BASE}/hooked", json=ORDER)
    seen: list[Any] = []
    hooks = {"response": lambda answer, **_: seen.append(answer.json()["id"])}
    assert requests.get(f"{BASE}/hooked", hooks=hooks, timeout=1).json()["total"] == 12.5
    assert seen == [7]


def test_copied(requests_mock: Mocker) -> None:
    """A copy of the response is read."""
    requests_mock.get(f"{BASE}/copied", json=ORDER)
    answer = requests.get(f"{BASE}/copied", timeout=1)
    assert copy.copy(answer).json()["id"] == 7
    assert pickle.loads(pickle.dumps(answer)).json()["id"] == 7  # noqa: S301 - our own


@pytest.mark.driftwatch_plain
def test_plain(requests_mock: Mocker) -> None:
    """The exact type is asked for."""
    requests_mock.get(f"{BASE}/plain", json=ORDER)
    assert type(requests.get(f"{BASE}/plain", timeout=1).json()) is dict


def test_in_a_thread(requests_mock: Mocker) -> None:
    """A thread of the test's own."""
    requests_mock.get(f"{BASE}/thread", json=ORDER)
    seen: list[Any] = []
    thread = threading.Thread(target=lambda: seen.append(requests.get(f"{BASE}/thread", timeout=1).json()["id"]))
    thread.start()
    thread.join()
    assert seen == [7]


@pytest.fixture(scope="module")
def shared() -> Any:
    """An answer that several tests share."""
    with responses.RequestsMock() as mocks:
        mocks.get(f"{BASE}/shared", json=ORDER)
        return requests.get(f"{BASE}/shared", timeout=1).json()


def test_shared(shared: Any) -> None:
    """The first reads one member."""
    assert shared["id"] == 7


def test_shared_too(shared: Any) -> None:
    """The second another one."""
    assert shared["customer"]["city"] == "Bath"


def test_shared_and_not_read(shared: Any) -> None:
    """The third none."""
    assert shared is not None


def test_keeps_it(requests_mock: Mocker) -> None:
    """An answer outlives its test."""
    requests_mock.get(f"{BASE}/kept", json=ORDER)
    KEPT.append(requests.get(f"{BASE}/kept", timeout=1).json())
    assert KEPT[0]["id"] == 7


def test_reads_what_another_kept() -> None:
    """It rests on the mock as well."""
    assert KEPT[0]["total"] == 12.5


def test_a_stub_of_a_file(requests_mock: Mocker) -> None:
    """All of the stub's answer is served by other means."""
    stub = json.loads((MOCKS / "stub.json").read_text(encoding="utf-8"))
    requests_mock.get(f"{BASE}/stubbed", json=stub["response"]["jsonBody"])
    assert requests.get(f"{BASE}/stubbed", timeout=1).json()["id"] == 7


def test_a_part_of_a_stub(requests_mock: Mocker) -> None:
    """Its members are not where those of the stub's answer are."""
    stub = json.loads((MOCKS / "stub.json").read_text(encoding="utf-8"))
    requests_mock.get(f"{BASE}/part", json=stub["response"]["jsonBody"]["customer"])
    assert requests.get(f"{BASE}/part", timeout=1).json()["id"] == 9


def test_an_answer_of_nobody(requests_mock: Mocker) -> None:
    """A response that no mock gave is handed out as it is."""
    own = requests.Response()
    own._content = b'{"id": 7}'
    assert type(own.json()) is dict
    assert type(httpx.Response(200, json=ORDER).json()) is dict
    assert type(httpx2.Response(200, json=ORDER).json()) is dict
    requests_mock.get(f"{BASE}/list", json=[1, 2])
    assert sum(requests.get(f"{BASE}/list", timeout=1).json()) == 3


def test_a_number(requests_mock: Mocker) -> None:
    """There is nothing below."""
    requests_mock.get(f"{BASE}/number", json=3)
    assert requests.get(f"{BASE}/number", timeout=1).json() == 3


def test_no_json(requests_mock: Mocker) -> None:
    """The error is the client's own."""
    requests_mock.get(f"{BASE}/broken", text="<html>")
    with pytest.raises(requests.exceptions.JSONDecodeError, match="Expecting value: line 1 column 1"):
        requests.get(f"{BASE}/broken", timeout=1).json()


def test_compared(requests_mock: Mocker) -> None:
    """All of it counts."""
    requests_mock.get(f"{BASE}/compared", json=ORDER)
    assert requests.get(f"{BASE}/compared", timeout=1).json() == ORDER


def test_another_try() -> None:
    """The first recording is given up, and the second is the answer."""
    with vcr.use_cassette(str(MOCKS / "tries.yaml"), record_mode="none"), requests.Session() as session:
        session.mount(BASE, HTTPAdapter(max_retries=Retry(1, status_forcelist=[503], backoff_factor=0)))
        assert session.get(f"{BASE}/tries", timeout=1).json()["id"] == 7


def test_equal_bodies(requests_mock: Mocker) -> None:
    """Which of two equal stubs was meant nobody knows."""
    stubs = json.loads((MOCKS / "twins.json").read_text(encoding="utf-8"))["mappings"]
    requests_mock.get(f"{BASE}/twin", json=stubs[0]["response"]["jsonBody"])
    assert requests.get(f"{BASE}/twin", timeout=1).json()["id"] == 7


def test_a_file_opened_while_it_answers(requests_mock: Mocker) -> None:
    """Of the file itself nobody knows what was read."""
    path = MOCKS / "late.json"
    requests_mock.get(f"{BASE}/late", json=lambda *_: {"id": json.loads(path.read_text(encoding="utf-8"))["id"]})
    assert requests.get(f"{BASE}/late", timeout=1).json()["id"] == 7
