"""What runs on or waits, put together: the daemon and what is served. One audit needs none of it."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from driftwatch import __version__
from driftwatch.daemon.board import Board
from driftwatch.daemon.health import disk_check, store_check
from driftwatch.daemon.service import Daemon
from driftwatch.model.latest import Latest
from driftwatch.model.memory import RunStatus, StoreError
from driftwatch.model.summary import Summary
from driftwatch.model.vitals import Check
from driftwatch.ports import Progress, Store
from driftwatch.settings.service import WebSettings
from driftwatch.settings.show import show
from driftwatch.settings.store import StorePlace
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock
from driftwatch.web.acknowledge import Desk
from driftwatch.web.app import Shown, make_app
from driftwatch.web.exposition import Exposition
from driftwatch.web.guard import Guard
from driftwatch.web.pages import Pages
from driftwatch.web.server import Place, Server, Tls
from driftwatch.web.shelf import Sources
from driftwatch.web.wait import serve_until_scraped
from driftwatch.wiring.memory import store_at
from driftwatch.wiring.notices import Correspondence

_RECALLED: Final = 1000
"""Runs to look through for the last success of each provider."""
_LAST_POST: Final = 2.0
"""Seconds that the delivery of notices under way gets at the end; the rest waits in the outbox."""


def make_board() -> Board:
    """Where daemon and web meet: the one writes there, the other reads."""
    return Board(__version__)


def run_service(
    load: Callable[[], Settings], config: Path, board: Board, store_place: StorePlace | None = None
) -> bool:
    """Audit by the schedule and serve what is known, until a signal comes; whether all work has ended then.

    ``store_place`` goes before that of the config. Raises ``SettingsError`` if the config is not usable, or nothing can
    be served where it says.
    """
    clock = SystemClock()
    run_ids: dict[str, str] = {}

    def audit_one(settings: Settings, provider: str, progress: Progress) -> Summary:
        from driftwatch.wiring.audits import run_remembered  # noqa: PLC0415 - the port opens before all that is loaded

        run_ids[provider] = secrets.token_hex(6)
        remembered = run_remembered(settings, progress, [provider], board, store, run_ids[provider])
        board.found_interrupted(len(remembered.interrupted))
        if remembered.trouble is not None:
            board.store_failed(str(remembered.trouble))
        elif store is not None:
            board.stored(clock.now())
        letters.tell(daemon.settings, remembered)
        return remembered.summary

    def give_up(providers: Iterable[str]) -> None:
        for provider in providers:
            if store is not None and provider in run_ids:
                store.end(run_ids[provider], RunStatus.INTERRUPTED, clock.now())

    def checks() -> tuple[Check, ...]:
        if store is None:
            return ()
        found = store_check(board, is_chosen=place.is_chosen)
        return (found, disk_check(Path(_path_of(place)).parent)) if _path_of(place) else (found,)

    def users() -> Mapping[str, str]:
        return _hashes(daemon.settings)

    daemon = Daemon(load, audit_one, board, clock, config, give_up=give_up, checks=checks)
    place = store_place or daemon.settings.store
    store = store_at(place, daemon.settings.retention_days)
    letters = Correspondence(place, clock, board)
    letters.open(daemon.settings)
    if store is not None:
        board.remember(_recalled(store))
    guard = Guard(users)
    sources = Sources(
        __version__, board.view, board.vitals, daemon.readiness, lambda: store, lambda: show(daemon.settings), clock
    )
    shown = Shown(__version__, Exposition(board), daemon.liveness, daemon.readiness)
    app = make_app(shown, guard, Pages(sources, Desk(guard)))
    with Server(app, _listening_place(daemon.settings.web)):
        has_ended = daemon.run()
        letters.close(_LAST_POST)
        return has_ended


def _path_of(place: StorePlace) -> str:
    """Where the store is a file; empty where it is a server."""
    written = place.place.reveal() if place.place is not None else ""
    return "" if "://" in written else written


def _recalled(store: Store) -> Latest:
    """When all was last well, as the store remembers."""
    runs = store.runs(_RECALLED)
    latest = Latest()
    for run in runs if not isinstance(runs, StoreError) else ():
        if run.status is RunStatus.COMPLETE and run.ended_at is not None:
            successes = {**dict.fromkeys(run.providers, run.ended_at), **latest.successes}
            latest = Latest(last_success=latest.last_success or run.ended_at, successes=successes)
    return latest


def serve_outcome(summary: Summary, settings: Settings, seconds: float) -> bool:
    """Serve the metrics of one run until they are scraped once, or so long; whether they were.

    Raises ``SettingsError`` if nothing can be served where the config says.
    """
    users = _hashes(settings)
    place = _listening_place(settings.web)
    patience = timedelta(seconds=seconds)
    return serve_until_scraped(
        Latest.of(summary), __version__, place, lambda: users, patience, settings.metrics.operations
    )


def _hashes(settings: Settings) -> Mapping[str, str]:
    return {name: hashed.secret.reveal().strip() for name, hashed in settings.web.users.items()}


def _listening_place(web: WebSettings) -> Place:

    tls = None
    if web.tls is not None:
        authorities = web.tls.client_authorities
        tls = Tls(web.tls.certificate.path, web.tls.key.path, authorities.path if authorities is not None else None)
    return Place(web.host, web.port, tls, web.connections)
