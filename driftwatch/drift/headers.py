"""Which headers a mock's answer is a promise of, and which of them never come (drift semantics 3.2)."""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.model.answers import Pair

_IGNORED: Final = re.compile(
    r"""(?x)
    date | server | via | age | connection | keep-alive | transfer-encoding | content-length | content-encoding
    | x-powered-by
    | x-request-id | request-id | x-correlation-id | correlation-id | x-trace-id | traceparent | tracestate
    | b3 | x-b3-.* | x-amzn-.* | x-amz-cf-.* | x-cloud-trace-context | cf-.* | x-runtime | x-cache | x-cache-hits
    | x-served-by | x-timer | set-cookie | vary | expires | pragma | strict-transport-security | x-content-type-options
    | x-frame-options | x-xss-protection | referrer-policy | permissions-policy | content-security-policy(-report-only)?
    | cross-origin-.* | alt-svc | nel | report-to | reporting-endpoints | server-timing | trailer | upgrade
    | proxy-connection | hoverfly | x-mock.* | matched-stub-.*
    """
)
"""Never a promise. Whole names: a substring rule for ``date`` would also hide ``x-candidate-id``."""

_OWN_KINDS: Final = re.compile(r"content-type|ratelimit.*|x-ratelimit.*|deprecation|sunset|retry-after")
"""Judged by kinds of their own, or no promise that they come with every answer."""

_QUOTA: Final = re.compile(r"(x-)?ratelimit(-.*)?")


def is_contract(name: str) -> bool:
    """Whether a mocked header promises that it is sent."""
    lowered = name.lower()
    return not _IGNORED.fullmatch(lowered) and not _OWN_KINDS.fullmatch(lowered)


def compare_headers(pair: Pair) -> Iterator[Difference]:
    """Contract headers that every variant shows and no sample has, and a quota that no variant speaks of."""
    yield from _quota(pair)
    shown = [{name.lower() for name, _ in variant.headers if is_contract(name)} for variant in pair.variants]
    promised = set.intersection(*shown) if shown else set()
    if not promised or not pair.samples:
        return
    sent = {name.lower() for sample in pair.samples for name, _ in sample.headers}
    for name in sorted(promised - sent):
        count = len(pair.samples)
        yield Difference(Aspect.HEADER_GONE, f"header:{name}", name=name, k=count, n=count, samples=pair.samples)


def _quota(pair: Pair) -> Iterator[Difference]:
    """RateLimit headers (draft-ietf-httpapi-ratelimit-headers and its forerunners)."""
    told = [sample for sample in pair.samples if any(_QUOTA.fullmatch(name.lower()) for name, _ in sample.headers)]
    shown = any(_QUOTA.fullmatch(name.lower()) for variant in pair.variants for name, _ in variant.headers)
    if told and not shown:
        yield Difference(Aspect.THROTTLED, "headers", k=len(told), n=len(pair.samples), samples=tuple(told))
