"""A folder as a stream of readings."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from driftwatch.mocks import source as module
from driftwatch.mocks.format import Stub
from driftwatch.mocks.limits import Limits
from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.text.documents import Document, Options, open_document
from driftwatch.model.interaction import Grade, Ignored, Interaction, Unreadable, gather
from driftwatch.ports import MockSource


def interactions(source: MockSource) -> list[Interaction]:
    """The interactions of a source."""
    return [reading for reading in source.read() if isinstance(reading, Interaction)]


def write(folder: Path, name: str, value: object) -> None:
    """A JSON file below a folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def stub(path: str, **more: object) -> dict[str, object]:
    """A WireMock stub for one path."""
    return {"request": {"method": "GET", "urlPath": path}, "response": {"status": 200}, **more}


def test_every_interaction_gets_its_provider(tmp_path: Path) -> None:
    """The provider is the config's word, not the file's."""
    write(tmp_path, "a.json", stub("/a"))
    assert [one.provider for one in interactions(FolderSource(tmp_path, provider="payments"))] == ["payments"]


def test_reading_is_repeatable(tmp_path: Path) -> None:
    """Two passes over the same files give the same readings in the same order."""
    for name in ("b/mappings/x.json", "a/mappings/y.json", "c.json"):
        write(tmp_path, name, stub(f"/{name}"))
    source = FolderSource(tmp_path)
    assert list(source.read()) == list(source.read())
    assert [one.origin.file for one in interactions(source)] == ["a/mappings/y.json", "b/mappings/x.json", "c.json"]


def test_files_are_opened_as_they_are_asked_for(tmp_path: Path) -> None:
    """The first server's stubs come out before the second server's files are opened."""
    write(tmp_path, "a/mappings/x.json", stub("/a"))
    write(tmp_path, "b/mappings/y.json", stub("/b"))
    stream = FolderSource(tmp_path).read()
    first = next(stream)
    (tmp_path / "b" / "mappings" / "y.json").write_text("{")
    assert isinstance(first, Interaction)
    assert [type(reading) for reading in stream] == [Unreadable]


def test_stubs_of_different_servers_do_not_shadow_each_other(tmp_path: Path) -> None:
    """Precedence holds among the files of one ``mappings`` folder only."""
    write(tmp_path, "a/mappings/x.json", stub("/same", id="a", priority=1))
    write(tmp_path, "b/mappings/x.json", stub("/same", id="b"))
    assert [one.shadowed_by for one in interactions(FolderSource(tmp_path))] == ["", ""]
    write(tmp_path, "b/mappings/z.json", stub("/same", id="c", priority=1))
    assert [one.shadowed_by for one in interactions(FolderSource(tmp_path))] == ["", "c", ""]


def test_mending_an_answer_keeps_the_identity(tmp_path: Path) -> None:
    """A stub without id is named by what it matches; the answer and the place in the file do not count."""
    write(tmp_path, "a.json", stub("/a"))
    (before,) = interactions(FolderSource(tmp_path))
    write(tmp_path, "a.json", {**stub("/a"), "response": {"status": 404, "body": "no"}})
    (after,) = interactions(FolderSource(tmp_path))
    assert before.mock_id == after.mock_id


def test_equal_stubs_of_one_file_have_ids_of_their_own(tmp_path: Path) -> None:
    """Two stubs that match the same are told apart by their order."""
    write(tmp_path, "a.json", {"mappings": [stub("/a"), stub("/a")]})
    first, second = interactions(FolderSource(tmp_path))
    assert second.mock_id == f"{first.mock_id}-2"


def test_variables_fill_path_parameters(tmp_path: Path) -> None:
    """What only the team knows comes from the config, and is sent then."""
    write(tmp_path, "a.json", {"request": {"urlPathTemplate": "/users/{id}"}, "response": {"status": 200}})
    (without,) = interactions(FolderSource(tmp_path))
    (given,) = interactions(FolderSource(tmp_path, variables={"id": "a/b"}))
    assert without.request.grade is Grade.NEEDS_INPUT
    assert (given.request.path, given.request.path_template) == ("/users/a%2Fb", "/users/{id}")


def test_a_mappings_folder_may_be_the_root(tmp_path: Path) -> None:
    """Its sibling holds the body files then, and is the only place outside that is looked into."""
    write(tmp_path, "wiremock/__files/one.json", {"a": 1})
    for index, name in enumerate(("one.json", "../outside.json")):
        write(tmp_path, f"wiremock/mappings/{index}.json", {**stub(f"/{index}"), "response": {"bodyFileName": name}})
    write(tmp_path, "wiremock/outside.json", {})
    inside, outside = FolderSource(tmp_path / "wiremock" / "mappings").read()
    assert isinstance(outside if isinstance(inside, Interaction) else inside, Unreadable)
    (found,) = (one for one in (inside, outside) if isinstance(one, Interaction))
    assert (found.variants[0].body, found.variants[0].body_file) == (b'{"a": 1}', "../__files/one.json")


def test_global_templating_makes_a_template_certain(tmp_path: Path) -> None:
    """The note that it only looks like one is gone; the dynamic place stays."""
    write(tmp_path, "a.json", {**stub("/a"), "response": {"body": '{"a": "{{now}}"}'}})
    (suspected,) = interactions(FolderSource(tmp_path))
    (certain,) = interactions(FolderSource(tmp_path, global_templating=True))
    assert suspected.dynamic == certain.dynamic == ("/a",)
    assert [bool(one.notes) for one in (suspected, certain)] == [True, False]


def test_a_recording_from_the_future_has_no_date(tmp_path: Path) -> None:
    """Clocks are wrong, and sanitised recordings carry fake dates."""
    entry = {
        "startedDateTime": "2030-01-01T00:00:00Z",
        "request": {"url": "http://a.example/"},
        "response": {"status": 200},
    }
    write(tmp_path, "a.har", {"log": {"entries": [entry]}})
    (one,) = interactions(FolderSource(tmp_path, now=datetime(2025, 1, 1, tzinfo=UTC)))
    assert (one.recorded_at, one.recorded_from) == (None, "")


def test_repeated_requests_of_a_recording_are_one_claim(tmp_path: Path) -> None:
    """Two answers to one request in a file are alternatives."""
    entries = [
        {"request": {"url": "http://a.example/x"}, "response": {"status": 200, "content": {"text": text}}}
        for text in ("one", "two")
    ]
    write(tmp_path, "a.har", {"log": {"entries": entries}})
    (claim,) = gather(interactions(FolderSource(tmp_path)))
    assert [variant.body for variant in claim.variants] == [b"one", b"two"]


def test_binary_files_are_ignored(tmp_path: Path) -> None:
    """A picture is no mock."""
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    assert list(FolderSource(tmp_path).read()) == [Ignored("a.png", "a binary file")]


class _Broken:
    """A format with a fault of its own."""

    NAME = "broken"

    def recognises(self, document: Document) -> bool:
        return document.suffix == ".json"

    def read(self, document: Document) -> Iterator[Stub]:
        raise KeyError(document.file)


def test_a_fault_of_our_own_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a reader raises ends as a reason at the outermost door."""
    write(tmp_path, "a.json", {})
    write(tmp_path, "b.json", {})
    monkeypatch.setattr(module, "recognise", lambda _: _Broken())
    readings = list(FolderSource(tmp_path).read())
    assert readings == [Unreadable(file, "", "could not be read (KeyError)") for file in ("a.json", "b.json")]


def test_places_are_lines_and_columns(tmp_path: Path) -> None:
    """Both count from 1, in characters, whatever the line ends."""
    (tmp_path / "a.json").write_bytes('{"é":\r\n  [1,\r\n   {"b": 2}]}'.encode())
    document = open_document(tmp_path / "a.json", tmp_path, Limits(), Options())
    assert isinstance(document, Document)
    assert (document.origin("é", 1, "b").line, document.origin("é", 1, "b").column) == (3, 10)
    assert document.origin("é", 1, "b").pointer == "/é/1/b"
    assert (document.origin().line, document.origin().column) == (1, 1)
    assert document.source("é", 1) == '{"b": 2}'


def test_ten_thousand_stubs_meet_only_their_rivals(tmp_path: Path) -> None:
    """Precedence among many stubs is a look-up: the work per stub does not grow with the folder."""
    stubs = [
        {"request": {"method": "GET", "urlPathPattern": f"/area/{n}/[0-9]+"}, "response": {"status": 200}}
        for n in range(3000)
    ]
    write(tmp_path, "mappings/all.json", {"mappings": stubs})
    assert len(interactions(FolderSource(tmp_path))) == 3000
