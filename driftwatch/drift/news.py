"""What of a run deserves to be told, to whom, and in how many messages.

Only changes are news: a finding that stood yesterday, and a provider that was down yesterday, were told of yesterday.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from driftwatch.drift.catalog import KINDS
from driftwatch.model.lifecycle import Change, Event
from driftwatch.model.notice import Ailment, Alarm, Item, News, Notice, Telling, Told
from driftwatch.model.summary import ProviderSummary, Summary, Verdict

ITEMS: Final = 10
"""Findings of one provider that are told one by one; the others are counted."""
MESSAGES: Final = 5
"""Messages to one channel after one run; news of more providers are one digest."""
_LONGEST: Final = 500
"""Characters of a stranger's text that travel with a notice."""
_GOOD: Final = frozenset({Change.RESOLVED, Change.OBSOLETE})


def ailments_of(provider: ProviderSummary, summary: Summary) -> tuple[Ailment, ...]:
    """What kept the run from proving what it should about this provider.

    A single request without an answer is no ailment, or every hiccup would be told twice: half of them are.
    """
    verdicts = Counter(result.verdict for result in provider.results)
    unreachable = verdicts[Verdict.UNREACHABLE]
    asked = sum(
        number for verdict, number in verdicts.items() if verdict not in (Verdict.SKIPPED, Verdict.UNVERIFIABLE)
    )
    there = {
        Ailment.CANARY_MISSED: not summary.canary.is_alive,
        Ailment.NOTHING_VERIFIED: not any(verdict.is_answer for verdict in verdicts),
        Ailment.UNAUTHORIZED: verdicts[Verdict.UNAUTHORIZED] > 0,
        Ailment.UNREACHABLE: unreachable > 0 and 2 * unreachable >= asked,
    }
    return tuple(ailment for ailment in Ailment if there[ailment])


def news_of(
    provider: str, events: Iterable[Event], ailments: tuple[Ailment, ...], told: Told, telling: Telling
) -> News | None:
    """What changed for one provider, as far as people want to know; ``None`` if that is nothing."""
    wanted = [event for event in events if _is_wanted(event, provider, telling)]
    items = sorted(filter(None, map(_item, wanted)), key=_by_weight)
    began = tuple(ailment for ailment in ailments if ailment not in told.ailments)
    ended = tuple(ailment for ailment in told.ailments if ailment not in ailments)
    if not (items or began or ended):
        return None
    return News(
        provider, telling.owner, tuple(items[:ITEMS]), dict(sorted(Counter(event.change for event in wanted).items())),
        max((item.severity for item in items if item.change not in _GOOD), default=None), began, ended,
    )  # fmt: skip


def reminder_of(provider: str, alarms: Iterable[Alarm], told: Told, telling: Telling, now: datetime) -> News | None:
    """What still stands, if nobody was told for so long that people want to be reminded."""
    standing = {alarm.impact: alarm for alarm in alarms if alarm.impact is not None}
    if telling.remind is None or not standing or told.told_at is None or now - told.told_at < telling.remind:
        return None
    return News(
        provider, telling.owner, worst=max(standing),
        standing={severity: alarm.findings for severity, alarm in sorted(standing.items(), reverse=True)},
        since=min(alarm.since for alarm in standing.values()),
    )  # fmt: skip


def notices_of(
    news: Iterable[News], tellings: Mapping[str, Telling], summary: Summary, link: str
) -> Iterator[tuple[str, Notice]]:
    """Each channel with the messages it gets: one for a provider, or one for all if there are many."""
    by_channel: dict[str, list[News]] = defaultdict(list)
    for one in news:
        for channel in tellings[one.provider].channels:
            by_channel[channel].append(one)
    for channel, theirs in by_channel.items():
        groups = [tuple(theirs)] if len(theirs) > MESSAGES else [(one,) for one in theirs]
        for group in groups:
            name = group[0].provider if len(group) == 1 else "*"
            yield channel, Notice(f"{summary.run_id}/{name}", summary.run_id, summary.started_at, group, link)


def _is_wanted(event: Event, provider: str, telling: Telling) -> bool:
    if event.finding is None or event.finding.provider != provider:
        return False
    return event.change in telling.changes and event.severity >= telling.least


def _item(event: Event) -> Item | None:
    finding = event.finding
    if finding is None:
        return None
    kind = KINDS.get(finding.kind)
    return Item(
        event.change, event.severity, finding.kind, kind.title if kind is not None else "",
        f"{finding.method} {finding.path_template}"[:_LONGEST], finding.path[:_LONGEST],
        f"{finding.origin.file[:_LONGEST]}:{finding.origin.line}", finding.fingerprint,
        finding.began_with.rollout if finding.began_with is not None and event.change not in _GOOD else None,
    )  # fmt: skip


def _by_weight(item: Item) -> tuple[object, ...]:
    return (item.change in _GOOD, -item.severity.rank, item.operation, item.path, item.fingerprint)
