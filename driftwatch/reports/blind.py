"""Which tests cannot notice the drift that was observed, for a person: on a terminal, and as Markdown."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from driftwatch.model.blind import Blindness
from driftwatch.model.blindness import Sight, Sighting
from driftwatch.model.finding import Finding
from driftwatch.reports.digest import count
from driftwatch.reports.gfm import MOST_OF_A_COMMENT, code, fitting, prose
from driftwatch.reports.legible import shorten
from driftwatch.reports.page import Page

_MARGIN: Final = 2
_TEXT: Final = 12
"""The column of what is said of a finding: after the longest severity."""
_TOTALS: Final = 10
_SHOWN: Final = 12
"""Tests named in one place, unless all are asked for."""
_LONGEST: Final = 300
_CUT: Final = "**The rest is left out, for no comment may be longer. `--format json` tells it all.**"


def render(found: Blindness, *, colour: bool, width: int, verbose: bool = False) -> str:
    """The whole text, ending in a newline."""
    page = Page(width, colour=colour)
    if found.findings:
        page.heading("What the tests notice of drift", beside="applied to a scratch copy of the mocks")
    for finding in found.findings:
        page.blank()
        _put_finding(page, finding)
        _put_tests(page, found, finding, verbose=verbose)
    for title, reasons in _beside(found):
        page.heading(title)
        for reason, names in reasons:
            page.blank()
            page.put(shorten(reason, _LONGEST), margin=_MARGIN)
            _put_names(page, names, 2 * _MARGIN, verbose=verbose)
    if found.words:
        page.heading("The last lines that the tests printed")
        for line in found.words.splitlines():
            page.line(" " * _MARGIN + shorten(line, _LONGEST))
    page.heading("In all")
    for label, text in _totals(found):
        page.put(text, lead=label, lead_style="faint", hang=_TOTALS)
    page.blank()
    page.put(conclusion(found), style="strong")
    return str(page)


def _put_finding(page: Page, finding: Finding) -> None:
    severity = finding.severity.value
    title = f"{finding.kind} · {finding.path or 'whole body'}"
    page.put(shorten(title, _LONGEST), lead=severity, lead_style=severity, margin=_MARGIN, hang=_TEXT)
    asked = f"{finding.method} {finding.path_template}".strip()
    place = f"{finding.origin}  {asked}  {finding.fingerprint}"
    page.put(shorten(place, _LONGEST), margin=_TEXT, style="faint", breaks_words=False)
    if finding.claim or finding.observed:
        page.put(shorten(f"{finding.claim} → {finding.observed}", _LONGEST), margin=_TEXT, style="faint")


def _put_tests(page: Page, found: Blindness, finding: Finding, *, verbose: bool) -> None:
    blind, noticed = found.of(finding, Sight.BLIND), found.of(finding, Sight.NOTICED)
    if blind or noticed:
        page.put(f"{_stay(len(blind), len(noticed))}", margin=_TEXT, style="warning" if blind else "good")
    _put_names(page, [one.test for one in blind], _TEXT + 2, verbose=verbose)
    if verbose:
        for one in noticed:
            page.put(shorten(one.test, _LONGEST), lead="✓", margin=_TEXT, hang=_TEXT + 2, breaks_words=False)
    for reason, names in _by_reason(found.of(finding, Sight.UNTRIED)):
        page.put(shorten(f"not tried, since {reason}:", _LONGEST), margin=_TEXT, style="faint")
        _put_names(page, names, _TEXT + 2, verbose=verbose)


def _stay(blind: int, noticed: int) -> str:
    of = blind + noticed
    if not blind:
        return f"{count(of, 'test')} {_verb(of, 'notice')} it"
    return f"{blind} of {count(of, 'test')} {_verb(blind, 'stay')} green"


def _verb(number: int, verb: str) -> str:
    return f"{verb}s" if number == 1 else verb


def _put_names(page: Page, names: Sequence[str], margin: int, *, verbose: bool) -> None:
    shown = names if verbose else names[:_SHOWN]
    for name in shown:
        page.put(shorten(name, _LONGEST), margin=margin, breaks_words=False)
    if len(shown) < len(names):
        page.put(f"and {len(names) - len(shown)} more: --verbose", margin=margin, style="faint")


def _by_reason(sightings: Sequence[Sighting]) -> list[tuple[str, list[str]]]:
    reasons: dict[str, list[str]] = defaultdict(list)
    for one in sightings:
        reasons[one.reason].append(one.test)
    return sorted(reasons.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _beside(found: Blindness) -> Iterator[tuple[str, list[tuple[str, list[str]]]]]:
    """What could not be tried, by reason: tests, then findings."""
    tests: dict[str, list[str]] = defaultdict(list)
    for one in found.left_out:
        tests[one.reason].append(one.test)
    if tests:
        yield f"Left out: {count(len(found.left_out), 'test')}", sorted(tests.items())
    findings: dict[str, list[str]] = defaultdict(list)
    for left in found.left:
        finding = left.finding
        findings[left.reason].append(f"{finding.kind} {finding.path or 'whole body'} of {finding.origin}")
    if findings:
        yield f"Not applied: {count(len(found.left), 'finding')}", sorted(findings.items())


def _totals(found: Blindness) -> Iterator[tuple[str, str]]:
    if found.score is not None:
        yield "blind", f"{len(found.blind)} of {_pairs(found.tried)}: score {found.score:.2f}, and 0 is the best"
    if found.untried:
        yield "not tried", _pairs(len(found.untried))
    if found.unused:
        yield "unused", f"{count(found.unused, 'finding')} about mocks that none of these tests rests on"
    seconds = sum(run.seconds for run in found.runs)
    yield "runs", f"{count(len(found.runs), 'run')} of the tests" + (f" in {seconds:.1f} s" if found.runs else "")
    if found.is_incomplete:
        yield "audit", "incomplete: what has drifted where it could not look, nobody knows"


def _pairs(number: int) -> str:
    return f"{count(number, 'pair')} of a test and a finding"


def conclusion(found: Blindness) -> str:
    """What it comes to, in a sentence."""
    if not found.findings:
        what = "can be applied and that a test rests on" if found.left or found.unused else "a test rests on"
        return f"There is no drift that {what}: nothing was tried."
    if not found.tried:
        return "Nothing could be tried: of no test is it known what it notices."
    of = count(len({(one.suite, one.test) for one in found.sightings if one.is_tried}), "test")
    wholly = len(found.blind_to_all)
    partly = len({(one.suite, one.test) for one in found.blind}) - wholly
    if not wholly and not partly:
        unknown = ", as far as it could be tried" if found.untried else ""
        return f"Every test that rests on drift notices it{unknown} ({of})."
    some = f"{_verb(partly, 'notice')} only some of"
    if not wholly:
        return f"{partly} of {of} {some} the drift that {_rest(partly)} on."
    more = f"; {partly} more {some} it" if partly else ""
    return f"{wholly} of {of} {_verb(wholly, 'stay')} green although what {_rest(wholly)} on has drifted{more}."


def _rest(number: int) -> str:
    return "it rests" if number == 1 else "they rest"


def markdown(found: Blindness) -> str:
    """The same for a pull request, as much of it as a comment may hold."""
    return "\n".join(fitting(_lines(found), MOST_OF_A_COMMENT, _CUT)).rstrip() + "\n"


def _lines(found: Blindness) -> Iterator[str]:
    yield from ("# What tests notice of drift", "", f"**{prose(conclusion(found))}**", "")
    yield from (f"- {label}: {prose(text)}" for label, text in _totals(found))
    yield ""
    for finding in found.findings:
        yield from (f"### {finding.severity}: {prose(finding.kind)} at {code(finding.path or 'whole body')}", "")
        sides = f"mock says {code(finding.claim or 'nothing')}, service does {code(finding.observed or 'nothing')}"
        yield f"{code(f'{finding.method} {finding.path_template}'.strip())} in {code(str(finding.origin))}: {sides}"
        blind, noticed = found.of(finding, Sight.BLIND), found.of(finding, Sight.NOTICED)
        if blind or noticed:
            yield from ("", f"{_stay(len(blind), len(noticed))}{':' if blind else '.'}", "")
        yield from _names([one.test for one in blind])
        for reason, names in _by_reason(found.of(finding, Sight.UNTRIED)):
            yield from ("", f"Not tried, since {prose(reason)}:", "")
            yield from _names(names)
        yield ""
    for title, reasons in _beside(found):
        yield from (f"### {title}", "")
        for reason, names in reasons:
            yield from (f"- {prose(reason)}", *(f"  {line}" for line in _names(names)))
        yield ""


def _names(names: Sequence[str]) -> Iterator[str]:
    yield from (f"- {code(name)}" for name in names)
