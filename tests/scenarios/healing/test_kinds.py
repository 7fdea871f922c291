"""Whole stories of healing: the service moves on, an audit sees it, heal writes, and the next audit sees nothing.

For every kind that can be healed and every format in which a mock of it can be written. Over HTTP, with real files.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from driftwatch.heal.kinds import KINDS
from driftwatch.mocks.catalog import FORMATS
from tests.cli.calling import call, untouched, write_config
from tests.scenarios.healing.rows import KNOWN, ROWS, SPELLINGS, lay_out, moved_on
from tests.scenarios.healing.story import changed, kinds_in

STAYS: Final[dict[str, set[str]]] = {
    "microcks-examples": {"redirect-introduced"},
    "openapi": {
        "body-empty", "charset-changed", "content-type-changed", "header-value-changed", "redirect-introduced",
        "status-changed",
    },
    "pact": {"body-empty", "field-added"},
    "responses": {"redirect-introduced"},
}  # fmt: skip
"""What a format cannot say, or need not: a contract lists what is needed, a description speaks to everybody."""
UNFOUND: Final[dict[str, set[str]]] = {
    "openapi": {
        "cache-policy-changed", "error-code-changed", "error-not-reproduced", "error-shape-changed",
        "error-status-changed", "header-missing", "header-value-changed", "unverifiable",
    },
    "pact": {"error-code-changed"},
}  # fmt: skip
"""What a format cannot be false about, or is not asked for."""


@dataclass(frozen=True, slots=True)
class Story:
    """One format's, from beginning to end."""

    before: dict[str, bytes]
    """The mocks as they were, by kind."""
    found: dict[str, set[str]]
    """Kinds of findings, by the kind that the mock is for."""
    told: dict[str, Any]
    """What heal said."""
    after: dict[str, bytes]
    left: dict[str, set[str]]
    """As ``found``, after healing."""
    told_left: dict[str, set[str]]
    """As ``found``: what heal said that it leaves."""
    by_hand: dict[str, bytes]
    """What a person makes of the mocks."""


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with untouched(monkeypatch):
        yield


def lived(spelling: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Story:
    """The story in one format."""
    monkeypatch.chdir(folder)
    files = lay_out(folder / "mocks", spelling)
    before = {kind: file.read_bytes() for kind, file in files.items()}
    by_hand = {kind: file.read_bytes() for kind, file in lay_out(folder / "hand", spelling, "healed").items()}
    with moved_on() as service:
        config = write_config(folder, {"it": {"mocks": "mocks", "target": service.url}}, samples=4)
        told = json.loads(call(capsys, "heal", "--config", config, "--write", "--yes", "--format", "json").out)
        report = json.loads(call(capsys, "audit", "--config", config, "--format", "json").out)
    left = kinds_in(report["findings"], files, folder)
    after = {kind: file.read_bytes() for kind, file in files.items()}
    found = kinds_in([*told["healed"], *told["left"]], files, folder)
    told_left = kinds_in(told["left"], files, folder)
    return Story(before, found, told, after, left, told_left, by_hand)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_was_healed_audits_clean(
    spelling: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind is found, healed, written, and gone; what stays is told with a reason, and its file is untouched."""
    story = lived(spelling, tmp_path, capsys, monkeypatch)
    stays, unfound = STAYS.get(spelling, set()), UNFOUND.get(spelling, set())
    assert {kind for kind in story.before if kind not in story.found.get(kind, ())} == unfound
    assert story.left.keys() == stays, story.told["left"]
    assert story.told_left == story.left
    assert all(finding["reason"] for finding in story.told["left"])
    healed = {kind for kind in story.before if story.before[kind] != story.after[kind]}
    assert healed == story.before.keys() - stays - unfound


def test_every_format_has_a_story() -> None:
    """But for those whose mocks have no request that could be asked, or share one document."""
    told = {"vcrpy" if name == "vcr" else name for name in SPELLINGS}
    assert {entry.name.replace("_", "-") for entry in FORMATS} - told == {"json-server", "webmock-raw"}


def test_the_diff_is_no_larger_than_a_persons(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a file with a member a line, no more lines change than somebody would have changed by hand."""
    story = lived("wiremock, a member a line", tmp_path, capsys, monkeypatch)
    ours = {kind: changed(story.before[kind], story.after[kind]) for kind in story.before}
    by_hand = {kind: changed(story.before[kind], story.by_hand[kind]) for kind in story.before}
    assert {kind: (ours[kind], by_hand[kind]) for kind in ours if ours[kind] > by_hand[kind]} == {}
    assert sum(ours.values()) > len(ours)


def test_every_kind_that_can_be_healed_has_a_story() -> None:
    """Here, or among those that rest on known values."""
    assert {row["kind"] for row in [*ROWS, *KNOWN]} == {kind for kind, remedy in KINDS.items() if remedy.is_healable}
