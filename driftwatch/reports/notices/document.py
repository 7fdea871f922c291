"""A notice as the JSON document ``driftwatch.notice/1``, for a webhook."""

import json
from typing import Any, Final

from driftwatch.model.notice import Item, News, Notice
from driftwatch.model.rollout import Rollout
from driftwatch.reports.digest import in_utc
from driftwatch.reports.notices.words import foreign, title_of, tone_of

SCHEMA: Final = "driftwatch.notice/1"


def render(notice: Notice, limit: int) -> str:
    """ASCII, of at most ``limit`` characters: findings are left out, and then providers, until it is."""
    shown, providers = max((len(news.items) for news in notice.news), default=0), len(notice.news)
    while True:
        text = json.dumps(_document(notice, shown, providers), separators=(",", ":"))
        if len(text) <= limit or not providers:
            return text
        shown, providers = (shown // 2, providers) if shown else (0, providers // 2)


def _document(notice: Notice, shown: int, providers: int) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "id": notice.id,
        "run_id": notice.run_id,
        "at": in_utc(notice.at).isoformat(),
        "is_sample": notice.is_sample,
        "title": title_of(notice),
        "tone": tone_of(notice).value,
        "link": notice.link,
        "providers": [_news(news, shown) for news in notice.news[:providers]],
        "providers_left_out": len(notice.news) - providers,
    }


def _news(news: News, shown: int) -> dict[str, Any]:
    return {
        "name": foreign(news.provider),
        "owner": foreign(news.owner),
        "changes": {change.value: number for change, number in news.changes.items()},
        "worst": news.worst and news.worst.value,
        "began": [ailment.value for ailment in news.began],
        "ended": [ailment.value for ailment in news.ended],
        "standing": {severity.value: number for severity, number in news.standing.items()},
        "since": news.since and in_utc(news.since).isoformat(),
        "findings": [_item(item) for item in news.items[:shown]],
        "findings_left_out": news.total - len(news.items[:shown]),
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "change": item.change.value,
        "severity": item.severity.value,
        "kind": item.kind,
        "title": item.title,
        "operation": foreign(item.operation),
        "path": foreign(item.path),
        "origin": foreign(item.origin),
        "fingerprint": item.fingerprint,
        "began_with": None if item.rollout is None else _rollout(item.rollout),
    }


def _rollout(rollout: Rollout) -> dict[str, Any]:
    return {
        "name": foreign(rollout.name),
        "version": foreign(rollout.version),
        "at": in_utc(rollout.at).isoformat(),
        "link": rollout.link or None,
    }
