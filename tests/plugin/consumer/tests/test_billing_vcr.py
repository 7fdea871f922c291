"""Billing by requests and urllib, played by VCR.py. 6 tests."""

import json
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import requests
import vcr

BASE = "https://billing.example.com/v1/invoices"


def amount(number: int) -> Any:
    """What is to be paid."""
    return requests.get(f"{BASE}/{number}", timeout=1).json()["amount"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_amount(number: int, mocks: Path) -> None:
    """Of each of three of the four that stand there."""
    with vcr.use_cassette(str(mocks / "billing" / "invoices.yaml"), record_mode="none"):
        assert amount(number) == "99.00"


def test_urllib(mocks: Path) -> None:
    """By another client."""
    with vcr.use_cassette(str(mocks / "billing" / "invoices.yaml"), record_mode="none"):
        assert json.load(urlopen(f"{BASE}/1"))["paid"] is False


def test_one_true_and_one_old(mocks: Path) -> None:
    """The worse of two counts."""
    with vcr.use_cassette(str(mocks / "billing" / "invoices.yaml"), record_mode="none"):
        assert amount(1) == amount(3)


def test_nothing_is_played(mocks: Path) -> None:
    """A cassette was opened, and that is all."""
    with vcr.use_cassette(str(mocks / "billing" / "invoices.yaml"), record_mode="none"):
        pass
