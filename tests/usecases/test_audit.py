"""The audit's order of steps, with a scripted prober: nothing is lost and nothing is green by accident."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from msgspec.structs import replace

from driftwatch.model.finding import Severity
from driftwatch.model.interaction import Grade, Ignored, Unreadable
from driftwatch.model.policy import Override, Policy, ProbingPolicy
from driftwatch.model.probe import Evidence, Failure, Observation, Probe, Purpose, Unreachable
from driftwatch.model.summary import Canary, Verdict
from driftwatch.usecases import canary
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.audit import audit
from tests.fakes import ListedMocks, NotedProgress, ScriptedProber, SetClock
from tests.usecases.making import (
    DRIFTED,
    NOT_FOUND,
    RUN,
    TRUE,
    Desk,
    mock,
    only,
    refused,
    sample,
    says,
    service,
    verdicts,
)


def test_one_verdict_each_in_the_order_of_the_files() -> None:
    """Whatever an interaction's fate, it has one verdict, and they stand as the mocks do."""
    desk = Desk(
        ScriptedProber(
            service(
                true=TRUE, drifted=DRIFTED, closed=sample("{}", 401), far=refused("circuit open"),
                late=Observation(failure=Failure.TIMEOUT),
            )
        )
    )  # fmt: skip
    desk.policy = replace(desk.policy, overrides=(Override("auth-required", Severity.INFO),))
    summary = desk.audit(
        it=[
            mock("/far"),
            mock("/true"),
            mock("/posted", method="POST"),
            mock("/drifted"),
            mock("/scripted", incomparable="a script decides"),
            mock("/late"),
            mock("/missing", grade=Grade.NEEDS_INPUT, reason="the team knows the id"),
        ]
    )
    assert verdicts(summary) == [
        ("/far", Verdict.UNREACHABLE),
        ("/true", Verdict.VERIFIED),
        ("/posted", Verdict.SKIPPED),
        ("/drifted", Verdict.DRIFTED),
        ("/scripted", Verdict.UNVERIFIABLE),
        ("/late", Verdict.UNREACHABLE),
        ("/missing", Verdict.UNVERIFIABLE),
    ]
    assert [
        result.interaction.mock_id for result in summary.results if not result.verdict.is_answer and not result.reason
    ] == []
    assert sum(summary.verdicts.values()) == 7


def test_a_target_may_lie_below_a_path() -> None:
    """Where the service says its own whole path in ``Location``, the path of the target is no news."""
    there = replace(sample("", 302), headers=(("Location", "/api/v1/orders/9"),))
    moved = replace(says("", 302), headers=(("Location", "/orders/7"),))
    desk = Desk(ScriptedProber(service(old=there)))
    providers = [
        Provider(name, f"http://{name}{path}", ListedMocks((mock("/old", variants=(moved,)),)), desk.policy)
        for name, path in (("below", "/api/v1"), ("elsewhere", ""))
    ]
    summary = audit(providers, desk.prober, desk.clock, RUN, desk.progress)
    assert [result.verdict for result in summary.results] == [Verdict.VERIFIED, Verdict.DRIFTED]


def test_identical_requests_are_sent_once() -> None:
    """Mocks of different groups that ask the same share the answer, and each is judged by what it says itself."""
    desk = Desk(ScriptedProber(service(same=TRUE)))
    summary = desk.audit(
        it=[mock("/same", group="a"), mock("/same", '{"ok": "yes"}', group="b"), mock("/same", group="c")]
    )
    assert desk.asked == ["/same"]
    assert [result.verdict for result in summary.results] == [Verdict.VERIFIED, Verdict.DRIFTED, Verdict.VERIFIED]


def test_requests_that_differ_in_a_header_are_not_the_same() -> None:
    """A header may decide what is answered."""
    desk = Desk(ScriptedProber(service(same=TRUE)))
    desk.audit(it=[mock("/same", headers=(("Accept", "text/csv"),)), mock("/same")])
    assert desk.asked == ["/same", "/same"]


def test_two_mocks_equal_to_the_letter_both_have_a_verdict() -> None:
    """Equality is not identity: none of two equal interactions gets lost in a dictionary."""
    twins = [mock("/same"), mock("/same")]
    assert twins[0] == twins[1]
    summary = Desk(ScriptedProber(service(same=TRUE))).audit(it=twins)
    assert verdicts(summary) == [("/same", Verdict.VERIFIED)] * 2


def test_alternatives_of_one_claim_share_its_findings() -> None:
    """A scenario's answers are one claim: what either shows is no drift, and both have the verdict."""
    first, second = mock("/turns", '{"ok": true}', mock_id="a"), mock("/turns", '{"ok": "yes"}', mock_id="b")
    summary = Desk(ScriptedProber(service(turns=(TRUE, DRIFTED)))).audit(it=[first, second])
    assert verdicts(summary) == [("a", Verdict.VERIFIED), ("b", Verdict.VERIFIED)]


@dataclass(slots=True)
class Reordered:
    """A prober that hands back what another got, in another order."""

    prober: ScriptedProber
    order: Callable[[list[Evidence | Unreachable]], Iterable[Evidence | Unreachable]]

    def send(self, probes: Iterable[Probe]) -> Iterator[Evidence | Unreachable]:
        """All outcomes, arranged."""
        yield from self.order(list(self.prober.send(probes)))


RECORD_GONE: Final = sample('{"error": "product 9 does not exist", "id": 9}', 404)


@pytest.mark.parametrize("order", [list, lambda outcomes: outcomes[::-1]], ids=["as sent", "backwards"])
@pytest.mark.parametrize(
    ("answer", "kind"), [(NOT_FOUND, "endpoint-gone"), (RECORD_GONE, "fixture-missing")], ids=["route", "record"]
)
def test_a_404_waits_for_what_an_unknown_route_gets(
    answer: Observation,
    kind: str,
    order: Callable[[list[Evidence | Unreachable]], Iterable[Evidence | Unreachable]],
) -> None:
    """A lost route answers as a path that never was, a lost record otherwise; no matter which answer comes first."""
    prober = Reordered(ScriptedProber(service(**{"it/9": answer})), order)
    mocks = ListedMocks((mock("/it/9", path_template="/it/{id}"),))
    provider = Provider("it", "http://it", mocks, Policy(ProbingPolicy(samples=2, spacing=0)))
    summary = audit([provider], prober, SetClock(), RUN, NotedProgress())
    assert [finding.kind for finding in summary.findings] == [kind]


def test_a_404_is_judged_even_if_nothing_is_learnt_of_unknown_routes() -> None:
    """Where the question about unknown routes fails, those that waited for it have a verdict all the same."""

    def answer(probe: Probe) -> Observation | Unreachable:
        if probe.purpose is Purpose.UNKNOWN_ROUTE:
            return Unreachable(probe, "budget spent", is_policy=True)
        came = service(it=NOT_FOUND)(probe)
        assert isinstance(came, Observation)
        return came

    result = only(Desk(ScriptedProber(answer)).audit(it=[mock("/it")]))
    assert result.samples == 2
    assert result.findings


def test_the_canary_is_caught_by_its_own_answer() -> None:
    """Planted and caught in every run, and no result speaks of it."""
    summary = Desk(ScriptedProber(service(true=TRUE))).audit(it=[mock("/true")])
    assert summary.canary == Canary(planted=1, caught=1)
    assert not summary.is_incomplete()
    assert len(list(summary.results)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        sample('{"canary": "alive", "age": 7, "cage": "open"}'),
        sample('{"canary": "alive", "age": "7", "cage": "open"}'),
        sample('{"canary": "alive", "age": 7}'),
        Observation(failure=Failure.RESET),
        refused("circuit open"),
    ],
    ids=["both lies true", "one lie true", "the other lie true", "no answer", "not sent"],
)
def test_a_canary_that_is_not_caught(answer: Observation | Unreachable) -> None:
    """A run that misses either of the planted lies is incomplete, however fine everything else looks."""

    def deaf(probe: Probe) -> Observation | Unreachable:
        came = answer if probe.provider == canary.PROVIDER else TRUE
        return replace(came, probe=probe) if isinstance(came, Unreachable) else came

    summary = Desk(ScriptedProber(deaf)).audit(it=[mock("/true")])
    assert summary.canary == Canary(planted=1, caught=0)
    assert summary.is_incomplete()
    assert verdicts(summary) == [("/true", Verdict.VERIFIED)]


@pytest.mark.parametrize("name", ["driftwatch-canary", "canary"])
def test_a_provider_may_be_called_canary(name: str) -> None:
    """No provider's name makes its mocks vanish or the canary deaf."""
    summary = Desk(ScriptedProber(service(true=TRUE))).audit(**{name: [mock("/true")]})
    assert verdicts(summary) == [("/true", Verdict.VERIFIED)]
    assert summary.canary.is_alive


def test_no_config_can_name_the_canary() -> None:
    """Its own name holds signs that neither a provider's name nor a host may have."""
    assert not re.fullmatch(r"[\w.:\[\]-]+", canary.PROVIDER)


@pytest.mark.parametrize(("is_policy", "verdict"), [(True, Verdict.SKIPPED), (False, Verdict.UNREACHABLE)])
def test_what_was_not_sent_after_all(is_policy: bool, verdict: Verdict) -> None:
    """A spent budget is the operator's word, an open circuit is not; both say why, for every mock that asked."""
    answer = service(it=refused("there is a reason", is_policy=is_policy))
    summary = Desk(ScriptedProber(answer)).audit(it=[mock("/it", group="a"), mock("/it", group="b")])
    assert [(result.verdict, result.reason) for result in summary.results] == [(verdict, "there is a reason")] * 2


@dataclass(slots=True)
class Fainting:
    """A prober that ends after so many outcomes."""

    prober: ScriptedProber
    after: int

    def send(self, probes: Iterable[Probe]) -> Iterator[Evidence | Unreachable]:
        """The first outcomes."""
        for count, outcome in enumerate(self.prober.send(probes)):
            if count == self.after:
                return
            yield outcome


@pytest.mark.parametrize("after", range(6))
def test_a_prober_that_ends_early(after: int) -> None:
    """What has no outcome is unreachable with a reason, never green, and the run is incomplete."""
    mocks = tuple(mock(f"/{number}") for number in range(3))
    prober = Fainting(ScriptedProber(service(**{str(number): TRUE for number in range(3)})), after)
    provider = Provider("it", "http://it", ListedMocks(mocks), Policy(ProbingPolicy(samples=1, spacing=0)))
    summary = audit([provider], prober, SetClock(), RUN, NotedProgress())
    answered = max(0, min(after - 2, 3))  # the canary and the unknown route go first
    assert [result.verdict for result in summary.results] == (
        [Verdict.VERIFIED] * answered + [Verdict.UNREACHABLE] * (3 - answered)
    )
    assert summary.is_incomplete() == (answered < 3)
    assert [result for result in summary.results if result.verdict is Verdict.UNREACHABLE and not result.reason] == []


def test_providers_are_kept_apart() -> None:
    """The same question to two services is asked of both, and each mock is judged by its own service's answer."""

    def answer(probe: Probe) -> Observation:
        came = service(same=TRUE if probe.provider == "calm" else DRIFTED)(probe)
        assert isinstance(came, Observation)
        return came

    desk = Desk(ScriptedProber(answer))
    shared = mock("/same")
    summary = desk.audit(calm=[shared], wild=[shared])
    assert desk.asked == ["/same", "/same"]
    assert [provider.name for provider in summary.providers] == ["calm", "wild"]
    assert [verdicts(summary, number) for number in (0, 1)] == [
        [("/same", Verdict.VERIFIED)],
        [("/same", Verdict.DRIFTED)],
    ]
    assert {finding.provider for finding in summary.findings} == {"wild"}
    assert {result.interaction.provider for result in summary.results} == {"calm", "wild"}


def test_each_provider_is_asked_for_its_own_unknown_route() -> None:
    """What one service says of unknown routes is no word on another."""
    desk = Desk(ScriptedProber(service(same=TRUE)))
    desk.audit(calm=[mock("/same")], wild=[mock("/same")])
    asked = [probe.provider for probe in desk.prober.sent if probe.purpose is Purpose.UNKNOWN_ROUTE]
    assert asked == ["calm", "wild"]


def test_a_404_is_held_against_its_own_services_unknown_route() -> None:
    """Two services say the same of their record; only one of them says just that of any path that never was."""

    def answer(probe: Probe) -> Observation:
        came = service(**{"it/9": RECORD_GONE})(probe)
        assert isinstance(came, Observation)
        return RECORD_GONE if probe.purpose is Purpose.UNKNOWN_ROUTE and probe.provider == "blunt" else came

    gone = mock("/it/9", path_template="/it/{id}")
    summary = Desk(ScriptedProber(answer)).audit(blunt=[gone], kind=[gone])
    kinds = {finding.provider: finding.kind for finding in summary.findings}
    assert kinds == {"blunt": "endpoint-gone", "kind": "fixture-missing"}


def test_nothing_to_ask_asks_nothing() -> None:
    """A provider without a question to send hears nothing, not even about unknown routes; the canary still is."""
    desk = Desk(ScriptedProber(service()))
    summary = desk.audit(it=[mock("/posted", method="POST")], empty=[])
    assert [probe.provider for probe in desk.prober.sent] == [canary.PROVIDER]
    assert summary.is_incomplete()
    assert summary.canary.is_alive
    assert [len(provider.results) for provider in summary.providers] == [1, 0]


def test_what_cannot_be_read_is_carried_to_the_end() -> None:
    """Unreadable and ignored files stand in the summary in their order, and cost their neighbours nothing."""
    torn, stray = Unreadable("torn.json", "wiremock", "not JSON", 3), Ignored("notes.txt", "no known mock format")
    summary = Desk(ScriptedProber(service(true=TRUE))).audit(a=[torn, mock("/true")], b=[stray, mock("/true"), torn])
    assert summary.unreadable == (torn, torn)
    assert summary.ignored == (stray,)
    assert summary.verdicts[Verdict.VERIFIED] == 2
    assert summary.is_incomplete()


def test_progress_is_told_once_for_each_probe() -> None:
    """As many steps as were planned: the questions, one unknown route a provider, the canary."""
    desk = Desk(ScriptedProber(service(true=TRUE, far=refused("circuit open"))))
    desk.audit(it=[mock("/true"), mock("/far"), mock("/true", group="again"), mock("/posted", method="POST")])
    assert desk.progress.total == desk.progress.done == len(desk.prober.sent) == 4


def test_the_summary_says_which_run_it_was() -> None:
    """Id, version, settings, start and length come from the run and the clock; requests are counted by samples."""
    desk = Desk(ScriptedProber(service(true=TRUE)))
    began = desk.clock.now()

    def answer(_: Probe) -> Observation:
        desk.clock.go_on(2)
        return TRUE

    desk.prober.answer = answer
    summary = desk.audit(it=[mock("/true")])
    assert (summary.run_id, summary.version, summary.config_digest) == ("run-1", "0.0", "digest")
    assert (summary.started_at, summary.seconds) == (began, 6)
    assert summary.requests_sent == 1 + 2 + 1  # the canary, two samples, the unknown route
    assert summary.providers[0].target == "http://it"


def test_what_compared_mocks_claim_of_latency_is_told() -> None:
    """The median of their delays, and nothing where none claims any or none was compared."""
    slow = [
        mock(f"/{name}", variants=(replace(says('{"ok": true}'), delay_ms=ms),)) for name, ms in (("a", 40), ("b", 60))
    ]
    answers = service(a=TRUE, b=TRUE, c=TRUE)
    assert Desk(ScriptedProber(answers)).audit(it=[*slow, mock("/c")]).providers[0].mocked_delay_ms == 50
    assert Desk(ScriptedProber(answers)).audit(it=[mock("/c")]).providers[0].mocked_delay_ms is None
    away = ScriptedProber(service(a=refused("no"), b=refused("no")))
    assert Desk(away).audit(it=slow).providers[0].mocked_delay_ms is None
