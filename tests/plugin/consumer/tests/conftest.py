"""Mock files that several tests share."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MOCKS = Path(__file__).resolve().parents[1] / "mocks"

Stub = dict[str, Any]


@pytest.fixture(scope="session")
def stub() -> Callable[[str], Any]:
    """The answer of a stub of the orders service, by the file's name."""

    def load(name: str) -> Any:
        document = json.loads((MOCKS / "orders" / f"{name}.json").read_text(encoding="utf-8"))
        return document["response"]["jsonBody"]

    return load


@pytest.fixture(scope="module")
def customer(stub: Callable[[str], Any]) -> Any:
    """Read once for all tests of a module."""
    return stub("customer-7")


@pytest.fixture(scope="session")
def mocks() -> Path:
    """The folder of all mocks."""
    return MOCKS


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, object]:
    """Nothing is recorded anew."""
    return {"record_mode": "none"}


@pytest.fixture(scope="module")
def vcr_cassette_dir() -> str:
    """All cassettes stand with the mocks."""
    return str(MOCKS / "billing")
