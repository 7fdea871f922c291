"""Which mocked headers are promises."""

import pytest

from driftwatch.drift.headers import is_contract
from driftwatch.model.context import Context
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


@pytest.mark.parametrize(
    ("base_path", "mocked", "real", "is_same"),
    [
        ("", "/orders/7", "/api/orders/7", False),
        ("/api", "/orders/7", "/api/orders/9", True),
        ("/api/", "/orders/7", "https://staging.example.org/api/orders/9", True),
        ("/api", "/api/orders/7", "/api/orders/9", True),
        ("/api", "/orders/7", "/apis/orders/7", False),
        ("/api", "/", "//staging.example.org", True),
        ("", "/a//b", "/a/b/", True),
        ("", "?page=2", "/elsewhere", True),
    ],
)
def test_locations_lie_below_the_target(base_path: str, mocked: str, real: str, is_same: bool) -> None:
    """What a target's own path puts before every route is no part of it; a reference to nowhere claims nothing."""
    claim = a_claim(Expectation(302, (("Location", mocked),)))
    context = Context(base_path=base_path)
    findings = found(claim, Observation(302, (("Location", real),)), context=context)
    assert (findings == ()) is is_same


@pytest.mark.parametrize(
    "headers",
    [
        (("Location", "/reset/3f9a8b7c6d5e4f"),),
        (("Location", "/reset/abcdefghijklmnopqrstuvwxyzabcdefghij"),),
        (("Location", "/reset?token=3f9a8b7c6d5e4f"),),
        (("Content-Disposition", 'inline; filename="3f9a8b7c6d5e4f.csv"'),),
        (("WWW-Authenticate", 'Bearer realm="3f9a8b7c6d5e4f"'),),
        (("Sunset", "3f9a8b7c6d5e4f"),),
        (("Deprecation", "3f9a8b7c6d5e4f"),),
        (("Link", '</p?cursor=3f9a8b7c6d5e4f>; rel="next"'),),
    ],
    ids=lambda headers: "=".join(headers[0]),
)
def test_no_value_is_told(headers: tuple[tuple[str, str], ...]) -> None:
    """What is said of a header names routes, schemes and words of the standard, never a token."""
    shown = (("Location", "/login"), ("WWW-Authenticate", "Basic"), ("Content-Disposition", "attachment"))
    mocked = tuple(header for header in shown if header[0] == headers[0][0])
    (finding,) = found(a_claim(Expectation(200, mocked)), Observation(200, headers))
    text = f"{finding.claim} {finding.observed} {finding.hint} {finding.detail}"
    assert "3f9a8b7c" not in text
    assert "abcdefghijkl" not in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Link", "<" * 60_000),
        ("Link", '<a>;"' + '\\"' * 30_000),
        ("Link", "<a>" + "; rel" * 12_000),
        ("WWW-Authenticate", "a " * 30_000),
        ("WWW-Authenticate", '"' * 60_001),
        ("WWW-Authenticate", "a" * 60_000),
        ("Cache-Control", "a =" * 20_000),
        ("Cache-Control", 'a = "' * 12_000),
        ("Location", "../" * 20_000),
        ("Location", "a:" * 30_000),
        ("Sunset", "9" * 60_000),
        ("Allow", "GET, " * 12_000),
        ("Content-Type", "text/csv; charset=" + "é_" * 20_000),
    ],
    ids=lambda text: text[:20],
)
def test_long_headers_are_read_in_a_moment(name: str, value: str) -> None:
    """Headers as long as a server may send them take no more than a moment on either side, and few words to tell of."""
    claim = a_claim(Expectation(200, ((name, value),)), Expectation(200, ((name, f"x{value}"),)))
    for finding in found(claim, Observation(200, ((name, f"{value}y"),))):
        assert len(finding.claim) + len(finding.observed) < 1000
