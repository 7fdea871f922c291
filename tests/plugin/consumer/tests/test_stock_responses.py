"""Stock by requests, mocked by responses. 10 tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

BASE = "https://stock.example.com/v1/items"


@pytest.fixture
def recorded(mocks: Path) -> Iterator[responses.RequestsMock]:
    """All that was recorded; what is asked of it counts."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocker:
        mocker._add_from_file(mocks / "stock" / "items.yaml")
        yield mocker


def left(sku: str) -> Any:
    """How many there are."""
    return requests.get(f"{BASE}/{sku}", timeout=1).json()["left"]


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(("sku", "number"), [("A", 3), ("B", 4), ("C", 5)])
def test_left(sku: str, number: int) -> None:
    """Of each."""
    assert left(sku) == number


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("sku", ["A", "B", "C"])
def test_enough(sku: str) -> None:
    """Of each."""
    assert left(sku) >= 3


@pytest.mark.usefixtures("recorded")
def test_all_together() -> None:
    """One test rests on three mocks."""
    assert left("A") + left("B") + left("C") == 12


def test_nothing_is_asked(recorded: responses.RequestsMock) -> None:
    """A file was loaded, and that is all."""
    assert len(recorded.calls) == 0


@responses.activate
def test_in_code_alone() -> None:
    """A mock that no audit sees."""
    responses.get(f"{BASE}/Z", json={"left": 1})
    assert left("Z") == 1


@responses.activate
def test_gone() -> None:
    """An error is an answer, too."""
    responses.get(f"{BASE}/Z", body=requests.ConnectTimeout())
    with pytest.raises(requests.ConnectTimeout):
        left("Z")
