"""Incidents as the ``driftwatch.incidents/1`` document, and as Markdown for a pull request or a wiki."""

from collections.abc import Iterable, Iterator
from typing import Final

from driftwatch.model.incident import Answer, Seen, Trace, Watch
from driftwatch.model.incident_ledger import IncidentLedger, Span, Sums
from driftwatch.reports import incident_words as words
from driftwatch.reports.digest import count
from driftwatch.reports.gfm import code, fitting, prose
from driftwatch.reports.json import Document, encoded, instant

_MOST_BYTES: Final = 900_000
_LEFT_OUT: Final = "**The rest is left out: `--format json` tells it all.**"


def document(ledger: IncidentLedger, answers: Iterable[Answer], span: Span) -> str:
    """Indented, ending in a newline; sums are of all, ``answers`` are those to be told of."""
    return encoded(
        {
            "schema": "driftwatch.incidents/1",
            "as_of": instant(ledger.as_of),
            "trouble": str(ledger.trouble) if ledger.trouble is not None else None,
            "totals": _sums(ledger.sums),
            "span": span.value,
            "periods": [{"period": name, **_sums(part)} for name, part in ledger.periods(span).items()],
            "fallen": [one.incident.name for one in ledger.fallen],
            "not_green": [one.incident.name for one in ledger.not_green],
            "incidents": [_incident(one) for one in answers],
        },
        indent=2,
    )


def _sums(sums: Sums) -> Document:
    return {
        "incidents": sums.incidents,
        "causes": {cause.value: number for cause, number in sums.causes.items()},
        "seen": {word.value: number for word, number in sums.seen.items()},
        "share_seen_before": sums.share_seen_before,
        "median_lead_seconds": None if sums.median_lead is None else sums.median_lead.total_seconds(),
    }


def _incident(answer: Answer) -> Document:
    one = answer.incident
    return {
        "name": one.name, "file": one.file, "title": one.title, "happened_at": instant(one.happened_at),
        "ended_at": instant(one.ended_at), "provider": one.provider, "method": one.method or None,
        "path": one.path or None, "status": one.status, "place": one.place or None, "assumption": one.assumption,
        "invariant": one.invariant, "missing_condition": one.missing_condition, "links": list(one.links),
        "unfilled": list(one.unfilled), "cause": answer.cause.value, "is_cause_derived": answer.is_derived,
        "could_be_seen": answer.could_be_seen, "kind": answer.kind or None, "seen": answer.seen.value,
        "first_seen": instant(answer.trace.first_seen) if answer.trace is not None else None,
        "lead_seconds": None if answer.lead is None else answer.lead.total_seconds(),
        "unseen": None if answer.unseen is None else answer.unseen.value, "is_kept": answer.is_kept,
        "compared_at": instant(answer.compared_at), "finding": _trace(answer.trace),
        "others": [_trace(other) for other in answer.others], "guard": _watch(answer.watch),
    }  # fmt: skip


def _trace(trace: Trace | None) -> Document | None:
    if trace is None:
        return None
    return {
        "fingerprint": trace.fingerprint or None, "kind": trace.kind or None, "path": trace.path,
        "mock_id": trace.mock_id or None, "severity": trace.severity.value, "relation": trace.relation.value,
        "explained_by": trace.explained_by or None, "first_seen": instant(trace.first_seen),
        "last_seen": instant(trace.last_seen), "told_at": instant(trace.told_at), "ended_at": instant(trace.ended_at),
        "stood": trace.stood, "hidden": trace.hidden or None,
    }  # fmt: skip


def _watch(watch: Watch | None) -> Document | None:
    if watch is None:
        return None
    guarded = watch.guarded
    return {
        "name": guarded.guard.name, "file": guarded.guard.file or None, "probe": watch.probe or None,
        "verdict": guarded.verdict, "is_verified": guarded.is_verified, "is_fallen": watch.is_fallen,
        "reason": guarded.reason, "at": instant(watch.at),
    }  # fmt: skip


def markdown(ledger: IncidentLedger, span: Span) -> str:
    """What all of them teach, then one line each; ends in a newline."""
    return "\n".join(fitting(_lines(ledger, span), _MOST_BYTES, _LEFT_OUT)).rstrip() + "\n"


def _lines(ledger: IncidentLedger, span: Span) -> Iterator[str]:
    sums = ledger.sums
    yield from (f"# {count(sums.incidents, 'incident')}", "")
    if not ledger.answers:
        return
    yield from ("| why no test caught it | incidents | |", "| --- | ---: | --- |")
    yield from (f"| {cause.value} | {number} | {words.CAUSES[cause]} |" for cause, number in sums.causes.items())
    yield from ("", _share(sums), "")
    if ledger.trouble is not None:
        yield from (prose(str(ledger.trouble)), "")
    yield from (f"| {span.value} | incidents | seen before | median lead |", "| --- | ---: | ---: | --- |")
    for name, part in ledger.periods(span).items():
        yield f"| {name} | {part.incidents} | {part.seen[Seen.BEFORE]} | {words.lead(part.median_lead)} |"
    yield from ("", *_not_green(ledger))
    yield from ("| day | incident | cause | warning | guard |", "| --- | --- | --- | --- | --- |")
    yield from map(_row, ledger.answers)


def _share(sums: Sums) -> str:
    share = "" if sums.share_seen_before is None else f" ({round(100 * sums.share_seen_before)} %)"
    seen = sums.seen
    told = f"{seen[Seen.BEFORE]} seen before{share}, {seen[Seen.AFTER]} after, {seen[Seen.NEVER]} never"
    unknown = f", {seen[Seen.UNKNOWN]} before all that is remembered" if seen[Seen.UNKNOWN] else ""
    lead = f"; median {words.lead(sums.median_lead)}" if sums.median_lead is not None else ""
    return f"{told}{unknown}{lead}."


def _not_green(ledger: IncidentLedger) -> Iterator[str]:
    for one in ledger.not_green:
        mark = "❌" if one.watch is not None and one.watch.is_fallen else "⚠️"
        yield f"- {mark} guard {prose(words.guard(one.watch))}: {prose(one.incident.title)}"
    if ledger.not_green:
        yield ""


def _row(answer: Answer) -> str:
    one = answer.incident
    where = code(one.endpoint).replace("|", "\\|") if one.endpoint else "the whole service"
    derived = " (derived)" if answer.is_derived else ""
    cells = (
        words.day(one.happened_at), f"{prose(one.title)}<br>{prose(one.provider)} {where}",
        f"{answer.cause.value}{derived}", prose(words.warned(answer)), prose(words.guard(answer.watch)),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"
