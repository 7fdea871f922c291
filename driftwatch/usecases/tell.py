"""After an audit: find out what deserves to be told, and put it into the outbox. Delivery is somebody else's work."""

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from driftwatch.drift.alarms import alarms_of, continued, lasting, remembered, seen
from driftwatch.drift.news import ailments_of, news_of, notices_of, reminder_of
from driftwatch.model.memory import Remembered, StoreError
from driftwatch.model.notice import Alarm, Alert, News, Telling, Told
from driftwatch.model.parcel import Parcel
from driftwatch.model.summary import ProviderSummary, Summary
from driftwatch.ports import Clock, Outbox
from driftwatch.reports.notices.alerts import alert_of


class Readers(Struct, frozen=True):
    """Who is told."""

    tellings: Mapping[str, Telling]
    """By provider."""
    replicas: tuple[str, ...] = ()
    """Addresses of Alertmanagers; each is told of every alert."""
    link: str = ""
    """Where people look further; empty if nowhere."""


class _Chapter(Struct, frozen=True):
    """What one run means for the readers of one provider."""

    news: News | None
    alerts: tuple[Alert, ...]
    told: Told


def tell(
    remembered_run: Remembered, outbox: Outbox, readers: Readers, clock: Clock, *, has_memory: bool
) -> tuple[str, ...] | StoreError:
    """Put into the outbox what this run changed; the channels of older parcels that had to make room.

    Without a store, ``has_memory``, or where that fails, nobody knows what is new: alerts and ailments are told then,
    since these say what is, and no changes.
    """
    summary = remembered_run.summary
    has_memory = has_memory and remembered_run.trouble is None
    providers = [one for one in summary.providers if one.name in readers.tellings]
    known = outbox.told([one.name for one in providers])
    if isinstance(known, StoreError):
        return known
    chapters = {
        one.name: _chapter(one, remembered_run, known.get(one.name, Told()), readers, clock, has_memory=has_memory)
        for one in providers
    }
    parcels = [*_notices(chapters, readers, summary, clock), *_alerts(chapters, readers, clock)]
    return outbox.put(parcels, {name: chapter.told for name, chapter in chapters.items()})


def _chapter(
    provider: ProviderSummary, run: Remembered, told: Told, readers: Readers, clock: Clock, *, has_memory: bool
) -> _Chapter:
    now, telling = clock.now(), readers.tellings[provider.name]
    ailments = ailments_of(provider, run.summary)
    standing = remembered(provider.name, run.lives, now) if has_memory else seen(provider, now)
    alarms = alarms_of(provider.name, standing, ailments, telling, now)
    news = news_of(provider.name, run.events, ailments, told, telling)
    news = news or reminder_of(provider.name, alarms, told, telling, now)
    alerts: tuple[Alert, ...] = ()
    if readers.replicas:
        is_sure = has_memory or not any(one.verdict.is_failure_to_check for one in provider.results)
        firing = (alert_of(alarm, telling, lasting(now, telling), readers.link) for alarm in alarms)
        alerts = continued(told.alerts, firing, now, telling, is_sure=is_sure)
    told_at = now if news is not None or not _is_drift(alarms) else told.told_at or now
    return _Chapter(news, alerts, Told(ailments, alerts, told_at))


def _is_drift(alarms: Collection[Alarm]) -> bool:
    return any(alarm.impact is not None for alarm in alarms)


def _notices(chapters: Mapping[str, _Chapter], readers: Readers, summary: Summary, clock: Clock) -> Iterator[Parcel]:
    news = [chapter.news for chapter in chapters.values() if chapter.news is not None]
    for channel, notice in notices_of(news, readers.tellings, summary, readers.link):
        yield Parcel(channel, notice.id, clock.now(), notice=notice)


def _alerts(chapters: Mapping[str, _Chapter], readers: Readers, clock: Clock) -> Iterator[Parcel]:
    """One parcel for a provider and replica: a later one takes its place, so an old alarm never outruns its end."""
    for provider, chapter in chapters.items():
        if chapter.alerts:
            yield from (Parcel(replica, provider, clock.now(), alerts=chapter.alerts) for replica in readers.replicas)
