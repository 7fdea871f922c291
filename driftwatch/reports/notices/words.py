"""What a notice says, line by line, whatever a channel makes of it.

A line is made of our own words and of foreign ones, which each template escapes for its own markup.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import Change
from driftwatch.model.notice import Ailment, Item, News, Notice
from driftwatch.reports.digest import count, in_utc
from driftwatch.reports.legible import legible, shorten
from driftwatch.reports.sentences import ago

_LONGEST: Final = 160
"""Characters of a foreign text that are shown."""
_NAMES: Final = 3
"""Providers that the title of a digest names."""


class Tone(StrEnum):
    """How a message should feel; channels have colours and signs for it."""

    BAD = "bad"
    DOUBTFUL = "doubtful"
    GOOD = "good"


class Foreign(str):
    """A text that somebody else chose: a path, a file, a name."""

    __slots__ = ()


class Level(StrEnum):
    """What a line is for."""

    HEADING = "heading"
    PLAIN = "plain"
    ITEM = "item"


class Line(Struct, frozen=True):
    """One line of a message."""

    level: Level
    parts: tuple[str | Foreign, ...]


_CHANGES: Final[Mapping[Change, str]] = {
    Change.NEW: "new", Change.WORSE: "worse", Change.REOPENED: "back", Change.RESOLVED: "resolved",
    Change.FLAPPING: "coming and going", Change.SUPPRESSION_EXPIRED: "suppression expired",
    Change.ACKNOWLEDGEMENT_EXPIRED: "acknowledgement expired", Change.OBSOLETE: "obsolete",
}  # fmt: skip
_BEGAN: Final[Mapping[Ailment, str]] = {
    Ailment.CANARY_MISSED: "the audit missed a mock that was planted as false: what looks fine is not proven",
    Ailment.NOTHING_VERIFIED: "nothing could be verified: no mock is known to be true",
    Ailment.UNAUTHORIZED: "the service refuses the audit's credentials: some mocks are not checked",
    Ailment.UNREACHABLE: "the service does not answer: mocks are not checked, and this is not drift",
}
_ENDED: Final[Mapping[Ailment, str]] = {
    Ailment.CANARY_MISSED: "the audit catches planted mocks again",
    Ailment.NOTHING_VERIFIED: "mocks are verified again",
    Ailment.UNAUTHORIZED: "the service accepts the audit's credentials again",
    Ailment.UNREACHABLE: "the service answers again",
}


def tone_of(notice: Notice) -> Tone:
    """The worst that is in it."""
    worst = max((one.worst for one in notice.news if one.worst is not None), default=None)
    if worst is Severity.BREAKING:
        return Tone.BAD
    return Tone.DOUBTFUL if worst is not None or any(one.began for one in notice.news) else Tone.GOOD


def title_of(notice: Notice) -> str:
    """One line without markup: ``driftwatch: payments: 2 new (1 breaking), 1 resolved``. Foreign texts are legible."""
    if notice.is_sample:
        return "driftwatch: a sample, to see whether this channel works"
    if len(notice.news) == 1:
        (news,) = notice.news
        return f"driftwatch: {foreign(news.provider)}: {', '.join(_told(news))}"
    names = ", ".join(foreign(news.provider) for news in notice.news[:_NAMES])
    more = len(notice.news) - _NAMES
    rest = f" and {count(more, 'more provider')}" if more > 0 else ""
    return f"driftwatch: news of {names}{rest}"


def lines_of(notice: Notice) -> Iterator[Line]:
    """The message below its title."""
    if notice.is_sample:
        yield Line(Level.PLAIN, ("Somebody called `driftwatch notify --test`. No mock is meant by what follows.",))
    for news in notice.news:
        yield from _chapter(news, notice.at, is_alone=len(notice.news) == 1)
    if any(news.items for news in notice.news):
        yield Line(Level.PLAIN, ("More of one: `driftwatch findings show` with the number in brackets.",))
    if notice.link:
        yield Line(Level.PLAIN, (notice.link,))


def _chapter(news: News, at: datetime, *, is_alone: bool) -> Iterator[Line]:
    owner = (" (", Foreign(foreign(news.owner)), ")") if news.owner else ()
    heading = (Foreign(foreign(news.provider)), *owner)
    yield Line(Level.HEADING, heading if is_alone else (*heading, ": ", ", ".join(_told(news))))
    yield from (Line(Level.PLAIN, (_sentence(_BEGAN[ailment]),)) for ailment in news.began)
    yield from (Line(Level.PLAIN, (_sentence(_ENDED[ailment]),)) for ailment in news.ended)
    yield from (Line(Level.ITEM, _item(item, at)) for item in news.items)
    if news.total > len(news.items):
        yield Line(Level.PLAIN, (f"… and {news.total - len(news.items)} more.",))
    if news.since is not None:
        yield Line(Level.PLAIN, (f"The oldest stands since {in_utc(news.since):%Y-%m-%d}.",))


def _item(item: Item, now: datetime) -> tuple[str | Foreign, ...]:
    title = f" ({item.title})" if item.title else ""
    since: tuple[str | Foreign, ...] = ()
    if (rollout := item.rollout) is not None:
        since = (", since rollout ", Foreign(foreign(f"{rollout.name} {rollout.version}")), f", {ago(rollout.at, now)}")
    return (
        f"{_CHANGES.get(item.change, item.change.value)}, {item.severity}: {item.kind}{title}: ",
        Foreign(foreign(item.operation)), " at ", Foreign(foreign(item.path) or "the whole body"),
        ", mock ", Foreign(foreign(item.origin)), *since, f" [{item.fingerprint}]",
    )  # fmt: skip


def _told(news: News) -> Iterator[str]:
    """A provider's news in a few words each."""
    yield from (f"{number} {_CHANGES.get(change, change.value)}" for change, number in news.changes.items())
    if news.changes and news.worst is not None:
        yield f"at worst {news.worst}"
    yield from (ailment.value.replace("-", " ") for ailment in news.began)
    yield from (f"no longer {ailment.value.replace('-', ' ')}" for ailment in news.ended)
    if news.standing:
        standing = " and ".join(f"{number} {severity}" for severity, number in news.standing.items())
        yield f"still {standing}"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def foreign(text: str) -> str:
    """A stranger's text on one line, with nothing invisible in it, of limited length."""
    return shorten(legible(text[: 2 * _LONGEST]), _LONGEST)


def fitted(lines: Sequence[str], limit: int, left_out: Callable[[int], str]) -> str:
    """As many whole lines as fit into ``limit`` characters, and how many do not."""
    whole = "\n".join(lines)
    if len(whole) <= limit:
        return whole
    room = limit - len(left_out(len(lines))) - 1
    kept, used = 0, -1
    while kept < len(lines) and used + 1 + len(lines[kept]) <= room:
        used += 1 + len(lines[kept])
        kept += 1
    return "\n".join([*lines[:kept], left_out(len(lines) - kept)])[:limit]
