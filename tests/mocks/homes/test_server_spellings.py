"""Edits of mock servers' files to the letter: which lines go, and which come in their place."""

import difflib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest
from msgspec import Struct

from driftwatch.model.edit import Change, Edit, Part, Rewritten
from tests.mocks.homes.laws import interactions, mend, rewriter, set_leaf
from tests.mocks.homes.server_files import (
    DATABASE,
    EXPECTATIONS,
    IMPOSTER,
    KILLGRAVE,
    MANY,
    MMOCK,
    MOCKOON,
    MOCO,
    NET,
    PARTS,
    SIMULATION,
    SMOCKER,
    STUBBY,
)


class Spelled(Struct, frozen=True):
    """A file before and after."""

    files: Mapping[str, str]
    path: str
    """Which mock, by its request."""
    edits: Sequence[Edit]
    gone: Sequence[str] = ()
    come: Sequence[str] = ()
    file: str = ""
    """Which file changes, if there are several."""
    reason: str = ""
    """Why it is refused, if it is."""
    variant: int = 0


def _status(value: str) -> Edit:
    return Edit(Part.STATUS, Change.SET, value=value)


def _header(change: Change, name: str, value: str = "") -> Edit:
    return Edit(Part.HEADER, change, name=name, value=value)


def _add(*steps: str | int, value: object, after: str | None = None) -> Edit:
    return Edit(Part.BODY, Change.ADD, steps, value=json.dumps(value), after=after)


def _remove(*steps: str | int) -> Edit:
    return Edit(Part.BODY, Change.REMOVE, steps)


_SHARED_FILE: Final = "is that of several mocks"
_TEMPLATED: Final = "a template of the mock writes what would have to change"

SPELLED: Final = {
    "mountebank, an included stub": Spelled(
        PARTS, "/one", [set_leaf("id", value=7), _status("404")],
        ['  "responses": [{"is": {"statusCode": 200,', '    "body": {"id": 1, "at": "<%= new Date() %>"}}}]'],
        ['  "responses": [{"is": {"statusCode": 404,', '    "body": {"id": 7, "at": "<%= new Date() %>"}}}]'],
        "stubs/one.json",
    ),
    "mountebank, a value that a tag makes": Spelled(PARTS, "/one", [set_leaf("at", value=7)], reason=_TEMPLATED),
    "mountebank, the second of two included answers": Spelled(
        PARTS, "/two", [set_leaf("id", value=7)], ['  "body": "{\\"id\\": 2}"'], ['  "body": "{\\"id\\": 7}"'],
        "parts/two.ejs", variant=1,
    ),
    "mountebank, a file that is put into a body": Spelled(
        PARTS, "/file", [_add("n", value=1)], ['  "id": 3'], ['  "id": 3,', '  "n": 1'], "bodies/three.json"
    ),
    "mockoon, JSON in a text": Spelled(
        MOCKOON, "/text", [set_leaf("id", value="é")],
        [r'          "body": "{\n  \"id\": 1,\n  \"who\": \"{{name}}\"\n}"'],
        [r'          "body": "{\n  \"id\": \"é\",\n  \"who\": \"{{name}}\"\n}"'],
    ),
    "mockoon, a value that a template makes": Spelled(MOCKOON, "/text", [set_leaf("who", value=1)], reason=_TEMPLATED),
    "mockoon, inside of a block that is repeated": Spelled(
        MOCKOON, "/many", [set_leaf(0, "n", value=2)],
        ['          "body": ' + json.dumps(MANY)],
        ['          "body": ' + json.dumps(MANY.replace('"n": 1', '"n": 2'))],
    ),
    "mockoon, a bucket of several routes": Spelled(
        MOCKOON, "/bucket", [set_leaf("a", value=2)], reason="its data bucket `second` is used elsewhere, too"
    ),
    "mockoon, the item of a list": Spelled(
        MOCKOON, "/users/1", [_remove("n")],
        [r'      "value": "[\n  {\"id\": 1, \"n\": 2.0}\n]"'], [r'      "value": "[\n  {\"id\": 1}\n]"'],
    ),
    "mockoon, a header of the environment": Spelled(
        MOCKOON, "/bucket", [_header(Change.SET, "X-From", "one")],
        ['          "headers": [],'],
        [
            '          "headers": [', "            {", '              "key": "X-From",',
            '              "value": "one"', "            }", "          ],",
        ],
    ),
    "mockserver, as people write it": Spelled(
        {"init.json": EXPECTATIONS}, "/loose",
        [_remove("id"), _header(Change.SET, "X-A", "2"), _status("201")],
        ['      "headers": [{"name": "X-A", "values": ["1"]}],', '      "body": {"id": 1, /* the id */ "n": 01},'],
        [
            '      "headers": [{"name": "X-A", "values": ["2"]}],', '      "body": {"n": 01},',
            '      "statusCode": 201,',
        ],
    ),
    "mockserver, a body of a type": Spelled(
        {"init.json": EXPECTATIONS}, "/typed", [_status("202"), set_leaf("id", value=True)],
        [
            '      "statusCode": 200,',
            '      "reasonPhrase": "OK",',
            r'      "body": {"type": "JSON", "json": "{\"id\": 1}"}',
        ],
        [
            '      "statusCode": 202,',
            '      "reasonPhrase": "Accepted",',
            r'      "body": {"type": "JSON", "json": "{\"id\": true}"}',
        ],
    ),
    "mockserver, the second in turn": Spelled(
        {"init.json": EXPECTATIONS}, "/turns", [set_leaf("n", value=3)],
        ['    "httpResponses": [{"body": {"n": 1}}, {"body": {"n": 2}}]'],
        ['    "httpResponses": [{"body": {"n": 1}}, {"body": {"n": 3}}]'], variant=1,
    ),
    "hoverfly, in the escapes of Go": Spelled(
        {"s.json": SIMULATION}, "/go", [set_leaf("n", value="<i>")],
        [
            r'					"body": "{\"html\":\"\u003cb\u003e\",\"n\":1}",',
            '					"headers": {"Content-Length": ["20"], "Content-Type": ["application/json"]}',
        ],
        [
            r'					"body": "{\"html\":\"\u003cb\u003e\",\"n\":\"\u003ci\u003e\"}",',
            '					"headers": {"Content-Length": ["24"], "Content-Type": ["application/json"]}',
        ],
    ),
    "hoverfly, base64": Spelled(
        {"s.json": SIMULATION}, "/packed", [set_leaf("id", value=2)],
        ['					"body": "eyJpZCI6MX0="'], ['					"body": "eyJpZCI6Mn0="'],
    ),
    "smocker, a folded block": Spelled(
        {"m.yml": SMOCKER}, "/folded", [_remove("n"), _add("z", value=None)],
        ['        "n": "x"'], ['        "z": null'],
    ),
    "smocker, in single quotes": Spelled(
        {"m.yml": SMOCKER}, "/plain", [set_leaf("it's", value="it's")],
        ["""  response: {status: 200, body: '{"it''s": 1}'}"""],
        ["""  response: {status: 200, body: '{"it''s": "it''s"}'}"""],
    ),
    "stubby, beside a token": Spelled(
        {"s.yaml": STUBBY, "two.json": "{}"}, "/one", [set_leaf("id", value=2)],
        ['      {"id": 1, "who": "<% url[1] %>"}'], ['      {"id": 2, "who": "<% url[1] %>"}'],
    ),
    "stubby, the file of one of two answers": Spelled(
        {"s.yaml": STUBBY, "two.json": "{}"}, "/two", [_add("id", value=2)], ["{}"], ['{"id": 2}'], "two.json"
    ),
    "wiremock-net, after a byte order mark": Spelled(
        {"__admin/mappings/m.json": NET}, "/x", [_status("404"), _add("n", value=[1], after="id")],
        ['    "statusCode": "200",'], ['    "statusCode": "404",', '      "n": [', "        1", "      ],"],
    ),
    "imposter, one of a stream": Spelled(
        {"a-config.yaml": IMPOSTER}, "/second", [_status("404"), set_leaf("a", value=2)],
        ['          "a": 1,'], ['          "a": 2,', "      statusCode: 404"],
    ),
    "imposter, a placeholder": Spelled(
        {"a-config.yaml": IMPOSTER}, "/second", [set_leaf("b", value=2)], reason=_TEMPLATED
    ),
    "mmock, beside an expression": Spelled(
        {"config/x.yaml": MMOCK}, "/x", [_header(Change.ADD, "X-A", "1"), set_leaf("id", value=2)],
        ['    {"id": 1, "who": "{{request.query.who}}"}'],
        ['    {"id": 2, "who": "{{request.query.who}}"}', "  headers:", "    X-A:", "    - '1'"],
    ),
    "killgrave, a body file": Spelled(
        {"i.imp.yaml": KILLGRAVE, "own.json": '{"a":1}', "both.json": "{}"}, "/own", [set_leaf("a", value=2)],
        ['{"a":1}'], ['{"a":2}'], "own.json",
    ),
    "killgrave, a body file of two": Spelled(
        {"i.imp.yaml": KILLGRAVE, "own.json": '{"a":1}', "both.json": "{}"}, "/a", [_add("a", value=2)],
        reason=_SHARED_FILE,
    ),
    "moco, text that only looks like a template": Spelled(
        {"m.json": MOCO}, "/json", [set_leaf("price", value=1), _status("201")],
        ['  {"request": {"uri": "/json"}, "response": {"status": "200", "json": {"price": "${kept}"}}},'],
        ['  {"request": {"uri": "/json"}, "response": {"status": "201", "json": {"price": 1}}},'],
    ),
    "moco, a template": Spelled({"m.json": MOCO}, "/text", [set_leaf("who", value=1)], reason=_TEMPLATED),
    "json-server, every element": Spelled(
        {"db.json": DATABASE}, "/posts", [_add(0, "on", value=True), _add(1, "on", value=False)],
        ['    { "id": 1, "title": "a" },', '    { "id": 2, "title": "b" }'],
        ['    { "id": 1, "title": "a", "on": true },', '    { "id": 2, "title": "b", "on": false }'],
    ),
    "json-server, the status": Spelled({"db.json": DATABASE}, "/posts", [_status("404")], reason="by itself"),
}  # fmt: skip


def _rewritten(case: Spelled, folder: Path) -> Rewritten:
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (one,) = [one for one in interactions(folder) if one.request.path == case.path]
    return rewriter(folder).rewrite([mend(one, *case.edits, variant=case.variant)])


@pytest.mark.parametrize("name", SPELLED)
def test_an_edit_is_spelled_as_the_file_is(name: str, tmp_path: Path) -> None:
    """Only the lines that hold the value change, in the quotes, escapes and places of their neighbours."""
    case = SPELLED[name]
    done = _rewritten(case, tmp_path)
    if case.reason:
        assert [case.reason in one.reason for one in done.unwritten] == [True]
        assert not done.drafts
        return
    assert not done.unwritten
    (draft,) = done.drafts
    assert draft.file == (case.file or next(iter(case.files)))
    before, after = draft.before.decode().split("\n"), draft.after.decode().split("\n")
    lines = [line for line in difflib.ndiff(before, after) if line[:2] in ("- ", "+ ")]
    assert [line[2:].rstrip("\r") for line in lines if line[0] == "-"] == list(case.gone)
    assert [line[2:].rstrip("\r") for line in lines if line[0] == "+"] == list(case.come)
    assert {line.endswith("\r") for line in after[:-1]} == {line.endswith("\r") for line in before[:-1]}
