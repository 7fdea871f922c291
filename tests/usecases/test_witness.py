"""A prober that remembers what came back, and changes nothing."""

from driftwatch.model.interaction import Request
from driftwatch.model.probe import Probe
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.audit import audit
from driftwatch.usecases.witness import Witness
from tests.fakes import ListedMocks, NotedProgress, ScriptedProber, SetClock
from tests.usecases.making import RUN, TRUE, Desk, mock, service


def test_an_audit_with_a_witness_asks_what_it_would_ask_without() -> None:
    """And the answers to mocks' questions are kept, of the staging alone."""
    prober = ScriptedProber(service(a=TRUE))
    witness = Witness(prober)
    desk = Desk(prober)
    plain = desk.audit(it=[mock("/a")])
    before = [probe.request for probe in prober.sent]
    prober.sent.clear()
    provider = Provider("it", "http://it", ListedMocks((mock("/a"),)), desk.policy)
    watched = audit([provider], witness, SetClock(), RUN, NotedProgress())
    assert [probe.request for probe in prober.sent] == before
    assert watched.requests_sent == plain.requests_sent
    assert {operation: len(seen) for operation, seen in witness.seen.items()} == {("it", "GET", "/a"): 2}


def test_there_is_an_end_to_what_is_held() -> None:
    """So many answers of one endpoint are kept, the rest is counted."""
    witness = Witness(ScriptedProber(lambda _: tuple([TRUE] * 250)))
    [*witness.send([Probe("it", Request("GET", "/a", "/a"), (), samples=250)])]
    assert len(witness.of(("it", "GET", "/a"))) == 200
    assert witness.dropped == 50
