"""A trouble that most interactions of a service share is one finding; no verdict changes, and nothing else melts."""

from collections.abc import Sequence
from typing import Final

import pytest

from driftwatch.drift.aggregation import aggregate
from driftwatch.drift.verdict import verdict_of
from driftwatch.model.finding import Finding, Severity
from driftwatch.model.interaction import Claim
from driftwatch.model.policy import Override, Policy
from driftwatch.model.probe import Failure, Observation
from driftwatch.model.summary import Result
from tests.drift.making import JSON, LENIENT, a_request, an_interaction, delivery, found, promise

TRUE: Final = (delivery({"id": 2}),)
FALSE: Final = (delivery({"id": "x"}),)
DOWN: Final = (Observation(503), Observation(503))
GONE: Final = (Observation(failure=Failure.CONNECT_REFUSED),)
DENIED: Final = (Observation(403),)
ANONYMOUS: Final = (delivery({}, 401, with_credentials=False),)
THROTTLED: Final = (*TRUE, Observation(429))
COUNTED: Final = (Observation(200, (*JSON, ("RateLimit", "a")), b'{"id": 1}'),)
HICCUP: Final = (*TRUE, Observation(500))
LOST: Final = (Observation(410),)


def _result(number: int, samples: tuple[Observation, ...], policy: Policy = LENIENT) -> Result:
    interaction = an_interaction(
        promise({"id": 1}), request=a_request(path=f"/things/{number}"), mock_id=f"stub-{number}"
    )
    findings = found(Claim((interaction,)), *samples, policy=policy)
    verdict, reason = verdict_of(findings)
    return Result(interaction, verdict, reason, findings, samples=len(samples))


def _results(*answers: tuple[Observation, ...]) -> list[Result]:
    return [_result(number, samples) for number, samples in enumerate(answers)]


def _found(results: Sequence[Result]) -> list[Finding]:
    return list({finding.fingerprint: finding for result in results for finding in result.findings}.values())


@pytest.mark.parametrize(
    ("caught", "kind"),
    [
        (DOWN, "service-unavailable"), (GONE, "service-unavailable"), (DENIED, "access-denied"),
        (ANONYMOUS, "auth-required"), (THROTTLED, "rate-limit-unmocked"), (HICCUP, "intermittent-error"),
    ],
)  # fmt: skip
def test_three_that_are_half_are_one(caught: tuple[Observation, ...], kind: str) -> None:
    """The finding is the service's own, at the first of their places, and says how many it stands for."""
    results = _results(TRUE, caught, caught, TRUE, caught, TRUE)
    (finding,) = _found(aggregate(results))
    assert (finding.kind, finding.path, finding.mock_id, finding.method) == (kind, "service", "", "")
    assert finding.origin.file == "stub-1.json"
    assert finding.observed.startswith("3 of 6 interactions: ")
    assert finding.explains


@pytest.mark.parametrize("answers", [(DOWN, DOWN), (DOWN, DOWN, DOWN, TRUE, TRUE, TRUE, TRUE)])
def test_fewer_stand_for_themselves(answers: tuple[tuple[Observation, ...], ...]) -> None:
    """Two are too few, and three of seven less than half."""
    results = _results(*answers)
    assert aggregate(results) == tuple(results)


@pytest.mark.parametrize("caught", [FALSE, LOST, COUNTED])
def test_what_speaks_of_the_mocks_is_not_gathered(caught: tuple[Observation, ...]) -> None:
    """Each mock that strays leads to its own file and line, and a quota told in a header was caught by no gate."""
    results = _results(caught, caught, caught, caught)
    assert aggregate(results) == tuple(results)


def test_verdicts_and_all_other_findings_stay() -> None:
    """Only the shared finding is exchanged, and every interaction that hit the gate has it."""
    results = _results(HICCUP, (*FALSE, Observation(500)), HICCUP, FALSE)
    together = aggregate(results)
    assert [(one.verdict, one.reason, one.interaction) for one in together] == [
        (one.verdict, one.reason, one.interaction) for one in results
    ]
    kinds = [sorted(finding.kind for finding in result.findings) for result in together]
    assert kinds == [
        ["intermittent-error"], ["intermittent-error", "type-changed"], ["intermittent-error"], ["type-changed"],
    ]  # fmt: skip
    assert len(_found(together)) == 3


def test_what_was_not_asked_is_in_neither_number() -> None:
    """Of three that were asked three are down; what policy kept back or an open circuit spared hit no gate."""
    unasked = [_result(number, ()) for number in range(10, 20)]
    together = aggregate([*_results(DOWN, DOWN, DOWN), *unasked])
    shared = [finding for finding in _found(together) if finding.kind == "service-unavailable"]
    assert [finding.observed.partition(":")[0] for finding in shared] == ["3 of 3 interactions"]


def test_its_name_does_not_hang_on_who_was_hit() -> None:
    """Other mocks, another number of them, another failure: the outage is the same."""
    (one,) = _found(aggregate(_results(DOWN, DOWN, DOWN)))
    (other,) = _found(aggregate([_result(number, GONE) for number in range(7, 12)]))
    assert one.fingerprint == other.fingerprint


def test_each_identity_that_is_refused_is_told_of() -> None:
    """Two identities without rights are two findings of the service; each is named, and keeps its name."""
    refused = {who: (Observation(403, identity=who),) for who in ("clerk", "admin")}
    results = _results(*(refused[who] for who in ("clerk", "admin", "clerk", "admin", "clerk", "admin")))
    together = _found(aggregate(results))
    assert {one.observed for one in together} == {
        "3 of 6 interactions: refuses clerk (403)", "3 of 6 interactions: refuses admin (403)",
    }  # fmt: skip
    assert len({one.fingerprint for one in together}) == 2


def test_the_gravest_of_them_counts() -> None:
    """What the operator said of one path is not lost among the others."""
    loud = Policy(overrides=(Override("service-unavailable", Severity.BREAKING, path="service"),))
    results = [_result(0, DOWN), _result(1, DOWN), _result(2, GONE, loud)]
    (finding,) = _found(aggregate(results))
    assert finding.severity is Severity.BREAKING


def test_two_troubles_are_two() -> None:
    """Each kind is gathered by itself."""
    together = aggregate(_results(DOWN, DENIED, DOWN, DENIED, DOWN, DENIED))
    assert sorted(finding.kind for finding in _found(together)) == ["access-denied", "service-unavailable"]
