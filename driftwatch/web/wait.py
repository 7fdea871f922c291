"""Serves one outcome until somebody has fetched it: for a job that ends, and a Prometheus that scrapes jobs."""

import threading
from datetime import timedelta

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from driftwatch.model.latest import Latest
from driftwatch.model.vitals import Vitals
from driftwatch.reports.measures import OPERATIONS_LIMIT, View
from driftwatch.web.app import Shown, make_app
from driftwatch.web.exposition import Exposition
from driftwatch.web.guard import Guard, Users
from driftwatch.web.server import Place, Server


class _Outcome:
    """What stands fast."""

    def __init__(self, latest: Latest, version: str, operations: int) -> None:
        names = tuple(provider.name for run in latest.runs for provider in run.providers)
        self._view = View(latest, names, operations)
        self._vitals = Vitals(version)

    def view(self) -> View:
        return self._view

    def vitals(self) -> Vitals:
        return self._vitals

    def collector_failed(self) -> None:
        """Nobody counts."""


class _Noticing:
    """Tells when ``/metrics`` was served in full."""

    def __init__(self, app: ASGIApp, served: threading.Event) -> None:
        self._app = app
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_good = False

        async def send_on(message: Message) -> None:
            nonlocal is_good
            await send(message)
            if message["type"] == "http.response.start":
                is_good = message["status"] == 200
            elif is_good and not message.get("more_body"):
                self._served.set()

        is_scrape = scope.get("path") == "/metrics" and scope.get("method") == "GET"
        await self._app(scope, receive, send_on if is_scrape else send)


def serve_until_scraped(
    latest: Latest, version: str, place: Place, users: Users, patience: timedelta, operations: int = OPERATIONS_LIMIT
) -> bool:
    """Serve until one scrape has ended or so much time has passed; whether there was one."""
    served = threading.Event()
    shown = Shown(version, Exposition(_Outcome(latest, version, operations)), lambda: (), lambda: ())
    with Server(_Noticing(make_app(shown, Guard(users)), served), place):
        return served.wait(patience.total_seconds())
