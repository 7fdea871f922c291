"""Delays in the hands of their own tools: an answer that is spelled as a late one comes late."""

import json
from pathlib import Path
from typing import Final

import pytest
import requests
from msgspec.structs import replace

from driftwatch.mocks.spelling.catalog import spelling
from driftwatch.model.tape import Tape
from tests.mockoon import mockoon
from tests.mocks.spelling.making import get, reply, written
from tests.mockserver import mockserver
from tests.mountebank import mountebank
from tests.wiremock import wiremock

LATE_MS: Final = 1200
BODY: Final = {"id": 7, "name": "Ada"}
SHOP: Final = Tape(
    "shop", "https://shop.example",
    (get("/late", replace(reply(BODY), delay_ms=float(LATE_MS))), get("/soon", replace(reply(BODY), delay_ms=1.0))),
)  # fmt: skip


def put(name: str, folder: Path) -> Path:
    """Two mocks in a folder, of which one is late."""
    spelled = spelling(name).spell(SHOP)
    assert spelled.unspelled == ()
    return written(spelled, folder)


def check(url: str) -> None:
    """What is late takes as long as it is told to, and both answers are whole."""
    late, soon = (requests.get(f"{url}/{name}", timeout=30) for name in ("late", "soon"))
    assert (late.json(), soon.json()) == (BODY, BODY)
    assert late.elapsed.total_seconds() * 1000 >= LATE_MS


@pytest.mark.java
def test_wiremock_waits(tmp_path: Path) -> None:
    """So does WireMock, which would write these stubs byte for byte."""
    put("wiremock", tmp_path)
    with wiremock(tmp_path) as server:
        check(server.url)
    (tmp_path / "again" / "mappings").mkdir(parents=True)
    files = spelling("wiremock").spell(SHOP).files
    with wiremock(tmp_path / "again") as server:
        for _, content in files:
            assert requests.post(f"{server.url}/__admin/mappings", data=content, timeout=10).status_code == 201
    saved = sorted(place.read_bytes() for place in (tmp_path / "again" / "mappings").iterdir())
    assert saved == sorted(content for _, content in files)


@pytest.mark.mountebank
def test_mountebank_waits(tmp_path: Path) -> None:
    """So does mountebank."""
    with mountebank(put("mountebank", tmp_path / "mocks"), "shop.json", tmp_path) as url:
        check(url)


@pytest.mark.mockoon
def test_mockoon_waits(tmp_path: Path) -> None:
    """So does Mockoon."""
    with mockoon(put("mockoon", tmp_path / "mocks"), "shop.json", tmp_path) as url:
        check(url)


@pytest.mark.mockserver
@pytest.mark.timeout(300)
@pytest.mark.parametrize("version", ["5.15.0", "8.0.0"])
def test_mockserver_waits(version: str, tmp_path: Path) -> None:
    """So does MockServer, of either age."""
    with mockserver(version, put("mockserver", tmp_path), "shop.json") as url:
        check(url)


def test_hoverfly_is_told_as_its_schema_has_it(tmp_path: Path) -> None:
    """A whole number of milliseconds in the response (``fixedDelay``, schema v5.2)."""
    text = (put("hoverfly", tmp_path) / "shop.json").read_text(encoding="utf-8")
    pairs = json.loads(text)["data"]["pairs"]
    assert [pair["response"].get("fixedDelay") for pair in pairs] == [LATE_MS, 1]
