"""Two real WireMocks, one for staging and one for production: which side is alone is said, and each gets its own."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from driftwatch.cli.exits import Exit
from tests.cli.calling import spawn
from tests.wiremock import WireMock, wiremock

pytestmark = pytest.mark.java

MOCKED = {"id": 7, "total": 9.5, "customer": {"name": "Ada"}, "note": "soon"}
STAGED = {"id": 7, "total": "9.50", "customer": {"name": "Ada"}, "note": 5}
LIVE = {"id": 8, "total": 12.25, "customer": "Bob", "note": 6}
STANDS = {"/total": "staging-ahead", "/note": "mock-stale", "/customer": "production-apart"}


def _stubs(folder: Path, body: object) -> Path:
    (folder / "mappings").mkdir(parents=True)
    for path, answer in (("/orders/7", body), ("/orders/7/lines", [])):
        stub = {
            "request": {"method": "GET", "url": path},
            "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "jsonBody": answer},
        }
        name = path.strip("/").replace("/", "-")
        (folder / "mappings" / f"{name}.json").write_text(json.dumps(stub), encoding="utf-8")
    return folder


def _config(folder: Path, staging: str, live: str) -> Path:
    path = folder / "driftwatch.yaml"
    path.write_text(
        f"""
providers:
  orders:
    mocks: mocks
    target: {staging}
    auth: {{bearer: {{token: "${{env:STAGING_TOKEN}}"}}}}
    headers: {{X-Team: staging-team}}
    probing: {{spacing_seconds: 0, rate: 1000}}
    production:
      target: {live}
      auth: {{api_key: {{header: X-Live-Key, value: "${{env:LIVE_KEY}}"}}}}
      probing: {{spacing_seconds: 0, rate: 1000, budget: 3}}
""",
        encoding="utf-8",
    )
    return path


def _received(service: WireMock) -> list[dict[str, Any]]:
    journal = requests.get(f"{service.url}/__admin/requests", timeout=10).json()["requests"]
    return [one["request"] for one in journal]


def test_production_is_a_witness(tmp_path: Path) -> None:
    """The report says who is alone; production gets safe requests within its budget, and never staging's token."""
    _stubs(tmp_path / "mocks", MOCKED)
    secrets = {"STAGING_TOKEN": "of-staging-only", "LIVE_KEY": "of-production-only"}
    with (
        wiremock(_stubs(tmp_path / "staged", STAGED)) as staging,
        wiremock(_stubs(tmp_path / "live", LIVE)) as live,
    ):
        config = _config(tmp_path, staging.url, live.url)
        ran = spawn("audit", "--config", config, "--format", "json", environment=secrets)
        shown = spawn("audit", "--config", config, environment=secrets)
        at_staging, at_live = _received(staging), _received(live)
    report = json.loads(ran.out)
    assert ran.code == Exit.FINDINGS
    assert {one["path"]: one["production"] for one in report["findings"]} == STANDS
    assert report["providers"][0]["production"] == {
        "target": live.url, "asked": 2, "answered": 2, "silent": [],
    }  # fmt: skip
    assert len(at_live) == 2 * 3
    assert {request["url"] for request in at_live} == {"/orders/7", "/orders/7/lines"}
    assert "of-staging-only" not in json.dumps(at_live)
    assert "staging-team" not in json.dumps(at_live)
    assert "of-production-only" not in json.dumps(at_staging)
    assert "of-production-only" not in ran.out + ran.err + shown.out + shown.err
    for words in ("mock and production agree, staging is ahead", "staging and production agree, the mock is stale",
                  "mock and staging agree, production does this", "answered for 2 of 2 interactions"):  # fmt: skip
        assert words in " ".join(shown.out.split())


def test_a_production_that_is_down_is_no_agreement(tmp_path: Path) -> None:
    """Nobody takes a silent witness for a witness: the run is incomplete, and says why."""
    mocks = _stubs(tmp_path / "mocks", MOCKED)
    with wiremock(mocks) as staging:
        config = _config(tmp_path, staging.url, "http://127.0.0.1:1")
        ran = spawn("audit", "--config", config, environment={"STAGING_TOKEN": "x", "LIVE_KEY": "y"})
    assert ran.code == Exit.INCOMPLETE
    assert "answered for 0 of 2 interactions" in " ".join(ran.out.split())
