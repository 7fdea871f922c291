"""Who is asking, and whether they may: tokens that wear out, sessions, keys, certificates, and quotas."""

import base64
import json
from collections import Counter
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, unquote_plus, urlsplit

from tests.servers import Answer, Headers, Received, json_answer
from tests.staging.script import Quota, Script, User


def refusal(status: int, code: str, message: str, headers: Headers = ()) -> Answer:
    """An error document in the service's own form."""
    return json_answer(json.dumps({"error": {"code": code, "message": message}}), status, headers)


class Doors:
    """Everybody's credentials, and what has become of them. Used under the service's lock."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._tokens = {user.token: name for name, user in script.users.items() if user.token}
        self._refreshes = {user.refresh: name for name, user in script.users.items() if user.refresh}
        self._used: Counter[str] = Counter()
        self._expired: set[str] = set()
        self._sessions: dict[str, str] = {}
        self._spent: Counter[str] = Counter()
        self.issued: list[str] = []
        """Every token that the token endpoint gave out, in order."""

    def expire(self, name: str) -> None:
        """From now on no bearer token that this user has is good."""
        self._expired |= {token for token, holder in self._tokens.items() if holder == name}

    def who(self, request: Received, certificate: str = "") -> str:
        """The name of the user who asks, or an empty text; a bearer token is worn by it."""
        scheme, _, proof = (request.header("Authorization") or "").partition(" ")
        if scheme.lower() == "bearer":
            return self._bearer(proof)
        if scheme.lower() == "basic":
            name, _, password = base64.b64decode(proof).decode().partition(":")
            user = self._script.users.get(name)
            return name if user is not None and user.password and user.password == password else ""
        cookies = _cookies(request)
        if cookies.get("session") in self._sessions:
            return self._sessions[cookies["session"]]
        given = {request.header("X-Api-Key"), cookies.get("api_key"), *_query(request).get("api_key", [])} - {None}
        return next((name for name, user in self._script.users.items() if _is(user, given, request, certificate)), "")

    def _bearer(self, token: str) -> str:
        name = self._tokens.get(token, "")
        lasts = self._script.users[name].lasts if name else None
        if lasts is not None and self._used[token] >= lasts:
            self._expired.add(token)
        self._used[token] += 1
        return "" if token in self._expired else name

    def judge(self, name: str, needs: tuple[str, ...] | None) -> Answer | None:
        """The refusal of somebody who may not ask here: 401 for strangers, 403 for the wrong role."""
        wanted = self._script.needs if needs is None else needs
        if not wanted:
            return None
        if not name:
            challenge = (("WWW-Authenticate", 'Bearer error="invalid_token"'),)
            return refusal(401, "unauthorized", "Show valid credentials.", challenge)
        if "any" in wanted or self._script.users[name].role in wanted:
            return None
        return refusal(403, "forbidden", "Your role may not do this.")

    def meter(self, name: str) -> tuple[Answer | None, Headers]:
        """The refusal of somebody whose quota is used up, and the headers that tell how it stands."""
        quota = self._script.quota
        if quota is None:
            return None, ()
        counter = name if quota.per == "user" else ""
        self._spent[counter] += 1
        spent = self._spent[counter]
        headers = _standing(quota, spent)
        if spent <= quota.limit:
            return None, headers
        if spent >= quota.limit + quota.refuses:
            self._spent[counter] = 0
        wait = (("Retry-After", quota.retry_after),) if quota.retry_after else ()
        return refusal(429, "too_many_requests", "Your quota is used up.", (*headers, *wait)), ()

    def login(self, request: Received) -> Answer:
        """A session for who knows a user's password, as a cookie."""
        form = _form(request)
        user = self._script.users.get(form.get("user", ""))
        if user is None or not user.password or user.password != form.get("password"):
            return refusal(401, "unauthorized", "Name or password is wrong.")
        session = f"session-{len(self._sessions) + 1}-of-{form['user']}"
        self._sessions[session] = form["user"]
        cookie = ("Set-Cookie", f"session={session}; Path=/; HttpOnly; SameSite=Lax")
        return json_answer(json.dumps({"user": form["user"]}), headers=(cookie,))

    def grant(self, request: Received) -> Answer:
        """A new token for an OAuth 2 client that proves who it is, or for a refresh token, which is good once."""
        form = _form(request)
        name = self._client(form, request.header("Authorization") or "")
        if not name:
            return json_answer('{"error": "invalid_client"}', 401)
        if form.get("grant_type") == "refresh_token":
            if self._refreshes.pop(form.get("refresh_token", ""), "") != name:
                return json_answer('{"error": "invalid_grant"}', 400)
        elif form.get("grant_type") != "client_credentials":
            return json_answer('{"error": "unsupported_grant_type"}', 400)
        token, refresh = (f"{kind}-{len(self.issued) + 1}-of-{name}" for kind in ("access", "refresh"))
        self._tokens[token] = self._refreshes[refresh] = name
        self.issued.append(token)
        told = {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "refresh_token": refresh}
        return json_answer(json.dumps(told), headers=(("Cache-Control", "no-store"),))

    def _client(self, form: Mapping[str, str], authorization: str) -> str:
        shown = (form.get("client_id", ""), form.get("client_secret", ""))
        if authorization.lower().startswith("basic "):
            client, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
            shown = (unquote_plus(client), unquote_plus(secret))  # RFC 6749, 2.3.1
        known = {(user.client, user.password): name for name, user in self._script.users.items() if user.client}
        return known.get(shown, "")


def _is(user: User, keys: set[str | None], request: Received, certificate: str) -> bool:
    if user.key and user.key in keys:
        return True
    if user.headers and all(request.header(name) == value for name, value in user.headers.items()):
        return True
    return bool(user.certificate) and user.certificate == certificate


def _standing(quota: Quota, spent: int) -> Headers:
    if quota.style == "none":
        return ()
    left = max(quota.limit - spent, 0)
    return (
        (f"{quota.style}-Limit", str(quota.limit)),
        (f"{quota.style}-Remaining", str(left)),
        (f"{quota.style}-Reset", quota.retry_after or "0"),
    )


def _cookies(request: Received) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(request.header("Cookie") or "").items()}
    except CookieError:
        return {}


def _query(request: Received) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.target).query)


def _form(request: Received) -> dict[str, str]:
    """The members of a body, whether it is a form or JSON."""
    if "json" in (request.header("Content-Type") or ""):
        document = json.loads(request.body)
        return {name: str(value) for name, value in document.items()} if isinstance(document, dict) else {}
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
