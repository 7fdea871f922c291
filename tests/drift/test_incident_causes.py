"""Why no test caught an incident, where nobody wrote it down: by the first rule that fits."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from driftwatch.drift.catalog import KINDS
from driftwatch.drift.incident_causes import derive
from driftwatch.drift.incident_traces import Chronicle
from driftwatch.model.finding import Severity
from driftwatch.model.incident import Cause, Incident, Relation, Trace, Unseen
from driftwatch.model.interaction import Origin
from driftwatch.model.memory import MockRecord
from driftwatch.model.presence import Presence
from driftwatch.model.summary import Verdict

AT: Final = datetime(2026, 5, 10, tzinfo=UTC)
BEFORE, AFTER = AT - timedelta(days=9), AT + timedelta(days=1)
MOCK: Final = MockRecord("k", "shop", "m", "GET", "/a", Origin("a"), "", Verdict.VERIFIED, "", None, 0.0)
OTHER: Final = MockRecord("o", "shop", "o", "GET", "/b", Origin("b"), "", Verdict.VERIFIED, "", None, 0.0)


def trace(kind: str, *, stood: bool = False) -> Trace:
    """A finding of that kind, seen before or after."""
    first = BEFORE if stood else AFTER
    return Trace(kind, "/x", "", "", Severity.WARNING, Relation.SAME, first, AFTER, stood=stood)


def known(first: datetime = BEFORE, compared: datetime | None = BEFORE) -> Chronicle:
    """A provider that is audited since long, whose mock is there and compared since these moments."""
    presences = (Presence(MOCK, first, AFTER, compared, True), Presence(OTHER, BEFORE, AFTER, BEFORE, True))
    return Chronicle((), presences, (BEFORE, AFTER), BEFORE)


CASES: Final[tuple[tuple[Cause, dict[str, Any]], ...]] = (
    (Cause.NO_MOCK, {"unseen": Unseen.NO_MOCK, "status": 401}),
    (Cause.NO_MOCK, {"trace": trace("type-changed"), "known": known(AFTER, AFTER)}),
    (Cause.RIGHTS, {"trace": trace("permission-view-differs", stood=True)}),
    (Cause.RIGHTS, {"status": 403}),
    (Cause.ROLLOUT, {"trace": trace("rollout-mixed-shapes", stood=True)}),
    (Cause.TIMING, {"trace": trace("latency-timeout-risk", stood=True)}),
    (Cause.TIMING, {"status": 504, "statuses": (200,)}),
    (Cause.LIMITS, {"status": 429, "statuses": (200,)}),
    (Cause.LIMITS, {"kind": "pagination-unmocked"}),
    (Cause.SEQUENCE, {"trace": trace("idempotency-violated", stood=True)}),
    (Cause.SEQUENCE, {"kind": "ordering-changed"}),
    (Cause.HAPPY_PATH_ONLY, {"status": 500, "statuses": (200, 204)}),
    (Cause.HAPPY_PATH_ONLY, {"trace": trace("happy-path-only", stood=True), "status": 500}),
    (Cause.UNKNOWN, {"status": 500, "statuses": (200, 500)}),
    (Cause.UNKNOWN, {"status": 500, "statuses": ()}),
    (Cause.STALE_MOCK, {"trace": trace("enum-value-added", stood=True)}),
    (Cause.WRONG_VALUE, {"trace": trace("enum-value-added")}),
    (Cause.BETWEEN_AUDITS, {"trace": trace("type-changed")}),
    (Cause.UNVERIFIED_MOCK, {"trace": trace("type-changed"), "known": known(BEFORE, AFTER)}),
    (Cause.UNVERIFIED_MOCK, {"unseen": Unseen.NOT_COMPARED}),
    (Cause.UNKNOWN, {"trace": trace("type-changed"), "known": None}),
    (Cause.UNKNOWN, {"unseen": Unseen.NO_FINDING}),
    (Cause.UNKNOWN, {"kind": "a-kind-of-yesterday"}),
)


@pytest.mark.parametrize(("cause", "told"), CASES, ids=[f"{number}-{cause}" for number, (cause, _) in enumerate(CASES)])
def test_the_first_rule_that_fits_names_the_cause(cause: Cause, told: dict[str, Any]) -> None:
    """What the kind says, what the status says, what is mocked, what stood open, what changed between two looks."""
    incident = Incident(
        "it", "it.yaml", "It", AT, "shop", path="/a", status=told.get("status"), kind=told.get("kind", "")
    )
    found = told.get("trace")
    unseen = None if found is not None else told.get("unseen", Unseen.NO_FINDING)
    assert derive(incident, found, unseen, told.get("known", known()), told.get("statuses", ())) is cause


def test_what_people_alone_can_tell_is_never_derived() -> None:
    """Whatever kind it is: no cause is guessed that only a person knows."""
    derived = {
        derive(Incident("it", "it", "It", AT, "shop", path="/a"), trace(kind, stood=stood), None, known(), ())
        for kind in KINDS
        for stood in (True, False)
    }
    assert not derived & {Cause.BLIND_TEST, Cause.OTHER}
