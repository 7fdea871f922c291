"""Incidents for a reader at a terminal: the list, one page, and what all of them teach together."""

from collections.abc import Iterable, Iterator

from driftwatch.model.incident import Answer, Incident, Seen
from driftwatch.model.incident_ledger import IncidentLedger, Span, Sums
from driftwatch.reports import incident_words as words
from driftwatch.reports.digest import count
from driftwatch.reports.legible import shorten
from driftwatch.reports.page import Page

_LONGEST = 400
_HANG = 12


def listed(ledger: IncidentLedger, *, colour: bool, width: int) -> str:
    """One incident after the other, the newest first; the text ends in a newline."""
    page = Page(width, colour=colour)
    if not ledger.answers:
        page.put("No incident is written down.")
        return str(page)
    for answer in ledger.answers:
        one = answer.incident
        page.blank()
        page.put(_foreign(one.title), lead=words.day(one.happened_at), lead_style="strong", hang=_HANG)
        page.put(
            _foreign(f"{one.name}  {one.provider}  {one.endpoint}"), margin=_HANG, style="faint", breaks_words=False
        )
        page.put(f"{words.warned(answer)}", margin=_HANG, style="good" if answer.seen is Seen.BEFORE else "")
        page.put(f"{words.cause(answer)}", margin=_HANG)
        _put_guard(page, answer)
    page.blank()
    page.put(_conclusion(ledger.sums), style="strong")
    return str(page)


def _put_guard(page: Page, answer: Answer) -> None:
    watch = answer.watch
    if watch is None:
        page.put("no guard", margin=_HANG, style="faint")
        return
    style = "good" if watch.guarded.is_verified else "breaking" if watch.is_fallen else "warning"
    page.put(_foreign(f"guard {words.guard(watch)}"), margin=_HANG, style=style)


def shown(answer: Answer, *, colour: bool, width: int) -> str:
    """All that is known of one; the text ends in a newline."""
    page, one = Page(width, colour=colour), answer.incident
    page.heading(_foreign(one.title), beside=one.name)
    _put_all(page, (*_happened(one), *_thought(one), ("cause", words.cause(answer))))
    page.heading("What audits knew")
    _put_all(page, _known(answer))
    page.heading("Its guard")
    _put_all(page, _guarded(answer))
    if one.unfilled:
        page.blank()
        page.put(_foreign(f"Still to be filled in in {one.file}: {', '.join(one.unfilled)}."))
    return str(page)


def _put_all(page: Page, told: Iterable[tuple[str, str]]) -> None:
    for lead, text in told:
        is_link = text.startswith(("http://", "https://"))  # which a terminal opens as long as it is whole
        page.put(_foreign(text), lead=lead, lead_style="faint", hang=_HANG, breaks_words=not is_link)


def _happened(one: Incident) -> Iterator[tuple[str, str]]:
    until = f" until {words.moment(one.ended_at)}" if one.ended_at is not None else ""
    yield "happened", f"{words.moment(one.happened_at)}{until}"
    status = f" → {one.status}" if one.status is not None else ""
    yield "where", f"{one.provider}  {one.endpoint or 'the whole service'}{status}"
    if one.place:
        yield "place", one.place


def _thought(one: Incident) -> Iterator[tuple[str, str]]:
    told = (("assumed", one.assumption), ("in truth", one.invariant), ("missing", one.missing_condition))
    for lead, text in told:
        if text:
            yield lead, " ".join(text.split())
    for number, link in enumerate(one.links):
        yield "" if number else "links", link


def _known(answer: Answer) -> Iterator[tuple[str, str]]:
    yield "visible", f"{words.could(answer)}{_why(answer)}"
    yield "warning", words.lead(answer.lead)
    trace = answer.trace
    if trace is not None:
        by = f", swallowed by {trace.explained_by}" if trace.explained_by else ""
        where = "" if answer.is_kept else f", {words.RELATIONS[trace.relation]}{by}"
        yield "finding", f"{trace.kind} · {trace.path or 'whole body'}{where}"
        how = "" if answer.is_kept else f", {words.stood(trace)}"
        yield "", f"{trace.fingerprint}: first seen {words.moment(trace.first_seen)}{how}"
        if not answer.is_kept:
            yield "told", words.moment(trace.told_at)
    for other in answer.others[:3]:
        yield "also", f"{other.kind} · {other.path or 'whole body'}, first seen {words.moment(other.first_seen)}"
    if len(answer.others) > 3:
        yield "", f"and {len(answer.others) - 3} more"
    if answer.compared_at is not None:
        yield "compared", f"a mock of the endpoint since {words.moment(answer.compared_at)}"
    if answer.is_kept:
        yield "source", "kept in its file, since the memory of audits does not reach back so far"


def _why(answer: Answer) -> str:
    if answer.unseen is not None:
        return f": {words.UNSEEN[answer.unseen]}"
    return ""


def _guarded(answer: Answer) -> Iterator[tuple[str, str]]:
    watch = answer.watch
    yield "guard", words.guard(watch)
    if watch is None:
        return
    if watch.guarded.reason:
        yield "reason", watch.guarded.reason
    if watch.probe:
        yield "probe", f"{watch.probe}, by {watch.guarded.guard.file}"
    if watch.at is not None:
        yield "last run", words.moment(watch.at)


def summed(ledger: IncidentLedger, span: Span, *, colour: bool, width: int) -> str:
    """What all of them teach; the text ends in a newline."""
    page, sums = Page(width, colour=colour), ledger.sums
    if not ledger.answers:
        page.put("No incident is written down.")
        return str(page)
    page.heading("Why no test caught them", count(sums.incidents, "incident"))
    for cause, number in sums.causes.items():
        page.put(f"{cause.value}: {words.CAUSES[cause]}", lead=str(number), margin=2, hang=6)
    page.heading("How much warning there was")
    for line in _warning(ledger, sums):
        page.put(line, margin=2)
    page.heading("Trend", f"by {span.value}")
    for name, part in ledger.periods(span).items():
        page.put(_period(part), lead=name, margin=2, hang=_HANG)
    _put_guards(page, ledger)
    page.blank()
    page.put(_conclusion(sums), style="strong")
    return str(page)


def _warning(ledger: IncidentLedger, sums: Sums) -> Iterator[str]:
    seen = sums.seen
    share = "" if sums.share_seen_before is None else f" ({round(100 * sums.share_seen_before)} %)"
    yield f"{seen[Seen.BEFORE]} seen before{share}, {seen[Seen.AFTER]} after, {seen[Seen.NEVER]} never"
    if seen[Seen.UNKNOWN]:
        yield f"{seen[Seen.UNKNOWN]} before all that is remembered, and not counted in the share"
    if sums.median_lead is not None:
        yield f"median of those that were seen: {words.lead(sums.median_lead)}"
    if ledger.trouble is not None:
        yield _foreign(str(ledger.trouble))


def _period(part: Sums) -> str:
    if not part.incidents:
        return "none"
    causes = ", ".join(f"{number} {cause.value}" for cause, number in part.causes.items())
    return f"{count(part.incidents, 'incident')}, {part.seen[Seen.BEFORE]} seen before: {causes}"


def _put_guards(page: Page, ledger: IncidentLedger) -> None:
    guarded = [one for one in ledger.answers if one.watch is not None]
    page.heading("Guards", f"of {len(guarded)} among {count(len(ledger.answers), 'incident')}")
    if not guarded:
        page.put("no incident names one: `driftwatch incident import` makes a guard of an exchange", margin=2)
    for one in ledger.not_green:
        assert one.watch is not None  # noqa: S101 - that is how they were chosen
        reason = f": {one.watch.guarded.reason}" if one.watch.guarded.reason else ""
        style = "breaking" if one.watch.is_fallen else "warning"
        page.put(_foreign(f"{words.guard(one.watch)}{reason}"), margin=2, style=style)
        page.put(_foreign(f"{one.incident.name}: {one.incident.title}"), margin=4, style="faint")
    if guarded and not ledger.not_green:
        page.put("all of them verified by the last run", margin=2, style="good")


def _conclusion(sums: Sums) -> str:
    return f"{count(sums.incidents, 'incident')}, {sums.seen[Seen.BEFORE]} seen before, {sums.seen[Seen.AFTER]} after."


def _foreign(text: str) -> str:
    return shorten(text, _LONGEST)
