"""The credentials of the audit: each kind with the sections it is written in. Values are only referred to."""

from typing import Annotated, Final

from msgspec import Struct

from driftwatch.settings.forms import SecretReference, Text
from driftwatch.settings.reference import Referenced
from driftwatch.settings.sections import Section, Variant

HEADER_NAME: Final = Text(
    r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$", "Write the name of a header, such as `X-Api-Key`."
)  # token of RFC 9110, 5.6.2
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
    """A key in a header or in the query; exactly one of the two names is set."""

    header: Annotated[str, HEADER_NAME, "The header that carries the key."] = ""
    query: Annotated[str, _QUERY_NAME, "The query parameter that carries the key."] = ""
    value: Annotated[Referenced, SecretReference(), "The key."]


AuthSettings = NoAuth | BasicAuth | BearerAuth | ApiKeyAuth

NO_AUTH: Final = NoAuth()
"""What holds where nothing is written."""

AUTH: Final = Variant(
    {
        "api_key": Section(
            ApiKeyAuth, either=("header", "query"), sentence="A key in a header or in a parameter of the query."
        ),
        "basic": Section(BasicAuth, sentence="User name and password (RFC 7617)."),
        "bearer": Section(BearerAuth, sentence="A bearer token (RFC 6750)."),
    },
    none="none",
    nothing=NO_AUTH,
)
