"""Access tokens: from a real authorization server, once for all who wait, renewed in time, and never on show."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from driftwatch.model.probe import Evidence, Unreachable
from driftwatch.model.secret import Secret
from driftwatch.settings.reference import Surroundings, resolve
from driftwatch.transport.target import NoCredentialsError, Refusal, Target
from driftwatch.transport.tokens import OAuth2Auth, TokenRequest, Tokens
from tests.authorization import CLIENT, FIRST_REFRESH, PUBLIC, SECRET, Authorization, authorization
from tests.servers import Answer, Received, Server, closed_port, hangs, json_answer, misbehave, saying, serve
from tests.transport.making import FakeClock, make_probe, make_target, send


def asking(url: str, **more: Any) -> TokenRequest:
    """What the audit's client asks the server at ``url`` for."""
    known = {"client_id": Secret(CLIENT), "client_secret": Secret(SECRET)}
    return TokenRequest(url, **(known | more))


def tokens(url: str, clock: FakeClock | None = None, **more: Any) -> Tokens:
    """Tokens of identity ``admin``, in quick time limits."""
    way = make_target("http://127.0.0.1:1", read_timeout=2.0, total_timeout=2.0)
    return Tokens("identity `admin` of users", asking(url, **more), way, clock)


@contextmanager
def guarded(lasts: int = 3600, *, is_rotating: bool = False) -> Iterator[tuple[Authorization, Server]]:
    """An authorization server, and a service that serves whoever shows a token of it."""
    with authorization(lasts=lasts, is_rotating=is_rotating) as giver:

        def answer(request: Received) -> Answer:
            return json_answer("{}", 200 if giver.accepts(request) else 401)

        with serve(answer) as service:
            yield giver, service


def told(giver: Authorization) -> list[dict[str, str]]:
    """The forms that were posted."""
    return [dict(pair.split("=", 1) for pair in request.body.decode().split("&")) for request in giver.server.received]


@pytest.mark.parametrize("is_in_body", [False, True])
def test_a_token_is_fetched_and_shown(is_in_body: bool) -> None:
    """The client shows its secret where it is told to, the service gets the token as bearer token."""
    with guarded() as (giver, service):
        held = tokens(giver.url, is_secret_in_body=is_in_body, scope="users.read orders.read", audience="users")
        (outcome,) = send(make_target(service.url, auth=OAuth2Auth(held)), [make_probe(samples=3)])
    assert isinstance(outcome, Evidence)
    assert [sample.status for sample in outcome.samples] == [200] * 3
    assert all(sample.credentials_sent for sample in outcome.samples)
    (form,) = told(giver)
    assert (form["grant_type"], form["scope"], form["audience"]) == (
        "client_credentials", "users.read+orders.read", "users",
    )  # fmt: skip
    assert ("client_secret" in form) is is_in_body
    assert (giver.server.received[0].header("authorization") is None) is is_in_body


def test_a_refresh_token_is_a_grant_of_its_own() -> None:
    """A client without a secret names itself in the body."""
    with guarded() as (giver, service):
        held = tokens(giver.url, client_id=Secret(PUBLIC), client_secret=None, refresh_token=Secret(FIRST_REFRESH))
        (outcome,) = send(make_target(service.url, auth=OAuth2Auth(held)), [make_probe()])
    assert isinstance(outcome, Evidence)
    assert outcome.samples[0].status == 200
    assert told(giver) == [{"grant_type": "refresh_token", "refresh_token": FIRST_REFRESH, "client_id": PUBLIC}]


def test_a_token_is_fetched_once_however_many_wait() -> None:
    """Twenty threads want one at the same moment: one asks, all get it."""
    with guarded() as (giver, service):
        target = make_target(service.url, auth=OAuth2Auth(tokens(giver.url)), concurrency=20)
        outcomes = send(target, [make_probe(f"/users/{number}") for number in range(40)])
    assert len(giver.server.received) == 1
    assert {one.samples[0].status for one in outcomes if isinstance(one, Evidence)} == {200}


def test_a_token_outlives_the_run_that_fetched_it() -> None:
    """A second run shows the token of the first."""
    with guarded() as (giver, service):
        target = make_target(service.url, auth=OAuth2Auth(tokens(giver.url)))
        send(target, [make_probe()])
        send(target, [make_probe()])
    assert len(giver.issued) == 1


@pytest.mark.parametrize(("lasts", "kept", "over"), [(3600, 3569.0, 3571.0), (10, 7.9, 8.1), (10**9, 86369.0, 86371.0)])
def test_a_token_is_renewed_before_its_end(lasts: int, kept: float, over: float) -> None:
    """Half a minute before it, of short-lived ones a fifth of their life; and once a day in any case."""
    clock = FakeClock()
    with authorization(lasts=lasts) as giver:
        held = tokens(giver.url, clock)
        first = held.current()
        clock.time = kept
        assert held.current() == first
        clock.time = over
        assert held.current() != first
        assert len(giver.issued) == 2


def test_a_refused_token_is_renewed_once_and_the_sample_taken_again() -> None:
    """The token is revoked in the middle of a run: the next sample is refused, and asked again with another token.

    What was refused is in no evidence, and counts as a request.
    """
    with guarded() as (giver, service):
        held = tokens(giver.url)
        target = make_target(service.url, auth=OAuth2Auth(held))
        send(target, [make_probe()])
        giver.revoke()
        (outcome,) = send(target, [make_probe(samples=3)])
    assert isinstance(outcome, Evidence)
    assert [sample.status for sample in outcome.samples] == [200] * 3
    assert len(giver.issued) == 2
    assert [giver.accepts(request) for request in service.received] == [False, False, True, True, True]


def test_what_is_asked_again_counts_against_the_budget() -> None:
    """With a budget of three requests, a refused one leaves room for two."""
    with guarded() as (giver, service):
        held = tokens(giver.url)
        held.current()
        giver.revoke()
        target = make_target(service.url, auth=OAuth2Auth(held), budget=3, concurrency=1)
        outcomes = send(target, [make_probe(samples=1), make_probe("/users/2", samples=1), make_probe("/users/3")])
    assert len(service.received) == 3
    assert [type(one) for one in outcomes] == [Evidence, Evidence, Unreachable]


@pytest.mark.parametrize("concurrency", [1, 4])
def test_there_is_no_loop(concurrency: int) -> None:
    """A service that refuses every token is asked again for three probes, and for those under way by then."""
    with authorization() as giver, serve(json_answer("{}", 401)) as service:
        target = make_target(service.url, auth=OAuth2Auth(tokens(giver.url)), concurrency=concurrency)
        outcomes = send(target, [make_probe(f"/users/{number}", samples=2) for number in range(20)])
    assert [one.samples[0].status for one in outcomes if isinstance(one, Evidence)] == [401] * 20
    under_way = concurrency - 1
    assert 3 <= len(service.received) - 2 * 20 <= 3 + under_way
    assert 2 <= len(giver.issued) <= 1 + 3 + under_way


def test_a_rotated_refresh_token_is_the_next_one() -> None:
    """What the server gives in place of the first is used; the first would not be accepted again."""
    with guarded(is_rotating=True) as (giver, _):
        held = tokens(giver.url, refresh_token=Secret(FIRST_REFRESH))
        for _ in range(3):
            assert held.forget(held.current())
        held.current()
        shown = [form["refresh_token"] for form in told(giver)]
    assert len(giver.issued) == 4
    assert shown == giver.refreshes[:4]


def test_a_refresh_token_in_a_file_goes_before_what_the_server_gave(tmp_path: Path) -> None:
    """Whoever writes a new one into the file means it."""
    (tmp_path / "refresh").write_text(FIRST_REFRESH)
    given = resolve("${file:refresh}", Surroundings({}, tmp_path)).secret
    with guarded(is_rotating=True) as (giver, _):
        held = tokens(giver.url, refresh_token=given)
        held.forget(held.current())
        held.forget(held.current())
        (tmp_path / "refresh").write_text("another-one")
        with pytest.raises(NoCredentialsError, match="invalid_grant"):
            held.current()
        assert [form["refresh_token"] for form in told(giver)] == [FIRST_REFRESH, giver.refreshes[1], "another-one"]


DENIALS: dict[str, dict[str, Any]] = {
    "invalid_client": {"client_secret": Secret("planted-wrong-secret")},
    "invalid_grant": {"refresh_token": Secret("planted-wrong-refresh")},
    "invalid_scope": {"scope": "everything"},
    "unauthorized_client": {"client_id": Secret(PUBLIC), "client_secret": None},
}


@pytest.mark.parametrize("word", DENIALS)
def test_the_server_s_no_is_told_by_its_code_alone(word: str) -> None:
    """No request is sent, the reason names the identity and the registered code, and not a word of the server's own."""
    with guarded() as (giver, service):
        more = DENIALS[word] if word != "unauthorized_client" else {"client_secret": Secret("planted-wrong-secret")}
        target = make_target(service.url, auth=OAuth2Auth(tokens(giver.url, **more)))
        outcomes = send(target, [make_probe(), make_probe("/users/2")])
    code = word if word != "unauthorized_client" else "invalid_client"
    assert [one.reason for one in outcomes if isinstance(one, Unreachable)] == [
        f"no access token for identity `admin` of users: the token endpoint says {code}"
    ] * 2
    assert all(one.is_unauthorized for one in outcomes if isinstance(one, Unreachable))
    assert service.received == []
    assert len(giver.server.received) == 1


def body(text: str, status: int = 200) -> Callable[..., Any]:
    """A token endpoint that says this."""
    return saying(json_answer(text, status).spell())


HOSTILE: dict[str, tuple[Callable[..., Any], str, bool]] = {
    "a word of its own": (
        body('{"error": "planted-word", "error_description": "planted-text"}', 400),
        "status 400",
        True,
    ),
    "an error that is no text": (body('{"error": ["invalid_client"]}', 400), "status 400", True),
    "no token": (body('{"token_type": "Bearer"}'), "holds no token", False),
    "a token that is a number": (body('{"access_token": 5}'), "holds no token", False),
    "an empty token": (body('{"access_token": ""}'), "holds no token", False),
    "a token that would be a second header": (body('{"access_token": "planted\\r\\nX: y"}'), "holds no token", False),
    "a token with a blank": (body('{"access_token": "planted blank"}'), "holds no token", False),
    "a token beyond all measure": (body(json.dumps({"access_token": "p" * 20_000})), "holds no token", False),
    "another type": (body('{"access_token": "planted", "token_type": "mac"}'), "another type than Bearer", False),
    "a list": (body("[1]"), "holds no token", False),
    "no JSON": (body("<html>planted</html>"), "holds no token", False),
    "brackets without end": (body("[" * 100_000), "holds no token", False),
    "an answer beyond all measure": (body('{"access_token": "' + "p" * 500_000 + '"}'), "holds no token", False),
    "a redirect": (saying(Answer(302, (("Location", "http://elsewhere/"),)).spell()), "status 302", False),
    "trouble": (body("{}", 503), "status 503", False),
    "silence": (hangs, "gave no answer (timeout)", False),
    "garbage": (saying(b"planted\r\n\r\n"), "gave no answer (malformed)", False),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_token_endpoint_is_a_stranger(name: str) -> None:
    """Whatever it says, nobody is asked without a token, the reason says what it was, and shows none of it."""
    script, reason, is_unauthorized = HOSTILE[name]
    with serve(json_answer("{}")) as service, misbehave(script) as giver:
        target = make_target(service.url, auth=OAuth2Auth(tokens(f"{giver.url}/token")))
        (outcome,) = send(target, [make_probe()])
    assert isinstance(outcome, Unreachable)
    assert reason in outcome.reason
    assert "planted" not in outcome.reason
    assert outcome.is_unauthorized is is_unauthorized
    assert service.received == []


@pytest.mark.parametrize("expires_in", ["60", 60, 60.5])
def test_a_life_may_be_written_as_text(expires_in: object) -> None:
    """Some servers quote the number."""
    clock = FakeClock()
    text = json.dumps({"access_token": "a", "expires_in": expires_in})
    with serve(json_answer(text)) as giver:
        held = tokens(f"{giver.url}/token", clock)
        held.current()
        clock.time = 40.0
        held.current()
        assert len(giver.received) == 1
        clock.time = 50.0
        held.current()
        assert len(giver.received) == 2


@pytest.mark.parametrize("expires_in", [0, -5, "soon", None, [], "1e400", "nan", True])
def test_a_life_that_is_nonsense_is_not_believed(expires_in: object) -> None:
    """The token is used until it is refused: nobody fetches one for every request."""
    text = json.dumps({"access_token": "a", "expires_in": expires_in})
    clock = FakeClock()
    with serve(json_answer(text)) as giver:
        held = tokens(f"{giver.url}/token", clock)
        for clock.time in (0.0, 0.3, 0.6):
            held.current()
        assert len(giver.received) == 1


def test_a_failure_is_not_asked_for_again_at_once() -> None:
    """Those who come within seconds get the same no; later it is tried again."""
    clock = FakeClock()
    with serve(json_answer("{}", 503)) as giver:
        held = tokens(f"{giver.url}/token", clock)
        for moment in (0.0, 1.0, 9.0, 11.0):
            clock.time = moment
            with pytest.raises(Refusal):
                held.current()
        assert len(giver.received) == 2


def test_whoever_waits_for_a_failure_gets_it() -> None:
    """Ten threads wait for one fetch that fails: it is asked for once."""
    failures: list[str] = []
    with serve(json_answer('{"error": "invalid_client"}', 401)) as giver:
        held = tokens(f"{giver.url}/token")

        def ask() -> None:
            try:
                held.current()
            except NoCredentialsError as error:
                failures.append(str(error))

        crew = [threading.Thread(target=ask) for _ in range(10)]
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
        assert len(failures) == 10
        assert len(giver.received) == 1


def test_what_became_of_a_fetch_is_logged() -> None:
    """One event for a token that was had, one for a failure, with the identity and no word of the server's."""
    with authorization(lasts=100) as giver, capture_logs() as events:
        tokens(giver.url).current()
        with pytest.raises(NoCredentialsError):
            tokens(giver.url, client_secret=Secret("planted-wrong-secret")).current()
    assert events == [
        {
            "event": "token.fetched", "log_level": "info", "whose": "identity `admin` of users", "used_for_seconds": 80,
        },
        {
            "event": "token.failed", "log_level": "warning", "whose": "identity `admin` of users",
            "problem": "the token endpoint says invalid_client",
        },
    ]  # fmt: skip


@pytest.mark.parametrize("case", ["fine", "denied", "refused", "closed", "mute"])
def test_nothing_of_it_is_on_show(case: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither secret, nor token, nor refresh token is in a log, an outcome, an exception or the text of any object."""
    caplog.set_level(logging.DEBUG)
    with guarded(is_rotating=True) as (giver, service), misbehave(hangs) as mute, capture_logs() as events:
        secret = Secret(SECRET if case != "denied" else "planted-wrong-secret")
        url = {"closed": f"http://127.0.0.1:{closed_port()}/t", "mute": f"{mute.url}/t"}.get(case, giver.url)
        held = tokens(url, client_secret=secret, refresh_token=Secret(FIRST_REFRESH))
        auth = OAuth2Auth(held)
        target: Target = make_target(
            service.url if case != "refused" else f"http://127.0.0.1:{closed_port()}", auth=auth
        )
        outcomes = send(target, [make_probe(samples=2)])
        trouble = ""
        try:
            held.current()
        except Refusal as error:
            trouble = f"{error!r} {error} {error.__context__!r} {error.__cause__!r}"
    shown = f"{events} {outcomes} {target} {auth} {held} {held.request} {trouble} {caplog.text} {caplog.records}"
    assert "planted" not in shown
    assert CLIENT not in shown
