"""Cookies of a session: kept and sent back as browsers do, and never by probes of another session, target or none."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from driftwatch.model.interaction import Request
from driftwatch.model.probe import Evidence, Probe, Stage, Unreachable
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.cookies import Cookies
from driftwatch.transport.prober import HttpProber
from driftwatch.transport.question import phrase
from driftwatch.transport.target import Target
from tests.servers import Answer, Received, Server, serve

SET = {
    "/plain": "a=1",
    "/path": "b=2; Path=/only",
    "/secure": "c=3; Secure",
    "/foreign": "d=4; Domain=example.com",
    "/gone": "a=; Max-Age=0",
    "/long": f"e={'x' * 9000}",
}


def respond(received: Received) -> Answer:
    """Each path sets its cookie."""
    value = SET.get(received.path)
    return Answer(200, (("Set-Cookie", value),) if value else ())


def probe(path: str, session: str = "one", provider: str = "it") -> Probe:
    """One request of a session."""
    return Probe(provider, Request("GET", path, path), (), samples=1, spacing=0, session=session)


def sent(probes: Iterable[Probe]) -> dict[str, str | None]:
    """The cookies that came with each path, by path, of requests one after the other."""
    with serve(respond) as service:
        targets = {"it": Target("it", service.url), "other": Target("other", service.url)}
        prober = HttpProber(targets, SystemClock(), run_id="r", workers=1)
        for one in probes:
            (outcome,) = prober.send([one])
            assert isinstance(outcome, Evidence)
        return _cookies(service)


def _cookies(service: Server) -> dict[str, str | None]:
    return {received.path: received.header("cookie") for received in service.received}


def test_a_session_keeps_what_it_is_given() -> None:
    """Below its path, to its host, until it is taken away."""
    walk = ["/plain", "/path", "/secure", "/foreign", "/long", "/next", "/only/here", "/gone", "/last"]
    came = sent(map(probe, walk))
    assert came["/plain"] is None
    assert came["/next"] == "a=1"
    assert sorted((came["/only/here"] or "").split("; ")) == ["a=1", "b=2"]
    assert came["/last"] is None


@pytest.mark.parametrize("other", [probe("/next", ""), probe("/next", "two"), probe("/next", "one", "other")])
def test_nobody_else_sends_it(other: Probe) -> None:
    """No probe without a session, of another one, or to another target."""
    assert sent([probe("/plain"), other])["/next"] is None


def test_a_cookie_of_the_credentials_goes_with_them() -> None:
    """What the question has itself stays in front of what was kept; the question is as it was for the next sample."""
    target = Target("it", "http://127.0.0.1:1")
    question = phrase(replace(probe("/"), said=(("Cookie", "key=k"),)), target, "agent")
    cookies = Cookies()
    cookies.keep(probe("/"), question, (("Set-Cookie", "a=1"),))
    assert cookies.dressed(probe("/"), question).prepared.headers["Cookie"] == "key=k; a=1"
    assert question.prepared.headers["Cookie"] == "key=k"


def test_a_flood_of_cookies_is_dropped() -> None:
    """A hundred in one answer, or in all, are no session; memory is not the service's to fill."""
    target, cookies = Target("it", "http://127.0.0.1:1"), Cookies()
    question = phrase(probe("/"), target, "agent")
    for turn in range(2):
        flood = tuple(("Set-Cookie", f"c{turn}-{number}=1") for number in range(90))
        cookies.keep(probe("/"), question, flood)
    assert "Cookie" not in cookies.dressed(probe("/"), question).prepared.headers


def test_production_has_a_jar_of_its_own() -> None:
    """The same session at another stage is another lane."""
    target, cookies = Target("it", "http://127.0.0.1:1"), Cookies()
    question = phrase(probe("/"), target, "agent")
    cookies.keep(probe("/"), question, (("Set-Cookie", "a=1"),))
    live = replace(probe("/"), stage=Stage.PRODUCTION)
    assert "Cookie" not in cookies.dressed(live, question).prepared.headers


def test_headers_of_a_step_overrule_and_refusals_stay_refusals() -> None:
    """What a log-in gave takes the place of other credentials; a header that cannot be sent refuses the probe alone."""
    with serve(respond) as service:
        prober = HttpProber({"it": Target("it", service.url)}, SystemClock(), run_id="r")
        good = replace(probe("/good"), said=(("Authorization", "Bearer captured"), ("X-Api-Key", "captured")))
        bad = replace(probe("/bad"), said=(("X-Bad", "a\r\nb: c"),))
        outcomes = {type(outcome) for one in (good, bad) for outcome in prober.send([one])}
        (received,) = service.received
    assert (received.header("authorization"), received.header("x-api-key")) == ("Bearer captured", "captured")
    assert outcomes == {Evidence, Unreachable}
