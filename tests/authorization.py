"""A real OAuth 2.0 authorization server on loopback (Authlib's, without a framework), and what it gave out.

It knows one confidential client and one public one. What tokens it gives, for how long, and whether it rotates refresh
tokens is said when it is started; a token is good until it is revoked or, by the told clock, over.
"""

import json
import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request, TokenMixin
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator

from tests.servers import Answer, Received, Server, serve

CLIENT: Final = "client-of-the-audit"
SECRET: Final = "planted-client-secret"
PUBLIC: Final = "client-without-a-secret"
FIRST_REFRESH: Final = "planted-first-refresh-token"
SCOPES: Final = "orders.read users.read"


class _Client(ClientMixin):  # type: ignore[misc]
    def __init__(self, name: str, secret: str) -> None:
        self.name, self.secret = name, secret

    def get_client_id(self) -> str:
        return self.name

    def get_allowed_scope(self, scope: str | None) -> str | None:
        asked = set((scope or "").split())
        return scope or "" if asked <= set(SCOPES.split()) else None

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(client_secret, self.secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return endpoint == "token" and (method == "none") == (not self.secret)

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "refresh_token" or bool(self.secret)


@dataclass
class _Refresh(TokenMixin):  # type: ignore[misc]
    value: str
    is_revoked: bool = False

    def check_client(self, client: _Client) -> bool:
        return client.name in (CLIENT, PUBLIC)

    def get_scope(self) -> str:
        return SCOPES


class _ClientCredentials(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")


class _RefreshToken(RefreshTokenGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")

    def authenticate_refresh_token(self, refresh_token: str) -> _Refresh | None:
        known = self.server.refreshes.get(refresh_token)
        return None if known is None or known.is_revoked else known

    def authenticate_user(self, refresh_token: _Refresh) -> str:  # noqa: ARG002  there is one
        return "somebody"

    def revoke_old_credential(self, refresh_token: _Refresh) -> None:
        refresh_token.is_revoked = self.server.is_rotating


class _Rotating(_RefreshToken):
    INCLUDE_NEW_REFRESH_TOKEN = True


class _Server(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server, bound to our requests and answers."""

    def __init__(self, lasts: int, *, is_rotating: bool) -> None:
        super().__init__()
        self.is_rotating = is_rotating
        self.clients = {CLIENT: _Client(CLIENT, SECRET), PUBLIC: _Client(PUBLIC, "")}
        self.refreshes = {FIRST_REFRESH: _Refresh(FIRST_REFRESH)}
        self.issued: list[str] = []
        make = BearerTokenGenerator(self._access, self._refresh, lasts)
        self.register_token_generator("default", make)
        self.register_grant(_ClientCredentials)
        self.register_grant(_Rotating if is_rotating else _RefreshToken)

    def _access(self, **_: Any) -> str:
        return f"planted-access-token-{len(self.issued) + 1}-{secrets.token_urlsafe(24)}"

    def _refresh(self, **_: Any) -> str:
        made = f"planted-refresh-token-{secrets.token_urlsafe(24)}"
        self.refreshes[made] = _Refresh(made)
        return made

    def query_client(self, client_id: str) -> _Client | None:
        return self.clients.get(client_id)

    def save_token(self, token: Mapping[str, Any], request: OAuth2Request) -> None:  # noqa: ARG002
        self.issued.append(str(token["access_token"]))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        pass

    def create_oauth2_request(self, request: Received) -> OAuth2Request:
        asked = _Request(request.method, "https://login.example/token", headers=dict(request.headers))
        asked.payload = BasicOAuth2Payload(dict(parse_qsl(request.body.decode())))
        return asked

    def handle_response(self, status: int, body: Any, headers: Any) -> Answer:
        text = body if isinstance(body, str) else json.dumps(body)
        return Answer(status, tuple((str(name), str(value)) for name, value in headers), text.encode())


class _Request(OAuth2Request):  # type: ignore[misc]
    @property
    def form(self) -> Mapping[str, str]:
        return self.payload.data  # type: ignore[no-any-return]


@dataclass
class Authorization:
    """One that runs."""

    server: Server
    _inner: _Server
    revoked: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Of the token endpoint."""
        return f"{self.server.url}/oauth2/token"

    @property
    def issued(self) -> list[str]:
        """All access tokens in their order."""
        return self._inner.issued

    @property
    def refreshes(self) -> list[str]:
        """All refresh tokens, the first one first."""
        return list(self._inner.refreshes)

    def revoke(self) -> None:
        """No token that was given so far is good any more."""
        self.revoked |= set(self.issued)

    def accepts(self, request: Received) -> bool:
        """Whether a service that trusts this server would serve a request."""
        scheme, _, token = (request.header("Authorization") or "").partition(" ")
        return scheme == "Bearer" and token in self.issued and token not in self.revoked


@contextmanager
def authorization(*, lasts: int = 3600, is_rotating: bool = False) -> Iterator[Authorization]:
    """Start one; tokens last so many seconds."""
    logging.getLogger("authlib").setLevel(logging.CRITICAL)  # it logs what it gives out, which is not our affair
    inner = _Server(lasts, is_rotating=is_rotating)

    def answer(request: Received) -> Answer:
        if request.path != "/oauth2/token":
            return Answer(404)
        made: Answer = inner.create_token_response(request)
        return made

    with serve(answer) as server:
        yield Authorization(server, inner)
