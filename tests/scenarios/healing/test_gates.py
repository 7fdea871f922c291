"""What healing must never do, against services on real sockets; each with a twin in which it may."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from driftwatch.transport.clock import SystemClock
from tests.cli.calling import call, untouched, write_config
from tests.scenarios.telling import merged
from tests.staging import staging

STORIES: Final[list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("gates.yaml").read_text(encoding="utf-8")
)
TWINS: Final = [merged({**story, "twin": None}, story["twin"]) for story in STORIES if "twin" in story]
NAMES: Final = [story["never"] for story in STORIES]


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with untouched(monkeypatch):
        monkeypatch.setenv("STAGING_TOKEN", "wrong")
        yield


def healed(
    story: Mapping[str, Any], folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """What heal told of a story, and each mock file before and after."""
    monkeypatch.chdir(folder)
    with ExitStack() as stack:
        service = stack.enter_context(staging(story["service"]))
        provider = {"mocks": "mocks", "target": service.url, **story.get("provider", {})}
        if "live" in story:
            live = stack.enter_context(staging(story["live"]))
            provider["production"] = {"target": live.url, "probing": {"spacing_seconds": 0, "rate": 1000}}
        names = {"$url": service.url, **_moments()}
        for name, content in story["files"].items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(_archive(**content) if "$entry" in content else content, indent=2)
            for word, value in names.items():
                text = text.replace(word, value)
            (folder / name).write_text(text, encoding="utf-8")
        write_config(folder, {"it": provider}, samples=4)
        files = {path: path.read_text(encoding="utf-8") for path in sorted((folder / "mocks").rglob("*.*"))}
        ran = call(capsys, "heal", "--write", "--yes", "--format", "json")
        told = json.loads(ran.out)
    after = {path.name: (text, path.read_text(encoding="utf-8")) for path, text in files.items()}
    return told, after


def _moments() -> dict[str, str]:
    now = SystemClock().now()
    days = {"$now": 0, "$yesterday": 1, "$long_ago": 300}
    return {word: (now - timedelta(days=number)).isoformat() for word, number in days.items()}


def _archive(**content: Any) -> dict[str, Any]:
    """A HAR of an order that was placed at some moment, seen four times."""
    text = json.dumps({"id": content["id"]})
    entry = {
        "startedDateTime": content["$entry"], "time": 12, "cache": {}, "timings": {"send": 0, "wait": 12, "receive": 0},
        "request": {
            "method": "POST", "url": "$url/orders", "httpVersion": "HTTP/1.1", "cookies": [], "queryString": [],
            "headers": [{"name": "Content-Type", "value": "application/json"}], "headersSize": -1, "bodySize": 14,
            "postData": {"mimeType": "application/json", "text": '{"ref": "r-1"}'},
        },
        "response": {
            "status": 201, "statusText": "Created", "httpVersion": "HTTP/1.1", "cookies": [], "redirectURL": "",
            "headers": [{"name": "Content-Type", "value": "application/json"}], "headersSize": -1, "bodySize": -1,
            "content": {"size": len(text), "mimeType": "application/json", "text": text},
        },
    }  # fmt: skip
    return {"log": {"version": "1.2", "creator": {"name": "browser", "version": "1"}, "entries": [entry] * 4}}


@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_it_is_never_done(
    story: Mapping[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written, and the reason is told."""
    told, files = healed(story, tmp_path, capsys, monkeypatch)
    assert (told["healed"], told["files"]) == ([], [])
    assert all(before == after for before, after in files.values())
    reasons = [finding["reason"] for finding in told["left"]]
    assert any(story["because"] in reason for reason in reasons) if story["because"] else not reasons, reasons


@pytest.mark.parametrize("story", TWINS, ids=[story["never"] for story in TWINS])
def test_its_twin_is_healed(
    story: Mapping[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where that is not the matter, everything is healed."""
    told, files = healed(story, tmp_path, capsys, monkeypatch)
    assert told["left"] == []
    assert told["healed"] != []
    assert told["totals"]["files_written"] == sum(before != after for before, after in files.values()) > 0
