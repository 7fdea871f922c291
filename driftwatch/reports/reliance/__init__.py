"""Tests and the mocks that they rest on, told in several ways: one file each."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from driftwatch.model.reliance import Reliance, Trust
from driftwatch.reports.catalog import Options


class Asked(Struct, frozen=True):
    """What a report of tests goes by."""

    now: datetime
    stale_after: timedelta
    fail_on: Trust | None = Trust.DRIFTED
    """The least that ends with 1, and that a JUnit report calls a failure."""
    options: Options = Options()


def _console(reliance: Reliance, asked: Asked) -> str:
    from driftwatch.reports.reliance import console  # noqa: PLC0415 - loaded on demand

    return console.render(reliance, asked)


def _json(reliance: Reliance, asked: Asked) -> str:
    from driftwatch.reports.reliance import document  # noqa: PLC0415 - loaded on demand

    return document.render(reliance, asked)


def _junit(reliance: Reliance, asked: Asked) -> str:
    from driftwatch.reports.reliance import junit  # noqa: PLC0415 - loaded on demand

    return junit.render(reliance, asked)


def _markdown(reliance: Reliance, asked: Asked) -> str:
    from driftwatch.reports.reliance import markdown  # noqa: PLC0415 - loaded on demand

    return markdown.render(reliance, asked)


REPORTS: Final[dict[str, Callable[[Reliance, Asked], str]]] = {
    "console": _console,
    "json": _json,
    "junit": _junit,
    "markdown": _markdown,
}
"""What ``driftwatch tests --format`` takes."""
