"""Severity: the kind's own, then profile, usage, consumer, provenance, and the operator has the last word."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import pytest
from msgspec.structs import replace

from driftwatch.drift.judge import judge
from driftwatch.model.context import Context
from driftwatch.model.finding import Explained, Finding, ReadBy, Severity
from driftwatch.model.interaction import Claim, Expectation, Grade
from driftwatch.model.memory import interaction_key
from driftwatch.model.policy import Consumer, Override, Policy, Usage
from driftwatch.model.probe import Observation
from driftwatch.model.reading import MockReads
from driftwatch.model.use import Need
from driftwatch.usecases.judgement import compare
from tests.drift.making import JSON, a_claim, a_request, an_interaction, delivery, found, promise

INFO, WARNING, BREAKING = Severity.INFO, Severity.WARNING, Severity.BREAKING

LOST: Final = (promise({"a": 1, "mail": "x"}), (delivery({"a": 1}),))
SOMETIMES: Final = (promise({"a": 1, "mail": "x"}), (delivery({"a": 1}), delivery({"a": 1, "mail": "y"})))
NULL: Final = (promise({"a": 1, "mail": "x"}), (delivery({"a": 1, "mail": None}),))
NEW: Final = (promise({"a": 1}), (delivery({"a": 1, "mail": "x"}),))
IN_ITEMS: Final = (promise([{"a": 1, "mail": "x"}]), (delivery([{"a": 1}]),))
GONE: Final = (promise({"a": 1}), (Observation(410),))

STRICT: Final = Policy(profile="strict")


def using(**usage: Usage) -> Policy:
    """A consumer that uses these top-level members so."""
    return Policy(consumer=Consumer(usage={f"/{name}": word for name, word in usage.items()}))


def seen(**reads: Need) -> Consumer:
    """A consumer whose one test was seen to read these top-level members of the mock so, and no others."""
    told = MockReads()
    told.add(0, {"": Need.OPTIONAL, **{f"/{name}": need for name, need in reads.items()}})
    return Consumer(by_mock={interaction_key("payments", "GET", "/resource", "stub"): told})


def overridden(*overrides: tuple[str, Severity, str, str]) -> Policy:
    """An operator who set these severities."""
    return Policy(
        overrides=tuple(Override(kind, severity, service, path) for kind, severity, service, path in overrides)
    )


class Row(NamedTuple):
    """What was promised and delivered, under which policy, and how grave that is."""

    case: tuple[Expectation, Sequence[Observation]]
    policy: Policy
    weighs: Severity


TABLE: Final[Mapping[str, Row]] = {
    "a lost member breaks": Row(LOST, Policy(), BREAKING),
    "an optional one warns": Row(SOMETIMES, Policy(), WARNING),
    "a strict profile has no patience with absence": Row(SOMETIMES, STRICT, BREAKING),
    "a strict profile has no patience with null": Row(NULL, STRICT, BREAKING),
    "a strict profile leaves what is new alone": Row(NEW, STRICT, INFO),
    "a strict profile softens nothing": Row(LOST, STRICT, BREAKING),
    "unused is one step less": Row(LOST, using(mail=Usage.UNUSED), WARNING),
    "unused and optional is worth recording": Row(SOMETIMES, using(mail=Usage.UNUSED), INFO),
    "unused and new stays info": Row(NEW, using(mail=Usage.UNUSED), INFO),
    "critical is one step more": Row(SOMETIMES, using(mail=Usage.CRITICAL), BREAKING),
    "critical cannot exceed breaking": Row(LOST, using(mail=Usage.CRITICAL), BREAKING),
    "usage of another path says nothing": Row(SOMETIMES, using(a=Usage.CRITICAL), WARNING),
    "usage of the parent says nothing": Row(
        NEW, Policy(consumer=Consumer(usage={"": Usage.CRITICAL})), INFO),
    "usage of items is by their path": Row(
        IN_ITEMS, Policy(consumer=Consumer(usage={"/*/mail": Usage.UNUSED})), WARNING),
    "what no test reads is one step less": Row(LOST, Policy(consumer=seen(a=Need.NEEDED)), WARNING),
    "what a test reads without a default is one step more": Row(
        SOMETIMES, Policy(consumer=seen(mail=Need.NEEDED)), BREAKING),
    "what a test has a default for stays": Row(LOST, Policy(consumer=seen(mail=Need.OPTIONAL)), BREAKING),
    "what a test walks stays": Row(LOST, Policy(consumer=seen(mail=Need.WHOLE)), BREAKING),
    "tests of another mock say nothing": Row(
        SOMETIMES, Policy(consumer=Consumer(by_mock={"0" * 16: MockReads()})), WARNING),
    "the config knows better than tests": Row(
        LOST, Policy(consumer=replace(seen(mail=Need.NEEDED), usage={"/mail": Usage.UNUSED})), WARNING),
    "an override comes after tests": Row(
        LOST, Policy(consumer=seen(), overrides=(Override("field-missing", BREAKING),)), BREAKING),
    "a strict consumer breaks on what is new": Row(NEW, Policy(consumer=Consumer(is_strict=True)), BREAKING),
    "a strict consumer takes null as others do": Row(NULL, Policy(consumer=Consumer(is_strict=True)), WARNING),
    "an override lowers": Row(LOST, overridden(("field-missing", INFO, "*", "*")), INFO),
    "an override raises": Row(NEW, overridden(("field-added", BREAKING, "*", "*")), BREAKING),
    "an override of another kind says nothing": Row(LOST, overridden(("field-optional", INFO, "*", "*")), BREAKING),
    "an override by path": Row(LOST, overridden(("field-missing", INFO, "*", "/ma*")), INFO),
    "an override by another path": Row(LOST, overridden(("field-missing", INFO, "*", "/debug/*")), BREAKING),
    "an override by provider": Row(LOST, overridden(("field-missing", INFO, "pay*", "*")), INFO),
    "an override by another provider": Row(LOST, overridden(("field-missing", INFO, "users", "*")), BREAKING),
    "a star in a glob stands for items too": Row(IN_ITEMS, overridden(("field-missing", INFO, "*", "/*/mail")), INFO),
    "the last override counts": Row(
        LOST, overridden(("field-missing", INFO, "*", "*"), ("field-missing", WARNING, "*", "/mail")), WARNING),
    "an override comes after usage": Row(
        LOST, Policy(consumer=Consumer(usage={"/mail": Usage.UNUSED}),
                     overrides=(Override("field-missing", BREAKING),)), BREAKING),
    "globs mind capitals": Row(LOST, overridden(("field-missing", INFO, "PAYMENTS", "*")), BREAKING),
    "a lost endpoint may be overridden by its place": Row(
        GONE, overridden(("endpoint-gone", WARNING, "*", "status")), WARNING),
}  # fmt: skip


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_severity_is_weighed_in_this_order(row: Row) -> None:
    """The finding has the severity that the row says; its kind's own stays readable."""
    claim = a_claim(row.case[0])
    context = Context(consumer=row.policy.consumer)
    (finding,) = found(claim, *row.case[1], context=context, policy=row.policy)
    (plain,) = found(claim, *row.case[1])
    assert finding.severity is row.weighs
    assert finding.default_severity is plain.severity
    assert finding.fingerprint == plain.fingerprint


@pytest.mark.parametrize(("consumer", "read_by"), [
    (seen(), ReadBy(0, 1)), (seen(mail=Need.NEEDED), ReadBy(1, 1)), (seen(mail=Need.OPTIONAL), None),
    (Consumer(), None), (replace(seen(), usage={"/mail": Usage.UNUSED}), None),
])  # fmt: skip
def test_a_finding_says_who_reads_the_place(consumer: Consumer, read_by: ReadBy | None) -> None:
    """What tests made of it is told, and only where they decided."""
    (finding,) = found(a_claim(LOST[0]), *LOST[1], policy=Policy(consumer=consumer))
    assert finding.read_by == read_by


MADE_UP: Final = a_request(grade=Grade.CHOSEN)


def test_a_made_up_request_has_no_grave_status() -> None:
    """Status findings of a generated request are info; what its answers look like weighs as ever."""
    claim = a_claim(promise({"a": 1, "mail": "x"}), request=MADE_UP)
    findings = found(claim, delivery({"a": 1}, 202))
    assert {f.kind: f.severity for f in findings} == {"status-changed": INFO, "field-missing": BREAKING}


def test_consent_in_writing_is_above_provenance() -> None:
    """An operator may insist that even a made-up request is grave."""
    claim = a_claim(promise({"a": 1}), request=MADE_UP)
    (finding,) = found(claim, Observation(410), policy=overridden(("endpoint-gone", BREAKING, "*", "*")))
    assert finding.severity is BREAKING


@pytest.mark.parametrize(("grade", "samples", "confidence"), [
    (Grade.EXACT, 1, 0.5), (Grade.EXACT, 3, 0.9), (Grade.DISCOVERED, 3, 0.9), (Grade.EXAMPLE, 3, 0.81),
    (Grade.CHOSEN, 3, 0.45), (Grade.CHOSEN, 1, 0.25),
])  # fmt: skip
def test_doubt_lives_in_confidence(grade: Grade, samples: int, confidence: float) -> None:
    """One look is half a proof, a repeat nine tenths, and a made-up request is believed by half."""
    claim = a_claim(LOST[0], request=a_request(grade=grade))
    (finding,) = found(claim, *(LOST[1] * samples))
    assert finding.confidence == pytest.approx(confidence)


def test_a_finding_has_its_address() -> None:
    """Provider, operation, mock and file stand in every finding."""
    request = a_request("PATCH", "/users/7", "/users/{id}")
    (finding,) = found(a_claim(LOST[0], request=request), *LOST[1])
    assert (finding.provider, finding.method, finding.path_template) == ("payments", "PATCH", "/users/{id}")
    assert (finding.mock_id, str(finding.origin)) == ("stub", "stub.json:1")


def test_a_finding_leads_to_the_stub_that_is_wrong() -> None:
    """Of several stubs of one claim it is the one whose status was compared."""
    served = an_interaction(promise({"a": 1}), mock_id="served")
    refused = an_interaction(promise({"error": "x", "code": 4}, 404), mock_id="refused")
    (finding,) = found(Claim((served, refused)), delivery({"error": "x"}, 404))
    assert (finding.kind, finding.mock_id) == ("field-missing", "refused")


def test_how_often_is_counted_in_observations() -> None:
    """Items are observations: two of five lack the member."""
    rows = [{"a": 1, "mail": "x"}] * 3 + [{"a": 1}] * 2
    (finding,) = found(a_claim(promise([{"a": 1, "mail": "x"}])), delivery(rows))
    assert finding.prevalence is not None
    assert (finding.prevalence.k, finding.prevalence.n, finding.observations) == (2, 5, 5)


def _explained(findings: Sequence[Finding], kind: str) -> tuple[Explained, ...]:
    (finding,) = (finding for finding in findings if finding.kind == kind)
    return finding.explains


def test_what_was_swallowed_stays_readable() -> None:
    """A rename explains a loss and an addition, an envelope all that it moved."""
    renamed = found(a_claim(promise({"a": 1, "user_name": "x"})), delivery({"a": 1, "userName": "y"}))
    assert set(_explained(renamed, "field-renamed")) == {
        Explained("field-missing", "/user_name"), Explained("field-added", "/userName")}  # fmt: skip
    wrapped = found(a_claim(promise({"a": 1, "b": 2})), delivery({"data": {"a": 1, "b": 2}}))
    assert {one.path for one in _explained(wrapped, "envelope-changed")} == {"/a", "/b", "/data"}


@pytest.mark.parametrize(("mock", "samples", "kind"), [
    (promise({"a": "x"}), (delivery({"a": None}),) * 3, "field-always-null"),
    (promise({"a": [1]}), (delivery({"a": []}),), "unverifiable"),
    (Expectation(200, JSON, b"{"), (delivery({}),), "unverifiable"),
    (promise({"a": 1, "b": 2}), (delivery({"a": 1}),), "field-missing"),
])  # fmt: skip
def test_a_finding_does_not_explain_itself(mock: Expectation, samples: Sequence[Observation], kind: str) -> None:
    """Neither the other half of its pair nor a gap without a kind is listed as swallowed."""
    assert _explained(found(a_claim(mock), *samples), kind) == ()


def test_two_answers_with_one_drift_are_one_finding_and_the_graver_counts() -> None:
    """A Location that 200 and 201 both lost is one finding, as grave as for 201."""
    here = (("Location", "/a"),)
    claim = a_claim(Expectation(200, here), Expectation(201, here))
    for samples in ((Observation(200), Observation(201)), (Observation(201), Observation(200))):
        (finding,) = found(claim, *samples)
        assert (finding.kind, finding.severity) == ("header-missing", BREAKING)


def test_growing_evidence_changes_one_finding() -> None:
    """Missing becomes optional, a null becomes always null, under the same fingerprint."""
    claim = a_claim(promise({"a": 1, "mail": "x"}))
    (lost,) = found(claim, delivery({"a": 1}))
    (optional,) = found(claim, delivery({"a": 1}), delivery({"a": 1, "mail": "y"}))
    assert (lost.kind, optional.kind) == ("field-missing", "field-optional")
    assert lost.fingerprint == optional.fingerprint
    (once,) = found(claim, delivery({"a": 1, "mail": None}))
    (always,) = found(claim, *[delivery({"a": 1, "mail": None})] * 3)
    assert (once.kind, always.kind) == ("null-unexpected", "field-always-null")
    assert once.fingerprint == always.fingerprint


def test_a_comparison_is_judged_once() -> None:
    """What was taken is taken: a second judgement finds nothing new."""
    comparison = compare(a_claim(LOST[0]), LOST[1], Context())
    assert len(judge(comparison, Policy())) == 1
    assert judge(comparison, Policy()) == ()
