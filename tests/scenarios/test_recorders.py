"""Identity with the recorders themselves: what they record of a live service is audited against that service."""

import importlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from driftwatch.model.summary import Verdict
from tests.conftest import ROOT
from tests.programs import not_run
from tests.scenarios.test_identity import PATHS, Volatile, audit, told
from tests.servers import Answer, Received, serve

pytestmark = pytest.mark.recorders

HEADERS = {"Accept": "application/json"}
MORE = ("/old", "/gone", "/word", "/text", "/nothing", "/empty")
"""Answers that recorders spell in a manner of their own."""
WAYS = {"betamax": "betamax", "nock": "nock", "nock-13": "nock", "polly": "har", "responses": "responses"}
"""The recorders, and the format that each of them writes."""


class Service(Volatile):
    """The volatile service, with a redirect, an answer without a body, plain text, and a refusal."""

    def __call__(self, received: Received) -> Answer:
        """An answer to one request."""
        json_type = ("Content-Type", "application/json")
        match received.path:
            case "/old":
                return Answer(302, (("Location", "/users/42"),))
            case "/gone":
                return Answer(204)
            case "/word":
                return Answer(200, (json_type,), b'"hello"')
            case "/text":
                return Answer(200, (("Content-Type", "text/plain; charset=utf-8"),), "Grüße".encode())
            case "/empty":
                return Answer(200)
            case "/nothing":
                return Answer(404, (json_type,), b'{"error": {"code": "not_found"}}')
            case _:
                return super().__call__(received)


@pytest.fixture
def service() -> Iterator[str]:
    """The service on loopback."""
    with serve(Service()) as running:
        yield running.url


def package(name: str) -> Any:
    """A recorder's package, which is no dependency of ours."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        not_run(f"needs the Python package {name.partition('.')[0]}")


def record_with_responses(url: str, folder: Path) -> None:
    """Write YAML with ``responses``."""
    recorder = package("responses._recorder")

    @recorder.record(file_path=folder / "recorded.yaml")  # type: ignore[untyped-decorator]  # the package has no stubs here
    def ask() -> None:
        for path in PATHS + MORE:
            requests.get(url + path, headers=HEADERS, allow_redirects=False, timeout=5)

    ask()


def record_with_betamax(url: str, folder: Path) -> None:
    """Write JSON with betamax."""
    betamax = package("betamax")
    with requests.Session() as session:
        recorder = betamax.Betamax(session, cassette_library_dir=str(folder))
        with recorder.use_cassette("recorded", record="all"):
            for path in PATHS + MORE:
                session.get(url + path, headers=HEADERS, allow_redirects=False, timeout=5)


def record_with_nock(name: str) -> Callable[[str, Path], None]:
    """Print definitions with nock; versions 13 and 14 spell headers differently."""

    def record(url: str, folder: Path) -> None:
        nock = ROOT / ".tools" / "node_modules" / name
        if not shutil.which("node") or not nock.is_dir():
            wanted = "nock@14.0.17" if name == "nock" else "nock-13@npm:nock@13.5.6"
            not_run(f"needs Node.js and nock: npm install --prefix .tools --no-package-lock {wanted}")
        script = Path(__file__).parent / "record_with_nock.cjs"
        command = ["node", str(script), str(nock), url, *PATHS, *MORE]
        done = subprocess.run(command, capture_output=True, timeout=30, check=True)
        (folder / "recorded.json").write_bytes(done.stdout)

    return record


def record_with_polly(url: str, folder: Path) -> None:
    """Write an HTTP archive with Polly.js, whose bodies are lists of chunks as they came over the wire."""
    modules = ROOT / ".tools" / "node_modules"
    if not shutil.which("node") or not (modules / "@pollyjs" / "core").is_dir():
        packages = " ".join(f"@pollyjs/{name}@6.0.6" for name in ("core", "adapter-node-http", "persister-fs"))
        not_run(f"needs Node.js and Polly.js: npm install --prefix .tools --no-package-lock {packages}")
    script = Path(__file__).parent / "record_with_polly.cjs"
    command = ["node", str(script), str(modules), str(folder), url, *PATHS, *MORE]
    subprocess.run(command, capture_output=True, timeout=30, check=True)


RECORD = {
    "betamax": record_with_betamax,
    "nock": record_with_nock("nock"),
    "nock-13": record_with_nock("nock-13"),
    "polly": record_with_polly,
    "responses": record_with_responses,
}


@pytest.mark.parametrize("way", WAYS)
def test_what_was_just_recorded(way: str, service: str, tmp_path: Path) -> None:
    """A recording audited against the service it was made from yields nothing, and all of it is verified."""
    RECORD[way](service, tmp_path)
    summary = audit(tmp_path, service)
    assert told(summary) == []
    results = list(summary.results)
    assert len(results) == len(PATHS + MORE)
    assert {result.verdict for result in results} == {Verdict.VERIFIED}
    assert {result.interaction.format for result in results} == {WAYS[way]}
    assert summary.canary.is_alive
