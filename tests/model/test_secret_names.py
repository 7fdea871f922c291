"""Names of credentials, whatever spelling they come in."""

import pytest

from driftwatch.model.secret_names import is_secret_name


@pytest.mark.parametrize(
    "name",
    [
        "Authorization", "proxy-authorization", "Cookie", "SET-COOKIE", "X-API-Key", "x-auth-token", "X-Session-Token",
        "x-hasura-admin-secret", "X-Hub-Signature", "access_token", "clientSecret", "password", "X-Amz-Signature",
    ],
)  # fmt: skip
def test_names_of_credentials_are_known(name: str) -> None:
    """These names stand for credentials, in any case."""
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["Accept", "X-Request-Id", "ETag", "monkey", "tokens_left", "id"])
def test_other_names_are_not(name: str) -> None:
    """A name that only resembles one hides nothing from the reader."""
    assert not is_secret_name(name)
