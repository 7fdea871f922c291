"""Which of several findings tells of an incident, since when, and why no audit saw it."""

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.drift.catalog import KINDS
from driftwatch.drift.incident_traces import Chronicle, traces, why_unseen
from driftwatch.model.finding import Explained, Finding
from driftwatch.model.incident import Incident, Unseen
from driftwatch.model.interaction import Origin
from driftwatch.model.lifecycle import Change, Event, Life, State
from driftwatch.model.memory import MockRecord
from driftwatch.model.presence import Presence
from driftwatch.model.summary import Verdict

LAST: Final = datetime(2026, 5, 20, tzinfo=UTC)


def a_life(kind: str, path: str, first: int, *, end: int = 0, mock_id: str = "m", **more: Any) -> Life:
    """A finding of GET /orders/{id} that was first seen on a day, and perhaps was over on another."""
    known = KINDS[kind]
    finding = Finding(
        kind, known.category, known.severity, known.severity, path, known.direction, "a", "b", "c",
        known.family or kind, provider="shop", method="GET", path_template="/orders/{id}", mock_id=mock_id,
        explains=more.pop("explains", ()),
    )  # fmt: skip
    day = datetime(2026, 5, first, tzinfo=UTC)
    over = datetime(2026, 5, end, tzinfo=UTC) if end else None
    state = State.RESOLVED if end else State.OPEN
    return Life(finding, state, day, over or LAST, opened_at=day, resolved_at=over, **more)


HARD: Final[dict[str, tuple[dict[str, Any], tuple[Life, ...], dict[str, Any]]]] = {
    "the very place goes before what is below it": (
        {"place": "/a"},
        (a_life("field-missing", "/a/b", 1), a_life("type-changed", "/a", 5)),
        {"kind": "type-changed", "lead": 5},
    ),
    "a warning that stood goes before one that came later, be it about the parent": (
        {"place": "/a/b"},
        (a_life("field-missing", "/a", 3), a_life("type-changed", "/a/b", 15)),
        {"kind": "field-missing", "lead": 7, "others": ["type-changed"]},
    ),
    "the graver of two at one place": (
        {"place": "/a"},
        (a_life("null-unexpected", "/a", 1), a_life("type-changed", "/a", 4)),
        {"kind": "type-changed", "lead": 6},
    ),
    "kinds of one family are one finding that grew": (
        {"place": "/a"},
        (a_life("field-optional", "/a", 2, end=4), a_life("field-missing", "/a", 5, mock_id="n")),
        {"kind": "field-optional", "lead": 8, "stood": True},
    ),
    "one mock's finding ended, another mock's stands": (
        {"place": "/a"},
        (a_life("field-missing", "/a", 2, end=4), a_life("field-missing", "/a", 6, mock_id="n")),
        {"kind": "field-missing", "lead": 8, "stood": True},
    ),
    "what a finding swallowed counts as its own": (
        {"place": "/a/b", "kind": "type-changed"},
        (a_life("envelope-changed", "", 7, explains=(Explained("type-changed", "/a/b"),)),),
        {"kind": "type-changed", "lead": 3, "explained_by": "envelope-changed"},
    ),
    "a kind that the author names goes before all others": (
        {"place": "/a", "kind": "value-drift"},
        (a_life("value-drift", "/a", 9), a_life("type-changed", "/a", 4)),
        {"kind": "value-drift", "lead": 1, "others": []},
    ),
    "what is worth knowing only warns of nothing elsewhere": ({}, (a_life("value-drift", "/a", 4),), {}),
    "the audit's own troubles are none of the service's": ({}, (a_life("unverifiable", "/a", 4),), {}),
    "a stale mock is a suspicion and no sighting": ({"place": "/a"}, (a_life("mock-stale", "mock", 4),), {}),
    "an error without a place is about the status": (
        {"status": 500},
        (a_life("field-missing", "/a", 4), a_life("happy-path-only", "status", 6)),
        {"kind": "happy-path-only", "lead": 4},
    ),
    "another method is another endpoint": ({"method": "POST"}, (a_life("field-missing", "/a", 4),), {}),
    "another path is another endpoint": ({"path": "/orders"}, (a_life("field-missing", "/a", 4),), {}),
    "one that nobody was sure of was seen all the same": (
        {"place": "/a"},
        (replace(a_life("field-missing", "/a", 4), state=State.SUSPECT, opened_at=None),),
        {"kind": "field-missing", "lead": 6, "told": None},
    ),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_cases(name: str) -> None:
    """Which of several findings tells of an incident of May 10th, and which do not."""
    written, lives, wanted = HARD[name]
    told = {"path": "/orders/7", **written}
    incident = Incident("it", "it.yaml", "It", datetime(2026, 5, 10, tzinfo=UTC), "shop", **told)
    found = traces(incident, Chronicle(lives, (), (), LAST))
    if not wanted:
        assert found == ()
        return
    trace = found[0]
    told = {
        "kind": trace.kind, "lead": (incident.happened_at - trace.first_seen).days, "stood": trace.stood,
        "explained_by": trace.explained_by, "others": [one.kind for one in found[1:]], "told": trace.told_at,
    }  # fmt: skip
    assert {key: told[key] for key in wanted} == wanted


def test_one_that_came_back_was_known_before() -> None:
    """A finding that began anew after long is dated by the first thing that ever happened to it."""
    life = replace(a_life("field-missing", "/a", 9), incarnation=2)
    born = Event(Change.NEW, life.fingerprint, datetime(2026, 1, 9, tzinfo=UTC), life.finding.severity)
    known = Chronicle((life,), (), (), LAST, events=lambda name: (born,) if name == life.fingerprint else ())
    incident = Incident("it", "it.yaml", "It", datetime(2026, 5, 10, tzinfo=UTC), "shop", path="/orders/7", place="/a")
    assert traces(incident, known)[0].first_seen == born.at


def a_presence(
    first: int, last: int, compared: int = 0, *, is_current: bool = True, path: str = "/orders/{id}"
) -> Presence:
    """A mock that runs of these days met."""
    mock = MockRecord("k", "shop", "m", "GET", path, Origin("a"), "", Verdict.VERIFIED, "", None, 0.0)
    return Presence(mock, day(first), day(last), day(compared) if compared else None, is_current)


def day(number: int) -> datetime:
    """A day of May."""
    return datetime(2026, 5, number, tzinfo=UTC)


UNSEEN: Final[dict[str, tuple[tuple[Presence, ...], tuple[int, ...], int, Unseen]]] = {
    "never audited": ((), (), 1, Unseen.NOT_AUDITED),
    "audited later": ((a_presence(12, 20, 12),), (12, 20), 1, Unseen.NOT_AUDITED),
    "older than what is kept": ((a_presence(12, 20, 12),), (12, 20), 11, Unseen.FORGOTTEN),
    "compared": ((a_presence(1, 20, 2),), (1, 5, 9, 20), 1, Unseen.NO_FINDING),
    "compared only later": ((a_presence(1, 20, 12),), (1, 12, 20), 1, Unseen.NOT_COMPARED),
    "mocked only later": ((a_presence(12, 20, 12),), (1, 9, 12, 20), 1, Unseen.NO_FINDING),
    "mocked only later, and others before": (
        (a_presence(12, 20, 12), a_presence(1, 20, 1, path="/baskets")), (1, 9, 12, 20), 1, Unseen.NO_MOCK,
    ),
    "taken away before": ((a_presence(1, 5, 1, is_current=False),), (1, 5, 9, 20), 1, Unseen.NO_MOCK),
    "taken away since": ((a_presence(1, 9, 1, is_current=False),), (1, 5, 9, 12), 1, Unseen.NO_FINDING),
}  # fmt: skip
"""Mocks, days of runs, the day before which all is forgotten, and why nobody saw an incident of May 10th.

Where runs are remembered from before the first verdict of any mock, verdicts were forgotten: that mock may have been
there. A mock that came while another's verdicts reach further back was not.
"""


@pytest.mark.parametrize("name", UNSEEN)
def test_why_nobody_saw_it(name: str) -> None:
    """Told by when mocks were there, when they were compared, and how far the memory reaches."""
    presences, runs, forgets, wanted = UNSEEN[name]
    incident = Incident("it", "it.yaml", "It", day(10), "shop", path="/orders/7")
    assert why_unseen(incident, Chronicle((), presences, tuple(map(day, runs)), day(forgets))) is wanted
