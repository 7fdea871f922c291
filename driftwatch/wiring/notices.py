"""Notices, put together. Loaded only where the config says ``notify``."""

import threading
from collections.abc import Iterator
from typing import Any, Final

import structlog

from driftwatch.model.memory import Remembered, StoreError
from driftwatch.model.parcel import Delivered, Outcome, Parcel
from driftwatch.model.secret import Secret
from driftwatch.notify.alertmanager import Alertmanager, basic
from driftwatch.notify.chat import Chat
from driftwatch.notify.postman import Deliverer, Postman, Witness
from driftwatch.notify.webhook import Webhook
from driftwatch.ports import Clock, Outbox
from driftwatch.reports.notices.alerts import sample_alert
from driftwatch.reports.notices.catalog import Form, sample
from driftwatch.settings.credentials import BasicAuth, BearerAuth
from driftwatch.settings.notify import AlertmanagerSettings, ChannelSettings, NotifySettings, telling
from driftwatch.settings.store import StorePlace
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.tell import Readers, tell

ALERTMANAGER: Final = "alertmanager"
_FAREWELL: Final = 2.0
"""Seconds that the delivery under way gets when a config is read anew."""


def deliverers_of(notify: NotifySettings, clock: Clock) -> Iterator[Deliverer]:
    """A way to every channel, and to every replica of Alertmanager."""
    for name, channel in notify.channels.items():
        yield channel_of(name, channel, clock)
    if notify.alertmanager is not None:
        yield from _replicas(notify.alertmanager, clock)


def channel_of(name: str, channel: ChannelSettings, clock: Clock) -> Chat | Webhook:
    """The way to one channel."""
    if channel.format == Form.JSON:
        return Webhook(name, channel.url.secret, clock)
    return Chat(name, channel.url.secret, None if channel.format == "auto" else Form(channel.format))


def _replicas(settings: AlertmanagerSettings, clock: Clock) -> Iterator[Alertmanager]:
    verify = str(settings.verify.path) if settings.verify is not None else True
    for name, url in _addresses(settings):
        yield Alertmanager(name, url, clock, _authorization(settings), verify)


def _addresses(settings: AlertmanagerSettings) -> Iterator[tuple[str, str]]:
    """By a name that no channel can have, since it has a colon."""
    return ((f"{ALERTMANAGER}:{number}", url) for number, url in enumerate(dict.fromkeys(settings.urls)))


def _authorization(settings: AlertmanagerSettings) -> Secret | None:
    match settings.auth:
        case BasicAuth(username=username, password=password):
            return basic(username.secret.reveal(), password.secret.reveal() if password is not None else "")
        case BearerAuth(token=token):
            return Secret(f"Bearer {token.secret.reveal()}")
    return None


def readers_of(settings: Settings, notify: NotifySettings, clock: Clock) -> Readers:
    """Who is told what of which provider."""
    now = clock.now()
    tellings = {
        name: telling(notify, one.route.notify, one.route.owner, one.schedule.cadence().longest_gap(now))
        for name, one in settings.providers.items()
    }
    replicas = () if notify.alertmanager is None else tuple(name for name, _ in _addresses(notify.alertmanager))
    return Readers(tellings, replicas, notify.link)


def outbox_at(place: StorePlace) -> Outbox:
    """Beside the memory of audits; where nothing rests, what waits is lost with the process."""
    if place.place is None:
        from driftwatch.store.memory_outbox import MemoryOutbox  # noqa: PLC0415 - one or the other is loaded

        return MemoryOutbox()
    from driftwatch.store.outbox import DatabaseOutbox  # noqa: PLC0415

    return DatabaseOutbox(place.place)


class Correspondence:
    """All notices of a process, whose config may be read anew meanwhile. Any thread may call it; nothing is raised."""

    def __init__(self, place: StorePlace, clock: Clock, witness: Witness | None = None) -> None:
        self._outbox = outbox_at(place)
        self._has_memory = place.place is not None
        self._clock = clock
        self._witness = witness
        self._lock = threading.Lock()
        self._settings: Settings | None = None
        self._is_resting = False
        self._postman: Postman | None = None
        self._readers = Readers({})
        self._log: Any = structlog.get_logger()

    def open(self, settings: Settings, *, in_background: bool = True) -> None:
        """From now on this config holds. What an earlier process left undelivered is delivered ``in_background``."""
        with self._lock:
            if self._is_resting:
                self._is_resting, self._settings = False, None
            self._begin(settings, in_background=in_background)

    def rest(self) -> None:
        """Deliver nothing until it is opened again: another process does. What is told meanwhile waits for it."""
        with self._lock:
            self._is_resting = True
            if self._postman is not None:
                self._postman.stop(_FAREWELL)
            if self._witness is not None:
                self._witness.notices_waiting(0)  # what waits is counted where it is delivered

    def _begin(self, settings: Settings, *, in_background: bool) -> None:
        if settings is self._settings:
            return
        before = self._postman
        if before is not None:
            before.stop(_FAREWELL)
        self._settings, self._postman = settings, None
        if settings.notify is None:
            return
        self._readers = readers_of(settings, settings.notify, self._clock)
        self._postman = Postman(
            self._outbox, tuple(deliverers_of(settings.notify, self._clock)), settings.providers, self._clock,
            self._witness,
        )  # fmt: skip
        if in_background:
            self._postman.start()

    def tell(self, settings: Settings, run: Remembered, *, in_background: bool = True) -> None:
        """What a run changed, to whom it may concern. Returns when it is in the outbox."""
        with self._lock:
            self._begin(settings, in_background=in_background and not self._is_resting)
        postman, readers = self._postman, self._readers
        if postman is None:
            return
        try:
            pushed_out = tell(run, self._outbox, readers, self._clock, has_memory=self._has_memory)
        except Exception as error:  # our mistake must cost no report; the message may hold a stranger's text
            self._log.error("notices.crashed", error=type(error).__name__, run_id=run.summary.run_id)
            return
        if isinstance(pushed_out, StoreError):
            self._log.error(
                "outbox.failed", store=pushed_out.place, problem=pushed_out.problem, remedy=pushed_out.remedy
            )
            return
        postman.pushed_out(pushed_out)
        postman.call()

    def close(self, seconds: float) -> bool:
        """End within so long; whether nothing is under way any more. What waits stays in the outbox."""
        with self._lock:
            return self._postman is None or self._postman.stop(seconds)

    def drain(self, seconds: float) -> int:
        """Deliver for so long at most, for a process that ends; how much still waits."""
        return self._postman.drain(seconds) if self._postman is not None else 0


def tell_once(settings: Settings, place: StorePlace, run: Remembered, seconds: float) -> tuple[str, ...]:
    """After one audit: tell, and deliver for so long at most; what went wrong, in whole sentences."""
    if settings.notify is None:
        return ()
    correspondence = Correspondence(place, SystemClock())
    correspondence.tell(settings, run, in_background=False)
    waiting = correspondence.drain(seconds)
    if not waiting:
        return ()
    left = "the next run delivers them" if place.place is not None else "they are lost, since nothing is remembered"
    return (f"{waiting} notices could not be delivered yet; {left}. The log says why.",)


def send_sample(notify: NotifySettings, name: str) -> list[tuple[str, str]]:
    """One sample to a channel, or one to each replica of Alertmanager; what went wrong, by address.

    Raises ``UsageError`` if the URL of the channel is of no use, ``KeyError`` if there is no such channel.
    """
    clock = SystemClock()
    now = clock.now()
    parcel = Parcel(
        name,
        "sample",
        now,
        notice=sample(name, now, notify.link),
        alerts=(sample_alert(now, notify.labels, notify.link),),
    )
    ways: list[Deliverer] = []
    if name == ALERTMANAGER and notify.alertmanager is not None and name not in notify.channels:
        ways.extend(_replicas(notify.alertmanager, clock))
    else:
        way = channel_of(name, notify.channels[name], clock)
        if isinstance(way, Chat):
            way.check()
        ways.append(way)
    outcomes: list[tuple[str, Outcome]] = [(way.name, way.deliver(parcel)) for way in ways]
    return [(address, outcome.reason) for address, outcome in outcomes if not isinstance(outcome, Delivered)]
