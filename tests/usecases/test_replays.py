"""What is sent by consent, and what its repeats come to: violated, safe, or not known; and what is left behind."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Final

import pytest
from msgspec.structs import replace

from driftwatch.model.consent import Consent, ReadBack, Rehearsal
from driftwatch.model.interaction import Expectation, Interaction, Origin, Request
from driftwatch.model.journey import Ask, Capture, Source, Step
from driftwatch.model.policy import Behaviour, Policy, ProbingPolicy
from driftwatch.model.probe import Failure, Observation, Probe, Way
from driftwatch.model.summary import Summary, Verdict
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.audit import audit
from tests.fakes import ListedMocks, NotedProgress, ScriptedProber, SetClock

JSON: Final = (("Content-Type", "application/json"),)
STUB: Final = Interaction(
    "order", "test", Origin("a.json"),
    Request("POST", "/box/orders", "/box/orders", headers=JSON, body=b'{"qty": 1}'),
    (Expectation(201, JSON, b'{"id": "o1"}'),), group="order",
)  # fmt: skip
CONSENT: Final = Consent(
    "POST /box/orders", "/box",
    clean_up=(Step(ask=Ask("DELETE", "/box/orders/{{id}}")),),
    key_header="Idempotency-Key",
    captures=(Capture("id", Source.JSON, "$.id"),),
)  # fmt: skip
READ: Final = ReadBack("/box/orders?ref={{key}}", "$.orders")
CUT: Final = Observation(failure=Failure.RESET, idempotency_key="k")


def made(name: str, status: int = 201) -> Observation:
    """An answer to a request with the key."""
    return Observation(status, JSON, f'{{"id": "{name}"}}'.encode(), idempotency_key="k")


def listed(*names: str) -> Observation:
    """What is read back."""
    orders = ", ".join(f'{{"id": "{name}"}}' for name in names)
    return Observation(200, JSON, f'{{"orders": [{orders}]}}'.encode())


def tried(
    orders: Sequence[Observation] | Callable[[Probe], Sequence[Observation]], consent: Consent,
    read: Observation | None = None, behaviours: frozenset[Behaviour] = frozenset(),
) -> tuple[Summary, list[Probe]]:  # fmt: skip
    """An audit of one consented mock, and what it asked."""

    def answer(probe: Probe) -> Observation | Sequence[Observation]:
        if probe.request.method == "POST":
            return orders(probe) if callable(orders) else orders
        if probe.request.method == "DELETE":
            return Observation(204)
        return (read or listed("o1")) if probe.provider == "p" else Observation(404)

    prober = ScriptedProber(answer)
    policy = Policy(ProbingPolicy(consents=(consent,), behaviours=behaviours))
    provider = Provider("p", "http://p.invalid", ListedMocks((STUB,)), policy)
    summary = audit([provider], prober, SetClock(), Run("a1b2c3", "0", "0"), NotedProgress())
    return summary, [probe for probe in prober.sent if probe.provider == "p"]


def said(summary: Summary) -> tuple[Verdict, list[str], list[str]]:
    """Verdict, findings, remarks of the one mock."""
    (result,) = summary.results
    return result.verdict, [f"{one.kind} {one.path}" for one in result.findings], [one.says for one in result.remarks]


def rehearsing(*rehearsals: Rehearsal, read: bool = True) -> Consent:
    """Consent to these."""
    return replace(CONSENT, rehearsals=rehearsals, read_back=(READ,) if read else ())


def test_once_and_cleaned_up() -> None:
    """Without rehearsals it is sent once, with a key, judged, and cleaned up by what it answered."""
    summary, asked = tried([made("o7")], CONSENT)
    assert said(summary)[0] is Verdict.VERIFIED
    assert [f"{probe.request.method} {probe.request.path}" for probe in asked] == [
        "POST /box/orders",
        "DELETE /box/orders/o7",
    ]
    (key,) = [value for name, value in asked[0].request.headers if name == "Idempotency-Key"]
    assert key.startswith("driftwatch-")
    assert asked[0].samples == 1


def test_no_two_runs_share_a_key() -> None:
    """Not even runs of one name: the second would be answered with what the first one made."""

    def key(clock: SetClock) -> str:
        prober = ScriptedProber(lambda probe: made("o1") if probe.request.method == "POST" else Observation(204))
        provider = Provider("p", "", ListedMocks((STUB,)), Policy(ProbingPolicy(consents=(CONSENT,))))
        audit([provider], prober, clock, Run("nightly", "0", "0"), NotedProgress())
        (asked,) = [probe for probe in prober.sent if probe.request.method == "POST"]
        return dict(asked.request.headers)["Idempotency-Key"]

    later = SetClock()
    later.go_on(1)
    assert key(SetClock()) != key(later)


CASES: Final[dict[str, tuple[Rehearsal, Sequence[Observation], Observation, bool]]] = {
    "the first answer again": (Rehearsal.REPLAY, [made("o1"), made("o1")], listed("o1"), False),
    "the first answer with another success": (Rehearsal.REPLAY, [made("o1"), made("o1", 200)], listed("o1"), False),
    "another resource": (Rehearsal.REPLAY, [made("o1"), made("o2")], listed("o1"), True),
    "one answer and two orders": (Rehearsal.REPLAY, [made("o1"), made("o1")], listed("o1", "o2"), True),
    "an order that is not there": (Rehearsal.REPLAY, [made("o1"), made("o1")], listed(), True),
    "a conflict while the first runs": (
        Rehearsal.PARALLEL, [made("o1"), made("", 409), made("o1")], listed("o1"), False),
    "the conflict first": (Rehearsal.PARALLEL, [made("", 409), made("o1"), made("o1")], listed("o1"), False),
    "two at one moment": (Rehearsal.PARALLEL, [made("o1"), made("o2"), made("o2")], listed("o1"), True),
    "one after a lost answer": (Rehearsal.CUT, [CUT, made("o1"), made("o1")], listed("o1"), False),
    "two after a lost answer": (Rehearsal.CUT, [CUT, made("o2"), made("o2")], listed("o1", "o2"), True),
}  # fmt: skip


@pytest.mark.parametrize(("rehearsal", "orders", "read", "is_violated"), CASES.values(), ids=CASES)
def test_what_a_repeat_comes_to(
    rehearsal: Rehearsal, orders: Sequence[Observation], read: Observation, is_violated: bool
) -> None:
    """Found by the ids in the answers or by what is read back; else told as safe, and nothing is found."""
    summary, asked = tried(orders, rehearsing(rehearsal), read)
    verdict, findings, remarks = said(summary)
    assert verdict is (Verdict.DRIFTED if is_violated else Verdict.VERIFIED)
    assert [one.partition(" ")[0] for one in findings] == (["idempotency-violated"] if is_violated else [])
    assert [one.endswith("safe, and your mock cannot express it") for one in remarks] == ([] if is_violated else [True])
    ways = {Rehearsal.REPLAY: Way.ONE_BY_ONE, Rehearsal.PARALLEL: Way.TOGETHER, Rehearsal.CUT: Way.CUT}
    assert asked[0].way is ways[rehearsal]
    assert asked[-1].request.method == "DELETE"


@pytest.mark.parametrize("read", [Observation(500), Observation(200, JSON, b"<html>"), Observation(200, JSON, b"{}")])
def test_what_cannot_be_read_back_is_not_known(read: Observation) -> None:
    """A service that does not tell is neither safe nor found out."""
    summary, _ = tried([made("o1"), made("o1")], rehearsing(Rehearsal.REPLAY), read)
    verdict, findings, remarks = said(summary)
    assert (verdict, findings) == (Verdict.VERIFIED, [])
    assert "not known" in remarks[0]


def test_one_cause_is_one_finding() -> None:
    """All ways in which a service does its work twice stand in the words of one finding."""
    ways = {Way.TOGETHER: [made("o1"), made("o2"), made("o2")], Way.CUT: [CUT, made("o3"), made("o3")]}
    consent = rehearsing(*Rehearsal)
    summary, _ = tried(lambda probe: ways.get(probe.way, [made("o1"), made("o2")]), consent, listed("o1", "o2"))
    (result,) = summary.results
    (finding,) = result.findings
    assert (finding.kind, finding.path, finding.severity) == ("idempotency-violated", "/id", "breaking")
    for words in ("once it was answered", "at the same moment", "its connection was cut", "counts 2 and not 1"):
        assert words in finding.observed


def test_what_was_made_too_much_is_cleaned_up() -> None:
    """By the other answers, and by the list in which it was read back; each once."""
    _, asked = tried([made("o1"), made("o2"), made("o2")], rehearsing(Rehearsal.PARALLEL), listed("o1", "o2", "o3"))
    gone = [probe.request.path for probe in asked if probe.request.method == "DELETE"]
    assert sorted(gone) == ["/box/orders/o1", "/box/orders/o2", "/box/orders/o3"]


def test_what_may_be_left_behind_is_told() -> None:
    """Where only a number is read back, nobody knows what it counts."""
    consent = replace(rehearsing(Rehearsal.CUT), read_back=(replace(READ, path="/box/count", count="$.total"),))
    summary, _ = tried([CUT, made("o2"), made("o2")], consent, Observation(200, JSON, b'{"total": 2}'))
    (trouble,) = summary.troubles
    assert trouble.is_clean_up
    assert "left behind" in trouble.reason


def test_cleaning_up_follows_a_failure() -> None:
    """A request that is refused leaves nothing that is known; what is known without it is cleaned up all the same."""
    consent = replace(CONSENT, clean_up=(Step(ask=Ask("DELETE", "/box/orders")),))
    summary, asked = tried([made("x", 500)], consent)
    assert said(summary)[0] is not Verdict.VERIFIED
    assert asked[-1].request.method == "DELETE"


def test_two_mocks_of_one_request_are_judged_by_one_answer() -> None:
    """It is sent once, as any question that several mocks ask."""
    prober = ScriptedProber(lambda probe: made("o1") if probe.request.method == "POST" else Observation(204))
    stubs = (STUB, dataclasses.replace(STUB, mock_id="other", group="other"))
    provider = Provider("p", "", ListedMocks(stubs), Policy(ProbingPolicy(consents=(CONSENT,))))
    summary = audit([provider], prober, SetClock(), Run("a1b2c3", "0", "0"), NotedProgress())
    assert [result.verdict for result in summary.results] == [Verdict.VERIFIED, Verdict.VERIFIED]
    assert sum(probe.request.method == "POST" for probe in prober.sent) == 1


def test_what_is_wrongly_asked_is_cleaned_up_too() -> None:
    """A service that takes a body of an unknown type has made something; a refusal leaves nothing to do."""

    def answer(probe: Probe) -> list[Observation]:
        kind = dict(probe.request.headers).get("Content-Type", "")
        return [made("o9")] if "unknown" in kind else [made("", 400) if probe.claims == () else made("o1")]

    summary, asked = tried(answer, CONSENT, behaviours=frozenset(Behaviour))
    gone = [probe.request.path for probe in asked if probe.request.method == "DELETE"]
    assert gone == ["/box/orders/o1", "/box/orders/o9"]
    assert [one.split(" is ")[1] for one in said(summary)[2]] == [
        "answered with 201, and no mock shows that", "answered with 400, and no mock shows that",
    ]  # fmt: skip


def test_a_cut_that_nothing_follows_says_nothing() -> None:
    """A budget or a circuit may end it in between: that is no failure of the service."""
    summary, _ = tried([CUT], rehearsing(Rehearsal.CUT))
    verdict, findings, remarks = said(summary)
    assert (verdict, [one for one in findings if not one.startswith("mock-stale")]) == (Verdict.UNREACHABLE, [])
    assert "not known" in remarks[0]
