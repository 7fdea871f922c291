"""What is due when a process begins to lead."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from driftwatch.daemon.takeover import GAP, due
from driftwatch.model.latest import Latest
from driftwatch.reports.measures import View
from driftwatch.settings.load import load
from tests.daemon.running import fine, write_config

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def at(*providers: tuple[str, datetime]) -> View:
    """What is known when these were audited at these moments."""
    latest = Latest()
    for name, moment in providers:
        latest = latest.after(replace(fine(name), started_at=moment))
    return View(latest)


def found(tmp_path: Path, view: View, now: datetime, *, at_start: bool = True, is_alone: bool = False) -> set[str]:
    """Of payments and users, which are audited at every full hour."""
    schedule = {"when": "0 * * * *", "at_start": at_start}
    config = write_config(tmp_path, "payments", "users", schedule=schedule)
    return set(due(load(config, {}), view, now, is_alone=is_alone))


def test_alone_it_begins_with_all(tmp_path: Path) -> None:
    """Unless the config says otherwise; nobody else may have audited them."""
    view = at(("payments", NOON), ("users", NOON))
    assert found(tmp_path, view, NOON + timedelta(minutes=1), is_alone=True) == {"payments", "users"}
    assert found(tmp_path, view, NOON + timedelta(minutes=1), is_alone=True, at_start=False) == set()


@pytest.mark.parametrize("at_start", [True, False])
def test_what_was_audited_in_its_period_is_not_audited_again(at_start: bool, tmp_path: Path) -> None:
    """However often the leader changes: the services pay for one audit."""
    view = at(("payments", NOON), ("users", NOON))
    for minute in (0, 1, 59):
        assert found(tmp_path, view, NOON + timedelta(minutes=minute), at_start=at_start) == set()


@pytest.mark.parametrize("at_start", [True, False])
def test_what_nobody_began_since_nobody_led_is_made_up_for(at_start: bool, tmp_path: Path) -> None:
    """Its time came between two leaders, moments ago."""
    view = at(("payments", NOON - timedelta(hours=1)), ("users", NOON))
    assert found(tmp_path, view, NOON + GAP, at_start=at_start) == {"payments"}


def test_what_was_missed_long_ago_is_a_start(tmp_path: Path) -> None:
    """Whoever wants no audit at the start gets none whenever somebody happens to start."""
    view = at(("payments", NOON - timedelta(hours=1)), ("users", NOON))
    later = NOON + GAP + timedelta(seconds=1)
    assert found(tmp_path, view, later) == {"payments"}
    assert found(tmp_path, view, later, at_start=False) == set()


def test_what_was_never_audited_is_a_start(tmp_path: Path) -> None:
    """A provider that is new in the config."""
    view = at(("users", NOON))
    assert found(tmp_path, view, NOON + timedelta(minutes=1)) == {"payments"}
    assert found(tmp_path, view, NOON + timedelta(minutes=1), at_start=False) == set()
