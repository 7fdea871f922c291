"""Mends of whole files: found again, spliced in, read back, and nothing else changed."""

import base64
import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from driftwatch.mocks.rewriting import one_file
from driftwatch.model.edit import Change, Draft, Edit, Part
from driftwatch.model.interaction import Interaction
from tests.mocks.rewriting.mending import Mocks, put

STATUS = Edit(Part.STATUS, Change.SET, value="404")


def stub(path: str, **response: Any) -> dict[str, Any]:
    """A WireMock stub."""
    return {"request": {"method": "GET", "url": path}, "response": {"status": 200, **response}}


def wiremock(folder: Path, *stubs: dict[str, Any], indent: int | None = 2) -> Mocks:
    """A folder with one file of stubs."""
    (folder / "mappings").mkdir()
    (folder / "__files").mkdir()
    text = json.dumps({"mappings": list(stubs)}, indent=indent, ensure_ascii=False)
    (folder / "mappings" / "all.json").write_text(text, encoding="utf-8")
    return Mocks(folder, "mocks")


def test_without_a_mend_there_is_no_draft(tmp_path: Path) -> None:
    """Nothing is rewritten for its own sake."""
    mocks = wiremock(tmp_path, stub("/a", jsonBody={"id": 1}))
    assert mocks.rewriter.rewrite([]).drafts == ()


def test_all_mends_of_a_file_are_one_draft(tmp_path: Path) -> None:
    """With the name that reports show, and the path that is written."""
    mocks = wiremock(tmp_path, stub("/a", jsonBody={"id": 1}), stub("/b", body='{"id":1}'))
    made = mocks.rewriter.rewrite([mocks.mend("/a", put("id", to=2)), mocks.mend("/b", put("id", to="x"))])
    (draft,) = made.drafts
    assert (draft.file, draft.path) == ("mocks/mappings/all.json", str(tmp_path / "mappings" / "all.json"))
    found = mocks.reread(made)
    assert (found["/a"].variants[0].body, found["/b"].variants[0].body) == (
        b'{\n          "id": 2\n        }',
        b'{"id":"x"}',
    )


def test_a_further_round_builds_on_the_drafts_of_the_first(tmp_path: Path) -> None:
    """And its draft begins with the file on disk, so that it can be written."""
    mocks = wiremock(tmp_path, stub("/a", jsonBody={"id": 1, "n": 2}))
    first = mocks.rewriter.rewrite([mocks.mend("/a", put("id", to=5))])
    again = replace(mocks.mend("/a", put("n", to=6)), seen="")
    (draft,) = mocks.rewriter.rewrite([again], first.drafts).drafts
    assert draft.before == Path(draft.path).read_bytes()
    assert json.loads(draft.after)["mappings"][0]["response"]["jsonBody"] == {"id": 5, "n": 6}


@pytest.mark.parametrize("edited", ["answer", "request", "gone"])
def test_a_mock_that_was_edited_since_is_left(tmp_path: Path, edited: str) -> None:
    """Whoever edited it knows more than the audit."""
    mocks = wiremock(tmp_path, stub("/a", jsonBody={"id": 1}))
    mend = mocks.mend("/a", put("id", to=2))
    changed = {"answer": stub("/a", jsonBody={"id": 7}), "request": stub("/z", jsonBody={"id": 1})}
    file = tmp_path / "mappings" / "all.json"
    if edited == "gone":
        file.unlink()
    else:
        file.write_text(json.dumps({"mappings": [changed[edited]]}))
    made = mocks.rewriter.rewrite([mend])
    assert made.drafts == ()
    assert "not there any more" in made.unwritten[0].reason or "edited since" in made.unwritten[0].reason


def test_one_mend_that_cannot_be_made_costs_no_other(tmp_path: Path) -> None:
    """It comes out with its reason, and the others are written."""
    mocks = wiremock(tmp_path, stub("/a", jsonBody={"id": 1}), stub("/b", body="no JSON"))
    made = mocks.rewriter.rewrite([mocks.mend("/b", put("id", to=2)), mocks.mend("/a", put("id", to=2))])
    assert [one.mend.mock_id for one in made.unwritten] == [mocks.of("/b").mock_id]
    assert len(made.drafts) == 1


def test_a_body_file_is_rewritten_in_its_own_place(tmp_path: Path) -> None:
    """The stub that names it stays, byte for byte."""
    (tmp_path / "__files").mkdir()
    (tmp_path / "mappings").mkdir()
    (tmp_path / "__files" / "a.json").write_bytes(b'\xef\xbb\xbf{"id": 1}\r\n')
    (tmp_path / "mappings" / "a.json").write_text(json.dumps(stub("/a", bodyFileName="a.json")))
    assert Mocks(tmp_path).mended("/a", put("id", to=2)) == '\ufeff{"id": 2}\r\n'


def test_a_body_file_of_several_mocks_is_left_and_they_are_named(tmp_path: Path) -> None:
    """A change for one would be one for all."""
    (tmp_path / "__files").mkdir()
    (tmp_path / "mappings").mkdir()
    (tmp_path / "__files" / "a.json").write_text('{"id": 1}')
    for name in "ab":
        (tmp_path / "mappings" / f"{name}.json").write_text(json.dumps(stub(f"/{name}", bodyFileName="a.json")))
    reason = Mocks(tmp_path).refused("/a", put("id", to=2))
    assert "mappings/a.json:1" in reason
    assert "mappings/b.json:1" in reason


def test_a_template_is_never_written_over(tmp_path: Path) -> None:
    """What stands beside it is."""
    body = '{"id": {{randomValue}}, "at": "{{now}}", "name": "x"}'
    mocks = wiremock(tmp_path, stub("/a", body=body, transformers=["response-template"]))
    for step in ("id", "at"):
        assert mocks.refused("/a", put(step, to=1)) == "a template of the mock writes what would have to change"
    assert body.replace('"x"', '"y"').replace('"', '\\"') in mocks.mended("/a", put("name", to="y"))


def test_a_value_that_would_be_taken_for_a_template_is_refused(tmp_path: Path) -> None:
    """What a service says is no program."""
    mocks = wiremock(tmp_path, stub("/a", body='{"n": "x"}', transformers=["response-template"]))
    assert mocks.refused("/a", put("n", to="{{systemValue}}")) == "the new value would be taken for a template"


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_base64_and_compression_are_undone_and_done_again(tmp_path: Path, wrapped: bool, pack: Any) -> None:
    """In lines of the same length, if there were lines; the same body gives the same bytes."""
    plain = json.dumps({"id": 1, "text": "é" * 40}).encode()
    stored = base64.b64encode(pack(plain)).decode()
    if wrapped:
        stored = "\n".join(stored[at : at + 20] for at in range(0, len(stored), 20)) + "\n"
    mocks = wiremock(tmp_path, stub("/a", base64Body=stored))
    made = mocks.rewriter.rewrite([mocks.mend("/a", put("id", to=2))])
    assert json.loads(mocks.reread(made)["/a"].variants[0].body or b"") == {"id": 2, "text": "é" * 40}
    new = json.loads(made.drafts[0].after)["mappings"][0]["response"]["base64Body"]
    assert ("\n" in new) is wrapped
    same = mocks.rewriter.rewrite([mocks.mend("/a", put("id", to=1))])
    assert [one for one in same.drafts if one.is_change] == []


def test_the_length_that_stands_beside_a_body_is_put_right(tmp_path: Path) -> None:
    """In bytes, and in the spelling that it had."""
    body = '{"n":"x"}'
    mocks = wiremock(tmp_path, stub("/a", body=body, headers={"Content-Length": str(len(body)), "ETag": "1"}))
    made = json.loads(mocks.mended("/a", put("n", to="éé")))["mappings"][0]["response"]
    assert made["headers"] == {"Content-Length": str(len('{"n":"éé"}'.encode())), "ETag": "1"}


@pytest.mark.parametrize("indent", [None, 2, 4])
def test_the_length_of_a_body_that_stands_as_json_is_that_of_the_spelling_that_it_had(
    tmp_path: Path, indent: int | None
) -> None:
    """The tool spells it: on one line, or indented as Mountebank does."""
    told = len(json.dumps({"n": "x"}, indent=indent))
    mocks = wiremock(tmp_path, stub("/a", jsonBody={"n": "x"}, headers={"Content-Length": str(told)}))
    made = json.loads(mocks.mended("/a", put("n", to="longer")))["mappings"][0]["response"]
    assert made["headers"] == {"Content-Length": str(told + 5)}


def test_a_length_beside_a_template(tmp_path: Path) -> None:
    """It is that of what the template makes, so it grows by what the text around that grows."""
    text = '{"at": "{{now}}", "n": "x"}'
    told = {"body": text, "headers": {"Content-Length": "40"}, "transformers": ["response-template"]}
    made = json.loads(wiremock(tmp_path, stub("/a", **told)).mended("/a", put("n", to="longer")))["mappings"][0][
        "response"
    ]
    assert made["headers"] == {"Content-Length": "45"}
    assert made["body"] == text.replace('"x"', '"longer"')


def test_a_status_that_is_not_said_is_added(tmp_path: Path) -> None:
    """200 is what the tool takes it for."""
    mocks = wiremock(tmp_path, {"request": {"method": "GET", "url": "/a"}, "response": {"body": "x"}})
    assert json.loads(mocks.mended("/a", STATUS))["mappings"][0]["response"] == {"body": "x", "status": 404}


def test_headers_are_added_changed_and_taken_away(tmp_path: Path) -> None:
    """By names in any case, as texts or lists as they were."""
    mocks = wiremock(tmp_path, stub("/a", headers={"X-A": "1", "x-b": ["2"], "X-C": "3"}), stub("/b"))
    edits = [
        Edit(Part.HEADER, Change.SET, name="x-a", value="é"),
        Edit(Part.HEADER, Change.SET, name="X-B", value="5"),
        Edit(Part.HEADER, Change.REMOVE, name="x-c"),
        Edit(Part.HEADER, Change.ADD, name="X-D", value="6"),
    ]
    made = json.loads(mocks.mended("/a", *edits))["mappings"][0]["response"]["headers"]
    assert made == {"X-A": "é", "x-b": ["5"], "X-D": "6"}
    assert json.loads(mocks.mended("/b", edits[3]))["mappings"][1]["response"]["headers"] == {"X-D": "6"}
    assert mocks.refused("/b", edits[0]) == "the header x-a does not stand in the file"


def test_json_that_becomes_text_moves_to_the_name_for_text(tmp_path: Path) -> None:
    """``jsonBody`` holds no page for people."""
    mocks = wiremock(tmp_path, stub("/a", jsonBody={"id": 1}))
    text = Edit(Part.BODY, Change.SET, value="<h1>Gone</h1>", is_text=True)
    response = json.loads(mocks.mended("/a", text))["mappings"][0]["response"]
    assert response == {"status": 200, "body": "<h1>Gone</h1>"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_charset_mark_and_line_ends_stay(tmp_path: Path, encoding: str, newline: str) -> None:
    """Of a file in any Unicode charset, byte for byte."""
    text = json.dumps(stub("/a", jsonBody={"id": "é"}), indent="\t", ensure_ascii=False).replace("\n", newline)
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    (tmp_path / "a.json").write_bytes((mark + text).encode(encoding))
    mocks = Mocks(tmp_path)
    (draft,) = mocks.rewriter.rewrite([mocks.mend("/a", put("id", to="ö"))]).drafts
    assert draft.after == (mark + text.replace("é", "ö")).encode(encoding)


def test_a_packed_cassette_is_packed_again(tmp_path: Path) -> None:
    """As Ruby's VCR writes them (zlib); the same text gives the same bytes."""
    text = (
        "---\nhttp_interactions:\n- request:\n    method: get\n    uri: https://x.example/a\n  response:\n"
        "    status:\n      code: 200\n      message: OK\n    headers: {}\n    body:\n      encoding: UTF-8\n"
        "      string: '{\"id\":1}'\n  recorded_at: Mon, 01 Jan 2024 00:00:00 GMT\nrecorded_with: VCR 6.2.0\n"
    )
    (tmp_path / "c.zz").write_bytes(zlib.compress(text.encode(), 9))
    mocks = Mocks(tmp_path)
    (draft,) = mocks.rewriter.rewrite([mocks.mend("/a", put("id", to=2))]).drafts
    assert draft.after == zlib.compress(text.replace(":1}", ":2}").encode(), 9)


def test_of_a_large_file_only_one_entry_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The draft is the one that reading all of it gives; a mend that an excerpt does not show is made all the same."""
    monkeypatch.setattr(one_file, "LARGE", 1000)
    stubs = [stub(f"/{at}", jsonBody={"id": at, "name": f"n{at}"}) for at in range(60)]
    mocks = wiremock(tmp_path, *stubs)
    mends = [mocks.mend(f"/{at}", put("name", to="new")) for at in (3, 59)]
    monkeypatch.setattr(one_file.OneFile, "_whole", lambda *_: pytest.fail("the whole file was read"))
    (large,) = mocks.rewriter.rewrite(mends).drafts
    monkeypatch.undo()
    (small,) = mocks.rewriter.rewrite(mends).drafts
    assert large == small


def test_of_a_large_cassette_only_one_entry_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In YAML the entry is found by its lines; what refers to an anchor elsewhere needs the whole file."""
    monkeypatch.setattr(one_file, "LARGE", 1000)
    entry = (
        "- request: {{method: GET, uri: 'https://x.example/{0}'}}\n  response:\n    status: {1}{{code: 200}}\n"
        "    body:\n      string: '{{\"id\": {0}}}'\n"
    )
    last = "- request: {method: GET, uri: 'https://x.example/last'}\n  response: {status: *s, body: {string: '{}'}}\n"
    text = "interactions:\n" + "".join(entry.format(at, "&s " if at == 9 else "") for at in range(40))
    text += last + "version: 1\n"
    (tmp_path / "c.yaml").write_text(text)
    mocks = Mocks(tmp_path)
    assert mocks.mended("/9", put("id", to="x")) == text.replace('{"id": 9}', '{"id": "x"}')
    assert mocks.refused("/9", STATUS).startswith("other places of its file share the value")
    monkeypatch.setattr(one_file.OneFile, "_whole", lambda *_: pytest.fail("the whole file was read"))
    assert mocks.mended("/30", put("id", to="x"), STATUS) == text.replace('{"id": 30}', '{"id": "x"}').replace(
        "/30'}\n  response:\n    status: {code: 200}", "/30'}\n  response:\n    status: {code: 404}"
    )


def test_drafts_stand_in_for_every_file_that_a_mock_is_read_from(tmp_path: Path) -> None:
    """Stubs and the body files that they name, and no file on disk is changed by it."""
    (tmp_path / "__files").mkdir()
    (tmp_path / "mappings").mkdir()
    body, file = tmp_path / "__files" / "a.json", tmp_path / "mappings" / "a.json"
    body.write_text('{"id": 1}')
    file.write_text(json.dumps(stub("/a", bodyFileName="a.json")))
    mocks = Mocks(tmp_path)
    before = body.read_bytes()
    drafts = [
        Draft("a", str(body), before, b'{"id": 7}'),
        Draft("b", str(file), b"", json.dumps(stub("/n", bodyFileName="a.json")).encode()),
    ]
    (found,) = [one for one in mocks.rewriter.read(drafts) if isinstance(one, Interaction)]
    assert (found.request.path, found.variants[0].body) == ("/n", b'{"id": 7}')
    assert body.read_bytes() == before
