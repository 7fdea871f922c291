"""How the scores of a report came about, for a person at a terminal: every number with those it is made of."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from driftwatch.reports.digest import count
from driftwatch.reports.legible import shorten
from driftwatch.reports.page import Page
from driftwatch.reports.scored import Aspect, Finding, Loss, Mock, Provider, Report

_MARGIN: Final = 2
_LABEL: Final = 11
"""The column behind the longest label."""
_ASPECT: Final = 13
_NUMBERS: Final = 28
"""The column behind the numbers of a mock in a list."""
_LONGEST: Final = 400
_PATHS: Final = 6
_LISTED: Final = 50
"""Mocks of one provider that are listed: what is further down needs no hurry."""
_ANSWERS: Final = frozenset({"verified", "drifted"})


def of_report(report: Report, *, colour: bool, width: int) -> str:
    """Every provider with its mocks, the most urgent first."""
    page = Page(width, colour=colour)
    for provider in sorted(report.providers, key=lambda one: (-one.drift_score, one.name)):
        _put_provider(page, provider)
    if not report.providers:
        page.put("The report tells of no provider.")
    return str(page)


def of_provider(provider: Provider, *, colour: bool, width: int) -> str:
    """One provider with its mocks, the most urgent first."""
    page = Page(width, colour=colour)
    _put_provider(page, provider)
    return str(page)


def of_mocks(report: Report, mocks: Sequence[tuple[Provider, Mock]], *, colour: bool, width: int) -> str:
    """Single mocks, each with its aspects and what took something away from them."""
    page = Page(width, colour=colour)
    findings = {finding.fingerprint: finding for finding in report.findings}
    for provider, mock in mocks:
        _put_mock(page, provider, mock, findings)
    return str(page)


def _put_provider(page: Page, provider: Provider) -> None:
    page.heading(_foreign(provider.name), beside=_foreign(provider.target))
    scored = [mock for mock in provider.interactions if mock.fidelity is not None]
    _put(page, "fidelity", _mean(provider, scored))
    _put(page, "verified", _coverage(provider))
    _put(page, "drift", f"{_number(provider.drift_score)}, to rank by: 10 for a breaking finding and 3 for a warning,")
    page.put("each times its certainty and the consumer's use of the path", margin=_LABEL)
    ranked = sorted(
        scored, key=lambda mock: (-mock.drift_score, mock.fidelity or 0.0, mock.origin.file, mock.origin.line)
    )
    if ranked:
        page.blank()
        page.put(
            "mock", lead="fidelity verified   drift", margin=_MARGIN, hang=_NUMBERS, lead_style="faint", style="faint"
        )
    for mock in ranked[:_LISTED]:
        numbers = (
            f"{_number(mock.fidelity or 0.0):>8} {_percent(mock.verified_share):>8} {_number(mock.drift_score):>7}"
        )
        page.put(_place(mock), lead=numbers, margin=_MARGIN, hang=_NUMBERS, breaks_words=False)
    if len(ranked) > _LISTED:
        page.put(f"and {len(ranked) - _LISTED} more", margin=_NUMBERS, style="faint")
    _put_missing(page, [mock for mock in provider.interactions if mock.fidelity is None])


def _mean(provider: Provider, scored: Sequence[Mock]) -> str:
    if provider.fidelity is None:
        return "none, since nothing could be compared"
    is_by_calls = bool(scored) and all(mock.calls is not None for mock in scored) and any(mock.calls for mock in scored)
    weighing = "each as often as it is called" if is_by_calls else "all weighing the same"
    return (
        f"{_number(provider.fidelity)} of what could be checked: the mean of {count(len(scored), 'mock')}, {weighing}"
    )


def _coverage(provider: Provider) -> str:
    answered = sum(mock.verdict in _ANSWERS for mock in provider.interactions)
    told = f"{answered} of {count(len(provider.interactions), 'interaction')} compared"
    return f"{_percent(provider.verified_share)}: {told}"


def _put_missing(page: Page, missing: Sequence[Mock]) -> None:
    """Mocks without a number by the reason, the most frequent first."""
    reasons: dict[str, list[Mock]] = {}
    for mock in missing:
        reasons.setdefault(f"{mock.verdict} · {mock.reason or 'no reason given'}", []).append(mock)
    if reasons:
        page.blank()
        page.put("No number, and in no sum:", margin=_MARGIN)
    for reason, alike in sorted(reasons.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        page.put(_foreign(f"{reason} · {len(alike)}"), margin=2 * _MARGIN)


def _put_mock(page: Page, provider: Provider, mock: Mock, findings: Mapping[str, Finding]) -> None:
    page.heading(_foreign(f"{mock.method} {mock.path_template}"), beside=_foreign(provider.name))
    page.put(
        _foreign(f"{mock.origin}  {mock.mock_id}"), lead="mock", lead_style="faint", hang=_LABEL, breaks_words=False
    )
    _put(page, "verdict", f"{mock.verdict}: {mock.reason}" if mock.reason else mock.verdict)
    if mock.fidelity is None:
        _put(page, "fidelity", "none: what was not compared has no number, neither 0 nor 100")
        _put(page, "verified", "0 %")
        return
    if mock.score is None:
        _put(page, "fidelity", f"{_number(mock.fidelity)}; the report is too old to tell how it came about")
        return
    _put(page, "fidelity", _sum(mock.fidelity, mock.score.aspects, mock.score.uncapped))
    if mock.score.cap is not None:
        causes = ", ".join(_named(findings, one) for one in mock.score.cap.findings[:_PATHS])
        _put(page, "cap", f"at {_number(mock.score.cap.limit)} by {causes}")
    _put(page, "verified", f"{_percent(mock.verified_share)} of what the mock claims, by weight")
    page.blank()
    for aspect in mock.score.aspects:
        _put_aspect(page, aspect, findings)


def _sum(fidelity: float, aspects: Sequence[Aspect], uncapped: float) -> str:
    judged = [(aspect.weight, aspect.value) for aspect in aspects if aspect.value is not None]
    terms = " + ".join(f"{_number(weight)} × {_share(value)}" for weight, value in judged)
    reckoned = f"100 × ({terms}) / {_number(sum(weight for weight, _ in judged))} = {_number(uncapped)}"
    return f"{_number(fidelity)} of what could be checked; {reckoned}"


def _put_aspect(page: Page, aspect: Aspect, findings: Mapping[str, Finding]) -> None:
    value = "no verdict, in neither sum" if aspect.value is None else f"value {_share(aspect.value)}"
    told = f"weight {_number(aspect.weight)}, {value}, {_percent(aspect.verified)} looked at"
    page.put(told, lead=_foreign(aspect.name), margin=_MARGIN, hang=_ASPECT, lead_style="strong")
    for loss in aspect.losses:
        page.put(_foreign(_told(loss, aspect, findings)), lead="−", margin=_ASPECT, hang=_ASPECT + 2)
    for unseen in aspect.unseen:
        place = f"{unseen.path}: " if unseen.path else ""
        page.put(_foreign(f"{place}{unseen.reason}"), lead="?", margin=_ASPECT, hang=_ASPECT + 2)


def _told(loss: Loss, aspect: Aspect, findings: Mapping[str, Finding]) -> str:
    """``/bank and 2 more places below it, weight 3 of 4, count 0 under breaking field-missing · /bank``."""
    shown = [path for path in loss.paths[:_PATHS] if path]
    others = loss.count - len(shown)
    places = ", ".join(shown) or "all of it"
    if shown and others:
        places += f" and {count(others, 'other place')}"
    counts = "counts" if loss.count == 1 else "count"
    weight = f"weight {_number(loss.weight)} of {_number(aspect.total)}"
    return f"{places} ({weight}) {counts} {_share(loss.held)} under {_named(findings, loss.finding)}"


def _named(findings: Mapping[str, Finding], fingerprint: str) -> str:
    finding = findings.get(fingerprint)
    if finding is None:
        return f"finding {fingerprint}, which the report does not tell of"
    state = "" if finding.state == "open" else f", {finding.state}"
    return f"{finding.severity} {finding.kind} · {finding.path or 'whole body'} ({fingerprint}{state})"


def _place(mock: Mock) -> str:
    return _foreign(f"{mock.method} {mock.path_template}  {mock.origin}")


def _put(page: Page, label: str, text: str) -> None:
    page.put(_foreign(text), lead=label, lead_style="faint", hang=_LABEL)


def _foreign(text: str) -> str:
    return shorten(text, _LONGEST)


def _number(value: float) -> str:
    """One decimal, rounded down, so that 99.97 is never told as 100."""
    return f"{math.floor(value * 10 + 1e-6) / 10:g}" if abs(value) < 1e12 else f"{value:g}"


def _share(value: float) -> str:
    return f"{math.floor(value * 1000 + 1e-6) / 1000:g}"


def _percent(share: float) -> str:
    """Whole percents, rounded down, so that what is missing is never hidden."""
    return f"{math.floor(100 * share + 1e-6)} %"
