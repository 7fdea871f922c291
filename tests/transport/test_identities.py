"""As whom a probe is sent: everybody shows their own, nobody shows nothing, and what is shown may change meanwhile."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from driftwatch.model.identity import NOBODY
from driftwatch.model.probe import Evidence, Observation, Probe, Unreachable
from driftwatch.model.secret import Secret
from driftwatch.settings.reference import Surroundings, resolve
from driftwatch.transport.auth import ApiKeyAuth, BearerAuth, HeadersAuth, Place, Profile
from driftwatch.transport.target import Target
from tests.servers import Answer, Received, json_answer, serve
from tests.transport.making import make_probe, make_target, send

NAMED = {
    "admin": Profile(BearerAuth(Secret("of-admin"))),
    "kiosk": Profile(ApiKeyAuth("sid", Secret("of-kiosk"), Place.COOKIE)),
    "partner": Profile(HeadersAuth((("X-Partner", Secret("id=7;key=of-partner")), ("X-Version", Secret("1"))))),
    "reader": Profile(ApiKeyAuth("key", Secret("of-reader"), Place.QUERY)),
}
SHOWN = {
    "": {"authorization": "Bearer of-audit"},
    "admin": {"authorization": "Bearer of-admin"},
    "kiosk": {"cookie": "sid=of-kiosk"},
    "partner": {"x-partner": "id=7;key=of-partner", "x-version": "1"},
    "reader": {},
    NOBODY: {},
}


def as_whom(identity: str) -> Probe:
    """A question of somebody."""
    return replace(make_probe(), identity=identity, with_credentials=identity != NOBODY)


def target_with(url: str, **more: object) -> Target:
    """A target that knows all of them."""
    return make_target(url, **({"auth": BearerAuth(Secret("of-audit")), "identities": NAMED} | more))


def sample_of(outcomes: list[Evidence | Unreachable]) -> Observation:
    """The one sample."""
    (outcome,) = outcomes
    assert isinstance(outcome, Evidence), outcome
    return outcome.samples[0]


@pytest.mark.parametrize("identity", SHOWN)
def test_everybody_shows_their_own(identity: str) -> None:
    """And nothing of anybody else's; the observation says who asked, and whether anything was shown."""
    with serve(json_answer("{}")) as server:
        sample = sample_of(send(target_with(server.url), [as_whom(identity)]))
    (received,) = server.received
    names = {name for shown in SHOWN.values() for name in shown}
    assert {name: received.header(name) for name in names if received.header(name)} == SHOWN[identity]
    assert ("of-reader" in received.target) is (identity == "reader")
    assert (sample.identity, sample.credentials_sent) == (identity, identity != NOBODY)


def test_an_unknown_identity_is_not_sent_as_another() -> None:
    """A probe for somebody whom the target does not know ends there."""
    with serve(json_answer("{}")) as server:
        (outcome,) = send(target_with(server.url), [as_whom("stranger")])
    assert isinstance(outcome, Unreachable)
    assert outcome.is_unauthorized
    assert outcome.reason == "no credentials for identity 'stranger' are configured"
    assert server.received == []


def test_what_the_operator_adds_says_who_asks_or_does_not() -> None:
    """``Authorization`` and ``Cookie`` below ``headers`` are the default identity's; a gateway's key is everybody's."""
    headers = (("Authorization", Secret("Token of-operator")), ("Cookie", Secret("a=b")), ("X-Gateway", "open"))
    with serve(json_answer("{}")) as server:
        target = make_target(server.url, headers=headers, identities=NAMED)
        samples = [sample_of(send(target, [as_whom(who)])) for who in ("", "reader", NOBODY)]
    shown = [[one.header(name) for name in ("authorization", "cookie", "x-gateway")] for one in server.received]
    assert shown == [["Token of-operator", "a=b", "open"], [None, None, "open"], [None, None, "open"]]
    assert [sample.credentials_sent for sample in samples] == [True, True, False]


def test_no_connection_is_shared() -> None:
    """Each identity, and nobody, has connections of its own, which are kept."""
    with serve(json_answer("{}")) as server:
        probes = [as_whom(who) for _ in range(3) for who in ("", "admin", NOBODY)]
        send(target_with(server.url, concurrency=1), probes)
    pairs = {(one.connection, one.header("authorization")) for one in server.received}
    assert len(pairs) == len({connection for connection, _ in pairs}) == 3


def test_a_plain_target_has_no_more_connections_than_before() -> None:
    """Without identities and certificates, nobody's question goes over the connection that stands."""
    with serve(json_answer("{}")) as server:
        target = make_target(server.url, auth=BearerAuth(Secret("t")), concurrency=1)
        send(target, [make_probe(), make_probe(with_credentials=False)])
    assert len({one.connection for one in server.received}) == 1


def test_a_rotated_token_is_shown_within_a_run(tmp_path: Path) -> None:
    """The file changes between two samples of one probe: the second shows what stands there then."""
    (tmp_path / "token").write_text("first")
    secret = resolve("${file:token}", Surroundings({}, tmp_path)).secret

    def answer(_: Received) -> Answer:
        (tmp_path / "token").write_text("second!")
        return json_answer("{}")

    with serve(answer) as server:
        target = make_target(server.url, auth=BearerAuth(secret), headers=(("X-Too", secret),))
        send(target, [make_probe(samples=2)])
    assert [one.header("authorization") for one in server.received] == ["Bearer first", "Bearer second!"]
    assert [one.header("x-too") for one in server.received] == ["first", "second!"]


def test_a_token_that_was_rotated_too_late_is_asked_with_again(tmp_path: Path) -> None:
    """The old one is refused while the new one stands in the file already: that is no refusal of the audit."""
    (tmp_path / "token").write_text("first")
    secret = resolve("${file:token}", Surroundings({}, tmp_path)).secret

    def answer(request: Received) -> Answer:
        (tmp_path / "token").write_text("second!")
        return json_answer("{}", 200 if request.header("authorization") == "Bearer second!" else 401)

    with serve(answer) as server:
        (outcome,) = send(make_target(server.url, auth=BearerAuth(secret)), [make_probe(samples=2)])
    assert isinstance(outcome, Evidence)
    assert [sample.status for sample in outcome.samples] == [200, 200]
    assert len(server.received) == 3


def test_a_refusal_that_nothing_can_change_is_not_asked_again() -> None:
    """A token that is what it was is refused once."""
    with serve(json_answer("{}", 401)) as server:
        send(target_with(server.url), [make_probe(samples=1)])
    assert len(server.received) == 1
