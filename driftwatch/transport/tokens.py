"""Access tokens of an authorization server (RFC 6749): fetched once, kept, renewed before they expire and when refused.

Only what an audit needs of OAuth2 is here: two grants without a person, one form to post, six members of one answer.
A library would bring the flows of browsers, its server half, and exceptions in which the server's words stand; and
requests-oauthlib a ``Session``, which reads ``~/.netrc``. The way to the endpoint is our own transport: its limits of
time and size, no redirects, and nothing but the status and a registered error code is ever told of an answer.
"""

import re
import threading
from base64 import b64encode
from math import inf
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import structlog
from msgspec import DecodeError, Struct, json
from requests import PreparedRequest

from driftwatch.model.errors import SettingsError
from driftwatch.model.interaction import Header, Query
from driftwatch.model.probe import Observation
from driftwatch.model.secret import Secret
from driftwatch.ports import Clock
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.question import Question
from driftwatch.transport.route import Routes
from driftwatch.transport.session import Session
from driftwatch.transport.target import NoCredentialsError, Refusal, Target
from driftwatch.transport.unpack import ACCEPTED

_ERRORS: Final = frozenset({
    "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
    "invalid_scope",
})  # fmt: skip
"""RFC 6749, 5.2. Any other word is the server's own, and may be anything."""
_TOKEN: Final = re.compile(r"[!-~]{1,16384}")
"""VSCHAR without the space: what a header can carry (RFC 6750, 2.1 is narrower, servers are not)."""
_LIMIT: Final = 256 * 1024
"""Bytes of an answer: the longest tokens known are some tens of kilobytes."""
_LEEWAY: Final = 30.0
"""Seconds before its end at which a token is renewed; of short-lived ones a fifth of their life."""
_LONGEST: Final = 24 * 3600.0
"""Seconds that a token is used at most, whatever the server promises."""
_PAUSE: Final = 10.0
"""Seconds in which nobody asks again after a failure."""
_FUTILE: Final = 3
"""New tokens in a row that were refused like the old ones: then the refusal is not about the token."""


class TokenRequest(Struct, frozen=True):
    """What an access token is asked for with."""

    url: str
    client_id: Secret
    client_secret: Secret | None = None
    refresh_token: Secret | None = None
    """The first one; with it the grant is ``refresh_token``, without it ``client_credentials``."""
    scope: str = ""
    audience: str = ""
    is_secret_in_body: bool = False
    verify: bool | str = True


class Tokens:
    """The access token of one identity. Any number of threads may ask for it: one of them fetches, the others wait."""

    def __init__(self, whose: str, request: TokenRequest, way: Target, clock: Clock | None = None) -> None:
        """``whose`` names the identity for a reader; ``way`` is the target whose proxy and limits hold here as well."""
        self._whose, self.request = whose, request
        self._clock = clock if clock is not None else SystemClock()
        self.endpoint = _endpoint(request, way)
        self._lock = threading.Lock()
        self._token = Secret("")
        self._ends = -inf
        self._trouble: Refusal | None = None
        self._trouble_until = -inf
        self._futile = 0
        self._given = self._rotated = Secret("")
        """The refresh token of the config when it was last used, and the one the server put in its place."""

    def is_like(self, other: "Tokens") -> bool:
        """Whether the other would ask for the same in the same way, so that a token of this one serves it, too."""
        return (self.request, self.endpoint) == (other.request, other.endpoint)

    def current(self) -> str:
        """A token that should be accepted; ``Refusal`` if none can be had."""
        with self._lock:
            now = self._clock.elapsed()
            if now >= self._ends:
                if self._trouble is not None and now < self._trouble_until:
                    raise self._trouble.with_traceback(None)
                self._fetch()
            return self._token.reveal()

    def forget(self, token: str) -> bool:
        """A token was refused before its end; whether there is another, or the next caller will fetch one."""
        with self._lock:
            if self._futile >= _FUTILE:  # nor would one help that somebody else has fetched meanwhile
                return False
            if token == self._token.reveal():
                self._ends = -inf
            return True

    def heed(self, *, was_accepted: bool) -> None:
        """Whether the token that was fetched after a refusal helped."""
        with self._lock:
            self._futile = 0 if was_accepted else self._futile + 1

    def _fetch(self) -> None:
        try:
            answer = self._ask()
            granted = _read(answer)
        except _DeniedError as denied:
            self._rotated = Secret("")  # perhaps it is the server's own that it does not know any more
            self._fail(str(denied), is_unauthorized=denied.is_unauthorized)
        except Refusal as refused:
            self._fail(str(refused), is_unauthorized=False)
        except SettingsError as error:
            self._fail("; ".join(mistake.found for mistake in error.mistakes), is_unauthorized=False)
        else:
            structlog.get_logger().info("token.fetched", whose=self._whose, used_for_seconds=round(granted.seconds))
            self._trouble = None
            self._token = granted.token
            self._ends = self._clock.elapsed() + granted.seconds
            if granted.refresh_token is not None:
                self._rotated = granted.refresh_token

    def _fail(self, reason: str, *, is_unauthorized: bool) -> None:
        made = NoCredentialsError if is_unauthorized else Refusal
        self._trouble = made(f"no access token for {self._whose}: {reason}")
        self._trouble_until = self._clock.elapsed() + _PAUSE
        structlog.get_logger().warning("token.failed", whose=self._whose, problem=reason)
        raise self._trouble from None

    def _ask(self) -> Observation:
        session = Session(self.endpoint, Routes().to(self.endpoint), self._clock)
        try:
            return session.observe(Question(self._prepare(), has_credentials=True))
        finally:
            session.close()

    def _prepare(self) -> PreparedRequest:
        asked, form = self.request, self._grant()
        headers = {
            "Accept": "application/json", "Accept-Encoding": ACCEPTED,
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        if asked.client_secret is not None and not asked.is_secret_in_body:
            pair = f"{quote_plus(asked.client_id.reveal())}:{quote_plus(asked.client_secret.reveal())}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"  # RFC 6749, 2.3.1
        else:
            form["client_id"] = asked.client_id.reveal()
            if asked.client_secret is not None:
                form["client_secret"] = asked.client_secret.reveal()
        prepared = PreparedRequest()
        prepared.method = "POST"
        prepared.url = self.endpoint.url_of(urlsplit(asked.url).path or "/")
        prepared.prepare_headers(headers)
        prepared.prepare_body(urlencode(form).encode(), None)
        return prepared

    def _grant(self) -> dict[str, str]:
        asked = self.request
        form = {"grant_type": "client_credentials"}
        if asked.refresh_token is not None:
            given = Secret(asked.refresh_token.reveal())
            if given != self._given:  # its file has changed, which is newer than what the server gave
                self._given, self._rotated = given, Secret("")
            form = {"grant_type": "refresh_token", "refresh_token": self._rotated.reveal() or given.reveal()}
        return form | {name: value for name, value in (("scope", asked.scope), ("audience", asked.audience)) if value}


class OAuth2Auth(Struct, frozen=True):
    """A token of an authorization server, shown as a bearer token."""

    tokens: Tokens

    def headers(self) -> tuple[Header, ...]:
        """The ``Authorization`` header; ``Refusal`` if no token can be had."""
        return (("Authorization", f"Bearer {self.tokens.current()}"),)

    def query(self) -> Query:
        """None."""
        return ()

    def renew(self, shown: tuple[Header, ...]) -> bool:
        """The token that was shown is forgotten."""
        return all(self.tokens.forget(value.removeprefix("Bearer ")) for _, value in shown)

    def heed(self, *, was_accepted: bool) -> None:
        """Whether another token helped."""
        self.tokens.heed(was_accepted=was_accepted)


class _Granted(Struct, frozen=True):
    token: Secret
    seconds: float
    """How long it is used; infinite if the server does not say."""
    refresh_token: Secret | None


class _DeniedError(Exception):
    """An answer without a token in it."""

    def __init__(self, reason: str, *, is_unauthorized: bool = False) -> None:
        super().__init__(reason)
        self.is_unauthorized = is_unauthorized


def _endpoint(request: TokenRequest, way: Target) -> Target:
    parts = urlsplit(request.url)
    return Target(
        f"{way.name} (token endpoint)", f"{parts.scheme}://{parts.netloc}", body_limit=_LIMIT,
        connect_timeout=way.connect_timeout, read_timeout=way.read_timeout, total_timeout=way.total_timeout,
        verify=request.verify, proxy=way.proxy, allow_addresses=way.allow_addresses,
    )  # fmt: skip


def _read(answer: Observation) -> _Granted:
    """The token of an answer (RFC 6749, 5.1); the answer is a stranger's."""
    if answer.failure is not None:
        raise _DeniedError(f"the token endpoint gave no answer ({answer.failure})")
    members = _members(answer)
    if answer.status != 200:
        error = members.get("error")
        if isinstance(error, str) and error in _ERRORS:
            raise _DeniedError(f"the token endpoint says {error}", is_unauthorized=True)
        raise _DeniedError(
            f"the token endpoint answers with status {answer.status}",
            is_unauthorized=answer.status in (400, 401, 403),
        )
    token, kind = members.get("access_token"), members.get("token_type", "Bearer")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise _DeniedError("the token endpoint's answer holds no token")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise _DeniedError("the token endpoint gave a token of another type than Bearer")
    refresh = members.get("refresh_token")
    rotated = Secret(refresh) if isinstance(refresh, str) and refresh else None
    return _Granted(Secret(token), _seconds(members.get("expires_in")), rotated)


def _members(answer: Observation) -> dict[str, Any]:
    if answer.is_truncated:
        return {}
    try:
        members = json.decode(answer.body)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return members if isinstance(members, dict) else {}


def _seconds(expires_in: object) -> float:
    """For how long a token is used. Some servers write the number as a text; of nonsense only the service can tell."""
    try:
        life = float(expires_in) if isinstance(expires_in, int | float | str) else 0.0
    except (ValueError, OverflowError):
        life = 0.0
    if not 0 < life < inf:
        return _LONGEST
    life = min(life, _LONGEST)
    return life - min(_LEEWAY, life / 5)
