"""The staging service of the demonstration: three providers behind one port, a year after their mocks were made.

Answers are data. A list of several is given out in turn, so that what comes and goes does so on a schedule.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Final

from msgspec import Struct, field

_JSON: Final = "application/json"


class Answer(Struct, frozen=True):
    """One canned answer of the staging service."""

    body: object = None
    status: int = 200
    media_type: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    def encode(self, request_number: int) -> bytes:
        """The body as bytes; ``{n}`` in it becomes the number of the request, so that ids and clocks move on."""
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.replace("{n}", f"{request_number % 60:02d}").encode()


def _order(number: int, **more: object) -> dict[str, object]:
    return {
        "id": number,
        "customerName": "Ada Lovelace",
        "total": "12.50",
        "currency": "EUR",
        "placed_at": "2026-11-21T10:00:{n}Z",
        **more,
    }


_BOOK: Final = {"id": 7, "title": "Notes on the Analytical Engine", "price": 19.9, "in_stock": True}

ROUTES: Final[Mapping[str, tuple[Answer, ...]]] = {
    "/orders/health": (Answer({"status": "ok", "checked_at": "2026-11-21T10:00:{n}Z"}),),
    "/orders/orders/1001": (Answer(_order(1001)),),
    "/orders/orders": (
        Answer({"data": [_order(1001), _order(1002)], "meta": {"total": 2, "next": None}}),
    ),
    "/orders/orders/1001/shipment": (
        Answer({"carrier": "DHL", "tracking": "JD014600{n}", "delivered_at": None}),
        Answer({"carrier": "DHL", "tracking": "JD014600{n}", "delivered_at": "2026-11-20T16:00:{n}Z"}),
    ),
    "/orders/orders/1001/lines": (
        Answer([{"sku": "A1", "quantity": 2, "discount": 5}, {"sku": "B7", "quantity": 1}]),
    ),
    "/orders/rates/v1": (Answer({"error": "gone", "see": "/rates/v2"}, status=410),),
    "/orders/customers/17": (
        Answer({"id": 17, "reference": "usr_01HV7R2", "city": "London"}),
    ),
    "/catalog/products/7": (Answer(_BOOK),),
    "/catalog/products?category=books": (Answer({"items": [_BOOK], "count": 1}),),
    "/catalog/products/7/reviews": (
        Answer([{"stars": 5, "written_at": "2026-11-02 18:30:{n}", "by": "Grace"}]),
    ),
    "/catalog/products/9": (Answer({"error": "product 9 does not exist"}, status=404),),
    "/catalog/categories": (Answer(["books", "games", "music"]),),
    "/accounts/accounts/42": (Answer({"id": 42, "name": "Ada Lovelace", "iban": None}),),
    "/accounts/me": (Answer({"error": "who are you?"}, status=401, headers={"WWW-Authenticate": "Bearer"}),),
    "/accounts/accounts/42/statement": (
        Answer("<html><body>Your statement moved.</body></html>", media_type="text/html; charset=utf-8"),
    ),
    "/accounts/countries": (Answer([{"code": "GB", "name": "United Kingdom"}, {"code": "PT", "name": "Portugal"}]),),
    "/accounts/accounts/42/sessions": (
        Answer({"active": 2}),
        Answer({"error": "try again"}, status=503),
        Answer({"active": 3}),
    ),
}  # fmt: skip
"""What each path answers, in turn."""

_UNKNOWN: Final = Answer({"error": "no such route"}, status=404)


@contextmanager
def staging() -> Iterator[str]:
    """Serve the routes on a free loopback port; yields the base URL and leaves nothing running."""
    server = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.numbers = count()
        self.turns = {path: count() for path in ROUTES}

    def answer(self, target: str) -> tuple[Answer, int]:
        """The next answer of a route, and the number of the request."""
        answers = ROUTES.get(target)
        turn = next(self.turns[target]) if answers else 0
        return (answers[turn % len(answers)] if answers else _UNKNOWN), next(self.numbers)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        answer, number = self.server.answer(self.path)
        body = answer.encode(number)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, text in answer.headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """The demonstration speaks for itself."""
