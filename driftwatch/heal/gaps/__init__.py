"""quiet: what reality does that no mock shows, and the variant that would show it."""

from collections.abc import Iterable
from itertools import chain

from driftwatch.heal.gaps.bodies import missing_in_bodies
from driftwatch.heal.gaps.findings import missing_by_findings, missing_for_some
from driftwatch.heal.gaps.statuses import missing_statuses
from driftwatch.heal.gaps.values import missing_words
from driftwatch.heal.gaps.view import Side, View
from driftwatch.model.unshown import Sort, Unshown

__all__ = ["Side", "View", "unshown"]


def unshown(view: View) -> tuple[Unshown, ...]:
    """Every behaviour that the service was seen to have and no mock of the endpoint shows, each once.

    What the answers themselves show goes before what a finding tells of the same.
    """
    found: dict[tuple[Sort, str, str], Unshown] = {}
    everything = chain(
        missing_statuses(view), missing_in_bodies(view), missing_by_findings(view), missing_for_some(view),
        missing_words(view),
    )  # fmt: skip
    for one in everything:
        key = one.key
        if one.sort is Sort.FURTHER_PAGE:
            found.pop((Sort.CONTENT, one.path, ""), None)  # the same next link, where mocks say null
        if one.sort is Sort.RATE_LIMIT:
            key = (one.sort, "", "")
        elif one.sort is Sort.STATUS and not one.detail.isdecimal() and _has_status(found.values()):
            continue  # which one it is, is known already
        found.setdefault(key, one)
    return tuple(sorted(found.values(), key=lambda one: one.key))


def _has_status(known: Iterable[Unshown]) -> bool:
    return any(one.sort is Sort.STATUS for one in known)
