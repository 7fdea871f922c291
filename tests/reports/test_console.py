"""The console report shows everything that matters, the worst first, and hides no gap."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.model.finding import Prevalence, Severity
from driftwatch.model.summary import Result, Summary, Verdict
from driftwatch.reports.console import render
from driftwatch.reports.legible import columns
from tests.reports.samples import (
    STARTED,
    a_finding,
    a_provider,
    a_summary,
    an_interaction,
    canary_missed,
    drift_in_two_providers,
    drifted,
    everything_fine,
    nothing_checked,
    three_hundred_findings,
)
from tests.reports.strategies import SUMMARIES

_OWN_ESCAPE = re.compile(r"\x1b\[[0-9;]+m")


def _plain(summary: Summary, *, width: int = 80, verbose: bool = False) -> str:
    return render(summary, colour=False, width=width, verbose=verbose)


@settings(max_examples=60, deadline=None)
@given(SUMMARIES, st.booleans(), st.booleans(), st.integers(0, 120))
def test_no_foreign_control_reaches_the_terminal(summary: Summary, colour: bool, verbose: bool, width: int) -> None:
    """Whatever the files say, the text is printable lines, and the only escapes are our own colours."""
    text = render(summary, colour=colour, width=width, verbose=verbose)
    plain = _OWN_ESCAPE.sub("", text) if colour else text
    assert all(line.isprintable() for line in plain.split("\n"))
    assert text.endswith("\n")
    text.encode("utf-8")


@pytest.mark.parametrize("width", [40, 80, 132])
def test_lines_fit_the_width(width: int) -> None:
    """Nothing but a file name with its place is wider than the page."""
    for line in _plain(drift_in_two_providers(), width=width, verbose=True).splitlines():
        assert columns(line) <= width or ".json:" in line


def test_colour_changes_nothing_but_colour() -> None:
    """Without its escapes the coloured text is the plain one."""
    summary = drift_in_two_providers()
    coloured = render(summary, colour=True, width=80)
    assert coloured != _plain(summary)
    assert _OWN_ESCAPE.sub("", coloured) == _plain(summary)


def test_the_worst_comes_first() -> None:
    """Providers, operations and findings are in order of their worst severity, whatever their names."""
    stubs = {name: an_interaction(name, f"GET /{name}", f"{name}.json") for name in ("a", "b")}
    mild = drifted(stubs["a"], a_finding(stubs["a"], severity=Severity.INFO, path="/a-info"))
    both = drifted(
        stubs["b"], a_finding(stubs["b"], severity=Severity.WARNING, path="/b-warning"),
        a_finding(stubs["b"], severity=Severity.BREAKING, path="/c-breaking"),
    )  # fmt: skip
    other = drifted(stubs["a"], a_finding(stubs["a"], severity=Severity.WARNING, path="/z-warning"))
    text = _plain(a_summary(a_provider(other, name="aaa"), a_provider(mild, both, name="zzz")))
    places = [text.index(f"· {path}") for path in ("/c-breaking", "/b-warning", "/a-info", "/z-warning")]
    assert places == sorted(places)


def test_every_finding_has_its_line() -> None:
    """However many there are, none is folded away."""
    text = _plain(three_hundred_findings())
    assert text.count("field-missing ·") == 300


def test_a_finding_shared_by_alternatives_stands_once() -> None:
    """Two mocks of one claim do not double its findings."""
    stub = an_interaction()
    finding = a_finding(stub)
    text = _plain(a_summary(a_provider(drifted(stub, finding), drifted(an_interaction("again"), finding))))
    assert text.count("field-missing") == 1


def test_what_a_finding_swallowed_shows_only_when_asked() -> None:
    """Explained kinds, evidence and doubts are for the verbose reader."""
    calm, verbose = _plain(drift_in_two_providers()), _plain(drift_in_two_providers(), verbose=True)
    for words in ("field-added · /contact", "sample-1, sample-2", "90 %", "by default    warning"):
        assert words in verbose
        assert words not in calm


@pytest.mark.parametrize(
    ("prevalence", "path", "words"),
    [
        (Prevalence(3, 3), "/a", "3 of 3 observations; the true share is at least 37 %"),
        (Prevalence(0, 3), "/a", "0 of 3 observations; the true share is at most 63 %"),
        (Prevalence(1, 1), "status", "1 of 1 answer; the true share is at least 5 %"),
        (Prevalence(12, 20), "/a/*/b", "12 of 20 entries; the true share is 39 % to 78 %"),
        (Prevalence(9999, 9999), "/a", "9999 of 9999 observations; the true share is at least 99.9 %"),
        (Prevalence(0, 9999), "/a", "0 of 9999 observations; the true share is at most 0.1 %"),
    ],
)
def test_prevalence_says_what_is_and_is_not_known(prevalence: Prevalence, path: str, words: str) -> None:
    """Counts come with their bound, and no sample proves "always" or "never"."""
    stub = an_interaction()
    finding = replace(a_finding(stub, path=path), prevalence=prevalence)
    assert f"how often     {words}" in _plain(a_summary(a_provider(drifted(stub, finding))), width=132)


@pytest.mark.parametrize("prevalence", [None, Prevalence(0, 0)])
def test_without_observations_there_is_no_share(prevalence: Prevalence | None) -> None:
    """What was never counted is not put into numbers."""
    stub = an_interaction()
    finding = replace(a_finding(stub), prevalence=prevalence)
    assert "how often" not in _plain(a_summary(a_provider(drifted(stub, finding))))


def test_a_finding_tells_its_age_only_if_it_has_one() -> None:
    """What is new today says nothing of the past."""
    stub = an_interaction()
    fresh = replace(a_finding(stub), first_seen=STARTED)
    assert "since" not in _plain(a_summary(a_provider(drifted(stub, fresh))))
    assert "since         2026-03-14" in _plain(drift_in_two_providers())


def _skipped(number: int, reason: str = "policy") -> Result:
    return Result(an_interaction(f"m-{number}", "POST /x", "x.json", number), Verdict.SKIPPED, reason)


def test_the_first_gaps_are_named_and_the_rest_counted() -> None:
    """Fifteen alike: three with their places, and a word on how to see the other twelve."""
    summary = a_summary(a_provider(*map(_skipped, range(1, 16))))
    calm, verbose = _plain(summary), _plain(summary, verbose=True)
    assert "skipped · policy · 15" in calm
    assert [f"x.json:{line} " in calm for line in (1, 2, 3, 4)] == [True, True, True, False]
    assert "and 12 more: --verbose" in calm
    assert all(f"x.json:{line} " in verbose for line in range(1, 16))
    assert "--verbose" not in verbose


def test_many_different_reasons_are_folded_but_counted() -> None:
    """A reason for each interaction does not bury the report, and none gets lost."""
    summary = a_summary(a_provider(*(_skipped(number, f"reason {number:02}") for number in range(1, 21))))
    assert "skipped · 12 other reasons for 12 interactions: --verbose" in _plain(summary)
    assert "reason 20" in _plain(summary, verbose=True)


def test_every_verdict_without_an_answer_is_listed() -> None:
    """No verdict that means "not looked" is missing from the section of gaps."""
    stub = an_interaction()
    for verdict in Verdict:
        text = _plain(a_summary(a_provider(Result(stub, verdict, "because"))))
        assert (f"{verdict} · because · 1" in text) is not verdict.is_answer


def test_unreadable_files_are_always_named() -> None:
    """Each unreadable stub has its file, line, format and reason; ignored files only when asked for."""
    calm, verbose = _plain(drift_in_two_providers()), _plain(drift_in_two_providers(), verbose=True)
    for words in ("mappings/broken.json:7", "wiremock: a string is not closed", "mappings/many.json:60"):
        assert words in calm
    assert "2 unreadable, 1 ignored" in calm
    assert "README.md" not in calm
    assert "mappings/README.md: no format claims it" in verbose


def test_fidelity_never_stands_without_its_share() -> None:
    """How right is always said together with how much was checked, and where nothing was there is no number."""
    text = _plain(drift_in_two_providers())
    assert "payments     fidelity 78 of what could be checked; 3 of 9 interactions checked" in text
    assert "no fidelity, since nothing could be compared; 0 of 5" in _plain(nothing_checked())


def test_fidelity_is_not_rounded_up_to_perfection() -> None:
    """99.9 is not 100."""
    stub = an_interaction()
    text = _plain(a_summary(a_provider(drifted(stub, a_finding(stub), fidelity=99.9))))
    assert "fidelity 99 of" in text


def test_a_missed_canary_is_loud() -> None:
    """It is in capitals and in the colour of what breaks; a caught one is a quiet line."""
    loud = "MISSED: 1 of 2 planted false mocks not noticed"
    assert f"\x1b[1;31m{loud}\x1b[0m" in render(canary_missed(), colour=True, width=80)
    assert "canary       caught, 2 of 2" in _plain(everything_fine())


def test_a_trouble_of_the_whole_service_stands_at_no_operation() -> None:
    """What most mocks share is told once, and not as if it were about the last of them."""
    stubs = [an_interaction(f"stub-{number}", f"GET /v1/{number}") for number in range(3)]
    shared = a_finding(stubs[0], "service-unavailable", Severity.WARNING, "service")
    shared = replace(shared, method="", path_template="", mock_id="")
    told = _plain(a_summary(a_provider(*(Result(stub, Verdict.UNREACHABLE, "503", (shared,)) for stub in stubs))))
    assert told.count("service-unavailable") == 1
    assert "\nthe service as a whole\n" in told
