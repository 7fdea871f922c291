"""Each promise of how services are asked, as a whole story against a service on real sockets, and its silent twin."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import call, untouched
from tests.scenarios.telling import STORIES, stories, tell

ALL = dict(stories())
SUBJECTS = {
    "identities", "patterns", "journeys", "consent", "evidence", "behaviour", "rollouts", "manners", "ways",
}  # fmt: skip
"""What is promised of asking: as whom, with what, in which order, what may be changed, what stands for an answer, what
is seen beside the body, in the middle of a rollout, how gently, and by which way."""


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with untouched(monkeypatch):
        yield


@pytest.mark.parametrize("story", ALL.values(), ids=ALL)
def test_the_promise_is_kept(
    story: Mapping[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the story tells comes true; where nothing is the matter, nothing is said."""
    monkeypatch.chdir(tmp_path)
    tell(story, tmp_path, monkeypatch, partial(call, capsys))


def test_every_promise_has_a_twin() -> None:
    """Each file is a story and its twin, and there are some of each subject."""
    files = list(STORIES.glob("*/*.yaml"))
    assert len(ALL) == 2 * len(files)
    assert {file.parent.name for file in files} == SUBJECTS
