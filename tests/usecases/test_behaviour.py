"""What is learnt beside the mocks: held against their own refusals where there are any, a remark else."""

from typing import Final

import pytest

from driftwatch.model.interaction import Expectation, Interaction, Origin, Request
from driftwatch.model.policy import Behaviour, Policy, ProbingPolicy
from driftwatch.model.probe import Failure, Observation, Probe, Purpose, Unreachable
from driftwatch.model.route import path_template
from driftwatch.model.summary import Summary, Verdict
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.audit import audit
from tests.fakes import Answer, ListedMocks, NotedProgress, ScriptedProber, SetClock

JSON: Final = (("Content-Type", "application/json"),)
USER: Final = Observation(200, (*JSON, ("ETag", '"v1"')), b'{"id": 1}')
LOST: Final = Observation(404, JSON, b'{"code": "no_user"}')
NO_ROUTE: Final = Observation(404, (("Content-Type", "text/plain"),), b"no such page")


def a_stub(operation: str, *answers: Expectation, body: bytes | None = None, name: str = "") -> Interaction:
    """A mock of one request."""
    method, _, path = operation.partition(" ")
    request = Request(method, path, path_template(path), headers=JSON if body else (), body=body)
    return Interaction(
        name or operation, "test", Origin(f"{name or 'a'}.json"), request, answers, group=name or operation
    )


SERVED: Final = a_stub("GET /users/1", Expectation(200, JSON, b'{"id": 1}'))


def learnt(answer: Answer, *stubs: Interaction, behaviours: set[Behaviour], safe: tuple[str, ...] = ()) -> Summary:
    """An audit that wants to know."""

    def answered(probe: Probe) -> Observation | Unreachable:
        if probe.provider != "p" or probe.purpose is Purpose.UNKNOWN_ROUTE:
            return NO_ROUTE
        came = answer(probe)
        assert isinstance(came, Observation | Unreachable)
        return came

    policy = Policy(ProbingPolicy(samples=1, behaviours=frozenset(behaviours), declared_safe=safe))
    provider = Provider("p", "", ListedMocks(stubs), policy)
    return audit([provider], ScriptedProber(answered), SetClock(), Run("a1b2c3", "0", "0"), NotedProgress())


def told(summary: Summary) -> list[tuple[Verdict, list[str], list[str]]]:
    """Verdict, kinds, remarks of each mock."""
    return [
        (one.verdict, [finding.kind for finding in one.findings if finding.kind != "mock-stale"],
         [f"{remark.topic}: {remark.says}" for remark in one.remarks])
        for one in summary.results
    ]  # fmt: skip


def by_record(probe: Probe) -> Observation:
    """One user is there, all others are not."""
    return USER if probe.request.path == "/users/1" else LOST


def test_what_no_mock_shows_is_a_remark() -> None:
    """The mock stays as it was judged."""
    (one,) = told(learnt(by_record, SERVED, behaviours={Behaviour.MISSING_ID}))
    assert one[:2] == (Verdict.VERIFIED, [])
    assert one[2] == ["missing-id: a record that does not exist is answered with 404, and no mock shows that"]


@pytest.mark.parametrize(("mocked", "verdict", "kinds"), [
    (Expectation(404, JSON, b'{"code": "no_user"}'), Verdict.VERIFIED, []),
    (Expectation(410, JSON, b'{"code": "no_user"}'), Verdict.DRIFTED, ["error-status-changed"]),
    (Expectation(404, JSON, b'{"code": "unknown"}'), Verdict.DRIFTED, ["error-code-changed"]),
    (Expectation(404, JSON, b'{"title": "none"}'), Verdict.DRIFTED, ["error-shape-changed"]),
], ids=["as mocked", "another status", "another code", "another form"])  # fmt: skip
def test_a_mocked_404_whose_record_is_there(mocked: Expectation, verdict: Verdict, kinds: list[str]) -> None:
    """Until it is asked for a record that nobody has, nothing could be said of it."""
    alone = learnt(by_record, a_stub("GET /users/1", mocked), behaviours={Behaviour.COMPRESSION})
    assert told(alone)[0][0] is Verdict.UNVERIFIABLE
    asked = learnt(by_record, a_stub("GET /users/1", mocked), behaviours={Behaviour.MISSING_ID})
    assert told(asked)[0] == (verdict, kinds, [])


def test_a_variant_beside_the_happy_one() -> None:
    """A mock that shows both is judged by both."""
    both = a_stub("GET /users/1", Expectation(200, JSON, b'{"id": 1}'), Expectation(404, JSON, b'{"title": "none"}'))
    assert told(learnt(by_record, both, behaviours={Behaviour.MISSING_ID}))[0][:2] == (
        Verdict.DRIFTED, ["error-shape-changed"])  # fmt: skip


@pytest.mark.parametrize("answer", [
    Observation(401), Observation(403), Observation(429), Observation(503), Observation(200, JSON, b'{"id": 2}'),
    Observation(failure=Failure.TIMEOUT), Unreachable(Probe("p", None, ()), "the budget is spent", is_policy=True),
])  # fmt: skip
def test_what_says_nothing_of_a_missing_record(answer: Observation | Unreachable) -> None:
    """Refusals, failures, a service that serves everything, or nobody asked: the mock is as unverifiable as before."""
    stub = a_stub("GET /users/1", Expectation(404, JSON, b'{"title": "none"}'))
    summary = learnt(
        lambda probe: USER if probe.request.path == "/users/1" else answer, stub, behaviours={Behaviour.MISSING_ID}
    )
    assert told(summary)[0][:2] == (Verdict.UNVERIFIABLE, ["unverifiable"])


def test_a_lost_record_is_told_from_a_lost_route() -> None:
    """By what is said of a record that surely does not exist; the answers wait until that is known."""
    text = Observation(404, (("Content-Type", "text/plain"),), b"nobody of that name")
    (one,) = told(learnt(lambda _: text, SERVED, behaviours={Behaviour.MISSING_ID}))
    assert one[:2] == (Verdict.UNVERIFIABLE, ["fixture-missing"])
    (other,) = told(learnt(lambda _: text, SERVED, behaviours={Behaviour.COMPRESSION}))
    assert other[:2] == (Verdict.DRIFTED, ["endpoint-gone"])


SEARCH: Final = a_stub("POST /search", Expectation(200, JSON, b'{"hits": 1}'), body=b'{"q": 1}', name="search")
HITS: Final = Observation(200, JSON, b'{"hits": 1}')


def searching(refused: Observation) -> Answer:
    """A search that takes whole JSON alone."""

    def answer(probe: Probe) -> Observation:
        is_right = probe.request.body == b'{"q": 1}' and ("Content-Type", "application/json") in probe.request.headers
        return HITS if is_right else refused

    return answer


@pytest.mark.parametrize(("status", "body", "refused", "kinds"), [
    (400, b'{"code": "bad"}', Observation(400, JSON, b'{"code": "worse", "at": 1}'), []),
    (400, b'{"code": "bad"}', Observation(422, JSON, b'{"code": "bad"}'), ["error-status-changed"]),
    (400, b'{"code": "bad"}', Observation(400, JSON, b'{"title": "bad"}'), ["error-shape-changed"]),
    (400, b'{"code": "bad"}', HITS, ["error-not-reproduced"]),
    (400, b'{"code": "bad"}', Observation(503), []),
], ids=["in the same form", "another status", "another form", "not refused", "down"])  # fmt: skip
def test_broken_bodies(status: int, body: bytes, refused: Observation, kinds: list[str]) -> None:
    """A mocked refusal of the same operation is what is promised; why it is refused does not count."""
    refusing = a_stub("POST /search", Expectation(status, JSON, body), body=b"nonsense", name="refusing")
    wanted = {Behaviour.MALFORMED_BODY, Behaviour.WRONG_MEDIA_TYPE}
    answer = searching(refused)
    summary = learnt(
        lambda probe: refused if probe.request.body == b"nonsense" else answer(probe), SEARCH, refusing,
        behaviours=wanted, safe=("POST /search",),
    )  # fmt: skip
    found = {finding.kind for one in summary.results for finding in one.findings} - {"mock-stale"}
    own = {"error-code-changed", "field-added", "service-unavailable", *kinds}
    assert set(kinds) <= found <= own


def test_no_broken_body_is_sent_without_consent() -> None:
    """A POST that nobody declared safe is not even asked rightly."""
    summary = learnt(searching(HITS), SEARCH, behaviours=set(Behaviour))
    assert summary.requests_sent == 1  # the canary's


@pytest.mark.parametrize(("again", "remarks"), [
    (Observation(304), []),
    (USER, ["conditional: an unchanged answer is sent again in full to a caller who shows its ETag, not as 304"]),
    (Observation(200, (*JSON, ("ETag", '"v2"')), b'{"id": 1}'), []),
    (Observation(503), []),
    (Observation(failure=Failure.RESET), []),
], ids=["not modified", "in full", "changed meanwhile", "down", "lost"])  # fmt: skip
def test_unchanged_answers(again: Observation, remarks: list[str]) -> None:
    """Only a service that does not know its own validator is spoken of."""
    summary = learnt(
        lambda probe: again if dict(probe.request.headers).get("If-None-Match") == '"v1"' else USER, SERVED,
        behaviours={Behaviour.CONDITIONAL},
    )  # fmt: skip
    assert told(summary) == [(Verdict.VERIFIED, [], remarks)]


@pytest.mark.parametrize(("packed", "is_remarked"), [({"gzip"}, False), ({"gzip", "identity"}, True), (set(), False)])
def test_packing(packed: set[str], is_remarked: bool) -> None:
    """Packing for those who asked is no news; packing for those who did not is."""

    def answer(probe: Probe) -> Observation:
        coding = (("Content-Encoding", "gzip"),) if probe.accept_encoding in packed else ()
        return Observation(200, (*JSON, *coding), b'{"id": 1}')

    ((verdict, kinds, remarks),) = told(learnt(answer, SERVED, behaviours={Behaviour.COMPRESSION}))
    assert (verdict, kinds, bool(remarks)) == (Verdict.VERIFIED, [], is_remarked)
