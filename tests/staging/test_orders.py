"""Three manners of taking orders: what each does to two parallel requests, to a cut answer, and to a repeat."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.staging import Staging, staging
from tests.staging.asking import Said, ask, together
from tests.waiting import wait_until

ORDER = {"ref": "r-1", "amount": 5}


@contextmanager
def _shop(manner: str, **more: object) -> Iterator[Staging]:
    with staging({"orders": {"manner": manner, **more}}) as service:
        yield service


def _place(service: Staging, body: object = ORDER, key: str = "k") -> Said:
    return ask(service.url, "POST /orders", body, Idempotency_Key=key)


def _count(service: Staging) -> tuple[int, int]:
    """Orders and charges, as they are read back."""
    orders: Any = ask(service.url, "GET /orders?ref=r-1").body
    charges: Any = ask(service.url, "GET /charges?ref=r-1").body
    return len(orders["orders"]), len(charges["charges"])


def _hang_up(service: Staging, key: str = "k") -> None:
    """Send an order and go before it is answered; back once the service has dealt with it."""
    parts = urlsplit(service.url)
    body = b'{"ref": "r-1", "amount": 5}'
    head = f"POST /orders HTTP/1.1\r\nHost: x\r\nIdempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as sock:
        sock.sendall(head.encode() + body)
    wait_until(lambda: service.book is not None and bool(service.book.orders))


@pytest.mark.parametrize(
    ("manner", "statuses", "made"),
    [("safe", [201, 409], 1), ("racy", [201, 201], 2), ("forgetful", [201, 201], 2)],
)
def test_two_at_once(manner: str, statuses: list[int], made: int) -> None:
    """Every time: the safe one refuses the second while the first is in flight, the others make two."""
    with _shop(manner) as service:
        for number in range(5):
            said = together(*[lambda key=str(number): _place(service, key=key)] * 2)
            assert sorted(one.status for one in said) == statuses
        assert _count(service) == (5 * made, 5 * made)


@pytest.mark.parametrize(("manner", "made"), [("safe", 1), ("racy", 1), ("forgetful", 2)])
def test_one_after_the_other(manner: str, made: int) -> None:
    """A repeat after completion tells only who forgets; the racy one looks safe."""
    with _shop(manner, patience=0.05) as service:
        first, second = _place(service), _place(service)
        assert (first.status, second.status) == (201, 201)
        assert (first.body == second.body) == (made == 1)
        assert _count(service) == (made, made)


@pytest.mark.parametrize(("manner", "made"), [("safe", 1), ("racy", 2), ("forgetful", 2)])
def test_the_caller_goes_and_comes_again(manner: str, made: int) -> None:
    """A retry after the caller hung up makes a second order where the first key was not remembered."""
    with _shop(manner) as service:
        _hang_up(service)
        assert _place(service).status == 201
        assert _count(service) == (made, made)


@pytest.mark.parametrize(("manner", "made"), [("safe", 1), ("racy", 2)])
def test_the_service_cuts_the_answer(manner: str, made: int) -> None:
    """The same where the network takes the answer away."""
    with _shop(manner, cuts=1, patience=0.05) as service:
        with pytest.raises(OSError, match=r"reset|closed|aborted"):
            _place(service)
        assert _place(service).status == 201
        assert _count(service) == (made, made)


def test_the_safe_one_wants_a_key_and_one_body() -> None:
    """No key is 400, the same key with another body 422, and neither makes anything."""
    with _shop("safe", patience=0.05) as service:
        assert ask(service.url, "POST /orders", ORDER).status == 400
        assert _place(service).status == 201
        assert _place(service, {"ref": "r-1", "amount": 6}).status == 422
        assert _count(service) == (1, 1)


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 422)])
def test_what_is_no_order_is_refused(body: bytes, status: int) -> None:
    """Broken JSON, and JSON that is no object."""
    with _shop("racy") as service:
        assert ask(service.url, "POST /orders", body, Content_Type="application/json").status == status


def test_an_order_lives() -> None:
    """Read by its id, replaced, withdrawn with its charge, and missing from then on."""
    with _shop("forgetful") as service:
        placed: Any = _place(service).body
        target = f"/orders/{placed['id']}"
        assert ask(service.url, f"GET {target}").body == placed
        replaced: Any = ask(service.url, f"PUT {target}", {"ref": "r-1", "amount": 9}).body
        assert replaced["amount"] == 9
        assert ask(service.url, f"DELETE {target}").status == 204
        assert ask(service.url, f"GET {target}").status == 404
        assert ask(service.url, f"DELETE {target}").status == 404
        assert _count(service) == (0, 0)


def test_orders_want_credentials_where_the_script_does() -> None:
    """A stranger places nothing."""
    with staging({"needs": ["any"], "orders": {}}) as service:
        assert _place(service).status == 401
        assert service.book is not None
        assert service.book.orders == {}
