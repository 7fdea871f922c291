"""The heads of two answers compared: which headers are a promise at all (drift semantics 3.2), and what each says."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from driftwatch.drift.announcements import announcements
from driftwatch.drift.caching import compare_caching
from driftwatch.drift.charsets import compare_charsets
from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.header_values import compare_header_values
from driftwatch.drift.heads import Heads
from driftwatch.model.context import Context
from driftwatch.model.interaction import Request

_IGNORED: Final = frozenset({
    "date", "server", "via", "age", "connection", "keep-alive", "transfer-encoding", "content-length",
    "content-encoding",
    "x-powered-by",
    "x-request-id", "request-id", "x-correlation-id", "correlation-id", "x-trace-id", "traceparent", "tracestate",
    "b3", "x-cloud-trace-context", "x-runtime", "x-cache", "x-cache-hits",
    "x-served-by", "x-timer", "set-cookie", "vary", "expires", "pragma", "strict-transport-security",
    "x-content-type-options",
    "x-frame-options", "x-xss-protection", "referrer-policy", "permissions-policy",
    "content-security-policy", "content-security-policy-report-only",
    "alt-svc", "nel", "report-to", "reporting-endpoints", "server-timing", "trailer", "upgrade",
    "proxy-connection", "hoverfly",
})  # fmt: skip
"""Never a promise. Whole names: a substring rule for ``date`` would also hide ``x-candidate-id``."""
_IGNORED_FROM: Final = ("x-b3-", "x-amzn-", "x-amz-cf-", "cf-", "cross-origin-", "x-mock", "matched-stub-")
"""How the names of whole families begin."""

_OWN_KINDS: Final = re.compile(r"content-type|ratelimit.*|x-ratelimit.*|deprecation|sunset|retry-after")
"""Judged by kinds of their own, or no promise that they come with every answer."""

_QUOTA: Final = re.compile(r"(x-)?ratelimit(-.*)?")

_KEPT: Final = 16_384
"""How many mocks' lists of promised headers are kept: they are the same at every audit."""


def is_contract(name: str) -> bool:
    """Whether a mocked header promises that it is sent."""
    lowered = name.lower()
    if lowered in _IGNORED or lowered.startswith(_IGNORED_FROM):
        return False
    return _OWN_KINDS.fullmatch(lowered) is None


def compare_headers(heads: Heads, asked: Request, context: Context) -> Iterator[Difference]:
    """All in which the headers of answers part from those of the mock, but links to a next page (``paging``)."""
    yield from _quota(heads)
    yield from _gone(heads)
    yield from compare_header_values(heads, asked, context.base_path)
    yield from compare_caching(heads)
    yield from compare_charsets(heads)
    yield from announcements(heads, context.now)


def _gone(heads: Heads) -> Iterator[Difference]:
    """Contract headers that every variant shows and no sample has."""
    promised = frozenset.intersection(*(_contract(frozenset(head)) for head in heads.mocked))
    if heads.pair.samples:
        for name in sorted(promised - heads.names):
            yield heads.differs(Aspect.HEADER_GONE, name, heads.pair.samples)


@lru_cache(_KEPT)
def _contract(names: frozenset[str]) -> frozenset[str]:
    return frozenset(filter(is_contract, names))


def _quota(heads: Heads) -> Iterator[Difference]:
    """RateLimit headers (draft-ietf-httpapi-ratelimit-headers and its forerunners) that no variant speaks of."""
    quotas = {name for name in heads.names if _QUOTA.fullmatch(name)}
    if quotas and not any(_QUOTA.fullmatch(name) for head in heads.mocked for name in head):
        samples = heads.pair.samples
        told = tuple(one for one, head in zip(samples, heads.real, strict=True) if not quotas.isdisjoint(head))
        yield Difference(Aspect.THROTTLED, "headers", k=len(told), n=len(samples), samples=told)
