"""The credentials of the audit: each kind with the sections it is written in. Values are only referred to."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final

from msgspec import Struct

from driftwatch.settings.forms import PATH_REMEDY, Choice, Schema, SecretReference, Text, Trust
from driftwatch.settings.headers import HeaderValue
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.reference import REFERENCE_REMEDY, Referenced, has_reference
from driftwatch.settings.refusal import IncompleteError, RefusedError
from driftwatch.settings.sections import Named, Section, Variant
from driftwatch.settings.spot import Spot
from driftwatch.settings.target import read_target
from driftwatch.settings.words import HIDDEN, listing

HEADER_NAME: Final = Text(
    r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$", "Write the name of a header, such as `X-Api-Key`."
)  # token of RFC 9110, 5.6.2
_COOKIE_NAME: Final = Text(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$", "Write the name of a cookie, such as `session`.")
_SCOPE: Final = Text(
    r"^$|^[!#-\[\]-~]+( [!#-\[\]-~]+)*$", "Write scopes parted by single spaces: `orders.read users.read`."
)  # scope of RFC 6749, 3.3
_AUDIENCE: Final = Text(r"^\S*$", "Write the name or URL of the service, such as `https://api.example.com`.")
_TOKEN_URL_REMEDY: Final = "Write the URL of the token endpoint, such as `https://login.example.com/oauth2/token`."  # noqa: S105
_QUERY_NAME: Final = Text(r"^[^\s&=#?]+$", "Write the name of a query parameter, such as `api_key`.")


class NoAuth(Struct, frozen=True, kw_only=True):
    """Requests carry no credentials."""


class BasicAuth(Struct, frozen=True, kw_only=True):
    """HTTP Basic authentication (RFC 7617)."""

    username: Annotated[Referenced, SecretReference(), "The user name."]
    password: Annotated[
        Referenced | None, SecretReference(), "The password; left out where a service takes a key as user name alone."
    ] = None


class BearerAuth(Struct, frozen=True, kw_only=True):
    """A bearer token in the ``Authorization`` header (RFC 6750)."""

    token: Annotated[Referenced, SecretReference(), "The token, without the word Bearer."]


class ApiKeyAuth(Struct, frozen=True, kw_only=True):
    """A key in a header, in the query or in a cookie; exactly one of the three names is set."""

    header: Annotated[str, HEADER_NAME, "The header that carries the key."] = ""
    query: Annotated[str, _QUERY_NAME, "The query parameter that carries the key."] = ""
    cookie: Annotated[str, _COOKIE_NAME, "The cookie that carries the key."] = ""
    value: Annotated[Referenced, SecretReference(), "The key."]


class Grant(StrEnum):
    """What an access token is asked for with (RFC 6749, 4.4 and 6)."""

    CLIENT_CREDENTIALS = "client_credentials"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105  a word of the protocol


class ClientAuthentication(StrEnum):
    """How a client shows its secret to the authorization server (RFC 6749, 2.3.1)."""

    HEADER = "header"
    BODY = "body"


class Words(Choice, frozen=True):
    """One of a few words, all of which the remedy names: beside credentials what was found is not shown."""

    def schema(self) -> Schema:
        """The enumeration."""
        return {**Choice.schema(self), "errorMessage": f"Write one of {listing(self.words)}."}

    def show(self, value: object) -> str | None:  # type: ignore[override]
        """The word, if there is one."""
        return None if value is None else Choice.show(self, value)


def words_of(words: type[StrEnum]) -> Words:
    """One member of an enumeration, written as its value."""
    return Words({str(word): word for word in words})


class TokenUrl(Struct, frozen=True):
    """The address of a token endpoint; by standing here its host may be asked."""

    def schema(self) -> Schema:
        """The scheme; the rest is said better by code than by a pattern."""
        return {"type": "string", "format": "uri", "pattern": "^https?://", "errorMessage": _TOKEN_URL_REMEDY}

    def read(self, spot: Spot) -> str:
        """The URL as it stands; a slash at its end is part of it."""
        try:
            read_target(spot.text)
        except RefusedError as refused:
            raise RefusedError(refused.found, _TOKEN_URL_REMEDY) from None
        return spot.text

    def show(self, value: str) -> str:
        """Itself: there is no user info and no query in it."""
        return value


class OAuth2Auth(Struct, frozen=True, kw_only=True):
    """An access token of an authorization server (RFC 6749), fetched and renewed as needed."""

    token_url: Annotated[str, TokenUrl(), "The token endpoint; its host is asked for tokens and for nothing else."]
    grant: Annotated[Grant, words_of(Grant), "What it is asked with."] = Grant.CLIENT_CREDENTIALS
    client_id: Annotated[Referenced, SecretReference(), "Who asks."]
    client_secret: Annotated[
        Referenced | None, SecretReference(), "The client's secret; left out for a public client."
    ] = None
    client_authentication: Annotated[
        ClientAuthentication, words_of(ClientAuthentication), "Where the secret is shown: in a `header` or the `body`."
    ] = ClientAuthentication.HEADER
    refresh_token: Annotated[
        Referenced | None, SecretReference(), "The first refresh token, for `grant: refresh_token`."
    ] = None
    scope: Annotated[str, _SCOPE, "The scopes to ask for, parted by spaces."] = ""
    audience: Annotated[str, _AUDIENCE, "The service the token is for, where the server wants to know."] = ""
    verify: Annotated[
        WrittenPath | None, Trust(),
        "Whose certificates to trust at the token endpoint: `true` for the usual authorities, or a PEM file.",
    ] = None  # fmt: skip


class OAuth2(Section, frozen=True):
    """The section of OAuth2, in which one grant needs what the other must not have."""

    def read(self, spot: Spot) -> Any:
        """The section, if its parts belong together."""
        value = super().read(spot)
        written = spot.node.children
        is_refresh = value.grant is Grant.REFRESH_TOKEN
        if is_refresh and "refresh_token" not in written:
            spot.complain("found no refresh token to begin with", "Add `refresh_token: ${file:PATH}`.")
        elif not is_refresh and "refresh_token" in written:
            spot.complain(
                "found a refresh token that would never be used",
                "Write `grant: refresh_token` beside it, or leave it out.",
            )
        elif not is_refresh and "client_secret" not in written:
            spot.complain(
                "found no secret of the client",
                "Add `client_secret: ${env:NAME}`: only a client that proves who it is gets tokens (RFC 6749, 4.4).",
            )
        else:
            return value
        raise IncompleteError


class HeadersAuth(Struct, frozen=True, kw_only=True):
    """Headers of the service's own making."""

    values: Mapping[str, Referenced]


class HeaderTemplate(HeaderValue, frozen=True):
    """A header's value with references in it: what shows who asks is never written."""

    def read(self, spot: Spot) -> Referenced:
        """The value, looked up."""
        if not has_reference(spot.text):
            raise RefusedError(
                HIDDEN, f"{REFERENCE_REMEDY} What is no credential belongs below `headers` of the provider."
            )
        return HeaderValue.read(self, spot)


_TEMPLATES: Final = Named(HeaderTemplate(), HEADER_NAME, least=1)


class HeaderTemplates(Section, frozen=True):
    """Headers by name."""

    def schema(self) -> Schema:
        """An object with free names."""
        return {**_TEMPLATES.schema(), "description": self.sentence}

    def read(self, spot: Spot) -> Any:
        """The headers, of which there must be one."""
        values = _TEMPLATES.read(spot)
        if not values:
            raise IncompleteError
        return HeadersAuth(values=values)

    def show(self, value: Any) -> Any:
        """As written."""
        return None if value is None else _TEMPLATES.show(value.values)


class PemFile(Struct, frozen=True):
    """The path of a file. It is opened when an audit begins: whoever checks a config need not hold its keys."""

    def schema(self) -> Schema:
        """A text."""
        return {"type": "string", "minLength": 1, "errorMessage": PATH_REMEDY}

    def read(self, spot: Spot) -> WrittenPath:
        """The path, relative to the config's folder."""
        return WrittenPath.of(spot.text, spot.surroundings.folder)

    def show(self, value: WrittenPath) -> str:
        """As written."""
        return value.written


class CertificateSettings(Struct, frozen=True, kw_only=True):
    """The certificate that the audit shows (mTLS), beside whatever else it shows. Read anew by every run."""

    certificate: Annotated[WrittenPath, PemFile(), "The PEM file of the certificate, with its chain if it has one."]
    key: Annotated[WrittenPath, PemFile(), "The PEM file of its key."]
    password: Annotated[Referenced | None, SecretReference(), "The password of the key, if it is encrypted."] = None


AuthSettings = NoAuth | BasicAuth | BearerAuth | ApiKeyAuth | OAuth2Auth | HeadersAuth

NO_AUTH: Final = NoAuth()
"""What holds where nothing is written."""

KINDS: Final[Mapping[str, Section]] = {
    "api_key": Section(
        ApiKeyAuth, either=("header", "query", "cookie"),
        sentence="A key in a header, a parameter of the query or a cookie.",
    ),
    "basic": Section(BasicAuth, sentence="User name and password (RFC 7617)."),
    "bearer": Section(BearerAuth, sentence="A bearer token (RFC 6750)."),
    "headers": HeaderTemplates(
        HeadersAuth, sentence="Headers of the service's own making, with references in them."
    ),
    "oauth2": OAuth2(OAuth2Auth, sentence="A token that an authorization server gives (RFC 6749), renewed as needed."),
}  # fmt: skip
"""How one may show who asks."""

AUTH: Final = Variant(KINDS, none="none", nothing=NO_AUTH)
