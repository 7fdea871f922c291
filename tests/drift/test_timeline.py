"""The table of drift semantics 3.6: what a sequence of runs makes of one finding, and what is told of it."""

from datetime import timedelta
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.drift.timeline import advance, with_lives
from driftwatch.model.finding import SUPPRESSED, Severity
from driftwatch.model.lifecycle import Acknowledgement, Change, State
from driftwatch.model.suppression import Suppression
from tests.drift.lives import FINDINGS, FIRST, KEY, Story, a_finding

TODAY: Final = FIRST.date()

ROWS: Final = {
    "a sure finding is told at the first sighting": ("sure", "S", "new", "open"),
    "an unsure one is suspected, and nobody is told": ("unsure", "S", "-", "suspect"),
    "a second verified run makes sure of it": ("unsure", "SS", "- new", "open"),
    "later sightings are told no more": ("sure", "SSSS", "new - - -", "open"),
    "one verified run without it is a miss and no more": ("sure", "S.", "new -", "open"),
    "two resolve what every answer showed": ("sure", "S..", "new - resolved", "resolved"),
    "resolving is told once": ("sure", "S....", "new - resolved - -", "resolved"),
    "a sighting between misses begins the count anew": ("sure", "S.S..", "new - - - resolved", "resolved"),
    "an outage is neither miss nor sighting": ("sure", "SxxxxS", "new - - - - -", "open"),
    "an outage between two misses leaves the first one counted": ("sure", "S.xx.", "new - - - resolved", "resolved"),
    "an outage does not make sure of a suspicion": ("unsure", "SxX", "- - -", "suspect"),
    "what an unverified interaction shows is no sighting": ("sure", "X", "-", "none"),
    "a suspicion that goes away was never told": ("unsure", "S..", "- - -", "resolved"),
    "a suspicion that comes back is sure": ("unsure", "S..S", "- - - new", "open"),
    "what comes back soon is the same finding": ("sure", "S..S", "new - resolved reopened", "open"),
    "an edited mock resolves at once": ("sure", "Se", "new resolved", "resolved"),
    "an edited mock that still lies stays open": ("sure", "SeS", "new resolved reopened", "open"),
    "an edited mock resolves a rare event at once": ("rare", "Se", "new resolved", "resolved"),
    "a deleted mock makes its findings obsolete": ("sure", "Sd", "new obsolete", "obsolete"),
    "obsolete is told once": ("sure", "Sddd", "new obsolete - -", "obsolete"),
    "a deleted mock's suspicion was never told": ("unsure", "Sd", "- -", "obsolete"),
    "a mock that comes back brings its findings": ("sure", "SdS", "new obsolete reopened", "open"),
    "a file that cannot be read proves no deletion": ("sure", "Suu", "new - -", "open"),
    "a folder without any mock proves no deletion": ("sure", "Snn.", "new - - -", "open"),
    "an occasional null waits for sixty clean observations": ("rare", "S...", "new - - resolved", "resolved"),
    "an occasional null that comes back in time was never gone": ("rare", "S..S..S", "new - - - - - -", "open"),
    "a frequent one waits for two runs at least": ("common", "S..", "new - resolved", "resolved"),
    "a stale mock is fresh as soon as it is verified": ("stale", "XX.", "new - resolved", "resolved"),
    "trouble of the audit has a life and no voice": ("denied", "XX.", "- - -", "resolved"),
    "trouble of a service ends when most of it answers": ("shared", "S..", "new - resolved", "resolved"),
    "trouble of a service stays while nothing answers": ("shared", "Sxx", "new - -", "open"),
    "what comes and goes is told once more and then not": (
        "sure", "S..S..S..S..", "new - resolved reopened - flapping - - - - - -", "resolved",
    ),
    "what held still for five runs is told as it stands: there": (
        "sure", "S..S..SSSSSS", "new - resolved reopened - flapping - - - - - reopened", "open",
    ),
    "what held still for five runs is told as it stands: gone": (
        "sure", "S..S.......", "new - resolved reopened - flapping - - - - resolved", "resolved",
    ),
    "after that a change is told again": (
        "sure", "S..S.......S", "new - resolved reopened - flapping - - - - resolved reopened", "open",
    ),
    "changes far apart do not flap": (
        "sure", "S..SSSSSSSS..S", "new - resolved reopened - - - - - - - - resolved reopened", "open",
    ),
    "what gets worse is told": ("sure", "mS", "new worse", "open"),
    "what gets better is not": ("sure", "Sm", "new -", "open"),
}  # fmt: skip


@pytest.mark.parametrize(("finding", "runs", "told", "state"), ROWS.values(), ids=ROWS)
def test_a_row_of_the_table(finding: str, runs: str, told: str, state: str) -> None:
    """After these runs this was told, and this is how it stands."""
    story = Story(FINDINGS[finding])
    assert story.told(runs) == told.split()
    assert (story.life.state.value if story.lives else "none") == state


def test_the_first_sighting_is_kept_through_a_short_absence() -> None:
    """Reopened, it is as old as it was; what an outage lasted does not count as verified."""
    story = Story(FINDINGS["sure"])
    story.told("S..Sxx")
    assert (story.life.first_seen, story.life.incarnation) == (FIRST, 1)
    assert story.life.last_seen == story.life.last_verified == FIRST + timedelta(days=3)
    assert story.life.resolved_at is None


def test_after_thirty_days_it_begins_anew() -> None:
    """What comes back later than that is new: its age, its sightings and the gate begin again."""
    story = Story(replace(FINDINGS["unsure"], confidence=0.5))
    assert story.told("SS..") == ["-", "new", "-", "resolved"]
    story.at += timedelta(days=30)
    back = story.at
    assert story.told("SS") == ["-", "new"]
    assert (story.life.first_seen, story.life.incarnation, story.life.sightings) == (back, 2, 2)


def test_the_last_day_of_the_window_still_reopens() -> None:
    """Thirty days are thirty days."""
    story = Story(FINDINGS["sure"])
    story.told("S..")
    story.at = FIRST + timedelta(days=2 + 30)
    assert story.told("S") == ["reopened"]


def _acknowledged(story: Story, days: int, severity: Severity) -> None:
    until = story.at.date() + timedelta(days=days)
    known = Acknowledgement("ann", "a ticket", until, severity)
    story.lives[story.finding.fingerprint] = replace(story.life, acknowledged=known)


ACKNOWLEDGED: Final = {
    "nothing is told of what somebody deals with": (9, "SS..S", "- - - resolved -", "acknowledged"),
    "an end that passes while it is still seen is told": (1, "SSS", "- - acknowledgement-expired", "open"),
    "an end that passes unseen is told at the next sighting": (1, "xxxS", "- - - acknowledgement-expired", "open"),
}


@pytest.mark.parametrize(("days", "runs", "told", "word"), ACKNOWLEDGED.values(), ids=ACKNOWLEDGED)
def test_an_acknowledged_finding(days: int, runs: str, told: str, word: str) -> None:
    """It is quiet until its day is over; that it is gone is still good news."""
    story = Story(FINDINGS["sure"])
    story.told("S")
    _acknowledged(story, days, Severity.BREAKING)
    assert story.told(runs) == told.split()
    assert story.life.word(story.at.date() - timedelta(days=1)) == word


def test_an_acknowledgement_is_void_when_it_gets_worse() -> None:
    """Optional was acknowledged, missing was not; a step up and down again is a step up."""
    story = Story(FINDINGS["sure"])
    story.told("m")
    _acknowledged(story, 90, Severity.WARNING)
    assert story.told("mSm") == ["-", "worse", "-"]
    assert story.life.acknowledged is None


SUPPRESSED_ROWS: Final = {
    "what is hidden is told at its end, while it is seen": (2, "SSSS", "- - - suppression-expired", "open"),
    "what is gone at the end is never told": (2, "S....", "- - - - -", "resolved"),
    "an end that passes unseen is told at the next sighting": (1, "SxxxS", "- - - - suppression-expired", "open"),
    "a suspicion stays one behind a suppression": (0, "S.", "- -", "open"),
}


@pytest.mark.parametrize(("days", "runs", "told", "state"), SUPPRESSED_ROWS.values(), ids=SUPPRESSED_ROWS)
def test_a_suppressed_finding(days: int, runs: str, told: str, state: str) -> None:
    """Its life goes on in silence, and the end of the silence is news."""
    finding = FINDINGS["sure"]
    story = Story(finding, suppression=Suppression("ann", "known", TODAY + timedelta(days=days), finding.fingerprint))
    assert story.told(runs) == told.split()
    assert story.life.state.value == state


def test_a_hidden_finding_gets_no_worse() -> None:
    """Whoever suppressed it is not told that it grew, nor that it flaps, until the end."""
    finding = FINDINGS["sure"]
    story = Story(finding, suppression=Suppression("ann", "known", TODAY + timedelta(days=99), finding.fingerprint))
    assert set(story.told("mS..S..S")) == {"-"}
    assert story.life.word(story.at.date()) == SUPPRESSED


def test_lives_of_other_providers_are_left_alone() -> None:
    """An audit of one provider says nothing of another."""
    story = Story(FINDINGS["sure"])
    story.told("S")
    elsewhere = replace(story.life, finding=replace(FINDINGS["sure"], provider="orders"))
    turn = advance([elsewhere], story.summary("d"), {KEY: "x"})
    assert (turn.lives, turn.events) == ((), ())


def test_a_summary_tells_what_is_known() -> None:
    """Since when, when it was verified last, and the word for where it stands."""
    story = Story(FINDINGS["unsure"])
    story.told("Sx")
    (finding,) = with_lives(story.summary("S"), story.lives.values()).findings
    assert (finding.state, finding.first_seen, finding.last_verified) == ("suspect", FIRST, FIRST)
    hidden = replace(a_finding(), state=SUPPRESSED)
    story = Story(hidden)
    story.told("S")
    (finding,) = with_lives(story.summary("S"), story.lives.values()).findings
    assert finding.state == SUPPRESSED


RUNS = st.text(alphabet="S.xXedumn", max_size=40)


@given(st.sampled_from(sorted(FINDINGS)), RUNS)
def test_laws_of_every_story(name: str, runs: str) -> None:
    """Whatever happens: moments are in order, nothing is told twice in a row, and suspicions are never told."""
    story, told = Story(FINDINGS[name]), list[Change]()
    for events in story.goes_on(runs):
        told += [event.change for event in events]
        assert len(events) <= 1
        for life in story.lives.values():
            assert life.first_seen <= life.last_seen <= (life.last_verified or life.last_seen)
            assert (life.resolved_at is None) == life.state.is_current
            assert not (life.state is State.OPEN and life.opened_at is None)
            assert len(life.turns) <= 10
    assert not any(first is second for first, second in pairwise(told) if first is not Change.WORSE)
    assert not told or told[0] is Change.NEW


@given(RUNS)
def test_outages_change_nothing(runs: str) -> None:
    """A story with outages strewn in is told as the one without, run for run."""
    with_outages, without = Story(FINDINGS["sure"]), Story(FINDINGS["sure"])
    letters = runs.replace("x", "").replace("X", "")
    told = with_outages.told("x".join(letters), days=0.1)[::2]
    assert told == without.told(letters, days=0.1)


def test_a_clock_that_is_put_back_makes_nothing_younger() -> None:
    """The run of yesterday comes after that of today: ages stay in order, and nothing begins anew."""
    story = Story(FINDINGS["sure"])
    story.told("S")
    story.at = FIRST - timedelta(days=2)
    assert story.told("SS..S", days=0.01) == ["-", "-", "-", "resolved", "reopened"]
    life = story.life
    assert life.first_seen == FIRST <= life.last_seen == life.last_verified


def test_a_run_repeats_itself_to_the_letter() -> None:
    """The timeline is a function: the same lives and summary give the same turn."""
    story = Story(FINDINGS["sure"])
    story.told("S..S")
    summary = story.summary(".")
    lives = tuple(story.lives.values())
    assert advance(lives, summary, {KEY: "x"}) == advance(lives, summary, {KEY: "x"})
