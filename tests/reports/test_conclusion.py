"""The last line says in plain words what the run came to."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from driftwatch.model.finding import Severity
from driftwatch.model.summary import Canary, Result, Summary, Verdict
from driftwatch.reports.conclusion import conclude, is_good_news
from tests.reports.samples import (
    a_finding,
    a_provider,
    a_summary,
    an_interaction,
    canary_missed,
    drift_in_two_providers,
    drifted,
    everything_fine,
    nothing_checked,
    verified,
)


def _straying(*severities: Severity, name: str = "payments") -> Summary:
    stubs = [an_interaction(f"{name}-{position}") for position in range(len(severities))]
    results = (
        drifted(stub, a_finding(stub, severity=severity)) for stub, severity in zip(stubs, severities, strict=True)
    )
    return a_summary(a_provider(*results, verified(an_interaction()), name=name))


def _together(*summaries: Summary) -> Summary:
    return a_summary(*(provider for summary in summaries for provider in summary.providers))


def _static_finding_only() -> Summary:
    stub = an_interaction()
    shadowed = a_finding(stub, "mock-shadowed", Severity.WARNING)
    return a_summary(a_provider(Result(stub, Verdict.SKIPPED, "policy", (shadowed,))))


def _shadowed_beside_the_true() -> Summary:
    stub = an_interaction()
    beside = [replace(make(stub), findings=(a_finding(stub, kind, Severity.WARNING),)) for make, kind in _BESIDE]
    return a_summary(a_provider(*beside))


_BESIDE = ((verified, "mock-shadowed"), (lambda stub: Result(stub, Verdict.SKIPPED, "policy"), "mock-stale"))
_LIE = ": tests that rest on them can pass while production fails."
_CASES: dict[str, tuple[Callable[[], Summary], str]] = {
    "all true": (everything_fine, "Every mock that could be checked tells the truth."),
    "harmless": (
        lambda: _straying(Severity.INFO),
        "Every mock that could be checked tells the truth. 1 mock is out of date in harmless ways.",
    ),
    "one lie": (lambda: _straying(Severity.BREAKING), f"1 mock lies about payments{_LIE}"),
    "two lies": (lambda: _straying(Severity.BREAKING, Severity.BREAKING), f"2 mocks lie about payments{_LIE}"),
    "lies in three places": (
        lambda: _together(*(_straying(Severity.BREAKING, name=name) for name in ("a", "b", "c"))),
        f"1 mock lies about a, 1 about b and 1 about c{_LIE}",
    ),
    "half a truth": (lambda: _straying(Severity.WARNING), "1 mock tells half the truth about payments."),
    "both, and incomplete": (
        drift_in_two_providers,
        (
            f"1 mock lies about payments and 1 about users{_LIE} 1 mock tells half the truth about payments. "
            "3 mocks could not be checked and 2 files could not be read: the audit is incomplete."
        ),
    ),
    "an outage": (
        nothing_checked,
        "Nothing was checked (5 interactions found, none compared): no mock is known to be true.",
    ),
    "no mocks at all": (
        lambda: a_summary(a_provider()),
        "Nothing was checked (no interaction was found): no mock is known to be true.",
    ),
    "nothing checked but seen in the file": (
        _static_finding_only,
        (
            "Nothing was checked (1 interaction found, none compared): no mock is known to be true. "
            "1 mock is stale or shadowed."
        ),
    ),
    "true, and shadowed by another": (
        _shadowed_beside_the_true,
        "Every mock that could be checked tells the truth. 2 mocks are stale or shadowed.",
    ),
    "a dead canary": (
        canary_missed,
        "This run missed a mock that was planted as false: what looks fine here is not proven.",
    ),
    "no canary": (
        lambda: replace(everything_fine(), canary=Canary()),
        "No false mock was planted, so nothing proves that this run would have noticed one.",
    ),
}


@pytest.mark.parametrize("case", _CASES)
def test_conclusion_in_plain_words(case: str) -> None:
    """Each situation has its sentence, and no doubt is left unsaid."""
    summary, words = _CASES[case]
    assert conclude(summary()) == words


@pytest.mark.parametrize("case", _CASES)
def test_only_a_whole_and_proven_run_is_good_news(case: str) -> None:
    """Lies, half truths, gaps and a dead canary all keep the conclusion from being green."""
    assert is_good_news(_CASES[case][0]()) is (case in {"all true", "harmless"})
