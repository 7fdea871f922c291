"""The base URL of a provider: what may stand in it, and what must not."""

import re
from typing import Final
from urllib.parse import urlsplit

from driftwatch.model.address import is_metadata
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.words import quote

PLACEHOLDER: Final = "https://fill-me-in.invalid"
"""What stands in a fresh config where only a person knows the answer; ``.invalid`` never leads anywhere (RFC 6761)."""
TARGET_REMEDY: Final = "Write an http or https URL, such as `https://payments.staging.example.com`."

_BLANK: Final = re.compile(r"[\s\x00-\x1f\x7f\\]")


def read_target(written: str) -> str:
    """The URL without trailing slash, so that a mock's path can be put behind it.

    Raises ``RefusedError`` if the scheme, host or port cannot be used, or if it carries user info, a query or a
    fragment (RFC 3986, 3.2.1: a password in a URL ends up in logs and in process lists).
    """
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError as error:
        raise RefusedError(f"found {quote(written)}, whose host or port cannot be read", TARGET_REMEDY) from error
    if "@" in parts.netloc:
        raise RefusedError(
            f"found {quote(written)} with user info in the URL",
            "Leave it out of the URL and put credentials under `auth`, as `${env:NAME}` or `${file:PATH}`.",
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or _BLANK.search(written):
        raise RefusedError(f"found {quote(written)}, which is not the URL of a service", TARGET_REMEDY)
    if is_metadata(parts.hostname):
        raise RefusedError(
            f"found {quote(written)}, the metadata service of a cloud, which is never asked",
            "Name the service itself, as a rule its staging.",
        )
    if "*" in parts.hostname:
        raise RefusedError(f"found {quote(written)}, whose host is a pattern", "Name the one host that may be asked.")
    if parts.hostname == urlsplit(PLACEHOLDER).hostname:
        raise RefusedError(
            "the target is still to be filled in",
            "Put the base URL of the real service here, as a rule its staging: `https://payments.staging.example.com`.",
        )
    if "?" in written or "#" in written:
        raise RefusedError(
            f"found {quote(written)} with a query or a fragment",
            "Write the base URL alone: queries come from the mocks, API keys in a query from `auth.api_key`.",
        )
    return written.rstrip("/")
