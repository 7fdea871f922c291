"""Which mocked headers are promises."""

import pytest

from driftwatch.drift.headers import is_contract
from driftwatch.model.interaction import Expectation
from driftwatch.model.probe import Observation
from tests.drift.making import a_claim, found, kinds


@pytest.mark.parametrize("name", [
    "date", "server", "via", "age", "connection", "transfer-encoding", "content-length", "content-encoding",
    "x-powered-by", "x-request-id", "request-id", "traceparent", "b3", "x-b3-spanid", "x-amzn-trace-id", "cf-ray",
    "x-runtime", "x-cache", "set-cookie", "vary", "expires", "strict-transport-security", "x-frame-options", "alt-svc",
    "nel", "report-to", "x-mock-delay", "matched-stub-name",
    "content-type", "ratelimit", "ratelimit-policy", "x-ratelimit-reset", "deprecation", "sunset", "retry-after",
])  # fmt: skip
def test_these_promise_nothing(name: str) -> None:
    """Headers of the way, of the tool, or with kinds of their own are not missed, in any spelling."""
    assert not is_contract(name)
    assert not is_contract(name.title())


@pytest.mark.parametrize("name", [
    "etag", "last-modified", "x-total-count", "link", "location", "cache-control", "www-authenticate",
    "content-disposition", "x-candidate-id", "updated", "x-date", "x-server-name", "my-via", "x-age", "agent",
    "x-rate-limit", "cfx", "b3x",
])  # fmt: skip
def test_these_promise_that_they_are_sent(name: str) -> None:
    """Every other mocked header is a promise; names are compared whole."""
    assert is_contract(name)
    assert is_contract(name.upper())


def test_each_lost_header_is_a_finding_of_its_own() -> None:
    """Two lost headers are two findings, in lower case, each with its own identity."""
    findings = found(a_claim(Expectation(200, (("ETag", "a"), ("X-Total-Count", "4")))), Observation(200))
    assert kinds(findings) == [("header-missing", "header:etag"), ("header-missing", "header:x-total-count")]
    assert len({finding.fingerprint for finding in findings}) == 2


def test_repeated_headers_are_one_promise() -> None:
    """A header that is mocked twice is missed once."""
    claim = a_claim(Expectation(200, (("Link", "<a>"), ("link", "<b>"))))
    assert kinds(found(claim, Observation(200))) == [("header-missing", "header:link")]
