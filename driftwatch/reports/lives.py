"""Findings across audits, for a reader at a terminal and as ``driftwatch.findings/1`` and ``driftwatch.history/1``."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from driftwatch.model.lifecycle import Acknowledgement, Change, Event, Life
from driftwatch.model.suppression import Suppression
from driftwatch.reports import json
from driftwatch.reports.digest import count, in_utc
from driftwatch.reports.json import Document, direction_id, encoded, instant, origin
from driftwatch.reports.legible import shorten
from driftwatch.reports.page import Page
from driftwatch.reports.sentences import began_with, resting_on

_LONGEST: Final = 400
_HANG: Final = 12
_TOLD: Final = {
    Change.NEW: "seen for the first time, and surely enough to be told",
    Change.WORSE: "got worse",
    Change.RESOLVED: "not seen any more",
    Change.REOPENED: "back again",
    Change.FLAPPING: "comes and goes: an intermittent fact, such as a rollout or optional data",
    Change.SUPPRESSION_EXPIRED: "told again, since its suppression is over",
    Change.ACKNOWLEDGEMENT_EXPIRED: "told again, since its acknowledgement is over",
    Change.OBSOLETE: "its mock is gone",
    Change.ACKNOWLEDGED: "acknowledged",
    Change.SUPPRESSED: "suppressed",
    Change.REOPENED_BY_HAND: "reopened by hand",
}


def told_change(change: Change) -> str:
    """What happened, in a few words."""
    return _TOLD[change]


def listed(lives: Sequence[Life], today: date, *, colour: bool, width: int) -> str:
    """One finding after the other, the gravest first; the text ends in a newline."""
    page = Page(width, colour=colour)
    if not lives:
        page.put("No such finding is remembered.")
    for life in lives:
        page.blank()
        finding = life.finding
        title = f"{finding.kind} · {finding.path or 'whole body'} · {life.word(today)}"
        page.put(_foreign(title), lead=finding.severity.value, lead_style=finding.severity.value, hang=_HANG)
        page.put(_foreign(f"{life.fingerprint}  {_asked(life)}"), margin=_HANG, style="faint", breaks_words=False)
        seen = f"since {_day(life.first_seen)}, seen in {count(life.sightings, 'run')}, last on {_day(life.last_seen)}"
        page.put(seen, margin=_HANG)
    page.blank()
    page.put(count(len(lives), "finding"), style="faint")
    return str(page)


def shown(life: Life, now: datetime, *, colour: bool, width: int) -> str:
    """All that is known of one finding; the text ends in a newline."""
    page, today = Page(width, colour=colour), now.date()
    finding = life.finding
    page.heading(_foreign(f"{finding.kind} · {finding.path or 'whole body'}"), beside=life.fingerprint)
    page.put(_foreign(f"{finding.origin}  {_asked(life)}"), style="faint", breaks_words=False)
    for lead, text in (
        ("mock", finding.claim), ("service", finding.observed), ("to do", finding.hint), ("severity", finding.severity),
        ("state", life.word(today)), ("since", _moment(life.first_seen)), ("last seen", _moment(life.last_seen)),
        ("verified", _moment(life.last_verified)), ("seen in", count(life.sightings, "run")),
        ("missed in", f"{count(life.misses, 'verified run')} in a row"), *_beginning(life, now),
        *_evidence(life, now),
    ):  # fmt: skip
        page.put(_foreign(str(text)), lead=lead, lead_style="faint", hang=_HANG)
    for word, decision in (("acknowledged", life.acknowledged), ("suppressed", life.suppressed)):
        if decision is not None:
            is_over = "over since" if decision.until < today else "until"
            page.put(_foreign(f"{word} {is_over} {decision.until}, {decision.owner}: {decision.reason}"), hang=_HANG)
    return str(page)


def _beginning(life: Life, now: datetime) -> Iterator[tuple[str, str]]:
    """The rollout that it began with, and where to read of it."""
    beginning = life.began_with
    if beginning is not None and beginning.rollout is not None:
        yield "began with", began_with(beginning, now)
        if beginning.rollout.link:
            yield "", beginning.rollout.link


def _evidence(life: Life, now: datetime) -> Iterator[tuple[str, str]]:
    """The recordings that showed it last."""
    told = resting_on(life.finding.rests_on, now)
    if told:
        yield "rests on", told


def told(life: Life, events: Iterable[Event], *, colour: bool, width: int) -> str:
    """What happened to one finding, the oldest first; the text ends in a newline."""
    page = Page(width, colour=colour)
    page.heading(_foreign(f"{life.finding.kind} · {life.finding.path or 'whole body'}"), beside=life.fingerprint)
    for event in events:
        words = told_change(event.change)
        if event.owner:
            until = f" until {event.until}" if event.until else ""
            words = f"{words}{until}, {event.owner}: {event.reason}"
        page.put(_foreign(words), lead=_moment(event.at), lead_style="faint", hang=19)
    return str(page)


def findings_document(lives: Iterable[Life], today: date) -> str:
    """The ``driftwatch.findings/1`` document, indented, ending in a newline."""
    return encoded({"schema": "driftwatch.findings/1", "findings": [_life(life, today) for life in lives]}, indent=2)


def history_document(life: Life, events: Iterable[Event]) -> str:
    """The ``driftwatch.history/1`` document, indented, ending in a newline."""
    return encoded(
        {
            "schema": "driftwatch.history/1",
            "fingerprint": life.fingerprint,
            "events": [
                {
                    "at": instant(event.at), "change": event.change.value, "severity": event.severity.value,
                    "run_id": event.run_id or None, "owner": event.owner or None, "reason": event.reason or None,
                    "until": event.until.isoformat() if event.until else None,
                }
                for event in events
            ],
        },
        indent=2,
    )  # fmt: skip


def _life(life: Life, today: date) -> Document:
    finding = life.finding
    return {
        "fingerprint": life.fingerprint, "state": life.word(today), "kind": finding.kind,
        "category": finding.category.value, "severity": finding.severity.value, "provider": finding.provider,
        "method": finding.method, "path_template": finding.path_template, "mock_id": finding.mock_id,
        "origin": origin(finding.origin), "path": finding.path, "direction": direction_id(finding.direction),
        "claim": finding.claim, "observed": finding.observed, "hint": finding.hint, "confidence": finding.confidence,
        "first_seen": instant(life.first_seen), "last_seen": instant(life.last_seen),
        "last_verified": instant(life.last_verified), "opened_at": instant(life.opened_at),
        "resolved_at": instant(life.resolved_at), "sightings": life.sightings, "misses": life.misses,
        "incarnation": life.incarnation, "acknowledged": _decision(life.acknowledged),
        "suppressed": _decision(life.suppressed), "began_with": json.began_with(life.began_with),
        "rests_on": json.rests_on(finding.rests_on),
    }  # fmt: skip


def _decision(decision: Acknowledgement | Suppression | None) -> Document | None:
    if decision is None:
        return None
    return {"owner": decision.owner, "reason": decision.reason, "until": decision.until.isoformat()}


def _asked(life: Life) -> str:
    finding = life.finding
    request = f"{finding.method} {finding.path_template}".strip()
    return f"{finding.provider}  {request or 'the whole service'}"


def _day(moment: datetime) -> str:
    return f"{in_utc(moment):%Y-%m-%d}"


def _moment(moment: datetime | None) -> str:
    return f"{in_utc(moment):%Y-%m-%d %H:%M}" if moment is not None else "never"


def _foreign(text: str) -> str:
    return shorten(text, _LONGEST)
