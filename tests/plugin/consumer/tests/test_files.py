"""Parsing of answers, tried on mock files as they are. 10 tests."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest


def total(order: dict[str, Any]) -> Decimal:
    """What is to be paid."""
    return Decimal(order["total"])


@pytest.mark.parametrize("currency", ["EUR", "USD", "GBP"])
def test_total(currency: str, stub: Callable[[str], Any]) -> None:
    """In any currency."""
    assert total(stub("order-1")) == Decimal("12.50"), currency


@pytest.mark.parametrize("name", ["order-1", "order-2", "order-3", "create"])
def test_lines(name: str, stub: Callable[[str], Any]) -> None:
    """Of each order."""
    assert [line["sku"] for line in stub(name)["lines"]] == ["A-1"]


def test_name_of_a_customer(customer: Any) -> None:
    """As it is written."""
    assert customer["name"] == "Ada"


def test_points_of_a_customer(customer: Any) -> None:
    """Reads no file itself."""
    assert customer["points"] == 120


def test_nothing_to_pay() -> None:
    """Needs no mock."""
    assert total({"total": "0"}) == 0
