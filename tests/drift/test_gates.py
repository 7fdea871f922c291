"""The order of judgement before any body is looked at: what a row of samples means to a row of mocked statuses."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import pytest

from driftwatch.drift.gates import admit, is_fault
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Expectation, Grade
from driftwatch.model.probe import Failure, Observation
from tests.drift.making import HERE, JSON, a_claim, a_request, bare, delivery, found, kinds, promise

SERVED: Final = {"id": 1}
OWN_CONDITION: Final = Context(is_conditional=True)
ANONYMOUS: Final = "anonymous"
LOGIN: Final = "login"

Came = int | str
"""A status; a failure by its name; ``login``: a redirect to a login page."""


class Row(NamedTuple):
    """Mocked statuses, what came, what is found."""

    gate: str
    mocked: Sequence[int]
    came: Sequence[Came]
    finds: Sequence[tuple[str, str]]
    credentials: str = ""
    context: Context = HERE


DOWN: Final = "connect-refused"
DENIED: Final = ("access-denied", "status")
FLAKY: Final = ("intermittent-error", "status")
GAP: Final = ("unverifiable", "mock")
GONE: Final = ("endpoint-gone", "status")
OUT: Final = ("service-unavailable", "status")
REJECTED: Final = ("request-rejected", "status")
THROTTLED: Final = ("rate-limit-unmocked", "status")
WIDER: Final = ("status-widened", "status")

TABLE: Final = (
    Row("0 a mocked 500 claims nothing", [500], [200], []),
    Row("0 a mocked 429 claims nothing", [429], [DOWN], []),
    Row("0 a fault comes first", [503, 200], [404], []),
    Row("0 a fault that comes later is a variant", [200, 503], [200, 503], []),
    Row("1 nobody answers", [200], [DOWN, "timeout"], [("service-unavailable", "service")]),
    Row("1 some do not answer", [200], [DOWN, 200], [("intermittent-error", "service")]),
    Row("1 before the status", [200], [DOWN, 404], [("intermittent-error", "service"), GONE]),
    Row("2 nothing but server errors", [200], [500, 503], [OUT]),
    Row("2 server errors and failures", [200], [DOWN, 503], [OUT]),
    Row("2 some server errors", [200], [200, 502], [FLAKY]),
    Row("2 some of both and an answer", [200], [DOWN, 502, 200], [FLAKY]),
    Row("2 a mocked server error is an answer", [200, 503], [503], []),
    Row("2 501 is none", [200], [501], [GONE]),
    Row("2 of a mocked refusal too", [404], [500], [OUT]),
    Row("3 some throttled", [200], [200, 429], [THROTTLED]),
    Row("3 all throttled", [200], [429], [THROTTLED, GAP]),
    Row("3 a mocked 429 is an answer", [200, 429], [429], []),
    Row("3 after server errors", [200], [500, 429], [FLAKY, THROTTLED, GAP]),
    Row("4 refused with credentials", [200], [401], [DENIED]),
    Row("4 forbidden with credentials", [201], [403], [DENIED]),
    Row("4 refused by a proxy", [200], [407], [DENIED]),
    Row("4 led to a login", [200], [LOGIN], [DENIED]),
    Row("4 refused without credentials", [200], [401], [("auth-required", "status")], ANONYMOUS),
    Row("4 led to a login without credentials", [200], [LOGIN], [("auth-required", "status")], ANONYMOUS),
    Row("4 some refused", [200], [200, 401], [DENIED]),
    Row("4 a mocked refusal is an answer", [200, 403], [403], []),
    Row("4 served where refusal was mocked", [401], [200], [GAP]),
    Row("4 served anonymously where refusal was mocked", [403], [200], [("auth-not-enforced", "status")], ANONYMOUS),
    Row("4 a mocked refusal and another", [401], [403], [("error-status-changed", "status")], ANONYMOUS),
    Row("5 our own condition", [200], [304], [GAP], context=OWN_CONDITION),
    Row("5 our own condition now and then", [200], [304, 200], [], context=OWN_CONDITION),
    Row("5 our own condition beside an outage", [200], ["timeout", 304], [("intermittent-error", "service"), GAP],
        context=OWN_CONDITION),
    Row("5 our own condition beside throttling", [200], [429, 304], [THROTTLED, GAP], context=OWN_CONDITION),
    Row("5 a mocked 304 is an answer", [304], [304], [], context=OWN_CONDITION),
    Row("5 nobody asked conditionally", [200], [304], [("status-changed", "status")]),
    Row("6 mixed", [200], [200, 404], [WIDER]),
    Row("6 mixed, of several", [200, 404], [200, 404, 202], [WIDER]),
    Row("6 405", [200], [405], [GONE]),
    Row("6 410", [200], [410], [GONE]),
    Row("6 404", [200], [404], [GONE]),
    *(Row(f"6 {status}", [200], [status], [REJECTED]) for status in (400, 406, 411, 413, 414, 415, 422, 428)),
    Row("6 409", [200], [409], [GAP]),
    Row("6 a redirect", [200], [302], [("redirect-introduced", "status")]),
    Row("6 another success", [200], [202], [("status-changed", "status")]),
    Row("6 success without body", [200], [204], [("status-changed", "status")]),
    Row("6 a refusal nobody lists", [200], [451], [("status-changed", "status")]),
    Row("6 a mocked refusal that succeeds", [422], [200], [("error-not-reproduced", "status")]),
    *(Row(f"6 a mocked {status} that succeeds", [status], [200], [GAP]) for status in (402, 404, 409, 410, 412, 423)),
    Row("6 another refusal", [400], [422], [("error-status-changed", "status")]),
    Row("6 a mocked refusal that redirects", [404], [301], [("status-changed", "status")]),
    Row("6 a mocked redirect that answers", [302], [200], [("status-changed", "status")]),
    Row("6 a mocked redirect by another", [302], [308], [("status-changed", "status")]),
    Row("6 most of the others decide", [200], [404, 422, 422], [REJECTED]),
    Row("6 in whatever order", [200], [422, 404, 422], [REJECTED]),
    Row("6 of as many the lowest", [200], [410, 400], [REJECTED]),
    Row("6 of as many the lowest, in whatever order", [200], [400, 410], [REJECTED]),
    Row("nothing came", [200], [], [GAP]),
)  # fmt: skip


def _sample(came: Came, *, with_credentials: bool) -> Observation:
    if came == LOGIN:
        return Observation(302, (("Location", "/sso/start"),), credentials_sent=with_credentials)
    if isinstance(came, str):
        return Observation(failure=Failure(came), credentials_sent=with_credentials)
    if 200 <= came < 300 and came != 204:
        return delivery(SERVED, came, with_credentials=with_credentials)
    return Observation(came, credentials_sent=with_credentials)


def _judged(row: Row) -> tuple[Finding, ...]:
    claim = a_claim(*(promise(SERVED, status) if 200 <= status < 300 else bare(status) for status in row.mocked))
    samples = [_sample(came, with_credentials=row.credentials != ANONYMOUS) for came in row.came]
    return found(claim, *samples, context=row.context)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.gate) for row in TABLE])
def test_the_first_gate_that_catches_decides(row: Row) -> None:
    """Each row of statuses, failures and circumstances yields exactly these findings."""
    assert kinds(_judged(row)) == sorted(row.finds)


def test_gates_are_tried_in_every_number() -> None:
    """The table speaks of every gate of the semantics and names no row twice."""
    assert {row.gate[0] for row in TABLE} >= set("0123456")
    assert len({row.gate for row in TABLE}) == len(TABLE)


@pytest.mark.parametrize("fault", ["CONNECTION_RESET_BY_PEER", "delay"])
def test_a_named_fault_claims_nothing(fault: str) -> None:
    """A mock that breaks the connection on purpose is not compared, whatever status it notes beside it."""
    claim = a_claim(Expectation(200, fault=fault))
    assert is_fault(claim)
    assert found(claim, Observation(404)) == ()


def test_a_refusal_is_met_by_a_refusal_of_the_same_status_alone() -> None:
    """The document of a 404 is never held against the document of a 200."""
    claim = a_claim(promise({"id": 1}), promise({"error": "none"}, 404))
    pairs = admit(claim, (delivery({"error": "x"}, 404), delivery({"id": 2})), HERE).pairs
    assert [[variant.status for variant in pair.variants] for pair in pairs] == [[404], [200]]
    assert [[sample.status for sample in pair.samples] for pair in pairs] == [[404], [200]]
    assert [pair.is_error for pair in pairs] == [True, False]


def test_changed_successes_meet_the_first_mocked_answer_together() -> None:
    """201 and 202 where 200 was mocked are one row of samples, so that how often is counted over both."""
    claim = a_claim(promise({"id": 1, "mail": "x"}))
    lost = [f for f in found(claim, delivery({"id": 1}, 201), delivery({"id": 1}, 202)) if f.kind == "field-missing"]
    assert [(finding.path, finding.observations) for finding in lost] == [("/mail", 2)]


def test_only_404s_are_asked_what_they_are_about() -> None:
    """A 404 about a record is recognised although another refusal came before it."""
    claim = a_claim(promise({"id": 7}), request=a_request(path="/users/7", template="/users/{id}"))
    missed = delivery({"error": "no user 7"}, 404)
    assert kinds(found(claim, Observation(422), missed, missed)) == [("fixture-missing", "status")]


def test_one_404_that_speaks_of_the_route_is_enough() -> None:
    """A page among the documents, in whatever order, says that the route is gone."""
    claim = a_claim(promise({"id": 7}), request=a_request(path="/users/7", template="/users/{id}"))
    document, page = (
        delivery({"error": "no user 7"}, 404),
        Observation(404, (("Content-Type", "text/html"),), b"<h1>404"),
    )
    for samples in ((document, page), (page, document)):
        assert kinds(found(claim, *samples)) == [("endpoint-gone", "status")]


def test_a_made_up_request_is_never_grave_by_its_status() -> None:
    """What a request of our own invention is answered says little of the mock."""
    claim = a_claim(promise(SERVED), request=a_request(grade=Grade.CHOSEN))
    (finding,) = found(claim, Observation(410))
    assert (finding.kind, finding.severity.value, finding.default_severity.value) == (
        "endpoint-gone",
        "info",
        "breaking",
    )


def test_why_nothing_was_sent_is_told() -> None:
    """The reason for a gap is the one that the audit gave."""
    (finding,) = found(a_claim(promise(SERVED)), context=Context(not_sent="POST may change the service"))
    assert finding.observed == "POST may change the service"


def test_headers_are_no_news_after_another_status() -> None:
    """An answer of another status may lack what the mocked one promised."""
    claim = a_claim(Expectation(200, (("ETag", "a"), *JSON)))
    assert kinds(found(claim, Observation(202, JSON))) == [("status-changed", "status")]
