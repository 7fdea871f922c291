"""Incidents in words, in Markdown and as samples: nothing of a stranger's steers a screen."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from msgspec import json
from msgspec.structs import replace

from driftwatch.model.finding import Severity
from driftwatch.model.guard import MISSING, Guard, Guarded
from driftwatch.model.incident import Answer, Cause, Incident, Relation, Trace, Unseen, Watch
from driftwatch.model.incident_ledger import IncidentLedger, Span
from driftwatch.model.memory import StoreError
from driftwatch.model.summary import Summary
from driftwatch.reports import incident_words as words
from driftwatch.reports import incidents, incidents_document
from driftwatch.reports.legible import columns
from driftwatch.reports.metrics import render
from driftwatch.reports.schemas import interface_schema
from tests.reports.samples import HOSTILE, everything_fine, guards

AT: Final = datetime(2026, 5, 11, 12, tzinfo=UTC)
TRACE: Final = Trace(
    "field-missing", "/a|b", "0123456789abcdef", "m", Severity.BREAKING, Relation.ABOVE, AT - timedelta(days=3), AT,
    AT - timedelta(days=2), AT + timedelta(days=1), True, "envelope-changed", "suppressed",
)  # fmt: skip
GUARD: Final = Guard("a-guard", "shop", "mocks/a.json")
FELL: Final = Watch(Guarded(GUARD, "drifted", "a promised member is never delivered"), "GET /a", AT)
BLIND: Final = Watch(Guarded(GUARD, MISSING, "the config has no guard of that name"))
_PLAIN: Final = re.compile(r"\x1b\[[0-9;]*m")


def an_answer(name: str = "one", title: str = "It broke", **more: Any) -> Answer:
    """An incident with what is known of it."""
    incident = Incident(
        name, f"incidents/{name}.yaml", title, AT, "shop", AT + timedelta(hours=1), "GET", "/a|b/{id}", 500, "/a",
        assumption=title, invariant=title, missing_condition=title,
        links=("https://wiki.example.com/1",), guard="a-guard",
    )  # fmt: skip
    return replace(Answer(incident, Cause.STALE_MOCK, is_derived=True, trace=TRACE, watch=FELL), **more)


def a_ledger(*answers: Answer) -> IncidentLedger:
    """All of them, with a store in trouble."""
    return IncidentLedger(answers, AT + timedelta(days=9), StoreError("it", "it is locked", "Wait."))


ALL: Final = a_ledger(
    an_answer(others=(TRACE,) * 5, compared_at=AT),
    an_answer("two", HOSTILE, trace=None, unseen=Unseen.NO_MOCK, watch=BLIND, cause=Cause.NO_MOCK, is_derived=False),
    an_answer("three", "x" * 9000, is_kept=True, watch=None),
)


@pytest.mark.parametrize("width", [40, 100])
@pytest.mark.parametrize("colour", [True, False])
def test_every_page_fits_the_screen_and_steers_none(width: int, colour: bool) -> None:
    """Whatever stands in a file: lines of that width, and no sign but our own colours."""
    pages = [
        incidents.listed(ALL, colour=colour, width=width),
        incidents.summed(ALL, Span.MONTH, colour=colour, width=width),
        *(incidents.shown(one, colour=colour, width=width) for one in ALL.answers),
    ]
    for page in pages:
        plain = _PLAIN.sub("", page) if colour else page
        assert all(line.isprintable() for line in plain.splitlines())
        assert max(map(columns, plain.splitlines())) <= width
        assert page.endswith("\n")


def test_a_page_tells_all_that_is_known() -> None:
    """What happened, what was thought, what audits knew, how the guard is."""
    page = incidents.shown(ALL.answers[0], colour=False, width=100)
    told = " ".join(page.split())
    for part in (
        "happened 2026-05-11 12:00 until 2026-05-11 13:00", "where shop GET /a|b/{id} → 500", "place /a",
        "cause stale-mock (derived)", "warning 3 d 0 h before",
        "about what holds the place, swallowed by envelope-changed",
        "it stood when it happened, and was suppressed", "told 2026-05-09 12:00", "and 2 more", "guard a-guard, FALLEN",
        "probe GET /a, by mocks/a.json", "last run 2026-05-11 12:00",
    ):  # fmt: skip
        assert part in told, part


def test_the_document_fits_its_schema() -> None:
    """Of a ledger with all there is in it, and of an empty one."""
    for ledger in (ALL, a_ledger()):
        for span in Span:
            told = json.decode(incidents_document.document(ledger, ledger.answers, span))
            assert not list(Draft202012Validator(interface_schema("incidents-1")).iter_errors(told))
    assert told["trouble"] == "the store it cannot be used: it is locked. Wait."


def test_markdown_is_a_table_whatever_a_title_says() -> None:
    """Each incident is one row of five cells; no title makes another, or a link."""
    text = incidents_document.markdown(ALL, Span.QUARTER)
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    rows = shown.split("<tbody>")[-1].split("</tbody>")[0].split("</tr>")[:-1]
    assert [row.count("<td") for row in rows] == [5, 5, 5]
    assert "\x1b" not in text
    assert shown.count("<table>") == 3


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(days=11, hours=3, minutes=50), "11 d 3 h before"),
        (timedelta(hours=2, minutes=1), "2 h 1 min before"),
        (timedelta(minutes=-5), "5 min after"),
        (timedelta(seconds=30), "30 s before"),
        (timedelta(), "at the same moment"),
        (None, "none"),
    ],
)
def test_a_lead_is_told_in_its_two_largest_units(length: timedelta | None, told: str) -> None:
    """And by which side of the incident it lies."""
    assert words.lead(length) == told


def _samples(summary: Summary) -> list[str]:
    return [line for line in render(summary).splitlines() if line.startswith("driftwatch_incident")]


def test_samples_count_by_cause_and_by_when_they_were_seen() -> None:
    """What nobody names is absent; a provider without any has one zero; a lead says how long before."""
    fine = everything_fine()
    assert _samples(fine) == []
    none = replace(fine, providers=tuple(replace(one, incidents=()) for one in fine.providers))
    assert _samples(none) == ['driftwatch_incidents{cause="",provider="payments",seen=""} 0.0']
    assert _samples(guards()) == [
        'driftwatch_incident_lead_time_seconds{lead="longest",provider="payments"} 950400.0',
        'driftwatch_incident_lead_time_seconds{lead="median",provider="payments"} 3600.0',
        'driftwatch_incident_lead_time_seconds{lead="shortest",provider="payments"} -7200.0',
        'driftwatch_incidents{cause="between-audits",provider="payments",seen="after"} 1.0',
        'driftwatch_incidents{cause="no-mock",provider="payments",seen="never"} 1.0',
        'driftwatch_incidents{cause="stale-mock",provider="payments",seen="before"} 2.0',
    ]
