"""A served board, and a client that speaks HTTP byte by byte where that matters."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from driftwatch.daemon.board import Board
from driftwatch.model.vitals import Check
from driftwatch.web.app import Shown, make_app
from driftwatch.web.exposition import Exposition
from driftwatch.web.guard import Guard
from driftwatch.web.server import Place, Server, Tls
from tests.conftest import ROOT
from tests.daemon.test_board import NOW

CERTIFICATES = ROOT / "tests" / "transport" / "certificates"
GOOD = Tls(CERTIFICATES / "good.pem", CERTIFICATES / "good.key")
AUTHORITY = CERTIFICATES / "authority.pem"
PATIENCE = 20.0


@dataclass
class Served:
    """A running server and what it shows."""

    url: str
    port: int
    board: Board
    checks: list[Check] = field(default_factory=list)

    def get(self, path: str, **options: object) -> requests.Response:
        """Ask, without redirects; HTTPS trusts the tests' authority."""
        return self.ask("GET", path, **options)

    def ask(self, method: str, path: str, **options: object) -> requests.Response:
        """Ask with any method."""
        settings: Any = {"verify": str(AUTHORITY), "allow_redirects": False, **options}
        return requests.request(method, f"{self.url}{path}", timeout=PATIENCE, **settings)


@contextmanager
def serving(users: Mapping[str, str] = {}, tls: Tls | None = None, connections: int = 64) -> Iterator[Served]:
    """A board that knows one provider, on a free port."""
    board = Board("0.1.0")
    board.configure({"payments": 60.0}, 1000, NOW)
    checks: list[Check] = [Check("scheduler")]
    shown = Shown("0.1.0", Exposition(board), lambda: tuple(checks), lambda: tuple(checks))
    with Server(make_app(shown, Guard(lambda: users)), Place("127.0.0.1", 0, tls, connections)) as server:
        yield Served(server.url.replace("127.0.0.1", "localhost") if tls else server.url, server.port, board, checks)


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    """A bare connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as sock:
        yield sock
