"""Recordings of real traffic in a few words, for tests of what is read of them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from driftwatch.mocks.traffic.source import Recordings
from driftwatch.model.traffic import Heard, HeardReading

NOW: Final = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
AT: Final = datetime(2026, 4, 30, 10, 0, tzinfo=UTC)
"""When everything here was recorded."""


def read(folder: Path, **more: Any) -> list[HeardReading]:
    """All that a folder holds."""
    return list(Recordings(((folder, ""),), now=NOW, **more).read())


def heard(folder: Path, **more: Any) -> list[Heard]:
    """All exchanges of a folder in which there is nothing else."""
    found = read(folder, **more)
    assert all(isinstance(one, Heard) for one in found), found
    return [one for one in found if isinstance(one, Heard)]


def write_lines(folder: Path, *entries: object, name: str = "access.log") -> Path:
    """A log with a JSON object a line."""
    path = folder / name
    path.write_text("".join(json.dumps(one) + "\n" for one in entries), encoding="utf-8")
    return path


def an_entry(url: str = "https://api.example.com/orders", method: str = "POST", **more: Any) -> dict[str, Any]:
    """An entry of an archive; ``text`` is the body of its answer."""
    return {
        "startedDateTime": "2026-04-30T10:00:00Z", "time": 250,
        "request": {
            "method": method, "url": url, "headers": [], "postData": {"mimeType": "application/json", "text": "{}"}
        },
        "response": {
            "status": more.get("status", 201), "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"mimeType": "application/json", **({"text": more["text"]} if "text" in more else {})},
        },
    }  # fmt: skip


def write_har(folder: Path, *entries: object, version: str = "1.2", indent: int | None = 1) -> None:
    """An archive."""
    archive = {"log": {"version": version, "creator": {"name": "x"}, "entries": list(entries)}}
    (folder / "prod.har").write_text(json.dumps(archive, indent=indent), encoding="utf-8")


def a_batch(*spans: object) -> dict[str, Any]:
    """A batch of spans, as OTLP has it."""
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"spans": list(spans)}]}]}
