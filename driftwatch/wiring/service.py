"""What runs on or waits, put together: the daemon and what is served. One audit needs none of it."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from driftwatch import __version__
from driftwatch.daemon.board import Board
from driftwatch.daemon.health import disk_check, leadership_check, store_check
from driftwatch.daemon.heed import AbandonedError
from driftwatch.daemon.service import Daemon
from driftwatch.model.latest import Latest
from driftwatch.model.memory import RunStatus
from driftwatch.model.summary import Summary
from driftwatch.model.vitals import Check
from driftwatch.ports import Clock, Progress
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
from driftwatch.wiring.deploys import Rollouts
from driftwatch.wiring.memory import store_at
from driftwatch.wiring.notices import Correspondence
from driftwatch.wiring.replicas import Part

_LAST_POST: Final = 2.0
"""Seconds that the delivery of notices under way gets at the end; the rest waits in the outbox."""


def make_board() -> Board:
    """Where daemon and web meet: the one writes there, the other reads."""
    return Board(__version__)


def run_service(
    load: Callable[[], Settings], config: Path, board: Board, store_place: StorePlace | None = None, *,
    audits: bool = True,
) -> bool:  # fmt: skip
    """Audit by the schedule and serve what is known, until a signal comes; whether all work has ended then.

    ``store_place`` goes before that of the config. Without ``audits`` it serves what others found. Raises
    ``SettingsError`` if the config is not usable, or nothing can be served where it says, and ``UsageError`` if there
    is neither an audit nor a store to serve from.
    """
    clock = SystemClock()
    settings = load()
    place = store_place or settings.store
    work = _Work(
        place, Part.of(place, store_at(place, settings.retention_days), board, clock, audits=audits), board, clock,
        Correspondence(place, clock, board), lambda: daemon.settings,
    )  # fmt: skip
    board.stands(work.part.standing.role)
    rollouts = Rollouts(
        work.part.store, board, clock, lambda: daemon.settings, lambda: work.part.standing.term is not None,
        lambda provider: daemon.hasten(provider),  # noqa: PLW0108 - there is no daemon yet
    )  # fmt: skip

    def turn(is_leading: bool) -> None:
        work.turn(is_leading)
        rollouts.turn()

    daemon = Daemon(
        load, rollouts.heeding(work.audit), board, clock, config, give_up=work.give_up,
        checks=lambda: (*work.checks(), *rollouts.check()), standing=work.part.standing, on_turn=turn,
        settings=settings,
    )  # fmt: skip
    guard = Guard(lambda: _hashes(daemon.settings))
    sources = Sources(
        __version__, board.view, board.vitals, daemon.readiness, work.part.store_of_pages,
        lambda: show(daemon.settings), clock,
    )  # fmt: skip
    shown = Shown(__version__, Exposition(board), daemon.liveness, daemon.readiness)
    app = make_app(shown, guard, Pages(sources, Desk(guard)), rollouts.endpoint)
    with Server(app, _listening_place(settings.web)):
        work.part.start()
        rollouts.start()
        has_ended = daemon.run()
        rollouts.stop()
        work.part.stop()
        work.letters.close(_LAST_POST)
        return has_ended


class _Work(Struct):
    """What the daemon has others do."""

    place: StorePlace
    part: Part
    board: Board
    clock: Clock
    letters: Correspondence
    settings: Callable[[], Settings]
    """Those that hold at this moment."""
    _run_ids: dict[str, str] = field(default_factory=dict)

    def audit(self, settings: Settings, provider: str, progress: Progress) -> Summary:
        """One audit, remembered and told."""
        from driftwatch.wiring.audits import run_remembered  # noqa: PLC0415 - the port opens before all that is loaded

        self._run_ids[provider] = secrets.token_hex(6)
        store, fence = self.part.store_for_run()
        run = run_remembered(settings, progress, [provider], self.board, store, self._run_ids[provider])
        if fence is not None and fence.has_refused:
            self.give_up([provider])
            raise AbandonedError
        self.board.found_interrupted(len(run.interrupted))
        if run.trouble is not None:
            self.board.store_failed(str(run.trouble))
        elif store is not None:
            self.board.stored(self.clock.now())
        self.letters.tell(self.settings(), run)
        return run.summary

    def give_up(self, providers: Iterable[str]) -> None:
        """The audits of these never ended."""
        for provider in providers:
            if self.part.store is not None and provider in self._run_ids:
                self.part.store.end(self._run_ids[provider], RunStatus.INTERRUPTED, self.clock.now())

    def turn(self, is_leading: bool) -> None:
        """Whoever leads tells people, too."""
        if is_leading:
            self.letters.open(self.settings())
        else:
            self.letters.rest()

    def checks(self) -> tuple[Check, ...]:
        """Those of what audits rest on."""
        if self.part.store is None:
            return ()
        found = store_check(self.board, self.clock.now(), is_chosen=self.place.is_chosen), leadership_check(self.board)
        file = _path_of(self.place)
        return (*found, disk_check(Path(file).parent)) if file else found


def _path_of(place: StorePlace) -> str:
    """Where the store is a file; empty where it is a server."""
    written = place.place.reveal() if place.place is not None else ""
    return "" if "://" in written else written


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
