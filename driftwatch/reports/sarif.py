"""SARIF 2.1.0 (OASIS, 27 March 2020), for code scanning and editors.

A finding is a result at its file and line, a suppressed one says so. What could not be checked is no result: it stands
among the notifications of the invocation, so that a viewer does not take it for drift nor for silence.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.interaction import Origin
from driftwatch.model.summary import Summary
from driftwatch.model.suppression import Suppression
from driftwatch.reports.digest import gaps, in_utc
from driftwatch.reports.legible import legible, shorten
from driftwatch.reports.percent import encoded
from driftwatch.reports.sentences import how_often, of_canary
from driftwatch.reports.suppressed import by_finding

Document = dict[str, object]

_LONGEST: Final = 1000
_LEVELS: Final = {Severity.BREAKING: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(summary: Summary) -> str:
    """One log with one run, indented, ending in a newline."""
    kinds = {finding.kind: finding for finding in summary.findings}
    places = {kind: number for number, kind in enumerate(sorted(kinds))}
    run: Document = {
        "tool": {
            "driver": {
                "name": "driftwatch",
                "version": _text(summary.version),
                "rules": [_rule(kinds[kind]) for kind in sorted(kinds)],
            }
        },
        "automationDetails": {"id": f"driftwatch/{_text(summary.run_id)}"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(summary)],
        "results": list(_results(summary, places)),
    }
    log: Document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _rule(finding: Finding) -> Document:
    return {
        "id": finding.kind,
        "shortDescription": {"text": finding.kind.replace("-", " ")},
        "help": {"text": f"driftwatch explain {finding.kind}"},
        "properties": {"tags": [finding.category.value]},
    }


def _results(summary: Summary, places: dict[str, int]) -> Iterator[Document]:
    hidden = by_finding(summary.suppressions)
    for finding in summary.findings:
        result: Document = {
            "ruleId": finding.kind,
            "ruleIndex": places[finding.kind],
            "level": _LEVELS[finding.severity],
            "message": {"text": _message(finding)},
            "locations": [_location(finding.origin, finding.path)],
            "partialFingerprints": {"driftwatch/v1": finding.fingerprint},
            "rank": round(100 * finding.confidence, 1),
            "properties": {"provider": _text(finding.provider), "state": _text(finding.state)},
        }
        if finding.is_suppressed:
            result["suppressions"] = [_suppression(one) for one in hidden.get(finding.fingerprint, ())] or [
                {"kind": "external"}
            ]
        yield result


def _message(finding: Finding) -> str:
    """In words; brackets would make a link (SARIF 3.11.6), so they are escaped."""
    place = finding.path or "whole body"
    asked = f"{finding.provider}: {finding.method} {finding.path_template}".strip(": ")
    parts = [
        f"{asked}: {finding.kind} at {place}.",
        f"Mock says: {finding.claim}.",
        f"Service does: {finding.observed}.",
    ]
    parts += [f"How often: {how_often(finding)}."] if how_often(finding) else []
    parts += [finding.hint] if finding.hint else []
    text = " ".join(_text(part) for part in parts)
    for sign in ("\\", "[", "]"):
        text = text.replace(sign, f"\\{sign}")
    return text


def _location(origin: Origin, path: str = "") -> Document:
    location: Document = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(origin.file)},
            "region": {"startLine": max(1, origin.line)},
        }
    }
    if path:
        location["logicalLocations"] = [{"fullyQualifiedName": _text(path)}]
    return location


def _uri(file: str) -> str:
    """A relative reference (RFC 3986, 4.2): a colon in its first segment would make a scheme of what is before it."""
    return encoded(legible(file), also=b"/@!$&'()*+,;=") or "unknown"


def _suppression(one: Suppression) -> Document:
    return {
        "kind": "external",
        "status": "accepted",
        "justification": _text(f"{one.owner}: {one.reason} (until {one.until})"),
    }


def _invocation(summary: Summary) -> Document:
    started = in_utc(summary.started_at)
    return {
        "executionSuccessful": not summary.is_incomplete(),
        "startTimeUtc": f"{started:%Y-%m-%dT%H:%M:%S}Z",
        "endTimeUtc": f"{started + timedelta(seconds=summary.seconds):%Y-%m-%dT%H:%M:%S}Z",
        "toolExecutionNotifications": list(_notifications(summary)),
    }


def _notifications(summary: Summary) -> Iterator[Document]:
    for gap in gaps(summary):
        request = gap.interaction.request
        text = f"{gap.verdict}: {gap.provider}: {request.method} {request.path_template}: {gap.reason}"
        level = "warning" if gap.verdict.is_failure_to_check else "note"
        yield _notification(level, text, gap.interaction.origin)
    for one in summary.unreadable:
        yield _notification("error", f"{one.format}: {one.reason}", Origin(one.file, one.pointer, one.line))
    if not summary.canary.is_alive:
        yield _notification("error", of_canary(summary.canary), None)


def _notification(level: str, text: str, origin: Origin | None) -> Document:
    told: Document = {"level": level, "message": {"text": _text(text)}}
    return told if origin is None else {**told, "locations": [_location(origin)]}


def _text(text: str) -> str:
    return shorten(legible(text), _LONGEST)
