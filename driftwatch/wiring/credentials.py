"""Who asks: the credentials of the settings as the transport shows them."""

import dataclasses
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, assert_never

from driftwatch.model.secret import Secret
from driftwatch.settings.credentials import (
    ApiKeyAuth,
    AuthSettings,
    BasicAuth,
    BearerAuth,
    CertificateSettings,
    ClientAuthentication,
    HeadersAuth,
    NoAuth,
    OAuth2Auth,
)
from driftwatch.settings.identities import IdentitySettings
from driftwatch.settings.provider import ProductionSettings, ProviderSettings
from driftwatch.transport import auth
from driftwatch.transport.target import Target

if TYPE_CHECKING:
    from driftwatch.transport.tokens import Tokens

_NO_SECRET: Final = Secret("")
_tokens: Final[dict[str, "Tokens"]] = {}
"""By whose they are: a token outlives the run that fetched it, as the daemon does."""
_lock: Final = threading.Lock()


def with_credentials(target: Target, settings: ProviderSettings | ProductionSettings) -> Target:
    """The target with all that may be shown to it."""
    named = settings.identities if isinstance(settings, ProviderSettings) else {}
    return dataclasses.replace(
        target,
        auth=_auth_of(settings.auth, target, "the default identity"),
        certificate=_certificate_of(settings.client_certificate),
        identities=_profiles_of(named, target),
        headers=tuple((header, value.secret) for header, value in settings.headers.items()),
    )


def _profiles_of(named: Mapping[str, IdentitySettings], target: Target) -> dict[str, auth.Profile]:
    return {
        name: auth.Profile(
            _auth_of(one.auth, target, f"identity `{name}`"), _certificate_of(one.client_certificate)
        )
        for name, one in named.items()
    }  # fmt: skip


def _certificate_of(settings: CertificateSettings | None) -> auth.ClientCertificate | None:
    if settings is None:
        return None
    password = settings.password.secret if settings.password is not None else _NO_SECRET
    return auth.ClientCertificate(str(settings.certificate.path), str(settings.key.path), password)


def _auth_of(settings: AuthSettings, target: Target, whose: str) -> auth.Auth:
    match settings:
        case NoAuth():
            return auth.NoAuth()
        case BasicAuth(username=username, password=password):
            return auth.BasicAuth(username.secret, password.secret if password is not None else _NO_SECRET)
        case BearerAuth(token=token):
            return auth.BearerAuth(token.secret)
        case ApiKeyAuth(header=header, query=query, cookie=cookie, value=value):
            place = auth.Place.HEADER if header else auth.Place.QUERY if query else auth.Place.COOKIE
            return auth.ApiKeyAuth(header or query or cookie, value.secret, place)
        case HeadersAuth(values=values):
            return auth.HeadersAuth(tuple((name, value.secret) for name, value in values.items()))
        case OAuth2Auth():
            return _oauth2_of(settings, target, f"{whose} of {target.name}")
        case unknown:
            assert_never(unknown)


def _oauth2_of(settings: OAuth2Auth, target: Target, whose: str) -> auth.Auth:
    from driftwatch.transport.tokens import (  # noqa: PLC0415 - only where the config asks for it
        OAuth2Auth as Shown,
    )
    from driftwatch.transport.tokens import TokenRequest, Tokens  # noqa: PLC0415 - the same

    request = TokenRequest(
        url=settings.token_url,
        client_id=settings.client_id.secret,
        client_secret=settings.client_secret.secret if settings.client_secret is not None else None,
        refresh_token=settings.refresh_token.secret if settings.refresh_token is not None else None,
        scope=settings.scope,
        audience=settings.audience,
        is_secret_in_body=settings.client_authentication is ClientAuthentication.BODY,
        verify=str(settings.verify.path) if settings.verify is not None else True,
    )
    fresh = Tokens(whose, request, target)
    with _lock:
        kept = _tokens.get(whose)
        if kept is None or not kept.is_like(fresh):
            kept = _tokens[whose] = fresh
    return Shown(kept)
