"""Which headers of a mocked request may be sent to a real service: what shapes the answer, never what identifies.

The names are those of RFC 9110 (7.6.1 hop-by-hop, 13.1 conditional, 14.2 Range), of the credentials that recorders
store verbatim, and of what browsers, tracers and client libraries add on their own.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from driftwatch.mocks.answers.scrubbed import is_scrubbed
from driftwatch.model.interaction import Header

_CREDENTIAL: Final = re.compile(
    r"""(?xi)
    authorization | proxy-authorization | cookie2? | set-cookie2?
    | .*[-_]?api[-_]?key | .*-key | .*[-_]?token | .*[-_]secret | .*[-_]signature | .*[-_]password
    | x-amz-credential | x-hasura-admin-secret | x-auth-.* | .*-auth | .*-credentials? | x-goog-iap-jwt-assertion
    """
)
_CREDENTIAL_VALUE: Final = re.compile(r"(?i)(?:bearer|basic|digest|token|negotiate)\s+\S|eyJ[\w-]{8,}\.")
_NOT_SENT: Final = frozenset({
    "host", "user-agent", "content-length", "accept-encoding", "date", "via", "forwarded", "x-real-ip",
    "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "te", "trailer", "transfer-encoding",
    "upgrade",
    "expect", "max-forwards", "http2-settings",
    "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range",
    "origin", "referer", "dnt", "upgrade-insecure-requests", "cache-control", "pragma", "priority", "save-data",
    "x-requested-with", "alt-used", "early-data",
    "traceparent", "tracestate", "baggage", "b3", "uber-trace-id", "sentry-trace", "x-amzn-trace-id",
    "x-cloud-trace-context", "x-request-id", "request-id", "x-correlation-id", "correlation-id",
    "postman-token", "x-goog-api-client", "x-client-data",
    "x-amz-date", "x-amz-content-sha256",
})  # fmt: skip
_NOT_SENT_FROM: Final = (
    ":", "x-forwarded-", "sec-", "access-control-request-", "x-b3-", "x-datadog-", "x-stainless-", "amz-sdk-",
)  # fmt: skip
"""How the names of whole families begin; HTTP/2's pseudo headers with a colon."""
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MEDIA_TYPE: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, 8.3.1, without parameters."""
_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def is_credential(name: str, value: str = "") -> bool:
    """Whether a header proves who is asking: by its name, or by what its value looks like."""
    return _is_credential_name(name) or _CREDENTIAL_VALUE.match(value) is not None


def safe_headers(headers: Iterable[Header]) -> tuple[Header, ...]:
    """The headers that may be sent to a real service, in their order."""
    return tuple([pair for pair in headers if _is_safe(*pair)])


def withheld(headers: Iterable[Header]) -> tuple[str, ...]:
    """The names of the credentials among ``headers``, in lower case, each once."""
    names = [name.lower() for name, value in headers if is_credential(name, value)]
    return tuple(dict.fromkeys(name for name in names if _is_sent(name))) if names else ()


def _is_safe(name: str, value: str) -> bool:
    if not _has_safe_name(name) or _CREDENTIAL_VALUE.match(value) or is_scrubbed(value):
        return False
    return _VALUE.fullmatch(value) is not None


@lru_cache(maxsize=1024)
def _has_safe_name(name: str) -> bool:
    return _is_sent(name.lower()) and not _is_credential_name(name) and _NAME.fullmatch(name) is not None


def _is_sent(lowered: str) -> bool:
    return lowered not in _NOT_SENT and not lowered.startswith(_NOT_SENT_FROM)


@lru_cache(maxsize=1024)
def _is_credential_name(name: str) -> bool:
    return _CREDENTIAL.fullmatch(name) is not None


def value_of(headers: Iterable[Header], name: str) -> str:
    """The first value of a header, whatever its spelling; empty if it is not there."""
    wanted = name.lower()
    for key, value in headers:  # asked for every header of every stub: a generator would double the time
        if key.lower() == wanted:
            return value
    return ""


def with_accept(headers: tuple[Header, ...], answer: Iterable[Header]) -> tuple[Header, ...]:
    """The request's headers with the mocked media type as ``Accept``, unless the mock asks for one itself."""
    return accepting(headers, value_of(answer, "content-type"))


def accepting(headers: tuple[Header, ...], content_type: str) -> tuple[Header, ...]:
    """The same, by the answer's ``Content-Type``."""
    media_type = content_type.partition(";")[0].strip()
    if not _MEDIA_TYPE.fullmatch(media_type) or value_of(headers, "accept"):
        return headers
    return (*headers, ("Accept", media_type))
