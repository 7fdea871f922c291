"""Refunds by requests, played by pytest-recording. 4 tests."""

import pytest
import requests

BASE = "https://billing.example.com/v1/refunds"
_ATTEMPTS: list[int] = []

pytestmark = pytest.mark.default_cassette("refunds.yaml")


@pytest.mark.vcr
def test_refund() -> None:
    """The first of two."""
    assert requests.get(f"{BASE}/1", timeout=1).json() == {"id": 1, "amount": "5.00"}


@pytest.mark.vcr
def test_new_refund() -> None:
    """What no audit may ask."""
    assert requests.post(BASE, json={}, timeout=1).status_code == 201


@pytest.mark.vcr("invoices.yaml")
def test_two_cassettes() -> None:
    """One after the other, of which the second is false."""
    assert requests.get(f"{BASE}/1", timeout=1).json()["id"] == 1
    assert requests.get("https://billing.example.com/v1/invoices/2", timeout=1).json()["number"] == 2


@pytest.mark.flaky(reruns=1)
@pytest.mark.vcr
def test_again() -> None:
    """Fails once; the last outcome counts, and what it met each time."""
    _ATTEMPTS.append(1)
    if len(_ATTEMPTS) == 1:
        requests.post(BASE, json={}, timeout=1)
        pytest.fail("on purpose")
    assert requests.get(f"{BASE}/1", timeout=1).json()["id"] == 1
