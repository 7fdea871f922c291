"""A set of mocks may be large and its patterns wicked: what stands in front of what is found without asking all."""

from typing import Final

import pytest

from driftwatch.drift import reach
from driftwatch.drift.reach import Reach
from driftwatch.model.coverage import Call, Covered, Matching
from tests.drift.making import an_interaction, bare

CALL: Final = Call("GET", "/nowhere", "/nowhere")


def _set(*matchings: Matching) -> Reach:
    return Reach([Covered(str(n), one, an_interaction(bare(200))) for n, one in enumerate(matchings)])


def test_ten_thousand_mocks_are_no_matter() -> None:
    """Literals find each other by their path; the last is in the shadow of the first."""
    mocks = _set(*(Matching("GET", f"/things/{number % 9_999}") for number in range(10_000)))
    shadows = [front.name if (front := mocks.in_front_of(number)) else "" for number in range(10_000)]
    assert shadows == [*("" for _ in range(9_999)), "0"]


def test_patterns_that_never_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some that took too long none is tried, and then it is in doubt whether a call is answered."""
    monkeypatch.setattr(reach, "_PATIENCE", 0.001)
    path = f"/{'a' * 60}b"
    evil = [Matching("GET", "", rf"^/(a|a|aa)+{'c?' * number}$") for number in range(40)]
    mocks = _set(*evil, Matching("GET", "", "/fine/.*"), Matching("GET", path))
    assert not _set(Matching("GET", "", "/fine/.*")).answers(CALL)
    assert mocks.in_front_of(41) is None
    assert mocks.answers(CALL)


def test_tries_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many patterns there are, so many are tried on so many paths and no more."""
    monkeypatch.setattr(reach, "_MOST_TRIED", 3)
    patterns = [Matching("GET", "", f"/{letter}/.*") for letter in "abcd"]
    mocks = _set(*patterns, Matching("GET", "/d/1"))
    assert mocks.in_front_of(4) is None
    assert mocks.answers(CALL)
