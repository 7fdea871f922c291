"""Guards: each gets the verdict of its mock, and none is green because nobody looked."""

from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.model.guard import Guard
from driftwatch.model.summary import ProviderSummary, Result, Summary, Verdict
from driftwatch.usecases.guards import with_guards
from tests.fakes import SetClock
from tests.reports.samples import CAUGHT
from tests.usecases.making import mock

GUARD: Final = Guard("g", "shop", "mocks/a.json")


def told(guard: Guard, *results: tuple[str, str, Verdict], **how: Any) -> list[tuple[str, bool, bool]]:
    """Verdict, whether it holds, whether anybody looked; results by file, id and verdict."""
    mocks = [Result(replace_origin(file, identity), verdict, "because") for file, identity, verdict in results]
    provider = ProviderSummary("shop", "http://shop", tuple(mocks))
    guarded = with_guards(provider, [guard], lambda file, meant: file == meant, **how).guards
    return [(one.verdict, one.is_verified, one.is_answered) for one in guarded]


def replace_origin(file: str, identity: str) -> Any:
    """A mock of that id in that file."""
    return mock(f"/{file.removeprefix('mocks/').removesuffix('.json')}", mock_id=identity)


@pytest.mark.parametrize("verdict", Verdict)
def test_the_verdict_is_the_mock_s(verdict: Verdict) -> None:
    """Only a verified mock verifies its guard; skipped, unreachable and the like mean that nobody looked."""
    is_answer = verdict in (Verdict.VERIFIED, Verdict.DRIFTED)
    assert told(GUARD, ("mocks/a.json", "1", verdict)) == [(verdict.value, verdict is Verdict.VERIFIED, is_answer)]


def test_the_worst_of_a_file_counts() -> None:
    """Without an id all mocks of the file are meant; with one only that."""
    results = (("mocks/a.json", "1", Verdict.VERIFIED), ("mocks/a.json", "2", Verdict.DRIFTED))
    assert told(GUARD, *results) == [("drifted", False, True)]
    assert told(replace(GUARD, mock_id="1"), *results) == [("verified", True, True)]


def test_a_missing_mock_is_told() -> None:
    """Whether the file is gone or the mock in it has another id: the guard stands there, and guards nothing."""
    other = ("mocks/b.json", "1", Verdict.VERIFIED)
    assert told(GUARD, other) == [("missing", False, False)]
    assert told(replace(GUARD, file="mocks/b.json", mock_id="2"), other) == [("missing", False, False)]
    assert told(GUARD) == [("missing", False, False)]


def test_guards_of_others_are_theirs() -> None:
    """Another provider's guard is not told here, and a share of a run is silent about what others ask."""
    assert told(replace(GUARD, provider="other"), ("mocks/a.json", "1", Verdict.VERIFIED)) == []
    assert told(GUARD, is_whole=False) == []
    assert told(GUARD, ("mocks/a.json", "1", Verdict.VERIFIED), is_whole=False) == [("verified", True, True)]


@pytest.mark.parametrize(
    ("verdict", "is_incomplete"), [(Verdict.VERIFIED, False), (Verdict.DRIFTED, False), (Verdict.SKIPPED, True)]
)
def test_a_guard_that_nobody_looked_at_makes_a_run_incomplete(verdict: Verdict, is_incomplete: bool) -> None:
    """A drifted one does not: that is what findings are for."""
    results = (Result(mock("/a"), verdict), Result(mock("/b"), Verdict.VERIFIED))
    provider = with_guards(ProviderSummary("shop", "", results), [GUARD], lambda file, meant: file == meant)
    summary = Summary("r", SetClock().moment, 1.0, "0", "d", (provider,), canary=CAUGHT)
    assert summary.is_incomplete() is is_incomplete
