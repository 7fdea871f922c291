"""Two honest numbers: what could not be looked at stands in neither sum."""

import pytest

from driftwatch.drift.judge import judge
from driftwatch.drift.score import PERFECT, score
from driftwatch.model.context import Context
from driftwatch.model.interaction import Claim, Expectation
from driftwatch.model.policy import Consumer, Policy, Usage
from driftwatch.model.probe import Observation
from driftwatch.model.summary import Score
from driftwatch.usecases.judgement import compare
from tests.drift.making import JSON, a_claim, bare, delivery, promise


def _scored(claim: Claim, *samples: Observation, consumer: Consumer | None = None) -> Score:
    believer = consumer or Consumer()
    comparison = compare(claim, samples, Context(consumer=believer))
    return score(comparison, judge(comparison, Policy(consumer=believer)), believer)


def test_a_faithful_mock_scores_full_marks() -> None:
    """No finding, no deduction."""
    assert _scored(a_claim(promise({"id": 1})), delivery({"id": 2})) == PERFECT
    assert PERFECT.fidelity == 100.0


def test_half_of_the_paths_lost_is_half_of_the_body() -> None:
    """The body's share is that of the mocked paths that hold; a breaking finding caps the whole at 49."""
    scored = _scored(a_claim(promise({"id": 1, "mail": "x"})), delivery({"id": 1}))
    assert scored.aspects["body"] == 0.5
    assert scored.fidelity == 49.0


def test_a_warning_costs_half_of_its_path_and_caps_at_89() -> None:
    """Of four paths one held by half: seven eighths of the body."""
    claim = a_claim(promise({"a": 1, "b": 2, "c": 3, "d": 4}))
    scored = _scored(claim, delivery({"a": 1, "b": 2, "c": 3, "d": 4.5}))
    assert scored.aspects["body"] == pytest.approx(7 / 8)
    assert scored.fidelity == 89.0


def test_what_harms_nobody_costs_nothing() -> None:
    """A new member leaves the score where it was."""
    assert _scored(a_claim(promise({"id": 1})), delivery({"id": 1, "tier": "x"})).fidelity == 100.0


def test_a_finding_speaks_for_everything_below_it() -> None:
    """A lost object takes its members with it."""
    scored = _scored(a_claim(promise({"id": 1, "bank": {"iban": "x", "bic": "y"}})), delivery({"id": 1}))
    assert scored.aspects["body"] == pytest.approx(1 / 4)


def test_deep_paths_weigh_less() -> None:
    """Below the second level each level halves the weight: 1 of 1 + 1 + 0.5 + 0.25 is lost at the fourth."""
    scored = _scored(a_claim(promise({"a": {"b": {"c": {"d": 1}}}})), delivery({"a": {"b": {"c": {"d": "x"}}}}))
    assert scored.aspects["body"] == pytest.approx(2.5 / 2.75)


def test_items_are_no_level() -> None:
    """The star of a list is a place of its own and no step down."""
    scored = _scored(a_claim(promise({"a": [{"b": 1}]})), delivery({"a": [{"b": "x"}]}))
    assert scored.aspects["body"] == pytest.approx(2 / 3)


def test_what_the_consumer_needs_weighs_double_and_what_it_ignores_nothing() -> None:
    """Usage decides the weight of a path."""
    claim = a_claim(promise({"id": 1, "mail": "x", "fax": "y"}))
    consumer = Consumer(usage={"/mail": Usage.CRITICAL, "/fax": Usage.UNUSED})
    assert _scored(claim, delivery({"id": 1, "fax": "z"}), consumer=consumer).aspects["body"] == pytest.approx(1 / 3)


def test_a_finding_in_a_map_counts_for_its_values() -> None:
    """The mock's members have names, the finding has a star: they are the same places."""
    scored = _scored(a_claim(promise({"1001": 1, "1002": 2})), delivery({"7": "x"}))
    assert scored.aspects["body"] == 0.0


def test_a_lost_header_costs_its_share() -> None:
    """Of ETag and the media type one is left."""
    scored = _scored(a_claim(Expectation(200, (("ETag", "a"), *JSON))), Observation(200, JSON))
    assert scored.aspects["headers"] == 0.75
    assert "body" not in scored.aspects


def test_after_another_status_nothing_but_the_status_was_judged() -> None:
    """Headers and body that nobody looked at do not lift the score of a lost endpoint."""
    scored = _scored(a_claim(promise({"id": 1})), Observation(410))
    assert scored.aspects == {"status": 0.0}
    assert scored.fidelity == 0.0


def test_an_answer_that_is_not_what_it_should_be_leaves_nothing_of_the_body() -> None:
    """A body that cannot be read counts nothing, although no path of it was compared."""
    scored = _scored(a_claim(promise({"id": 1})), Observation(200, JSON, b"{"))
    assert scored.aspects["body"] == 0.0


def test_a_widened_status_costs_half_of_the_status() -> None:
    """Aspects are weighed 25 for the status, 40 for the body, 10 for headers."""
    scored = _scored(a_claim(promise({"id": 1})), delivery({"id": 1}), Observation(404))
    assert scored.aspects == {"status": 0.5, "body": 1.0, "headers": 1.0}
    assert scored.fidelity == pytest.approx(100 * (12.5 + 40 + 10) / 75)


def test_a_mock_without_body_has_no_share_for_it() -> None:
    """An aspect without verdict is left out of both sums."""
    assert "body" not in _scored(a_claim(bare(200)), Observation(200), Observation(202)).aspects
