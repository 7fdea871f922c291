"""Findings of one comparison in a few lines, for ``driftwatch compare`` at a terminal."""

from collections.abc import Sequence

from driftwatch.model.finding import Finding
from driftwatch.reports.page import Page


def render(case: str, findings: Sequence[Finding], *, colour: bool, width: int) -> str:
    """One case: its id, then each finding with both sides and what to do; the text ends in a newline."""
    page = Page(width, colour=colour)
    page.put(f"{case}: {'no difference' if not findings else ''}".rstrip(": "), style="strong")
    for finding in sorted(findings, key=lambda one: -one.severity.rank):
        severity = finding.severity.value
        title = f"{finding.kind} · {finding.path or 'whole body'}"
        page.put(title, lead=severity, lead_style=severity, margin=2, hang=12)
        page.put(f"mock: {finding.claim}", margin=12)
        page.put(f"service: {finding.observed}", margin=12)
        page.put(finding.hint, lead="→", margin=12, hang=14)
    return str(page)
