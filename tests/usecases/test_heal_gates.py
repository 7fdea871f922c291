"""What is never healed: each gate with a finding that it keeps out, and a twin that differs in one thing and passes."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.heal.kinds import KINDS
from driftwatch.model.agreement import Agreement, InProduction, Stands
from driftwatch.model.context import Context
from driftwatch.model.finding import SUSPECT, Category, Direction, Finding, Severity
from driftwatch.model.interaction import Claim, Grade, Origin
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation
from driftwatch.model.traffic import Medium, RestsOn
from driftwatch.usecases.heal_gates import why_not
from driftwatch.usecases.keeper import Kept, Look
from tests.usecases.making import mock

NOW: Final = datetime(2026, 5, 1, tzinfo=UTC)
_SPECIFIED: Final = Agreement(Stands.SERVICE_MOVED, Origin("api.yaml"))


def a_finding(**more: Any) -> Finding:
    """One that may be healed, but for what ``more`` says."""
    told = {"kind": "field-missing", "confidence": 0.9, "rests_on": RestsOn(Medium.ASKED, "", 3, NOW, NOW), **more}
    return Finding(
        category=Category.SCHEMA, severity=Severity.BREAKING, default_severity=Severity.BREAKING, path="/a",
        direction=Direction.MOCK_ONLY, claim="", observed="", hint="", family="", **told,
    )  # fmt: skip


def a_reason(finding: Finding, *, is_under_way: bool = False, is_kept: bool = True, **more: Any) -> str:
    """Why it is not to be healed."""
    beside, samples = more.pop("beside", ()), more.pop("samples", (Observation(200),))
    one = mock("/users", **more)
    look = Look(one.request, samples, Context(), Policy(), (finding, *beside))
    kept = Kept(Claim((one,)), (look,)) if is_kept else None
    return why_not(finding, [one], kept, is_under_way=is_under_way)


def test_a_finding_that_is_sure_passes() -> None:
    """Nothing speaks against it."""
    assert a_reason(a_finding()) == ""


@pytest.mark.parametrize("kind", [kind for kind, remedy in KINDS.items() if not remedy.is_healable])
def test_kinds_that_no_edit_heals(kind: str) -> None:
    """Their reason is the table's."""
    assert a_reason(a_finding(kind=kind)) == KINDS[kind].words


@pytest.mark.parametrize(
    ("stands", "passes"),
    [
        ({"production": InProduction.STAGING_AHEAD}, False),
        ({"production": InProduction.PRODUCTION_APART}, False),
        ({"production": InProduction.MOCK_STALE}, True),
        ({"production": InProduction.ALL_DIFFER}, True),
        ({"agreement": _SPECIFIED}, False),
        ({"agreement": replace(_SPECIFIED, stands=Stands.MOCK_STALE)}, True),
        ({"agreement": _SPECIFIED, "production": InProduction.MOCK_STALE}, True),
    ],
)
def test_a_side_that_stands_alone_is_not_followed(stands: dict[str, Any], passes: bool) -> None:
    """Staging against production, and the service against its specification, are to be settled first."""
    assert (a_reason(a_finding(**stands)) == "") is passes


@pytest.mark.parametrize(("later", "passes"), [(1, False), (0, False), (-1, True)])
@pytest.mark.parametrize("medium", [Medium.ASKED, Medium.HAR])
def test_answers_older_than_the_mock(later: int, passes: bool, medium: Medium) -> None:
    """A mock recorded at the same moment or later is no staler than what it is held against."""
    finding = a_finding(rests_on=RestsOn(medium, "", 3, NOW, NOW))
    assert (a_reason(finding, recorded_at=NOW + timedelta(days=later)) == "") is passes


@pytest.mark.parametrize(("medium", "passes"), [(Medium.HAR, False), (Medium.ASKED, True)])
def test_recordings_without_a_time(medium: Medium, passes: bool) -> None:
    """Nobody knows whether a recording without a time is older than the mock; what was asked just now is not."""
    assert (a_reason(a_finding(rests_on=RestsOn(medium, "", 3))) == "") is passes


@pytest.mark.parametrize("is_under_way", [True, False])
def test_a_rollout_that_is_told(is_under_way: bool) -> None:
    """What knows the instances says so."""
    assert (a_reason(a_finding(), is_under_way=is_under_way) == "") is not is_under_way


@pytest.mark.parametrize(("versions", "passes"), [(("1", "2"), False), (("2", "2"), True), (("", "2"), True)])
def test_a_rollout_that_answers_tell_of(versions: tuple[str, ...], passes: bool) -> None:
    """Two versions among the answers; one that is unknown is not another one."""
    samples = tuple(Observation(200, version=version) for version in versions)
    assert (a_reason(a_finding(), samples=samples) == "") is passes


@pytest.mark.parametrize(("kind", "passes"), [("rollout-mixed-shapes", False), ("field-added", True)])
def test_a_rollout_that_was_found(kind: str, passes: bool) -> None:
    """A finding of two whole shapes keeps every finding of the claim back."""
    assert (a_reason(a_finding(), beside=(a_finding(kind=kind),)) == "") is passes


@pytest.mark.parametrize(
    ("told", "passes"),
    [
        ({"confidence": 0.5}, False),
        ({"confidence": 0.9}, True),
        ({"confidence": 0.81}, True),
        ({"confidence": 0.45}, False),
    ],
)
def test_what_is_not_sure(told: dict[str, Any], passes: bool) -> None:
    """Seen once, or after a request that is not quite the mock's."""
    assert (a_reason(a_finding(**told)) == "") is passes


def test_what_was_never_seen_in_two_runs_is_sure_enough() -> None:
    """The second run that an alarm waits for is no condition of a command that somebody runs once."""
    assert a_reason(a_finding(state=SUSPECT)) == ""


def test_what_a_made_up_request_was_answered() -> None:
    """The reason names the remedy: an example."""
    assert "example" in a_reason(a_finding(confidence=0.45), grade=Grade.CHOSEN)
    assert "samples" in a_reason(a_finding(confidence=0.5))


def test_what_rests_on_no_answers() -> None:
    """Findings beside the answers, and those of recordings of other records, have nothing to be mended by."""
    assert "nothing to mend it by" in a_reason(a_finding(), is_kept=False)
    recorded = a_finding(rests_on=RestsOn(Medium.HAR, "a.har", 3, NOW, NOW))
    assert "other records" in a_reason(recorded, is_kept=False)


@pytest.mark.parametrize(("name", "passes"), [("pact", False), ("wiremock", True)])
def test_a_contract_is_not_widened(name: str, passes: bool) -> None:
    """What is new is not what a consumer needs."""
    added = dataclasses.replace(mock("/users"), format=name)
    kept = Kept(Claim((added,)), (Look(added.request, (), Context(), Policy(), ()),))
    assert (why_not(a_finding(kind="field-added"), [added], kept, is_under_way=False) == "") is passes
