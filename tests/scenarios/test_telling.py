"""Stories can fail: each thing that a story may say is said wrongly once, and noticed."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.cli.calling import call, untouched
from tests.scenarios.telling import Run, Saw, tell

GOOD: dict[str, Any] = {
    "exit": 1,
    "verdicts": {"GET /a": "drifted"},
    "reasons": {"GET /a": "promised type"},
    "findings": ["GET /a: breaking type-changed /n"],
    "says": ["type-changed"],
    "hides": ["a-secret"],
    "report": {"/findings/0/kind": "type-changed"},
    "saw": {
        "asked": {"GET /a": 2, "GET /b": 0}, "requests": 3, "at_most": 3, "peak": 3, "busiest": 3, "users": [""],
        "who": {"GET /a": ["", ""]}, "statuses": {"GET /a": [200, 200]}, "headers": {"GET /a": {"Cookie": None}},
        "order": ["GET /a"], "connections": 1, "versions": [""], "elsewhere": 0,
    },
}  # fmt: skip
WRONG: dict[str, Any] = {
    "exit": 0,
    "verdicts": {"GET /a": "verified"},
    "reasons": {"GET /a": "the weather"},
    "findings": [],
    "says": ["field-missing"],
    "hides": ["type-changed"],
    "report": {"/findings/0/kind": "field-missing"},
}
WRONGLY_SEEN: dict[str, Any] = {
    "asked": {"GET /a": 0}, "requests": 4, "at_most": 2, "peak": 0, "busiest": 1, "users": ["ada"],
    "who": {"GET /a": ["ada", "ada"]}, "statuses": {"GET /a": [200, 503]}, "headers": {"GET /a": {"Cookie": "x"}},
    "order": ["GET /b", "GET /a"], "connections": 9, "orders": 1, "versions": ["a"], "elsewhere": 1, "rests": 1.0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with untouched(monkeypatch):
        yield


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Tells a story of one route that drifted, with this run."""

    def tell_it(run: dict[str, Any], **more: Any) -> None:
        story = {
            "promise": "one route drifted",
            "staging": {"routes": {"GET /a": {"body": {"n": "1"}}}},
            "stubs": {"GET /a": {"n": 1}},
            "runs": [run],
        }
        tell({**story, **more}, tmp_path, monkeypatch, partial(call, capsys))

    return tell_it


def test_what_is_true_passes(told: Any) -> None:
    """The story that the others falsify."""
    told(GOOD)


@pytest.mark.parametrize("part", WRONG)
def test_what_is_not_so_fails(part: str, told: Any) -> None:
    """Of exit code, verdicts, findings, words and report."""
    with pytest.raises(AssertionError):
        told({**GOOD, part: WRONG[part]})


@pytest.mark.parametrize("part", WRONGLY_SEEN)
def test_what_was_not_seen_fails(part: str, told: Any) -> None:
    """Of what the service saw."""
    with pytest.raises(AssertionError):
        told({**GOOD, "saw": {part: WRONGLY_SEEN[part]}})


def test_a_twin_that_is_not_silent_fails(told: Any) -> None:
    """A finding that alarms is enough, whatever else is said."""
    with pytest.raises(AssertionError):
        told({"exit": 1}, twin=True)


def test_a_misspelt_story_fails(told: Any) -> None:
    """No story passes because its words were not understood."""
    with pytest.raises(msgspec.ValidationError):
        told({"exits": 1})


def test_every_word_is_tried() -> None:
    """No word of a run is left that could be ignored."""
    before = {"command", "expire", "deploy", "files", "environment", "unseen"}
    assert set(Run.__struct_fields__) == {*WRONG, "saw", *before}
    assert set(Saw.__struct_fields__) == set(WRONGLY_SEEN)
