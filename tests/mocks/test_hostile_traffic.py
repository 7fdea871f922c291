"""Recordings that are broken, hostile or none at all: each costs itself alone, and is told with its place."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.traffic import lines
from driftwatch.mocks.traffic.source import Recordings
from driftwatch.model.interaction import Ignored, Unreadable
from driftwatch.model.traffic import Heard, HeardReading
from tests.mocks.recordings import NOW, a_batch, an_entry, read, write_har, write_lines

UNREADABLE: Final = {
    "a text log": ("127.0.0.1 - - [30/Apr/2026] GET / 200\n" * 3, 1, "neither HAR nor a Keploy test set"),
    "objects of something else": ('{"msg": "started"}\n{"msg": "ended"}\n', 1, "none of its 2 objects tells of"),
    "a broken archive": ('{\n"log": {"entries": [{"request": \n', 3, ""),
    "a document of something else": ('{\n"a": 1\n}\n', 1, "neither HAR nor a Keploy test set"),
    "lists a line": ("[1]\n[2]\n", 2, ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_recording_is_told_with_its_place(text: str, line: int, reason: str, tmp_path: Path) -> None:
    """The operator named it as evidence, so it is no file to be passed over."""
    (tmp_path / "prod.log").write_text(text, encoding="utf-8")
    (one,) = read(tmp_path)
    assert isinstance(one, Unreadable)
    assert (one.file, one.line) == ("prod.log", line)
    assert reason in one.reason


def test_a_log_that_was_just_rotated_is_empty(tmp_path: Path) -> None:
    """That is no trouble, and no evidence either."""
    (tmp_path / "access.log").touch()
    assert read(tmp_path) == [Ignored("access.log", "nothing is in it yet")]


def test_single_lines_that_are_none_cost_no_others(tmp_path: Path) -> None:
    """A banner, a stack trace, a line that is just being written: none is worth an incomplete audit."""
    entry = json.dumps({"method": "GET", "path": "/a", "status": 200})
    (tmp_path / "a.log").write_text(f'starting up\n{entry}\nTraceback\n{{"msg": 1}}\n{entry}\n{{"meth', "utf-8")
    found = read(tmp_path)
    assert [type(one) for one in found] == [Heard, Heard, Ignored]
    assert isinstance(found[-1], Ignored)
    assert found[-1].reason == "line 1 is passed over: not a JSON object"


HOSTILE: Final = {
    "deep": '{"method": ' + "[" * 100_000,
    "numbers without end": '{"method": "GET", "path": "/a", "status": 1e999999}',
    "zero bytes": '{"method": "GET", "path": "/a\x00", "status": 200}',
    "a status of letters": '{"method": "GET", "path": "/a", "status": "two hundred"}',
    "a time of another age": '{"method": "GET", "path": "/a", "status": 200, "time": 1e30}',
    "attributes of any kind": json.dumps(a_batch({"kind": 2, "attributes": [7, {"key": []}]})),
    "spans of any kind": '{"resourceSpans": [7, {"scopeSpans": 7}, {"scopeSpans": [{"spans": "x"}]}]}',
    "headers of any kind": '{"method": "GET", "path": "/a", "status": 200, "resp_headers": {"a": [1, null], "b": {}}}',
}  # fmt: skip


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_line_costs_itself_alone(line: str, tmp_path: Path) -> None:
    """Its neighbour is read all the same."""
    entry = json.dumps({"method": "GET", "path": "/fine", "status": 200})
    (tmp_path / "a.log").write_text(f"{entry}\n{line}\n{entry}\n", "utf-8")
    fine = [one for one in read(tmp_path) if isinstance(one, Heard) and one.path == "/fine"]
    assert len(fine) == 2


def test_a_line_without_end_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its beginning is thrown away with the rest of it."""
    monkeypatch.setattr(lines, "LONGEST", 200)
    entry = json.dumps({"method": "GET", "path": "/fine", "status": 200})
    (tmp_path / "a.log").write_text(f'{entry}\n{{"x": "{"y" * 1000}"}}\n{entry}\n', "utf-8")
    first, second, told = read(tmp_path)
    assert isinstance(first, Heard)
    assert isinstance(second, Heard)
    assert isinstance(told, Ignored)
    assert "longer than 200 bytes" in told.reason


def test_a_file_beyond_its_limit_is_refused_unless_it_is_a_log(tmp_path: Path) -> None:
    """An archive is read as a whole, a log line by line."""
    write_har(tmp_path, *(an_entry(text="{}") for _ in range(50)))
    write_lines(tmp_path, *({"method": "GET", "path": "/a", "status": 200} for _ in range(50)))
    found = read(tmp_path, limits=Limits(file_bytes=1000))
    assert sum(isinstance(one, Heard) for one in found) == 50
    (refused,) = [one for one in found if isinstance(one, Unreadable)]
    assert "larger than 1,000 bytes" in refused.reason


def test_a_log_is_a_stream(tmp_path: Path) -> None:
    """Whoever stops after the first line has read no other."""
    path = write_lines(tmp_path, *({"method": "GET", "path": f"/{n}", "status": 200} for n in range(3)))
    reading: Iterator[HeardReading] = Recordings(((tmp_path, ""),), now=NOW).read()
    assert isinstance(next(reading), Heard)
    with path.open("a", encoding="utf-8") as log:
        log.write(json.dumps({"method": "GET", "path": "/late", "status": 200}) + "\n")
    rest = [one.path for one in reading if isinstance(one, Heard)]
    assert rest == ["/1", "/2", "/late"]
