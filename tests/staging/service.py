"""The running service: it takes requests from real sockets, answers by its script, and remembers who came when."""

import json
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.servers import Answer, Caller, Received, Server, json_answer, misbehave
from tests.staging.doors import Doors
from tests.staging.orders import Cut, OrderBook
from tests.staging.routes import answer_of, matcher
from tests.staging.script import Route, Script, changed, read


@dataclass(slots=True)
class Visit:
    """One request, as the service saw it."""

    request: Received
    at: float
    """When it had been read, in seconds of the monotonic clock."""
    in_flight: int
    """Requests that were being answered then, this one among them."""
    user: str
    """Who asked; an empty text for a stranger."""
    version: str
    """Which version of the service answered."""
    status: int | None = None
    """What was said; ``None`` while nothing is, and for ever where the connection was cut instead."""

    @property
    def operation(self) -> str:
        """Method and path: ``GET /orders``."""
        return f"{self.request.method} {self.request.path}"


@dataclass(slots=True, eq=False)
class Staging:
    """A service that runs, and its memory. ``url`` is its base URL."""

    script: Script
    url: str = ""
    visits: list[Visit] = field(default_factory=list)
    """Every request in order of arrival."""
    doors: Doors = field(init=False)
    book: OrderBook | None = field(init=False)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _versions: tuple[str, ...] = field(init=False)
    _turns: Counter[str] = field(default_factory=Counter)
    _in_flight: int = 0

    def __post_init__(self) -> None:
        self.doors = Doors(self.script)
        self.book = OrderBook(self.script.orders) if self.script.orders else None
        self._versions = self.script.versions.names if self.script.versions else ()

    # What a test asks for afterwards.

    def asked(self, operation: str = "") -> list[Visit]:
        """The visits of one operation (``GET /orders``), or all."""
        return [visit for visit in self.visits if operation in ("", visit.operation)]

    @property
    def peak(self) -> int:
        """The most requests that it answered at the same time."""
        return max((visit.in_flight for visit in self.visits), default=0)

    @property
    def connections(self) -> int:
        """How many connections a request came on."""
        return len({visit.request.connection for visit in self.visits})

    def busiest(self, seconds: float = 1.0) -> int:
        """The most requests that arrived within any so many seconds (half open: one at each end counts once)."""
        return busiest([visit.at for visit in self.visits], seconds)

    # What a test does while it runs.

    def expire(self, user: str) -> None:
        """From now on no bearer token of this user is good."""
        with self.lock:
            self.doors.expire(user)

    def deploy(self, *versions: str) -> None:
        """From now on these versions stand behind the port."""
        with self.lock:
            self._versions = versions

    # How it answers.

    def attend(self, caller: Caller) -> None:
        """Serve one connection until its other side goes."""
        certificate = _common_name(caller)
        while (request := caller.read_request()) is not None:
            visit = self._enter(request, certificate)
            try:
                answer = self._answer(visit, caller)
                visit.status = answer.status
            except Cut:
                caller.reset()
                return
            finally:
                with self.lock:
                    self._in_flight -= 1
            caller.say(answer.spell(with_body=request.method != "HEAD" and answer.status != 304))
            if (request.header("Connection") or "").lower() == "close":
                return

    def _enter(self, request: Received, certificate: str) -> Visit:
        with self.lock:
            self._in_flight += 1
            user = self.doors.who(request, certificate)
            visit = Visit(request, time.monotonic(), self._in_flight, user, self._version(request))
            self.visits.append(visit)
        return visit

    def _version(self, request: Received) -> str:
        if not self._versions or self.script.versions is None:
            return ""
        is_by_connection = self.script.versions.by == "connection"
        return self._versions[(request.connection if is_by_connection else len(self.visits)) % len(self._versions)]

    def _answer(self, visit: Visit, caller: Caller) -> Answer:
        request, script = visit.request, self.script
        if request.method == "POST" and request.path in filter(None, (script.login, script.token)):
            with self.lock:
                return (self.doors.login if request.path == script.login else self.doors.grant)(request)
        is_order = self.book is not None and self.book.takes(request)
        route, parts = (None, {}) if is_order else self._find(request)
        if not is_order and route is None:
            return json_answer(json.dumps(script.lost), 404)
        needs = script.orders.needs if is_order and script.orders else route.needs if route else None
        with self.lock:
            refused = self.doors.judge(visit.user, needs)
            overdrawn, standing = (None, ()) if refused else self.doors.meter(visit.user)
        answer = refused or overdrawn
        if answer is None and is_order and self.book is not None:
            answer = self.book.answer(request, caller)
        elif answer is None and route is not None:
            answer = self._routed(route, parts, visit, caller)
        assert answer is not None
        version = script.versions.header if script.versions else ""
        told = ((version, visit.version),) if version else ()
        return Answer(answer.status, (*answer.headers, *standing, *told), answer.body)

    def _find(self, request: Received) -> tuple[Route | None, Mapping[str, str]]:
        method = "GET" if request.method == "HEAD" else request.method
        for operation, route in self.script.routes.items():
            wanted, pattern = matcher(operation)
            if wanted == method and (found := pattern.fullmatch(request.path)):
                return route, {"operation": operation, **found.groupdict()}
        return None, {}

    def _routed(self, route: Route, parts: Mapping[str, str], visit: Visit, caller: Caller) -> Answer:
        with self.lock:
            turn = self._turns[parts["operation"]]
            self._turns[parts["operation"]] += 1
        user = self.script.users.get(visit.user)
        layers = [route.by_role.get(user.role if user else ""), route.by_version.get(visit.version)]
        if route.in_turn:
            layers.append(route.in_turn[turn % len(route.in_turn)])
        now = changed(route, *layers)
        seconds = now.slow[turn % len(now.slow)] if isinstance(now.slow, tuple) else now.slow
        caller.pause(seconds)
        status = now.flaky[turn % len(now.flaky)] if now.flaky else now.status
        if status == "hang":
            caller.hold()
        if isinstance(status, str):
            raise Cut
        return answer_of(now, visit.request, parts, status)


def busiest(arrivals: list[float], seconds: float) -> int:
    """The most of these moments that lie within any half-open window of so many seconds."""
    moments, most, first = sorted(arrivals), 0, 0
    for number, moment in enumerate(moments):
        while moment - moments[first] >= seconds:
            first += 1
        most = max(most, number - first + 1)
    return most


@contextmanager
def staging(script: object, *, tls: ssl.SSLContext | None = None, **names: str) -> Iterator[Staging]:
    """Run a service by its script; each ``$name`` in the script becomes what is given here by that name.

    ``$url`` in an answer's headers is not known before it runs: write a path. Leaving cuts connections, joins threads.
    """
    service = Staging(read(script, names))
    server: Server
    with misbehave(service.attend, tls=tls) as server:
        service.url = server.url
        yield service


def _common_name(caller: Caller) -> str:
    """Of the client's certificate, where one was asked for and shown."""
    if not isinstance(caller.sock, ssl.SSLSocket):
        return ""
    shown = caller.sock.getpeercert() or {}
    subject = shown.get("subject", ())
    return next((pair[1] for part in subject for pair in part if pair[0] == "commonName"), "")
