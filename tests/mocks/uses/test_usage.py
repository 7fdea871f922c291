"""Records of uses come from elsewhere: what is right is read, and what is wrong is told with its place."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from driftwatch.mocks.uses.usage import read_usage
from driftwatch.model.errors import UsageError
from driftwatch.model.use import LONGEST, Need, Outcome, TestUse, Touch, UseRecord
from driftwatch.reports.schemas import interface_schema

SMALLEST: Final = {"schema": "driftwatch.usage/1", "suite": "shop", "uses": []}
WHOLE: Final = {
    **SMALLEST, "made_by": "ours 1.0", "root": "..", "finished_at": "2026-05-01T12:00:00Z", "is_whole": False,
    "is_watching_reads": True,
    "uses": [{
        "test": "com.acme.OrdersTest#pays", "outcome": "passed",
        "touches": [{
            "tool": "wiremock", "file": "mappings/pay.json", "pointer": "/mappings/0", "mock_id": "1", "name": "pay",
            "method": "POST", "url": "http://ann:secret@localhost:8080/pay;v=1?card=4111#top",
            "reads": {"/id": "needed", "/items/*": "optional", "": "whole"},
        }],
    }],
}  # fmt: skip


def written(tmp_path: Path, text: str | bytes | dict[str, Any]) -> Path:
    """A file of these contents."""
    file = tmp_path / "usage.json"
    plain = json.dumps(text, indent=1) if isinstance(text, dict) else text
    file.write_bytes(plain if isinstance(plain, bytes) else plain.encode())
    return file


def test_a_whole_record_is_read(tmp_path: Path) -> None:
    """Member for member; of a URL nothing is kept that could be secret, whoever wrote it."""
    touch = Touch(
        "wiremock", "mappings/pay.json", "/mappings/0", "1", "pay", "POST", "http://localhost:8080/pay;v=1",
        {"/id": Need.NEEDED, "/items/*": Need.OPTIONAL, "": Need.WHOLE},
    )  # fmt: skip
    assert read_usage(written(tmp_path, WHOLE)) == UseRecord(
        "shop", (TestUse("com.acme.OrdersTest#pays", Outcome.PASSED, (touch,)),),
        datetime(2026, 5, 1, 12, tzinfo=UTC), is_whole=False, made_by="ours 1.0", root="..", is_watching_reads=True,
    )  # fmt: skip


def test_what_is_empty_may_be_left_out(tmp_path: Path) -> None:
    """By hand one writes as little as may be; a mark of the encoding is no mistake."""
    text = b"\xef\xbb\xbf" + json.dumps(SMALLEST).encode()
    assert read_usage(written(tmp_path, text)) == UseRecord("shop", ())


def test_a_moment_without_zone_is_of_utc(tmp_path: Path) -> None:
    """Never of the machine that reads."""
    found = read_usage(written(tmp_path, {**SMALLEST, "finished_at": "2026-05-01T12:00:00"}))
    assert found.finished_at == datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_a_test_that_is_told_of_twice_is_one(tmp_path: Path) -> None:
    """Run again: the last outcome counts, and all touches do."""
    uses = [
        {"test": "a", "outcome": "failed", "touches": [{"tool": "vcr", "file": "x"}]},
        {"test": "b", "outcome": "skipped"},
        {"test": "a", "outcome": "passed", "touches": [{"tool": "vcr", "file": "y"}]},
    ]
    found = read_usage(written(tmp_path, {**SMALLEST, "uses": uses}))
    told = [(one.test, one.outcome, len(one.touches)) for one in found.uses]
    assert told == [("a", "passed", 2), ("b", "skipped", 0)]


def use(**touch: object) -> dict[str, Any]:
    """A record of one test with one touch."""
    return {**SMALLEST, "uses": [{"test": "a", "outcome": "passed", "touches": [{"tool": "vcr", **touch}]}]}


WRONG: Final[dict[str, tuple[str | bytes | dict[str, Any], str]]] = {
    "no JSON": ('{"schema":\n"driftwatch.usage/1",\n]', ":3 is no JSON that can be read."),
    "half a file": ('{"schema": "driftwatch.usage/1", "uses": [', " is no JSON that can be read."),
    "no text": (b"\xff\xfe\x00", ":1 is no JSON that can be read."),
    "nested without end": ('{"suite": "s", "uses": [], "x": ' + "[" * 100_000, "nested too deeply|no JSON"),
    "a list": ("[]", ":1 `$`: expected `object`, got `array`."),
    "another version": ({**SMALLEST, "schema": "driftwatch.usage/2"}, "its `schema` is not 'driftwatch.usage/1'."),
    "another version of other members": (
        {"schema": "driftwatch.usage/2", "runs": []},
        ":2 is of another form: its `schema` is not 'driftwatch.usage/1'.",
    ),
    "no suite": ({"schema": "driftwatch.usage/1", "uses": []}, ":1 `$`: object missing required field `suite`."),
    "an empty suite": ({**SMALLEST, "suite": " "}, "`suite` is empty: name the suite"),
    "a misspelt member": ({**SMALLEST, "is_hole": True}, "there is no member `is_hole`; did you mean `is_whole`? "),
    "a misspelt member of a touch": (use(fil="x"), ":9 `$.uses[0].touches[0]`: there is no member `fil`; did you"),
    "an unknown outcome": (
        {**SMALLEST, "uses": [{"test": "a", "outcome": "green"}]},
        ":5 `$.uses[0]`: `outcome` is none of passed, failed, skipped.",
    ),
    "an unknown need": (use(file="x", reads={"/a": "maybe"}), "`reads[...]` is none of needed, optional, whole."),
    "a number for a name": (use(file=1), "`$.uses[0].touches[0]`: `file`: expected `str`, got `int`."),
    "a touch of nothing": (use(), "`uses[0].touches[0]` names no mock: write its `file`"),
    "a name without end": (use(file="x" * (LONGEST + 1)), "`uses[0].touches[0]` holds too many names"),
    "a test without a name": ({**SMALLEST, "uses": [{"test": "", "outcome": "passed"}]}, "`uses[0].test` is empty"),
    "a name that no database takes": (use(file="x", name="a\0"), "`uses[0].touches[0]` holds too many names, or one"),
    "a test that no database takes": ({**SMALLEST, "uses": [{"test": "a\0", "outcome": "passed"}]}, "has a NUL in it"),
    "a moment before all others": (
        {**SMALLEST, "finished_at": "0001-01-01T00:00:00+23:59"},
        "`finished_at` is before 2000: write when the run",
    ),
    "half a character": ('{"schema": "driftwatch.usage/1", "suite": "\\ud800", "uses": []}', "is no JSON"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told(tmp_path: Path, name: str) -> None:
    """With the file, the line where there is one, the nearest guess, and where the right form stands; no value."""
    content, complaint = WRONG[name]
    file = written(tmp_path, content)
    with pytest.raises(UsageError) as caught:
        read_usage(file)
    told = str(caught.value)
    assert told.startswith(str(file))
    assert any(each in told for each in complaint.split("|")), told
    assert told.endswith("The README shows one that is right (`driftwatch.usage/1`)")
    assert "maybe" not in told
    assert len(told) < 500 + len(str(file))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(UsageError, match=r"nothing\.json cannot be opened: No such file"):
        read_usage(tmp_path / "nothing.json")


def test_a_file_without_end_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than its bound."""
    monkeypatch.setattr("driftwatch.mocks.uses.usage.MOST_BYTES", 100)
    with pytest.raises(UsageError, match="Write a record for each suite"):
        read_usage(written(tmp_path, WHOLE))


@pytest.mark.parametrize("record", [SMALLEST, WHOLE, use(file="x")])
def test_the_schema_takes_what_is_read(record: dict[str, Any]) -> None:
    """Whoever writes a record can check it before."""
    Draft202012Validator(interface_schema("usage-1")).validate(record)


@pytest.mark.parametrize("name", [name for name, (content, _) in WRONG.items() if isinstance(content, dict)])
def test_the_schema_refuses_what_is_refused(name: str) -> None:
    """But for names of blanks alone."""
    record = WRONG[name][0]
    is_taken = Draft202012Validator(interface_schema("usage-1")).is_valid(record)
    assert is_taken is (name == "an empty suite")
