"""Whole outputs under ``gold/``, to be read in review as the user's screen, since that is what they are."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from driftwatch.model.summary import Summary
from driftwatch.reports import explanation
from driftwatch.reports.catalog import Options, report
from driftwatch.reports.scored import Report, read_report
from tests.reports.samples import SUMMARIES, drift_in_two_providers, suppressed

FOLDER: Final = Path(__file__).parent / "gold"

_SUFFIXES: Final = {
    "console": "txt", "github": "github", "html": "html", "json": "json", "junit": "xml", "markdown": "md",
    "prometheus": "prom", "sarif": "sarif",
}  # fmt: skip
_TOO_LONG_FOR_REVIEW: Final = {
    f"three-hundred-findings.{suffix}" for suffix in _SUFFIXES.values() if suffix not in {"txt", "prom"}
}
"""Thirteen thousand lines that say no more than the other documents."""
_VARIATIONS: Final = {"colour": Options(colour=True), "narrow": Options(width=50), "verbose": Options(verbose=True)}


def outputs() -> dict[str, Callable[[], str]]:
    """The name of every gold file, and how the code renders it now."""
    rendered = {
        f"{name}.{suffix}": partial(_render, format_name, summary, Options())
        for name, summary in SUMMARIES.items()
        for format_name, suffix in _SUFFIXES.items()
    }
    varied = {
        f"drift-in-two-providers.{variation}.txt": partial(_render, "console", drift_in_two_providers, options)
        for variation, options in _VARIATIONS.items()
    }
    everything = rendered | varied | _EXPLAINED
    return {name: render for name, render in everything.items() if name not in _TOO_LONG_FOR_REVIEW}


def _explained(subject: str) -> str:
    told = _told(suppressed())
    if not subject:
        return explanation.of_report(told, colour=False, width=100)
    return explanation.of_mocks(told, told.mocks(subject), colour=False, width=100)


def _told(summary: Summary) -> Report:
    return read_report(report("json").render(summary, Options()).encode())


_EXPLAINED: Final = {
    f"suppressed.explained{subject and f'-{subject}'}.txt": partial(_explained, subject)
    for subject in ("", "charge", "refund", "payout")
}


def _render(format_name: str, summary: Callable[[], Summary], options: Options) -> str:
    return report(format_name).render(summary(), options)
