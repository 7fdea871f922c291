"""Two honest numbers: what could not be looked at stands in neither sum (drift semantics 3.4)."""

import pytest
from msgspec.structs import replace

from driftwatch.drift.catalog import KINDS
from driftwatch.drift.judge import judge
from driftwatch.drift.score import WEIGHTS, aspect_of, drift_score, score
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding, Severity
from driftwatch.model.interaction import Claim, Expectation, Matcher, MatcherKind
from driftwatch.model.policy import Consumer, Policy, Usage
from driftwatch.model.probe import Observation
from driftwatch.model.score import AspectScore, Score, ScoreAspect
from driftwatch.usecases.judgement import compare
from tests.drift.making import JSON, a_claim, a_request, bare, delivery, promise


def _maybe(claim: Claim, *samples: Observation, consumer: Consumer | None = None) -> Score | None:
    believer = consumer or Consumer()
    comparison = compare(claim, samples, Context(consumer=believer))
    return score(comparison, judge(comparison, Policy(consumer=believer)), believer)


def _scored(claim: Claim, *samples: Observation, consumer: Consumer | None = None) -> Score:
    scored = _maybe(claim, *samples, consumer=consumer)
    assert scored is not None
    return scored


def _aspect(scored: Score, name: ScoreAspect) -> AspectScore:
    (aspect,) = (one for one in scored.aspects if one.name is name)
    return aspect


def test_a_faithful_mock_scores_full_marks() -> None:
    """No finding, no deduction, and everything the mock claims was looked at."""
    scored = _scored(a_claim(promise({"id": 1})), delivery({"id": 2}))
    assert (scored.fidelity, scored.verified_share, scored.cap) == (100.0, 1.0, None)
    assert scored.shares == {"status": 1.0, "body": 1.0, "headers": 1.0, "behaviour": 1.0, "freshness": 1.0}


def test_the_weights_are_those_of_the_semantics() -> None:
    """25, 40, 10, 10, 10 and 5: together 100."""
    assert list(WEIGHTS.values()) == [25, 40, 10, 10, 10, 5]
    assert list(WEIGHTS) == list(ScoreAspect)


def test_half_of_the_paths_lost_is_half_of_the_body() -> None:
    """The body's share is that of the mocked paths that hold; 25 + 20 + 10 + 10 + 5 of 90 are left."""
    scored = _scored(a_claim(promise({"id": 1, "mail": "x"})), delivery({"id": 1}))
    assert scored.shares["body"] == 0.5
    assert scored.uncapped == pytest.approx(100 * 70 / 90)


@pytest.mark.parametrize(
    ("real", "limit"), [({"a": 1, "b": 2, "c": 3}, 49.0), ({"a": 1, "b": 2, "c": 3, "d": 4.5}, 89.0)]
)
def test_a_confirmed_finding_caps_the_whole(real: object, limit: float) -> None:
    """What a repeat confirmed bounds the score: 49 with a breaking finding, 89 with a warning, and it is named."""
    claim = a_claim(promise({"a": 1, "b": 2, "c": 3, "d": 4}))
    scored = _scored(claim, delivery(real), delivery(real))
    assert scored.cap is not None
    assert scored.fidelity == scored.cap.limit == limit < scored.uncapped
    assert scored.cap.findings == (_aspect(scored, ScoreAspect.BODY).losses[0].finding,)


def test_what_was_seen_once_costs_its_path_and_caps_nothing() -> None:
    """One answer without a repeat is no confirmed finding: the paths count, the bound does not."""
    scored = _scored(a_claim(promise({"a": 1, "b": 2, "c": 3, "d": 4})), delivery({"a": 1, "b": 2, "c": 3}))
    assert scored.cap is None
    assert scored.fidelity == scored.uncapped == pytest.approx(100 * (50 + 30) / 90)


def test_a_cap_that_takes_nothing_away_is_none() -> None:
    """A mock that comes to less than the bound by itself is not bounded."""
    scored = _scored(a_claim(promise({"id": 1})), Observation(410), Observation(410))
    assert (scored.fidelity, scored.cap) == (0.0, None)


def test_a_warning_costs_half_of_its_path() -> None:
    """Of four paths one held by half: seven eighths of the body."""
    claim = a_claim(promise({"a": 1, "b": 2, "c": 3, "d": 4}))
    scored = _scored(claim, delivery({"a": 1, "b": 2, "c": 3, "d": 4.5}))
    assert scored.shares["body"] == pytest.approx(7 / 8)


def test_what_harms_nobody_costs_nothing() -> None:
    """A new member leaves the score where it was."""
    assert _scored(a_claim(promise({"id": 1})), delivery({"id": 1, "tier": "x"})).fidelity == 100.0


def test_a_finding_speaks_for_everything_below_it() -> None:
    """A lost object takes its members with it, and the loss says which places those are."""
    scored = _scored(a_claim(promise({"id": 1, "bank": {"iban": "x", "bic": "y"}})), delivery({"id": 1}))
    assert scored.shares["body"] == pytest.approx(1 / 4)
    (loss,) = _aspect(scored, ScoreAspect.BODY).losses
    assert (loss.held, loss.weight, loss.count) == (0.0, 3.0, 3)
    assert set(loss.paths) == {"/bank", "/bank/iban", "/bank/bic"}


def test_of_two_findings_the_graver_takes_a_place() -> None:
    """A place is lost once: here to the other type of the whole list, not to its items."""
    findings = judge(compare(a_claim(promise({"a": {"b": 1}})), (delivery({"a": {"b": "x"}}),), Context()), Policy())
    comparison = compare(a_claim(promise({"a": {"b": 1}})), (delivery({"a": {"b": "x"}}),), Context())
    above = replace(findings[0], path="/a", severity=Severity.WARNING)
    scored = score(comparison, (*findings, above), Consumer())
    assert scored is not None
    losses = _aspect(scored, ScoreAspect.BODY).losses
    assert [(loss.held, loss.paths) for loss in losses] == [(0.0, ("/a/b",)), (0.5, ("/a",))]


def test_deep_paths_weigh_less() -> None:
    """Below the second level each level halves the weight: of 1 + 1 + 0.5 + 0.25 the fourth is lost."""
    scored = _scored(a_claim(promise({"a": {"b": {"c": {"d": 1}}}})), delivery({"a": {"b": {"c": {"d": "x"}}}}))
    assert scored.shares["body"] == pytest.approx(2.5 / 2.75)


def test_items_are_no_level() -> None:
    """The star of a list is a place of its own and no step down."""
    scored = _scored(a_claim(promise({"a": [{"b": 1}]})), delivery({"a": [{"b": "x"}]}))
    assert scored.shares["body"] == pytest.approx(2 / 3)


def test_what_the_consumer_needs_weighs_double_and_what_it_ignores_nothing() -> None:
    """Usage decides the weight of a path."""
    claim = a_claim(promise({"id": 1, "mail": "x", "fax": "y"}))
    consumer = Consumer(usage={"/mail": Usage.CRITICAL, "/fax": Usage.UNUSED})
    assert _scored(claim, delivery({"id": 1, "fax": "z"}), consumer=consumer).shares["body"] == pytest.approx(1 / 3)


def test_a_body_of_which_nothing_is_used_has_no_share() -> None:
    """Where all weights are 0 there is nothing to divide by, with findings or without."""
    consumer = Consumer(usage={"/id": Usage.UNUSED})
    for real in ({"id": 1}, {}):
        assert "body" not in _scored(a_claim(promise({"id": 1})), delivery(real), consumer=consumer).shares


def test_a_finding_in_a_map_counts_for_its_values() -> None:
    """The mock's members have names, the finding has a star: they are the same places."""
    scored = _scored(a_claim(promise({"1001": 1, "1002": 2})), delivery({"7": "x"}))
    assert scored.shares["body"] == 0.0


def test_what_the_author_set_aside_is_no_place() -> None:
    """A path under an ``ignore`` neither holds nor fails."""
    mocked = promise({"id": 1, "debug": {"ms": 1}}, matchers=(Matcher("/debug", MatcherKind.IGNORE),))
    assert _scored(a_claim(mocked), delivery({"id": "x", "debug": 3})).shares["body"] == 0.0


def test_a_document_without_members_is_one_place() -> None:
    """A bare text or number is a place itself."""
    assert _scored(a_claim(promise("hello")), delivery("world")).shares["body"] == 1.0
    assert _scored(a_claim(promise("hello")), delivery(7)).shares["body"] == 0.0


def test_items_that_nobody_saw_are_in_neither_sum() -> None:
    """An empty list proves nothing of its items: of two lost and one unseen place two count."""
    scored = _scored(a_claim(promise({"n": 1, "a": [{"b": 1}]})), delivery({"n": "x", "a": []}))
    body = _aspect(scored, ScoreAspect.BODY)
    assert (body.value, body.verified, body.total) == (0.5, 0.5, 2.0)
    assert [(unseen.path, unseen.reason) for unseen in body.unseen] == [
        ("/a/*", "only empty lists: nothing is known of the items")
    ]
    assert scored.verified_share == pytest.approx((90 - 20) / 90)


def test_a_lost_header_costs_its_share() -> None:
    """Of ETag and the media type one is left, and the other by half."""
    scored = _scored(a_claim(Expectation(200, (("ETag", "a"), *JSON))), Observation(200, JSON))
    assert scored.shares["headers"] == 0.75
    assert "body" not in scored.shares


def test_a_header_that_is_news_is_about_all_headers() -> None:
    """A service that will be switched off soon leaves no header of the mock to rely on."""
    sunset = (*JSON, ("Sunset", "Fri, 01 Jan 2016 00:00:00 GMT"))
    scored = _scored(a_claim(promise({"id": 1})), delivery({"id": 1}, headers=sunset))
    assert scored.shares["headers"] == 0.5


def test_a_mock_without_headers_has_no_share_for_them() -> None:
    """Where nothing is promised nothing can hold."""
    assert "headers" not in _scored(a_claim(bare(200)), Observation(200, JSON, b"{}")).shares


def test_after_another_status_nothing_but_the_status_was_judged() -> None:
    """Headers and body that nobody looked at do not lift the score of a lost endpoint, and are said to be unseen."""
    scored = _scored(a_claim(promise({"id": 1})), Observation(410))
    assert scored.shares == {"status": 0.0}
    assert scored.fidelity == 0.0
    assert scored.verified_share == pytest.approx(25 / 90)
    assert {one.name.value: one.unseen[0].reason for one in scored.aspects if one.value is None} == dict.fromkeys(
        ("body", "headers", "behaviour", "freshness"), "no answer had a mocked status"
    )


def test_a_changed_success_is_compared_all_the_same() -> None:
    """After another status of success the body is looked at, headers are not."""
    scored = _scored(a_claim(promise({"id": 1})), delivery({"id": 1}, 202))
    assert scored.shares == {"status": 0.0, "body": 1.0, "behaviour": 1.0, "freshness": 1.0}


def test_an_answer_that_is_not_what_it_should_be_leaves_nothing_of_the_body() -> None:
    """A body that cannot be read counts nothing, although no path of it was compared."""
    scored = _scored(a_claim(promise({"id": 1})), Observation(200, JSON, b"{"))
    assert scored.shares["body"] == 0.0


@pytest.mark.parametrize(
    ("mocked", "real", "reason"),
    [
        (promise({"id": 1}), Observation(200, (("Content-Type", "text/html"),), b"<p>"), "no answer held a document"),
        (Expectation(200, (("Content-Type", "text/html"),), b"<p>"), Observation(200, (), b"<b>"), "only JSON"),
        (promise({"id": 1}), Observation(200, JSON, b'{"id', is_truncated=True), "no answer held a document"),
    ],
    ids=["another media type", "no JSON", "cut"],
)
def test_a_body_that_could_not_be_compared_says_why(mocked: Expectation, real: Observation, reason: str) -> None:
    """It has no share, and the reader learns what stood in the way."""
    scored = _scored(a_claim(mocked), real)
    body = _aspect(scored, ScoreAspect.BODY)
    assert (body.value, body.verified) == (None, 0.0)
    assert reason in body.unseen[0].reason


def test_a_widened_status_costs_half_of_the_status() -> None:
    """Aspects are weighed: 12.5 of 25 are lost of the 90 that were looked at."""
    scored = _scored(a_claim(promise({"id": 1})), delivery({"id": 1}), Observation(404))
    assert scored.shares["status"] == 0.5
    assert scored.uncapped == pytest.approx(100 * (90 - 12.5) / 90)


def test_refusals_are_an_aspect_of_their_own() -> None:
    """What changes in the document of a mocked 404 does not cost the body of the 200 beside it."""
    claim = a_claim(promise({"id": 1}), promise({"code": "none", "n": 1}, 404))
    scored = _scored(claim, delivery({"id": 1}), delivery({"code": "none", "n": "x"}, 404))
    assert (scored.shares["body"], scored.shares["errors"]) == (1.0, 0.5)


def test_a_refusal_that_was_not_seen_is_not_verified() -> None:
    """The 404 that staging did not give is left out of both sums and lowers the share that was verified."""
    scored = _scored(a_claim(promise({"id": 1}), promise({"code": "none"}, 404)), delivery({"id": 1}))
    assert scored.fidelity == 100.0
    assert scored.verified_share == pytest.approx(90 / 100)
    assert _aspect(scored, ScoreAspect.ERRORS).value is None


def test_of_two_mocked_bodies_one_was_seen() -> None:
    """The share that was verified counts answers of each mocked status."""
    scored = _scored(a_claim(promise({"id": 1}), promise({"job": 1}, 202)), delivery({"id": 1}))
    assert _aspect(scored, ScoreAspect.BODY).verified == 0.5
    assert _aspect(scored, ScoreAspect.BODY).unseen[0].reason == "no answer had the mocked status 202"


def test_credentials_are_behaviour() -> None:
    """A service that wants credentials now: nothing else of the mock was looked at."""
    scored = _scored(a_claim(promise({"id": 1})), *[Observation(401, credentials_sent=False)] * 2)
    assert scored.shares == {"behaviour": 0.0}
    assert _aspect(scored, ScoreAspect.STATUS).value is None


def test_nothing_served_is_no_number() -> None:
    """An outage, a refusal of the audit's own credentials or no sample at all: no score, never 100."""
    claim = a_claim(promise({"id": 1}))
    for samples in ((), (Observation(503),) * 2, (Observation(429),)):
        assert _maybe(claim, *samples) is None


def test_deliberate_faults_are_no_number() -> None:
    """A mock of an error is compared with nothing, and so has no score."""
    assert _maybe(a_claim(bare(503)), delivery({"id": 1})) is None


def test_what_describes_the_audit_costs_nothing() -> None:
    """A shadowed mock or refused credentials say nothing of what the mock promises."""
    comparison = compare(a_claim(promise({"id": 1})), (delivery({"id": 1}),), Context())
    finding = _a_finding("mock-shadowed", "mock")
    health = _a_finding("access-denied", "status")
    scored = score(comparison, (finding, health), Consumer())
    assert scored == score(comparison, (), Consumer())


def _a_finding(kind: str, path: str, severity: Severity = Severity.WARNING) -> Finding:
    known = KINDS[kind]
    return Finding(
        kind, known.category, severity, severity, path, known.direction, "claimed", "seen", "mend", known.family or kind
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_an_aspect(kind: str) -> None:
    """No finding of any kind is left without a place in the score."""
    assert aspect_of(_a_finding(kind, "")) in ScoreAspect


@pytest.mark.parametrize(
    ("kind", "aspect"),
    [
        ("endpoint-gone", ScoreAspect.STATUS), ("field-missing", ScoreAspect.BODY),
        ("enum-value-added", ScoreAspect.BODY), ("error-in-2xx", ScoreAspect.BODY),
        ("rollout-mixed-shapes", ScoreAspect.BODY),
        ("header-missing", ScoreAspect.HEADERS), ("sunset-announced", ScoreAspect.HEADERS),
        ("error-shape-changed", ScoreAspect.ERRORS), ("error-code-changed", ScoreAspect.ERRORS),
        ("latency-timeout-risk", ScoreAspect.BEHAVIOUR), ("cache-policy-changed", ScoreAspect.BEHAVIOUR),
        ("pagination-unmocked", ScoreAspect.BEHAVIOUR), ("auth-required", ScoreAspect.BEHAVIOUR),
        ("mock-date-expired", ScoreAspect.FRESHNESS),
    ],
)  # fmt: skip
def test_kinds_count_where_they_belong(kind: str, aspect: ScoreAspect) -> None:
    """Latency, caching, paging and credentials are behaviour; documents of refusals are errors."""
    assert aspect_of(_a_finding(kind, "")) is aspect


def test_the_score_to_rank_by() -> None:
    """Ten and three by certainty and use; what is harmless, suspect, suppressed or about the audit is not counted."""
    consumer = Consumer(usage={"/must": Usage.CRITICAL, "/never": Usage.UNUSED})
    breaking = replace(_a_finding("field-missing", "/a", Severity.BREAKING), confidence=0.9)
    findings = (
        breaking, breaking,
        replace(_a_finding("field-optional", "/must"), confidence=0.5),
        _a_finding("field-missing", "/never", Severity.BREAKING),
        _a_finding("field-added", "/b", Severity.INFO),
        replace(_a_finding("field-missing", "/c"), state="suspect"),
        replace(_a_finding("field-missing", "/d"), state="suppressed"),
        _a_finding("access-denied", "status"),
    )  # fmt: skip
    assert drift_score(findings, consumer) == pytest.approx(10 * 0.9 + 3 * 0.5 * 2)


def test_no_answers_of_a_head_request_are_missed() -> None:
    """HEAD has no body, so none is claimed."""
    head = a_claim(promise({"id": 1}), request=a_request("HEAD"))
    assert "body" not in {one.name.value for one in _scored(head, Observation(200, JSON)).aspects}
