"""Edits of recordings, contracts and specifications to the letter: which lines go, and which come in their place."""

import difflib
import json
import zlib
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from driftwatch.model.edit import Change, Draft, Edit, Part
from tests.mocks.homes.laws import interactions, mend, rewriter

CASES: Final[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("recording_spellings.yaml").read_bytes())


def edit_of(said: dict[str, Any]) -> Edit:
    """An edit as the cases spell it."""
    if "status" in said:
        return Edit(Part.STATUS, Change.SET, value=str(said["status"]))
    if "header" in said:
        change = Change.REMOVE if said.get("remove") else Change.ADD if said["header"] == "X-New" else Change.SET
        return Edit(Part.HEADER, change, name=said["header"], value=said.get("value", ""))
    change = next(one for one in (Change.SET, Change.ADD, Change.REMOVE) if one.value in said)
    value = "" if change is Change.REMOVE else json.dumps(said["value"], ensure_ascii=False)
    return Edit(Part.BODY, change, tuple(said[change.value]), value=value)


def lines_of(draft: Draft, is_packed: bool) -> tuple[list[str], list[str]]:
    """The lines that go and those that come; every end of a line stays what it was."""
    before, after = ((zlib.decompress(one) if is_packed else one).decode() for one in (draft.before, draft.after))
    assert before.count("\r\n") == 0 or after.count("\n") == after.count("\r\n")
    told = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:2] in ("- ", "+ ")]
    return [line[2:] for line in told if line[0] == "-"], [line[2:] for line in told if line[0] == "+"]


@pytest.mark.parametrize("name", CASES)
def test_an_edit_is_spelled_as_the_file_is(name: str, tmp_path: Path) -> None:
    """Only the lines that hold the value change, in the quotes, escapes and places of their neighbours."""
    case = CASES[name]
    for file, text in case["files"].items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(zlib.compress(text.encode()) if case.get("packed") else text.encode())
    one = interactions(tmp_path)[case.get("mock", 0)]
    done = rewriter(tmp_path).rewrite([mend(one, *map(edit_of, case["edits"]), variant=case.get("variant", 0))])
    if "refused" in case:
        assert [refused.reason.startswith(case["refused"]) for refused in done.unwritten] == [True]
        assert done.drafts == ()
        return
    assert [refused.reason for refused in done.unwritten] == []
    (draft,) = done.drafts
    assert draft.file == case.get("changed", next(iter(case["files"])))
    assert lines_of(draft, case.get("packed", False)) == (case["gone"], case["come"])
