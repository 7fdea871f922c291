"""Recorded traffic in the place of the real service: what it says of a mock, and when it holds its tongue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Expectation, Grade, Ignored, Interaction, Matcher, MatcherKind, Unreadable
from driftwatch.model.policy import Consumer, Policy, ProbingPolicy
from driftwatch.model.shard import Shard
from driftwatch.model.summary import Result, Summary, Verdict
from driftwatch.model.traffic import Heard, HeardReading, Listening, Medium
from driftwatch.usecases.assembly import assemble
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.audit import audit, take_share
from tests.fakes import Answer, ListedMocks, NotedProgress, ScriptedProber, SetClock
from tests.usecases.making import DRIFTED, JSON, RUN, TRUE, mock, only, refused, says, service

NOW: Final = SetClock().moment
OLD: Final = NOW - timedelta(days=200)


@dataclass(frozen=True, slots=True)
class Listed:
    """Recordings that need no folder."""

    readings: tuple[HeardReading, ...]

    def read(self) -> Iterator[HeardReading]:
        """All of them, in their order."""
        return iter(self.readings)


def heard(body: str | None = '{"ok": true}', status: int = 200, **more: Any) -> Heard:
    """A recorded answer to POST /orders, a day old."""
    raw = None if body is None else body.encode()
    one = Heard(
        Medium.HAR, "traffic/prod.har", "POST", "/orders", (), status, at=NOW - timedelta(days=1), request_body=b"",
        headers=JSON, body=raw,
    )  # fmt: skip
    return replace(one, **more)


def orders(body: str = '{"ok": true}', **more: Any) -> Interaction:
    """A mock of POST /orders."""
    return mock("/orders", body, **{"method": "POST", "path_template": "/orders", **more})


def _provider(mocks: Any, recordings: Any, **listening: Any) -> Provider:
    return Provider(
        "shop", "http://shop/base", ListedMocks(tuple(mocks)), Policy(ProbingPolicy(samples=2, spacing=0)),
        evidence=Listed(tuple(recordings)), listening=Listening(**listening),
    )  # fmt: skip


def _audit(mocks: Any, recordings: Any, answer: Answer | None = None, **listening: Any) -> Summary:
    prober = ScriptedProber(answer or service(it=TRUE))
    return audit([_provider(mocks, recordings, **listening)], prober, SetClock(), RUN, NotedProgress())


def _kinds(result: Result) -> list[str]:
    """Without what is told of all traffic together, which has tests of its own."""
    return sorted(finding.kind for finding in result.findings if finding.kind != "happy-path-only")


WRONG: Final = '{"ok": "yes"}'
LOG: Final[dict[str, Any]] = {"medium": Medium.ACCESS_LOG, "file": "access.log", "headers": None}
LATE: Final = NOW - timedelta(days=31)

SAID: Final = {
    "nothing": (orders(), [], Verdict.SKIPPED, []),
    "the same": (orders(), [heard()], Verdict.VERIFIED, []),
    "something else": (orders(), [heard(WRONG)], Verdict.DRIFTED, ["type-changed"]),
    "another success": (orders(), [heard(status=202)], Verdict.DRIFTED, ["status-changed"]),
    "that it is rejected": (orders(), [heard("{}", 422)], Verdict.DRIFTED, ["request-rejected"]),
    "a redirect": (orders(), [heard("", 307, headers=(("Location", "/x"),))], Verdict.DRIFTED, ["redirect-introduced"]),
    "a conflict of that day": (orders(), [heard("{}", 409)], Verdict.SKIPPED, []),
    "a lost record": (orders(), [heard("{}", 404)], Verdict.SKIPPED, []),
    "an outage": (orders(), [heard("{}", 503), heard("{}", 500)], Verdict.SKIPPED, []),
    "an outage beside the truth": (orders(), [heard("{}", 503), heard()], Verdict.VERIFIED, []),
    "throttling": (orders(), [heard("{}", 429)], Verdict.SKIPPED, []),
    "somebody without rights": (orders(), [heard("{}", 403), heard("{}", 401)], Verdict.SKIPPED, []),
    "a mocked conflict": (orders(variants=(says("{}", 409),)), [heard("{}", 409)], Verdict.VERIFIED, []),
    "success where a conflict is mocked": (orders(variants=(says("{}", 409),)), [heard()], Verdict.SKIPPED, []),
    "status alone, as mocked": (orders(), [heard(None, **LOG)], Verdict.SKIPPED, []),
    "status alone, another one": (orders(), [heard(None, 202, **LOG)], Verdict.DRIFTED, ["status-changed"]),
    "status alone of a mock without a body": (
        orders(variants=(Expectation(204),)), [heard(None, 204, **LOG)], Verdict.VERIFIED, []),
    "another success of whatever was sent": (
        orders(), [heard(None, 202, request_body=None, **LOG)], Verdict.DRIFTED, ["status-changed"]),
    "one success or another by what was sent": (
        orders(), [heard(None, 202, request_body=None, **LOG), heard(None, 200, request_body=None, **LOG)],
        Verdict.SKIPPED, []),
    "a refusal of whatever was sent": (orders(), [heard(None, 422, request_body=None, **LOG)], Verdict.SKIPPED, []),
    "a body without headers": (orders(), [heard(headers=None)], Verdict.VERIFIED, []),
    "another type without headers": (
        orders(), [heard("<a/>", headers=None, content_type="text/xml")], Verdict.DRIFTED, ["content-type-changed"]),
    "that it was so once": (orders(), [heard(at=LATE)], Verdict.UNVERIFIABLE, []),
    "something of unknown age": (orders(), [heard(at=None)], Verdict.UNVERIFIABLE, []),
    "what the mock was made of": (
        orders(recorded_at=NOW - timedelta(hours=1)), [heard()], Verdict.UNVERIFIABLE, []),
    "what came after the mock": (orders(recorded_at=NOW - timedelta(days=2)), [heard()], Verdict.VERIFIED, []),
    "old drift that is no more": (orders(), [heard(WRONG, at=LATE), heard()], Verdict.VERIFIED, []),
    "another method": (orders(), [heard(WRONG, method="PUT")], Verdict.SKIPPED, ["endpoint-unmocked"]),
    "something of a proxy": (orders(incomparable="a proxy"), [heard(WRONG)], Verdict.UNVERIFIABLE, []),
    "something of a fault": (orders(variants=(Expectation(503),)), [heard(WRONG)], Verdict.SKIPPED, []),
    "something that could not be asked": (
        orders(grade=Grade.NEEDS_INPUT, reason="no id"), [heard()], Verdict.VERIFIED, []),
    "an old mock, verified": (orders(recorded_at=OLD), [heard()], Verdict.VERIFIED, []),
    "an old mock, not verified": (
        orders(recorded_at=OLD), [heard(None, **LOG)], Verdict.SKIPPED, ["mock-stale"]),
}  # fmt: skip


@pytest.mark.parametrize(("stub", "recordings", "verdict", "kinds"), SAID.values(), ids=SAID)
def test_what_recordings_say_of_a_mock_that_is_not_asked(
    stub: Interaction, recordings: list[Heard], verdict: Verdict, kinds: list[str]
) -> None:
    """Drift where a fresh question would find it, and silence where the recording speaks of its moment or caller."""
    result = only(_audit([stub], recordings))
    assert (result.verdict, _kinds(result)) == (verdict, kinds)


ALIKE: Final[dict[str, Any]] = {"path": "/orders/2"}


def _order(body: str = '{"ok": true}', **more: Any) -> Interaction:
    return mock("/orders/1", body, **{"method": "PUT", "path_template": "/orders/{id}", **more})


def _other(body: str = '{"ok": true}', status: int = 200, path: str = "/orders/2", **more: Any) -> Heard:
    return heard(body, status, method="PUT", path=path, **more)


EXACT: Final = replace(says('{"id": 1}'), matchers=(Matcher("/id", MatcherKind.EXACT),))
OF_ANOTHER: Final = {
    "its shape": ([_order()], [_other()], Verdict.VERIFIED, []),
    "another shape": ([_order()], [_other(WRONG)], Verdict.DRIFTED, ["type-changed"]),
    "another status": ([_order()], [_other("{}", 202)], Verdict.SKIPPED, []),
    "that it is rejected": ([_order()], [_other("{}", 422)], Verdict.SKIPPED, []),
    "another value": ([_order(variants=(EXACT,))], [_other('{"id": 2}')], Verdict.VERIFIED, []),
    "a value of another type": (
        [_order(variants=(EXACT,))], [_other('{"id": "2"}')], Verdict.DRIFTED, ["type-changed"]),
}  # fmt: skip


@pytest.mark.parametrize(("mocks", "recordings", "verdict", "kinds"), OF_ANOTHER.values(), ids=OF_ANOTHER)
def test_what_an_exchange_about_another_record_says(
    mocks: list[Interaction], recordings: list[Heard], verdict: Verdict, kinds: list[str]
) -> None:
    """The shape of answers, never a status or an exact value."""
    result = only(_audit(mocks, recordings))
    assert (result.verdict, _kinds(result)) == (verdict, kinds)


def test_an_exact_value_of_the_same_record_counts() -> None:
    """The twin: there the author's demand holds."""
    result = only(_audit([orders(variants=(EXACT,))], [heard('{"id": 2}')]))
    assert _kinds(result) == ["expectation-violated"]


def test_another_record_is_held_against_all_mocks_of_its_operation() -> None:
    """Two mocks show the two sorts of orders there are: neither lies for not being the other."""
    card, sepa = _order('{"kind": "card", "pan": "1"}'), _order('{"kind": "sepa", "iban": "2"}', mock_id="sepa")
    sepa = mock("/orders/7", '{"kind": "sepa", "iban": "2"}', method="PUT", path_template="/orders/{id}")
    summary = _audit([card, sepa], [_other('{"kind": "sepa", "iban": "3"}'), _other('{"kind": "card", "pan": "4"}')])
    assert [(one.verdict, _kinds(one)) for one in summary.results] == [(Verdict.VERIFIED, [])] * 2
    lone = _audit([card], [_other('{"kind": "sepa", "iban": "3"}'), _other('{"kind": "card", "pan": "4"}')])
    assert only(lone).verdict is Verdict.DRIFTED


def test_a_finding_says_what_it_rests_on_and_how_old_that_is() -> None:
    """So does the verdict; what was asked says so, too."""
    older = replace(heard(WRONG), at=NOW - timedelta(days=3), file="traffic/older.har")
    asked, recorded = _audit([mock("/it"), orders()], [older, heard(WRONG)], service(it=DRIFTED)).results
    (finding,) = recorded.findings
    assert finding.rests_on == recorded.rests_on
    assert recorded.rests_on is not None
    told = recorded.rests_on
    assert (told.kind, told.file, told.exchanges, told.others) == (Medium.HAR, "traffic/prod.har", 2, 1)
    assert (told.newest, told.oldest) == (NOW - timedelta(days=1), NOW - timedelta(days=3))
    assert recorded.reason.endswith("2 recorded exchanges of traffic/prod.har and 1 other file, the newest 24 h ago")
    assert (asked.rests_on, recorded.samples) == (None, 0)


def test_age_is_told_where_it_is_the_reason() -> None:
    """Somebody is to record anew."""
    reason = only(_audit([orders()], [heard(at=NOW - timedelta(days=45))])).reason
    assert reason == (
        "the newest of the one recorded exchange of traffic/prod.har is 45 d old, and 30 d prove nothing any more "
        "(`evidence.max_age_days`)"
    )


def test_of_many_exchanges_the_newest_stand_for_the_mock() -> None:
    """What was otherwise longer ago than these does not count any more."""
    came = [heard(WRONG, at=NOW - timedelta(hours=30)), *(heard(at=NOW - timedelta(hours=h)) for h in range(3))]
    result = only(_audit([orders()], came, samples=3))
    assert (result.verdict, result.rests_on and result.rests_on.exchanges) == (Verdict.VERIFIED, 3)
    assert only(_audit([orders()], came, samples=4)).verdict is Verdict.DRIFTED


GET: Final = replace(heard(WRONG), method="GET", path="/it")


def test_a_release_in_the_middle_of_a_recording_is_no_rollout() -> None:
    """The two shapes came one after the other: the last one is held against the mock."""
    before = [heard('{"id": 1, "name": "a"}', at=NOW - timedelta(hours=h)) for h in range(20, 30)]
    after = [heard('{"id": 1, "label": "a", "tags": []}', at=NOW - timedelta(hours=h)) for h in range(1, 9)]
    old, new = orders('{"id": 1, "name": "b"}'), orders('{"id": 1, "label": "b", "tags": []}')
    lies, true = only(_audit([old], [*after, *before])), only(_audit([new], [*after, *before]))
    assert (lies.verdict, _kinds(lies)) == (Verdict.DRIFTED, ["field-added", "field-added", "field-missing"])
    assert (true.verdict, _kinds(true)) == (Verdict.VERIFIED, [])
    assert true.rests_on is not None
    assert true.rests_on.exchanges == 8


def test_slow_answers_in_a_log_are_told() -> None:
    """A log knows how long they took, though nothing of what they said."""
    slow = [heard(None, elapsed_ms=2500, **LOG) for _ in range(5)]
    policy = Policy(ProbingPolicy(samples=2, spacing=0), Consumer(timeout_ms=1000))
    provider = replace(_provider([orders()], slow), policy=policy)
    result = only(audit([provider], ScriptedProber(service()), SetClock(), RUN, NotedProgress()))
    assert (result.verdict, _kinds(result)) == (Verdict.DRIFTED, ["latency-timeout-risk"])


def test_what_may_be_asked_is_asked() -> None:
    """The service itself knows better, unless the operator prefers recordings; then only what they lack is asked."""
    live = only(_audit([mock("/it")], [GET]))
    assert (live.verdict, live.samples) == (Verdict.VERIFIED, 2)
    prober = ScriptedProber(service(it=TRUE, lacking=TRUE))
    provider = _provider([mock("/it"), mock("/lacking")], [GET], prefers_recorded=True)
    spared, asked = audit([provider], prober, SetClock(), RUN, NotedProgress()).results
    assert (spared.verdict, spared.samples, asked.verdict, asked.samples) == (Verdict.DRIFTED, 0, Verdict.VERIFIED, 2)
    assert "/it" not in [probe.request.path for probe in prober.sent]


@pytest.mark.parametrize("recordings", [[replace(GET, body=None)], [replace(GET, at=LATE)], []])
def test_recordings_that_say_too_little_spare_no_question(recordings: list[Heard]) -> None:
    """A status alone, or an old answer, is no reason not to ask."""
    result = only(_audit([mock("/it")], recordings, prefers_recorded=True))
    assert (result.verdict, result.samples) == (Verdict.VERIFIED, 2)


def test_what_a_budget_keeps_back_is_judged_by_recordings_and_an_outage_is_not() -> None:
    """That the service is down must be seen, whatever it said yesterday."""
    spent = only(_audit([mock("/it")], [GET], service(it=refused("the budget is spent", is_policy=True))))
    down = only(_audit([mock("/it")], [GET], service(it=refused("the circuit is open"))))
    assert (spent.verdict, down.verdict) == (Verdict.DRIFTED, Verdict.UNREACHABLE)


def test_the_path_of_the_target_is_taken_off() -> None:
    """Mocks begin below it; what lies beside it on that host is another service's."""
    there, beside = heard(WRONG, path="/base/orders", host="shop"), heard(WRONG, path="/orders", host="shop")
    assert only(_audit([orders()], [there])).verdict is Verdict.DRIFTED
    assert only(_audit([orders()], [beside])).verdict is Verdict.SKIPPED


def test_what_could_not_be_read_is_told_as_of_mocks() -> None:
    """The audit is incomplete; a file of others' exchanges is only passed over."""
    bad, passed = Unreadable("traffic/a.har", "har", "broken"), Ignored("traffic/b.har", "not ours")
    summary = _audit([mock("/it")], [bad, passed])
    assert (summary.unreadable, summary.ignored, summary.is_incomplete()) == ((bad,), (passed,), True)
    assert not _audit([mock("/it")], [passed]).is_incomplete()


def _by_kind(summary: Summary, kind: str) -> list[Finding]:
    return [finding for finding in summary.findings if finding.kind == kind]


def test_an_operation_that_nobody_mocked_is_told_once() -> None:
    """Whatever its identifiers; a path that is always refused is no operation of the service."""
    calls = [replace(GET, path=f"/carts/{number}") for number in range(3)]
    scanned = [replace(GET, path="/.env", status=404), replace(GET, path="/options", method="OPTIONS")]
    (finding,) = _by_kind(_audit([mock("/it")], [*calls, *scanned]), "endpoint-unmocked")
    assert (finding.path, finding.provider, finding.origin.file) == ("endpoint:GET /carts/{id}", "shop", GET.file)
    assert finding.rests_on is not None
    assert finding.rests_on.exchanges == 3


@pytest.mark.parametrize(
    "segment",
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln", "planted9f8e7d6c5b4a", "ada%40example.com", "token=planted", "9"],
)
def test_what_stands_in_a_path_and_could_be_a_secret_is_not_told(segment: str) -> None:
    """Links for a lost password have their token there."""
    (finding,) = _by_kind(_audit([mock("/it")], [replace(GET, path=f"/reset/{segment}/now")]), "endpoint-unmocked")
    assert finding.path == "endpoint:GET /reset/{id}/now"
    assert segment not in finding.path or segment == "9"


MOCKED: Final = {
    "the mock's own": mock("/carts/7", path_template="/carts/{id}"),
    "a template of the author's": mock("/carts/mine", path_template="/carts/{name}"),
    "a pattern": mock("/carts/a", path_template="/carts/a", grade=Grade.CHOSEN),
    "a catch-all": mock("/", path_template="/", grade=Grade.UNRESOLVABLE),
}


@pytest.mark.parametrize("stub", MOCKED.values(), ids=MOCKED)
def test_in_doubt_an_operation_is_mocked(stub: Interaction) -> None:
    """The silent twins: nothing is said where a mock could answer."""
    assert _by_kind(_audit([stub], [replace(GET, path="/carts/9")]), "endpoint-unmocked") == []


REFUSALS: Final = {
    "five of them": (5, 995, [], True),
    "one of a hundred": (1, 99, [], True),
    "four of a thousand": (4, 996, [], False),
    "none": (0, 10, [], False),
    "a mocked one": (5, 5, [says("{}", 422)], False),
}


@pytest.mark.parametrize(("bad", "good", "more", "is_told"), REFUSALS.values(), ids=REFUSALS)
def test_refusals_that_no_mock_shows(bad: int, good: int, more: list[Expectation], is_told: bool) -> None:
    """Five, or one in a hundred, of the endpoint's own answers."""
    stub = mock("/it", variants=(says('{"ok": true}'), *more))
    came = [replace(GET, status=422)] * bad + [replace(GET, status=200)] * good
    found = _by_kind(_audit([stub], [*came, *[replace(GET, path="/other", status=500)] * 9]), "happy-path-only")
    assert [finding.path for finding in found] == (["mock"] if is_told else [])


def test_shards_find_together_what_one_process_finds() -> None:
    """Each reads all recordings and takes its claims; what is found of the whole is told once."""
    mocks = [mock(f"/{name}", method="POST", path_template=f"/{name}") for name in "abcdefgh"]
    came = [heard(WRONG, path=f"/{name}") for name in "abcd"] + [replace(GET, path="/none")]
    provider = _provider(mocks, came)
    shares = [
        take_share([provider], ScriptedProber(service()), SetClock(), RUN, NotedProgress(), shard=Shard(index, 3))
        for index in range(3)
    ]
    together, alone = assemble(shares, [provider], RUN), _audit(mocks, came)
    assert [(r.verdict, r.reason, r.findings) for r in together.results] == [
        (r.verdict, r.reason, r.findings) for r in alone.results
    ]
    assert len(_by_kind(together, "endpoint-unmocked")) == 1
