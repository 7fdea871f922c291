"""What people decide about findings, and how they name them."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from msgspec.structs import replace

from driftwatch.model.errors import UsageError
from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import BY_HAND, Change, Life, State
from driftwatch.usecases.findings import Reasons, Wanted, acknowledge, find, reopen, select, suppress
from tests.drift.lives import FIRST, a_finding

NOW: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
TODAY: Final = NOW.date()
WHY: Final = Reasons("ann", "ticket 12", TODAY + timedelta(days=9))


def _life(number: int = 0, state: State = State.OPEN, **more: object) -> Life:
    finding = a_finding(path=f"/{number}", **more)  # type: ignore[arg-type]
    return Life(finding, state, FIRST, FIRST, opened_at=FIRST, resolved_at=None if state.is_current else FIRST)


MANY: Final = [_life(number) for number in range(40)]


def test_a_finding_is_named_by_any_beginning_that_is_its_alone() -> None:
    """Capitals and blanks around it do not matter."""
    for life in MANY:
        digits = next(n for n in range(1, 17) if _fits(life.fingerprint[:n]) == 1)
        assert find(MANY, f" {life.fingerprint[:digits].upper()} ") is life


def _fits(beginning: str) -> int:
    return sum(life.fingerprint.startswith(beginning) for life in MANY)


def test_a_beginning_that_fits_several_names_some() -> None:
    """Forty findings and sixteen digits: some begin alike."""
    beginning = next(life.fingerprint[0] for life in MANY if _fits(life.fingerprint[0]) > 1)
    with pytest.raises(UsageError, match=rf"^{_fits(beginning)} findings begin with") as refused:
        find(MANY, beginning)
    assert sum(life.fingerprint in str(refused.value) for life in MANY) == min(5, _fits(beginning))


def test_a_mistyped_fingerprint_gets_the_nearest() -> None:
    """One digit is wrong."""
    right = MANY[0].fingerprint
    wrong = right[:8] + ("0" if right[8] != "0" else "1") + right[9:]
    with pytest.raises(UsageError, match=right):
        find(MANY, wrong)


WANTED: Final = {
    "what holds, unless one asks for more": (Wanted(), {0, 1, 2}),
    "of a provider": (Wanted(providers=("orders",)), {1}),
    "of a kind": (Wanted(kinds=("null-unexpected",)), {2}),
    "at least as grave": (Wanted(severity=Severity.BREAKING), {0, 1}),
    "in a state": (Wanted(states=("resolved", "suspect")), {1, 3}),
}


@pytest.mark.parametrize(("wanted", "numbers"), WANTED.values(), ids=WANTED)
def test_what_is_wanted(wanted: Wanted, numbers: set[int]) -> None:
    """All conditions hold at once."""
    lives = [
        _life(0),
        _life(1, State.SUSPECT, provider="orders"),
        _life(2, kind="null-unexpected", severity=Severity.WARNING),
        _life(3, State.RESOLVED),
    ]
    assert {lives.index(life) for life in select(lives, wanted, TODAY)} == numbers


def test_the_gravest_comes_first() -> None:
    """Then by provider and place."""
    lives = [_life(0, severity=Severity.INFO), _life(1, severity=Severity.WARNING), _life(2)]
    assert select(lives, Wanted(), TODAY) == lives[::-1]


def test_an_acknowledgement_remembers_the_severity() -> None:
    """So that it is void when the finding gets worse."""
    decided = acknowledge(_life(severity=Severity.WARNING), WHY, NOW)
    assert decided.life.acknowledged is not None
    assert decided.life.acknowledged.severity is Severity.WARNING
    assert (decided.event.change, decided.event.owner, decided.event.until) == (Change.ACKNOWLEDGED, "ann", WHY.until)
    assert decided.life.word(TODAY) == "acknowledged"
    assert decided.life.word(WHY.until + timedelta(days=1)) == "open"


def test_a_suppression_replaces_an_earlier_one() -> None:
    """One finding has one, with its place of origin."""
    decided = suppress(_life(), WHY, NOW)
    assert decided.lifts
    assert decided.suppression == decided.life.suppressed
    assert decided.suppression is not None
    assert decided.suppression.where == BY_HAND


@pytest.mark.parametrize("state", [State.RESOLVED, State.OBSOLETE])
def test_what_does_not_hold_needs_no_decision(state: State) -> None:
    """Said before anybody relies on it."""
    for decide in (acknowledge, suppress):
        with pytest.raises(UsageError, match="still holds"):
            decide(_life(0, state), WHY, NOW)


def test_a_resolved_finding_is_opened_again() -> None:
    """The fix was rolled back: two verified runs without it are needed anew."""
    resolved = replace(_life(0, State.RESOLVED), misses=2, clean=6)
    life = reopen(resolved, "ann", "rolled back", NOW).life
    assert (life.state, life.resolved_at, life.misses, life.clean) == (State.OPEN, None, 0, 0)


ENDS: Final = {0: "", 180: "", -1: "is over", 181: "180 days"}


@pytest.mark.parametrize(("days", "told"), ENDS.items(), ids=map(str, ENDS))
def test_an_end_is_within_bounds(days: int, told: str) -> None:
    """Today is the first day, 180 days on the last."""
    until: date = TODAY + timedelta(days=days)
    if not told:
        assert Reasons.checked(" ann ", "why", until, TODAY) == Reasons("ann", "why", until)
        return
    with pytest.raises(UsageError, match=told):
        Reasons.checked("ann", "why", until, TODAY)


@pytest.mark.parametrize("text", ["", " ", "a\x1b[31m", "a\nb", "\u202e"])
def test_reasons_are_words(text: str) -> None:
    """Nothing empty, and nothing that steers a terminal."""
    with pytest.raises(UsageError, match="--reason"):
        Reasons.checked("ann", text, TODAY, TODAY)
