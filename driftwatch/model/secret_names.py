"""Which headers, query parameters and members hold a credential, told by their names."""

from typing import Final

SECRET_HEADERS: Final = frozenset({
    "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "apikey", "x-auth-token",
    "x-amz-security-token", "x-hasura-admin-secret", "x-goog-api-key",
})  # fmt: skip
SECRET_PARAMETERS: Final = frozenset({
    "key", "api_key", "apikey", "api-key", "token", "access_token", "refresh_token", "id_token", "client_secret",
    "sig", "signature", "x-amz-signature", "x-amz-credential", "x-amz-security-token", "password", "passwd", "secret",
    "authorization",
})  # fmt: skip
"""Names of query parameters and of JSON members."""
_SUFFIXES: Final = ("token", "secret", "signature", "password")


def is_secret_name(name: str) -> bool:
    """Whether a header, parameter or member of this name holds a credential (``x-session-token``, ``clientSecret``)."""
    lowered = name.lower()
    return lowered in SECRET_HEADERS or lowered in SECRET_PARAMETERS or lowered.endswith(_SUFFIXES)
