"""Orders, placed in three manners: safely, in a race, and without any memory of keys.

An order that is being made waits a moment for a second request with the same ``Idempotency-Key``, so that two that
are sent in parallel meet every time, and not once in a thousand runs. Then

``safe``
    keys are taken before anything is done: the second request is 409 while the first is in flight, gets the first
    answer again once that is done, and is 422 with another body; a missing key is 400
    (draft-ietf-httpapi-idempotency-key-header-07, 2.6 and 2.7).
``racy``
    it looks for the key, then makes the order, then remembers the key: both of two parallel requests find nothing, and
    where the caller has gone before the answer is written nothing is remembered. One after the other it looks safe.
``forgetful``
    keys are not looked at.

Each order has its charge. Both are read back by ``GET {path}?ref=…`` and ``GET /charges?ref=…``, and go with
``DELETE {path}/{id}``; ``PUT {path}/{id}`` replaces an order.
"""

import json
import select
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tests.servers import Answer, Caller, Received, json_answer
from tests.staging.doors import refusal
from tests.staging.script import Orders


class Cut(Exception):  # noqa: N818  an event, not an error
    """What was asked for is done, and the connection goes without an answer."""


@dataclass(slots=True, eq=False)
class _Keyed:
    """What is known of one key."""

    body: bytes
    answer: Answer | None = None
    seen: int = 1
    met: threading.Event = field(default_factory=threading.Event)


class OrderBook:
    """All orders and charges of a service."""

    def __init__(self, manner: Orders) -> None:
        self._manner = manner
        self._lock = threading.Lock()
        self._keys: dict[str, _Keyed] = {}
        self._made = 0
        self.orders: dict[str, dict[str, object]] = {}
        """Those that stand, by id."""
        self.charges: dict[str, dict[str, object]] = {}
        """Of each order, by its id."""

    def takes(self, request: Received) -> bool:
        """Whether this request is for orders or charges."""
        return request.path in (self._manner.path, "/charges") or request.path.startswith(f"{self._manner.path}/")

    def answer(self, request: Received, caller: Caller) -> Answer:
        """Place, read, replace or withdraw; raises ``Cut`` where the answer is to be lost."""
        if request.path != self._manner.path and request.path != "/charges":
            return self._one(request)
        if request.method in ("GET", "HEAD"):
            return self._all(request)
        if request.method != "POST" or request.path == "/charges":
            return refusal(405, "method_not_allowed", "Not this way.", (("Allow", "GET, POST"),))
        try:
            wanted = json.loads(request.body)
        except ValueError:
            return refusal(400, "malformed", "This is not JSON.")
        if not isinstance(wanted, dict):
            return refusal(422, "invalid", "An order is an object.")
        key = request.header("Idempotency-Key")
        if self._manner.manner == "forgetful" or (key is None and self._manner.manner == "racy"):
            return self._make(wanted)
        if key is None:
            return refusal(400, "key_required", "Send an Idempotency-Key.")
        return (self._safely if self._manner.manner == "safe" else self._racily)(key, wanted, request, caller)

    def _safely(self, key: str, wanted: dict[str, object], request: Received, caller: Caller) -> Answer:
        with self._lock:
            known = self._keys.get(key)
            if known is None:
                mine = self._keys[key] = _Keyed(request.body)
        if known is None:
            self._await_second(mine, caller)
            mine.answer = self._make(wanted)
            self._cut_first()
            return mine.answer
        known.met.set()
        if known.body != request.body:
            return refusal(422, "key_reused", "This key was used with another body.")
        if known.answer is None:
            return refusal(409, "in_flight", "The first request with this key is not done.")
        return known.answer

    def _racily(self, key: str, wanted: dict[str, object], request: Received, caller: Caller) -> Answer:
        with self._lock:
            known = self._keys.setdefault(key, _Keyed(request.body, seen=0))
            known.seen += 1
            if known.answer is not None:
                return known.answer
            if known.seen > 1:
                known.met.set()
        has_gone = self._await_second(known, caller)
        answer = self._make(wanted)
        self._cut_first()
        if not has_gone:
            known.answer = answer
        return answer

    def _await_second(self, known: _Keyed, caller: Caller) -> bool:
        """Wait until the key is used a second time, the caller goes, or patience ends; whether the caller has gone."""
        deadline = time.monotonic() + self._manner.patience
        while not known.met.wait(0.005) and time.monotonic() < deadline:
            if _is_gone(caller):
                return True
        return _is_gone(caller)

    def _cut_first(self) -> None:
        if self._made <= self._manner.cuts:
            raise Cut

    def _make(self, wanted: dict[str, object]) -> Answer:
        with self._lock:
            self._made += 1
            name = f"ord_{self._made:04}"
            self.orders[name] = order = {**wanted, "id": name, "status": "placed"}
            self.charges[name] = {"id": f"chg_{self._made:04}", "order_id": name, "ref": wanted.get("ref")}
        return json_answer(json.dumps(order), 201, (("Location", f"{self._manner.path}/{name}"),))

    def _all(self, request: Received) -> Answer:
        refs = parse_qs(urlsplit(request.target).query).get("ref")
        member = "charges" if request.path == "/charges" else "orders"
        with self._lock:
            rows = list((self.charges if member == "charges" else self.orders).values())
        return json_answer(json.dumps({member: [row for row in rows if refs is None or row.get("ref") in refs]}))

    def _one(self, request: Received) -> Answer:
        name = request.path.rsplit("/", 1)[-1]
        with self._lock:
            order = self.orders.get(name)
            if order is None:
                return refusal(404, "not_found", f"There is no order {name}.")
            if request.method == "DELETE":
                del self.orders[name], self.charges[name]
                return Answer(204)
            if request.method == "PUT":
                order = self.orders[name] = {**json.loads(request.body), "id": name, "status": "placed"}
        return json_answer(json.dumps(order))


def _is_gone(caller: Caller) -> bool:
    """Whether the other side has closed the connection; a request that follows on it is no such thing."""
    try:
        readable, _, _ = select.select([caller.sock], [], [], 0)
        return bool(readable) and not caller.sock.recv(1, 2)  # MSG_PEEK
    except (OSError, ValueError):
        return True
