"""Where notices go, put together: a way to every address. Loaded only where the config says ``notify``."""

from collections.abc import Iterator
from typing import Final

from driftwatch.model.parcel import Delivered, Outcome, Parcel
from driftwatch.model.secret import Secret
from driftwatch.notify.alertmanager import Alertmanager, basic
from driftwatch.notify.chat import Chat
from driftwatch.notify.postman import Deliverer
from driftwatch.notify.webhook import Webhook
from driftwatch.ports import Clock
from driftwatch.reports.notices.alerts import sample_alert
from driftwatch.reports.notices.catalog import Form, sample
from driftwatch.settings.credentials import BasicAuth, BearerAuth
from driftwatch.settings.notify import AlertmanagerSettings, ChannelSettings, NotifySettings, telling
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.tell import Readers

ALERTMANAGER: Final = "alertmanager"


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
        name: telling(notify, one.route.notify, one.route.owner, one.cadence().longest_gap(now))
        for name, one in settings.providers.items()
    }
    replicas = () if notify.alertmanager is None else tuple(name for name, _ in _addresses(notify.alertmanager))
    return Readers(tellings, replicas, notify.link)


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
