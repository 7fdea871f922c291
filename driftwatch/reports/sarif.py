"""SARIF 2.1.0 (OASIS, 27 March 2020), for code scanning and editors.

A finding is a result at its file and line. What could not be checked is no result: it stands among the notifications
of the invocation, so that a viewer does not take it for drift nor for silence.

What GitHub's code scanning takes (docs.github.com, "SARIF support for code scanning" and "SARIF results exceed
limits", both of 2026; codeql-action ``src/upload-lib.ts`` and ``src/fingerprints.ts``):

- It knows an alert again by ``ruleId`` and ``partialFingerprints.primaryLocationLineHash`` alone. Without that it
  hashes the line, and all findings of one kind about one stub would be one alert.
- It overlooks ``suppressions`` (github/codeql-action#1230): a suppressed result would be an open alert. So a suppressed
  finding is a notification as well, and its alert closes for as long as the suppression holds.
- A file of more than 25,000 results, or of more than 10 MB packed, is refused whole; of the results it shows 5,000, the
  worst first. So here are no more than those, and a notification counts the rest.
- A relative URI is read from the root of the repository, whatever ``originalUriBaseIds`` says; an absolute one needs
  the scheme ``file``. So an audit for code scanning runs at the root of the checkout.
- A rule must have short and full description and help; ``help.markdown`` is shown where it is there. Rules should be
  those of the tool and not of the run, so all kinds are told where their pages are at hand.
- What stands before the last slash of ``automationDetails.id`` is the category, in which one analysis replaces another.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.interaction import Origin
from driftwatch.model.summary import Summary
from driftwatch.reports.digest import count, gaps, in_utc
from driftwatch.reports.guards import fallen, words_of
from driftwatch.reports.legible import legible, shorten
from driftwatch.reports.lexicon import Entry, Lexicon
from driftwatch.reports.percent import encoded
from driftwatch.reports.sentences import how_often, of_canary
from driftwatch.reports.suppressed import by_finding

Document = dict[str, object]

MOST_RESULTS: Final = 5000
"""What GitHub shows of a run."""
MOST_NOTIFICATIONS: Final = 1000
"""Gaps and files that are named; the rest is counted."""
_LONGEST: Final = 1000
_LEVELS: Final = {Severity.BREAKING: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS: Final = {Severity.BREAKING: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_ROOT: Final = "%SRCROOT%"
"""By convention the root of the source tree (SARIF 3.4.4)."""
_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(summary: Summary, lexicon: Lexicon | None = None) -> str:
    """One log with one run, indented, ending in a newline; ``lexicon`` holds the pages of the kinds."""
    known = _known(summary, lexicon or {})
    places = {kind: number for number, kind in enumerate(known)}
    run: Document = {
        "tool": {
            "driver": {
                "name": "driftwatch",
                "version": _text(summary.version),
                "rules": [_rule(kind, entry) for kind, entry in known.items()],
            }
        },
        "automationDetails": {"id": f"driftwatch/{_text(summary.run_id)}"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that driftwatch was called in."}}},
        "invocations": [_invocation(summary)],
        "results": [_result(finding, places) for finding in summary.standing[:MOST_RESULTS]],
    }
    log: Document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _known(summary: Summary, lexicon: Lexicon) -> dict[str, Entry]:
    """Every kind that there is, and what little a finding tells of one that has no page."""
    found = {one.kind: Entry(one.category, one.default_severity, "") for one in summary.standing}
    return dict(sorted({**found, **lexicon}.items()))


def _rule(kind: str, entry: Entry) -> Document:
    sentence = shorten(entry.sentence, _LONGEST) or kind.replace("-", " ")
    page = {"text": entry.text, "markdown": entry.markdown} if entry.page else {"text": f"driftwatch explain {kind}"}
    return {
        "id": kind,
        "name": kind,
        "shortDescription": {"text": sentence},
        "fullDescription": {"text": sentence},
        "help": page,
        "defaultConfiguration": {"level": _LEVELS[entry.severity]},
        "properties": {
            "tags": [entry.category.value],
            "precision": "high",
            "problem.severity": _PROBLEMS[entry.severity],
        },
    }


def _result(finding: Finding, places: dict[str, int]) -> Document:
    return {
        "ruleId": finding.kind,
        "ruleIndex": places[finding.kind],
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(finding.origin, finding.path)],
        "partialFingerprints": {
            "primaryLocationLineHash": finding.fingerprint, "driftwatch/v1": finding.fingerprint,
        },
        "rank": round(100 * finding.confidence, 1),
        "properties": {"provider": _text(finding.provider), "state": _text(finding.state)},
    }  # fmt: skip


def _message(finding: Finding) -> str:
    """In words, of which code scanning shows the first sentence as the alert's title."""
    place = finding.path or "whole body"
    asked = f"{finding.provider}: {finding.method} {finding.path_template}".strip(": ")
    parts = [
        f"{asked}: {finding.kind} at {place}.",
        f"Mock says: {finding.claim}.",
        f"Service does: {finding.observed}.",
    ]
    parts += [f"How often: {how_often(finding)}."] if how_often(finding) else []
    parts += [finding.hint] if finding.hint else []
    return " ".join(map(_plain, parts))


def _location(origin: Origin, path: str = "") -> Document:
    location: Document = {
        "physicalLocation": {"artifactLocation": _artifact(origin.file), "region": {"startLine": max(1, origin.line)}}
    }
    if path:
        location["logicalLocations"] = [{"fullyQualifiedName": _text(path)}]
    return location


def _artifact(file: str) -> Document:
    """A relative reference (RFC 3986, 4.2), or the ``file`` URI (RFC 8089) of a mock that lies elsewhere.

    A colon in the first segment of the former would make a scheme of what is before it.
    """
    place = encoded(legible(file), also=b"/@!$&'()*+,;=") or "unknown"
    return {"uri": f"file://{place}"} if place.startswith("/") else {"uri": place, "uriBaseId": _ROOT}


def _invocation(summary: Summary) -> Document:
    started = in_utc(summary.started_at)
    return {
        "executionSuccessful": not summary.is_incomplete(),
        "startTimeUtc": f"{started:%Y-%m-%dT%H:%M:%S}Z",
        "endTimeUtc": f"{started + timedelta(seconds=summary.seconds):%Y-%m-%dT%H:%M:%S}Z",
        "toolExecutionNotifications": list(_notifications(summary)),
    }


def _notifications(summary: Summary) -> Iterator[Document]:
    if not summary.canary.is_alive:
        yield _notification("error", of_canary(summary.canary), None)
    if (hidden := len(summary.standing) - MOST_RESULTS) > 0:
        yield _notification(
            "error", f"{count(hidden, 'more finding')}, the least severe; JSON and HTML have all.", None
        )
    told = [*_guards(summary), *_unchecked(summary), *_suppressions(summary)]
    yield from told[:MOST_NOTIFICATIONS]
    if (untold := len(told) - MOST_NOTIFICATIONS) > 0:
        yield _notification("warning", f"{count(untold, 'more notification')}; JSON and HTML have all.", None)


def _guards(summary: Summary) -> Iterator[Document]:
    """Guards that fell; what their mocks were found false about is a result of its own."""
    for one in fallen(summary):
        level = "warning" if one.is_answered else "error"
        yield _notification(level, f"guard: {words_of(one)}", Origin(one.guard.file))


def _suppressions(summary: Summary) -> Iterator[Document]:
    """Who does not want to be told of what, and until when."""
    wishes = by_finding(summary.suppressions)
    for finding in summary.suppressed:
        reasons = [f"{one.owner}: {one.reason} (until {one.until})" for one in wishes.get(finding.fingerprint, ())]
        text = f"suppressed: {finding.severity} {finding.kind} at {finding.path or 'whole body'}. {'; '.join(reasons)}"
        yield _notification("note", text.rstrip(), finding.origin)


def _unchecked(summary: Summary) -> Iterator[Document]:
    """What was not looked at, first of all what should have been."""
    for one in summary.unreadable:
        yield _notification("error", f"{one.format}: {one.reason}", Origin(one.file, one.pointer, one.line))
    for gap in sorted(gaps(summary), key=lambda gap: not gap.verdict.is_failure_to_check):
        request = gap.interaction.request
        text = f"{gap.verdict}: {gap.provider}: {request.method} {request.path_template}: {gap.reason}"
        level = "warning" if gap.verdict.is_failure_to_check else "note"
        yield _notification(level, text, gap.interaction.origin)


def _notification(level: str, text: str, origin: Origin | None) -> Document:
    told: Document = {"level": level, "message": {"text": _plain(text)}}
    return told if origin is None else {**told, "locations": [_location(origin)]}


def _text(text: str) -> str:
    return shorten(legible(text), _LONGEST)


def _plain(text: str) -> str:
    """A piece of a message, in which brackets would make a link (SARIF 3.11.6)."""
    shown = _text(text)
    for sign in ("\\", "[", "]"):
        shown = shown.replace(sign, f"\\{sign}")
    return shown
