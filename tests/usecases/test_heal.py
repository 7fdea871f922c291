"""Healing as a whole: an audit, mends, what is read back, and what is refused, by small fakes of the ports."""

import dataclasses

import pytest
from msgspec.structs import replace

from driftwatch.model.finding import Severity
from driftwatch.model.healing import Selection
from driftwatch.model.interaction import Interaction
from driftwatch.usecases import keeper
from driftwatch.usecases.heal import EVERYTHING, cure, examine, heal
from tests.usecases.healing import DRIFTED, MOCKED, Ward, a_ward, kinds, reasons
from tests.usecases.making import RUN, mock, sample


def test_what_drifted_is_healed_and_proved() -> None:
    """A lost, a new and a renamed member: one draft, all findings healed, none left."""
    ward = a_ward()
    healing = ward.heal()
    assert kinds(healing.healed) == ["field-added", "field-missing", "field-renamed"]
    assert healing.left == ()
    assert ward.body(healing, "/users") == {"id": 1, "userName": "Ada", "tier": "gold"}
    (mend,) = {one.mends for one in healing.healed}.pop()
    assert set(mend.fingerprints) == {one.finding.fingerprint for one in healing.healed}


def test_what_is_true_needs_no_healing() -> None:
    """No finding, no draft, and the rewriter is never asked."""
    ward = a_ward(sample(MOCKED))
    healing = ward.heal()
    assert (healing.drafts, healing.healed, healing.left) == ((), (), ())
    assert ward.rewriter.asked == []


def test_healing_sends_what_an_audit_sends() -> None:
    """The audit is the only one who asks; how many requests is told with it."""
    ward = a_ward()
    healing = ward.healing()
    paths = [probe.request.path for probe in ward.prober.sent if probe.provider == "shop"]
    assert paths.count("/users") == 1
    assert healing.requests_sent == healing.summary.requests_sent > 0


def test_work_is_shown() -> None:
    """Everything that was planned is done in the end."""
    ward = a_ward()
    ward.heal()
    assert ward.progress.total == ward.progress.done > 0


def test_mocks_are_rewritten_and_read_together() -> None:
    """Two mocks take one call of the rewriter."""
    ward = Ward([mock("/users", MOCKED), mock("/people", MOCKED)], {"users": DRIFTED, "people": DRIFTED})
    healing = ward.heal()
    assert len(healing.drafts) == 2
    assert ward.rewriter.asked == [2]


def test_alternatives_are_healed_together() -> None:
    """Two mocks of one request are one claim; each gets a mend of its own."""
    one, other = mock("/users", '{"old": 1, "id": 1}'), mock("/users", '{"old": 2, "id": 2}')
    other = dataclasses.replace(other, mock_id="second", origin=replace(other.origin, file="second.json"))
    ward = Ward([one, other], {"users": sample('{"id": 5}')})
    healing = ward.heal()
    assert kinds(healing.healed) == ["field-missing"]
    assert {mend.mock_id for mend in healing.healed[0].mends} == {"/users", "second"}
    assert ward.body(healing, "second") == {"id": 2}


def _equal(mocked: Interaction, place: str) -> Interaction:
    """The same mock in another file and group: another claim, whose findings have the same fingerprints."""
    return dataclasses.replace(mocked, group=place, origin=replace(mocked.origin, file=place))


def test_mocks_that_are_equal_but_for_their_place_are_healed_together() -> None:
    """Their findings have one name: told as healed when both are, with the mends of both."""
    mocked = mock("/users", MOCKED)
    healing = Ward([mocked, _equal(mocked, "second.json")], {"users": DRIFTED}).heal()
    assert kinds(healing.healed) == ["field-added", "field-missing", "field-renamed"]
    assert {len(one.mends) for one in healing.healed} == {2}
    assert len(healing.drafts) == 2


def test_of_equal_mocks_one_that_is_left_leaves_the_finding() -> None:
    """Nobody may think that a finding is gone that stands in another file."""
    mocked = mock("/users", MOCKED)
    ward = Ward([mocked, _equal(mocked, "second.json")], {"users": DRIFTED})
    ward.rewriter.fault = lambda one: None if one.origin.file == "second.json" else one
    healing = ward.heal()
    assert healing.healed == ()
    assert kinds(healing.left) == ["field-added", "field-missing", "field-renamed"]


def test_answers_without_room_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be kept is left, with the way round it."""
    monkeypatch.setattr(keeper, "_ROOM", len(DRIFTED.body) * 3)
    ward = Ward([mock("/users", MOCKED), mock("/people", MOCKED)], {"users": DRIFTED, "people": DRIFTED})
    healing = ward.heal()
    assert {one.finding.origin.file for one in healing.healed} == {"mocks/users.json"}
    assert reasons(healing) == {
        "there is no room for all the answers at once: heal provider by provider, or file by file"
    }


@pytest.mark.parametrize(
    ("selection", "healed"),
    [
        (Selection(kinds=("field-missing",)), ["field-missing"]),
        (Selection(severities=(Severity.BREAKING,)), ["field-missing", "field-renamed"]),
        (Selection(severities=(Severity.INFO,)), ["field-added"]),
        (Selection(providers=("shop",)), ["field-added", "field-missing", "field-renamed"]),
        (Selection(providers=("other",)), []),
        (Selection(files=("mocks/*.json",)), ["field-added", "field-missing", "field-renamed"]),
        (Selection(files=("mocks",)), ["field-added", "field-missing", "field-renamed"]),
        (Selection(files=("mock",)), []),
        (Selection(kinds=("field-missing",), severities=(Severity.INFO,)), []),
    ],
)
def test_only_what_is_asked_for_is_healed(selection: Selection, healed: list[str]) -> None:
    """By kind, severity, provider and file, all of which must agree; what was not asked for is not even left."""
    healing = a_ward().heal(selection)
    assert kinds(healing.healed) == healed
    assert healing.left == ()


def test_a_finding_is_asked_for_by_the_beginning_of_its_name() -> None:
    """The first characters of a fingerprint are enough."""
    (finding, *_) = a_ward().heal().healed
    healing = a_ward().heal(Selection(fingerprints=(finding.finding.fingerprint[:6],)))
    assert [one.finding.fingerprint for one in healing.healed] == [finding.finding.fingerprint]


def test_a_narrower_choice_asks_nobody_again() -> None:
    """What was examined can be cured several times."""
    ward = a_ward()
    examined = examine([ward.provider], ward.prober, ward.clock, RUN, ward.progress)
    sent = len(ward.prober.sent)
    for selection, expected in ((EVERYTHING, 3), (Selection(kinds=("field-added",)), 1)):
        healing = cure(examined, {"shop": ward.rewriter}, ward.progress, selection)
        assert len(healing.providers[0].healed) == expected
    assert len(ward.prober.sent) == sent


def test_a_provider_without_a_way_back_is_told() -> None:
    """Nothing is healed where nobody can rewrite."""
    ward = a_ward()
    healing = heal([ward.provider], {}, ward.prober, ward.clock, RUN, ward.progress)
    assert kinds(healing.left) == ["field-added", "field-missing", "field-renamed"]
    assert {one.reason for one in healing.left} == {"nobody can rewrite the mocks of this provider"}


def test_a_kind_that_no_edit_heals_is_left_with_its_reason() -> None:
    """The rest of the mock is healed."""
    answers = (DRIFTED, replace(DRIFTED, status=500), DRIFTED)
    healing = a_ward(answers).heal()
    assert kinds(healing.left) == ["intermittent-error"]
    assert kinds(healing.healed) == ["field-added", "field-missing", "field-renamed"]
