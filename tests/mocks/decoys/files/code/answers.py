"""A decoy: answers of a test in Python."""

import responses


def answer() -> None:
    """Mock an order."""
    responses.add(responses.GET, "https://api.shop.example/orders/7", json={"id": 7})
