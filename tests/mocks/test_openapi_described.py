"""What an operation says under a status, whether an audit asks for that answer or not."""

import json
from pathlib import Path
from typing import Any

import pytest

from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Expectation, Interaction, MatcherKind, Specification


def _saying(word: str) -> dict[str, Any]:
    schema = {"type": "object", "required": [word], "properties": {word: {"type": "string"}}}
    return {"description": word, "content": {"application/json": {"schema": schema, "example": {"an": "example"}}}}


def _read(folder: Path, **responses: object) -> Specification:
    operation = {"responses": {code.strip("_"): response for code, response in responses.items()}}
    text = json.dumps({"openapi": "3.0.3", "info": {}, "paths": {"/a": {"get": operation}}})
    (folder / "api.json").write_text(text, encoding="utf-8")
    (read,) = (one for one in FolderSource(folder).read() if isinstance(one, Interaction))
    assert read.specification is not None
    return read.specification


def _under(folder: Path, status: int, **responses: object) -> tuple[Expectation, ...]:
    return _read(folder, **responses).under(status)


def _words(answers: tuple[Expectation, ...]) -> list[str]:
    return [name for one in answers for name in json.loads(one.body or b"{}")]


@pytest.mark.parametrize(
    ("status", "word"), [(200, "well"), (404, "none"), (410, "refused"), (500, "other"), (201, "other")]
)
def test_the_narrowest_code_counts(status: int, word: str, tmp_path: Path) -> None:
    """A code before its range before ``default``, under the status that was asked for."""
    codes = {"_200": _saying("well"), "_404": _saying("none"), "_4xx": _saying("refused"), "default": _saying("other")}
    answers = _under(tmp_path, status, **codes)
    assert {one.status for one in answers} == {status}
    assert _words(answers) == [word]


def test_what_is_not_described_is_not_known(tmp_path: Path) -> None:
    """Without a range and a default, other statuses have no answer."""
    assert _under(tmp_path, 404, _200=_saying("well")) == ()


def test_an_example_counts_where_there_is_no_schema(tmp_path: Path) -> None:
    """Beside a schema it is left out, since the schema is what binds."""
    shown = {"description": "well", "content": {"application/json": {"example": {"shown": 1}}}}
    assert _words(_under(tmp_path, 200, _200=shown)) == ["shown"]


def test_a_file_that_is_gone_by_then_makes_for_silence(tmp_path: Path) -> None:
    """What was there when the description was read may be gone when somebody asks."""
    (tmp_path / "parts.json").write_text(json.dumps({"Error": {"type": "object", "properties": {"text": {}}}}), "utf-8")
    refers = {"description": "x", "content": {"application/json": {"schema": {"$ref": "parts.json#/Error"}}}}
    read = _read(tmp_path, _200=_saying("well"), _404=refers)
    (tmp_path / "parts.json").unlink()
    assert [(one.path, one.kind) for answer in read.under(404) for one in answer.matchers] == [("", MatcherKind.ANY)]
    assert _words(read.under(200)) == ["well"]


@pytest.mark.parametrize("depth", [20, 60, 180])
def test_deep_schemas_are_no_trouble(depth: int, tmp_path: Path) -> None:
    """However deep a schema of a refusal is, asking for it ends."""
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(depth // 2):
        schema = {"type": "object", "properties": {"a": schema}}
    deep = {"description": "deep", "content": {"application/json": {"schema": schema}}}
    assert _words(_under(tmp_path, 404, _200=_saying("well"), _404=deep)) in (["a"], [])
