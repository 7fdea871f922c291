"""The proof: what was rewritten is read back and judged again, and what is not silent then is never a draft."""

import dataclasses
import json

from msgspec.structs import replace

from driftwatch.model.edit import Mend
from driftwatch.model.healing import Selection
from driftwatch.model.interaction import Grade, Interaction
from tests.usecases.healing import DRIFTED, MOCKED, Ward, a_ward, kinds, reasons
from tests.usecases.making import mock, sample


def _garbled(mocked: Interaction) -> Interaction:
    (answer,) = mocked.variants
    return dataclasses.replace(mocked, variants=(replace(answer, body=MOCKED.encode()),))


def _with_more(mocked: Interaction) -> Interaction:
    (answer,) = mocked.variants
    document = json.loads(answer.body or b"") | {"surplus": 1}
    return dataclasses.replace(mocked, variants=(replace(answer, body=json.dumps(document).encode()),))


def test_what_reads_back_as_it_was_is_refused() -> None:
    """A format that writes nothing heals nothing: no draft, and each finding is left."""
    ward = a_ward()
    ward.rewriter.fault = _garbled
    healing = ward.heal()
    assert (healing.drafts, healing.healed) == ((), ())
    assert kinds(healing.left) == ["field-added", "field-missing", "field-renamed"]


def test_what_reads_back_with_a_new_finding_is_mended_again() -> None:
    """A format that writes more than it was told is told again; if it never stops, the mock is left out."""
    ward = a_ward()
    ward.rewriter.fault = _with_more
    healing = ward.heal()
    assert healing.drafts == ()
    assert all("field-missing at /surplus" in reason or "proved" in reason for reason in reasons(healing))
    assert len(ward.rewriter.asked) > 1


def test_what_cannot_be_read_back_is_refused() -> None:
    """A mock that is not there any more was not healed."""
    ward = a_ward()
    ward.rewriter.fault = lambda _: None
    healing = ward.heal()
    assert healing.drafts == ()
    assert reasons(healing) == {"the mock cannot be found any more in what was rewritten"}


def _elsewhere(mocked: Interaction) -> Interaction:
    return dataclasses.replace(mocked, request=replace(mocked.request, path="/elsewhere"))


def test_a_change_of_the_request_is_refused() -> None:
    """Some formats make the requests of a mock of the data that it answers with: what is asked must stay as it was."""
    ward = Ward([mock("/users", MOCKED), mock("/people", MOCKED)], {"users": DRIFTED, "people": DRIFTED})
    ward.rewriter.fault = lambda one: _elsewhere(one) if one.mock_id == "/people" else one
    healing = ward.heal()
    assert {one.finding.mock_id for one in healing.healed} == {"/users"}
    assert reasons(healing) == {"the change would change which requests the mock answers"}


def test_other_headers_of_a_request_are_no_other_request() -> None:
    """What a format accepts may follow from what it answers: who sends otherwise still asks the same."""
    ward = a_ward()
    accepts = (("Accept", "text/csv"),)
    ward.rewriter.fault = lambda one: dataclasses.replace(one, request=replace(one.request, headers=accepts))
    assert len(ward.heal().healed) == 3


def test_one_that_is_refused_does_not_cost_the_others() -> None:
    """The rest is rewritten without it."""
    ward = Ward([mock("/users", MOCKED), mock("/people", MOCKED)], {"users": DRIFTED, "people": DRIFTED})
    ward.rewriter.fault = lambda one: None if one.mock_id == "/people" else one
    healing = ward.heal()
    assert [draft.file for draft in healing.drafts] == ["mocks/users.json"]
    assert {one.finding.origin.file for one in healing.left} == {"mocks/people.json"}


def test_a_change_that_changes_another_mock_is_refused() -> None:
    """Two mocks that share a body: nobody asked the other one's question with the new answer in mind."""
    ward = Ward(
        [mock("/users", MOCKED), mock("/people", '{"id": 1}')], {"users": DRIFTED, "people": sample('{"id": 2}')}
    )
    ward.rewriter.shared = frozenset({"/users", "/people"})
    healing = ward.heal()
    assert healing.drafts == ()
    assert reasons(healing) == {"the change would change mocks/people.json:1 as well"}


def test_a_change_that_changes_another_mock_costs_no_third_one() -> None:
    """Of several claims of one file only the one to blame is left out."""
    third = mock("/third", MOCKED)
    third = dataclasses.replace(third, origin=replace(third.origin, pointer="/1"))
    ward = Ward(
        [mock("/users", MOCKED), mock("/people", '{"id": 1}'), third],
        {"users": DRIFTED, "people": sample('{"id": 2}'), "third": DRIFTED},
    )
    ward.rewriter.shared = frozenset({"/users", "/people"})
    healing = ward.heal()
    assert {one.finding.mock_id for one in healing.healed} == {"/third"}
    assert {one.finding.mock_id for one in healing.left} == {"/users"}


def test_mocks_that_share_an_answer_are_healed_by_one_change() -> None:
    """What one mend put right for both needs no second one; the rest of both is judged by their own answers."""
    ward = Ward([mock("/users", MOCKED), mock("/people", MOCKED)], {"users": DRIFTED, "people": DRIFTED})
    ward.rewriter.shared = frozenset({"/users", "/people"})
    healing = ward.heal()
    assert (
        kinds(healing.healed)
        == ["field-added", "field-added", "field-missing", "field-missing"] + ["field-renamed"] * 2
    )
    assert healing.left == ()


def test_a_mock_that_changes_with_another_is_judged_by_its_own_answers() -> None:
    """A finding that was not asked for may stay in it; one that was not there may not come."""
    wanted = Selection(kinds=("field-missing", "type-changed"))
    for real, is_healed in (('{"id": "x", "more": 1}', True), ('{"id": "x", "old": 1}', False)):
        mocks = [mock("/users", '{"id": "a", "old": 1}'), mock("/people", '{"id": 1, "old": 1}', grade=Grade.CHOSEN)]
        ward = Ward(mocks, {"users": sample('{"id": "x"}'), "people": sample(real)})
        ward.rewriter.shared = frozenset({"/users", "/people"})
        assert bool(ward.heal(wanted).healed) is is_healed


def test_what_a_format_has_no_words_for_is_left_alone() -> None:
    """A rename that cannot be spelled costs the rename, and not what else is to be healed."""

    def no_renames(mend: Mend) -> str:
        return "it cannot rename" if any(edit.change.value == "rename" for edit in mend.edits) else ""

    ward = a_ward()
    ward.rewriter.refuses = no_renames
    healing = ward.heal()
    assert kinds(healing.healed) == ["field-added", "field-missing"]
    assert [(one.finding.kind, one.reason) for one in healing.left] == [("field-renamed", "it cannot rename")]


def test_what_a_format_has_to_say_is_passed_on() -> None:
    """Notes of the rewriter come with the drafts."""
    ward = a_ward()
    ward.rewriter.notes = ("A contract is generated.",)
    assert ward.heal().notes == ("A contract is generated.",)
