"""What a run says of its guards, for the reports that tell of them."""

from collections.abc import Iterator

from driftwatch.model.guard import Guarded
from driftwatch.model.summary import Summary
from driftwatch.reports.digest import count
from driftwatch.reports.legible import shorten
from driftwatch.reports.page import Page

_LONGEST = 400


def documents(summary: Summary) -> list[dict[str, object]]:
    """Every guard for the ``driftwatch.report/1`` document."""
    return [
        {
            "name": one.guard.name,
            "provider": one.guard.provider,
            "file": one.guard.file,
            "mock_id": one.guard.mock_id or None,
            "sentence": one.guard.sentence,
            "verdict": one.verdict,
            "is_verified": one.is_verified,
            "reason": one.reason,
        }
        for one in summary.guards
    ]


def fallen(summary: Summary) -> Iterator[Guarded]:
    """Guards that a person should hear of."""
    return (one for one in summary.guards if not one.is_verified)


def told(guarded: Guarded) -> str:
    """A guard in a line: what it is called, what became of it, what it guards."""
    guard = guarded.guard
    reason = f": {guarded.reason.rstrip('.')}" if guarded.reason else ""
    sentence = f" It guards: {guard.sentence}" if guard.sentence else ""
    return f"{guard.provider}: {guard.name} is {guarded.verdict}{reason}.{sentence}"


def words_of(guarded: Guarded) -> str:
    """A guard in a line, no longer than a reader takes it in."""
    return shorten(told(guarded), _LONGEST)


def put_guards(page: Page, summary: Summary) -> None:
    """Those that are not verified, for a terminal."""
    found = list(fallen(summary))
    if found:
        page.heading("Guards", beside=f"{len(found)} of {count(len(summary.guards), 'guard')} not verified")
    for one in found:
        page.blank()
        page.put(words_of(one), margin=2)


def doubt(summary: Summary) -> list[str]:
    """What is to be said where somebody wanted to have something watched, and nobody looked."""
    blind = sum(not one.is_answered for one in summary.guards)
    return [f"{count(blind, 'guard')} {'was' if blind == 1 else 'were'} not looked at"] if blind else []
