"""Users, roles, tokens that wear out, sessions, keys, and quotas of the staging service."""

import base64
from typing import Any

import pytest

from tests.staging import staging
from tests.staging.asking import ask

SCRIPT: dict[str, Any] = {
    "needs": ["any"],
    "users": {
        "ada": {"role": "admin", "token": "t-ada", "password": "p-ada", "key": "k-ada", "client": "c-ada"},
        "bob": {"token": "t-bob", "lasts": 2, "headers": {"X-Tenant": "acme", "X-Proof": "p-bob"}},
    },
    "login": "/login",
    "token": "/token",
    "routes": {"GET /any": {"body": {}}, "GET /admin": {"body": {}, "needs": ["admin"]}, "GET /open": {"needs": []}},
}


def _basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


@pytest.mark.parametrize(
    ("target", "headers", "user"),
    [
        ("/any", {"Authorization": "Bearer t-ada"}, "ada"),
        ("/any", {"Authorization": "bearer t-bob"}, "bob"),
        ("/any", {"Authorization": _basic("ada:p-ada")}, "ada"),
        ("/any", {"X_Api_Key": "k-ada"}, "ada"),
        ("/any?api_key=k-ada", {}, "ada"),
        ("/any", {"Cookie": "a=b; api_key=k-ada"}, "ada"),
        ("/any", {"X_Tenant": "acme", "X_Proof": "p-bob"}, "bob"),
        ("/any", {"X_Tenant": "acme"}, ""),
        ("/any", {"Authorization": "Bearer t-eve"}, ""),
        ("/any", {"Authorization": _basic("ada:p-bob")}, ""),
        ("/any", {"Authorization": _basic("bob:")}, ""),
        ("/any", {"Cookie": "session=x"}, ""),
        ("/any", {}, ""),
    ],
)
def test_every_proof_is_known(target: str, headers: dict[str, str], user: str) -> None:
    """Who asks is found by any of its credentials, and by nothing else; a stranger is 401."""
    with staging(SCRIPT) as service:
        said = ask(service.url, f"GET {target}", **headers)
    assert service.visits[0].user == user
    assert said.status == (200 if user else 401)
    assert ("www-authenticate" in said.headers) == (not user)


def test_roles() -> None:
    """A route is open to its role, forbidden to others, and closed to strangers; an open one is open."""
    with staging(SCRIPT) as service:
        said = [
            ask(service.url, "GET /admin", Authorization="Bearer t-ada"),
            ask(service.url, "GET /admin", Authorization="Bearer t-bob"),
            ask(service.url, "GET /admin"),
            ask(service.url, "GET /open"),
        ]
    assert [one.status for one in said] == [200, 403, 401, 200]


def test_a_token_wears_out() -> None:
    """It is good for so many requests, and refused from then on."""
    with staging(SCRIPT) as service:
        statuses = [ask(service.url, "GET /any", Authorization="Bearer t-bob").status for _ in range(4)]
    assert statuses == [200, 200, 401, 401]


def test_a_token_is_ended() -> None:
    """At a told moment all tokens of a user end, and nobody else's."""
    with staging(SCRIPT) as service:
        before = ask(service.url, "GET /any", Authorization="Bearer t-ada")
        service.expire("ada")
        after = ask(service.url, "GET /any", Authorization="Bearer t-ada")
        other = ask(service.url, "GET /any", Authorization="Bearer t-bob")
    assert [before.status, after.status, other.status] == [200, 401, 200]


def test_a_login_gives_a_session() -> None:
    """The cookie proves who logged in; a wrong password gives none."""
    with staging(SCRIPT) as service:
        wrong = ask(service.url, "POST /login", {"user": "ada", "password": "x"})
        form = b"user=ada&password=p-ada"
        right = ask(service.url, "POST /login", form, Content_Type="application/x-www-form-urlencoded")
        cookie = right.headers["set-cookie"].partition(";")[0]
        inside = ask(service.url, "GET /admin", Cookie=cookie)
    assert (wrong.status, right.status, inside.status) == (401, 200, 200)
    assert "set-cookie" not in wrong.headers


def test_tokens_are_granted_and_refreshed() -> None:
    """Client credentials give a token and a refresh token, which is good once; a wrong secret gives nothing."""
    with staging(SCRIPT) as service:
        secret = {"client_id": "c-ada", "client_secret": "p-ada"}
        denied = ask(service.url, "POST /token", {**secret, "client_secret": "x", "grant_type": "client_credentials"})
        granted: Any = ask(service.url, "POST /token", {**secret, "grant_type": "client_credentials"}).body
        again = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
        refreshed: Any = ask(service.url, "POST /token", again, Authorization=_basic("c-ada:p-ada")).body
        reused = ask(service.url, "POST /token", {**secret, **again})
        tokens = [granted["access_token"], refreshed["access_token"]]
        inside = [ask(service.url, "GET /admin", Authorization=f"Bearer {token}").status for token in tokens]
    assert denied.status == 401
    assert (tokens, inside) == (service.doors.issued, [200, 200])
    assert (reused.status, reused.body) == (400, {"error": "invalid_grant"})


def test_a_quota_is_used_up_and_renewed() -> None:
    """It tells what is left, refuses with Retry-After, and begins anew after its refusals."""
    script = {"quota": {"limit": 2, "refuses": 2, "retry_after": "7"}, "routes": {"GET /q": {"body": {}}}}
    with staging(script) as service:
        said = [ask(service.url, "GET /q") for _ in range(5)]
    assert [one.status for one in said] == [200, 200, 429, 429, 200]
    assert [one.headers["x-ratelimit-remaining"] for one in said] == ["1", "0", "0", "0", "1"]
    assert [one.headers.get("retry-after") for one in said] == [None, None, "7", "7", None]


def test_a_quota_of_each() -> None:
    """Per user, nobody pays for another; in the style of the draft, or silently."""
    quota = {"limit": 1, "per": "user", "style": "RateLimit"}
    with staging({**SCRIPT, "quota": quota}) as service:
        said = [ask(service.url, "GET /any", Authorization=f"Bearer {token}") for token in ("t-ada", "t-bob", "t-ada")]
    assert [one.status for one in said] == [200, 200, 429]
    assert said[0].headers["ratelimit-limit"] == "1"
    with staging({"quota": {"limit": 1, "style": "none"}, "routes": {"GET /q": {}}}) as service:
        assert not any("ratelimit" in name for name in ask(service.url, "GET /q").headers)
