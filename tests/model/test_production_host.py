"""Names of hosts: which say production, and when two URLs lead to one host."""

import pytest

from driftwatch.model.production_host import host_of, is_same_host, says_production


@pytest.mark.parametrize("host", [
    "prod", "live", "production", "api.prod.example.com", "prod-api.example.com", "api-prd.example.com",
    "payments.production.svc.cluster.local", "payments.prod", "shop.live.example.com", "LIVE.example.com",
    "production.example.com.", "eu_prod.example.com", "api-live", "prod.staging.example.com",
])  # fmt: skip
def test_a_name_that_says_production(host: str) -> None:
    """A whole word in any label, in any spelling."""
    assert says_production(host)


@pytest.mark.parametrize("host", [
    "", "localhost", "127.0.0.1", "[::1]", "api.staging.example.com", "example.live", "api.staging.example.live",
    "products.example.com", "reproduction.example.com", "pre-prod.example.com", "preprod.example.com",
    "non-prod.example.com", "not-production.example.com", "deliver.example.com", "alive.example.com", "oliver.example",
])  # fmt: skip
def test_a_name_that_only_sounds_like_it(host: str) -> None:
    """Longer words, what is before production, and the domain ``.live``."""
    assert not says_production(host)


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("https://a.example.com/v1", "https://A.example.com./v2", True),
    ("https://a.example.com", "http://a.example.com", True),
    ("https://a.example.com:443", "https://a.example.com", True),
    ("http://127.0.0.1:8001", "http://127.0.0.1:8002", False),
    ("http://127.0.0.1:8001", "http://127.0.0.1:8001/live", True),
    ("https://a.example.com", "https://b.example.com", False),
    ("no url", "no url", False),
])  # fmt: skip
def test_two_ways_to_one_host(one: str, other: str, expected: bool) -> None:
    """By name, whatever path and scheme; unusual ports are services of their own."""
    assert is_same_host(one, other) is expected


def test_the_host_of_a_url() -> None:
    """Without user info, port, path."""
    assert host_of("https://user:word@a.example.com:8443/x?y#z") == "a.example.com"
    assert host_of("http://[::1]:80") == "[::1]"
    assert host_of("/relative") == ""
