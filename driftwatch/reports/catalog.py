"""The register of reports. What is not needed is not loaded: each row imports its report when it is asked for."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct, field

from driftwatch.model.summary import Summary
from driftwatch.reports.lexicon import Lexicon


class Options(Struct, frozen=True):
    """What a reader's screen allows, what a reader asks for, and what is known beside the summary."""

    colour: bool = False
    width: int = 80
    """Columns."""
    verbose: bool = False
    lexicon: Lexicon = field(default_factory=dict)
    """The pages of the kinds, for a report that carries them with it."""


class Report(Struct, frozen=True):
    """One way to tell of a summary."""

    name: str
    """What ``--format`` takes."""
    sentence: str
    render: Callable[[Summary, Options], str]
    """The whole text, ending in a newline."""


def _console(summary: Summary, options: Options) -> str:
    from driftwatch.reports import console  # noqa: PLC0415 - loaded on demand

    return console.render(summary, colour=options.colour, width=options.width, verbose=options.verbose)


def _github(summary: Summary, _: Options) -> str:
    from driftwatch.reports import github  # noqa: PLC0415 - loaded on demand

    return github.render(summary)


def _html(summary: Summary, _: Options) -> str:
    from driftwatch.reports import html  # noqa: PLC0415 - loaded on demand

    return html.render(summary)


def _json(summary: Summary, _: Options) -> str:
    from driftwatch.reports import json  # noqa: PLC0415 - loaded on demand

    return json.render(summary)


def _junit(summary: Summary, _: Options) -> str:
    from driftwatch.reports import junit  # noqa: PLC0415 - loaded on demand

    return junit.render(summary)


def _markdown(summary: Summary, _: Options) -> str:
    from driftwatch.reports import markdown  # noqa: PLC0415 - loaded on demand

    return markdown.render(summary)


def _prometheus(summary: Summary, _: Options) -> str:
    from driftwatch.reports import metrics  # noqa: PLC0415 - loaded on demand

    return metrics.render(summary)


def _sarif(summary: Summary, options: Options) -> str:
    from driftwatch.reports import sarif  # noqa: PLC0415 - loaded on demand

    return sarif.render(summary, options.lexicon)


REPORTS: Final = (
    Report("console", "For a person at a terminal.", _console),
    Report("github", "Workflow commands that GitHub Actions shows as annotations at file and line.", _github),
    Report("html", "One self-contained page for a browser: no script, nothing loaded from elsewhere.", _html),
    Report("json", "The stable driftwatch.report/1 document, described by a JSON Schema.", _json),
    Report("junit", "JUnit XML, which CI servers read: a suite for each provider, a case for each mock.", _junit),
    Report("markdown", "For a pull request or a job's summary.", _markdown),
    Report("prometheus", "Prometheus text exposition, for the textfile collector.", _prometheus),
    Report("sarif", "SARIF 2.1.0, for code scanning and editors.", _sarif),
)
"""Every report, in alphabetical order."""


def report(name: str) -> Report:
    """The report of that name; ``KeyError`` if there is none."""
    return {each.name: each for each in REPORTS}[name]
