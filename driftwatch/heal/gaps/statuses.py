"""Which refusals and other statuses a service was seen to give that no mock of the endpoint gives."""

from collections.abc import Iterator
from typing import Final

from driftwatch.heal.gaps.view import View
from driftwatch.model.likeness import ALIKE, jaccard
from driftwatch.model.unshown import Sort, Unshown

_THROTTLED: Final = 429
_UNCHANGED: Final = 304
"""It tells of the caller's cache, and not of the service."""


def missing_statuses(view: View) -> Iterator[Unshown]:
    """Statuses beside those that are mocked, and mocked refusals with another body."""
    if not _is_at_home(view):
        return
    n = sum(view.real.statuses.values())
    shown = ", ".join(map(str, sorted(view.mocked.statuses))) or "nothing"
    for status, k in sorted(view.real.statuses.items()):
        if status in view.mocked.statuses or status == _UNCHANGED:
            continue
        if status == _THROTTLED:
            yield Unshown(
                Sort.RATE_LIMIT, "status", shown="never throttles", seen="429", k=k, n=n,
                advice="Add a 429 with Retry-After.",
            )  # fmt: skip
        else:
            yield Unshown(
                Sort.STATUS, "status", str(status), shown, str(status), k, n, advice=f"Add an answer with {status}."
            )
    yield from _other_bodies(view)


def _is_at_home(view: View) -> bool:
    """Whether the service also answers as mocked: else it is the mock, or its record, that is gone."""
    return view.real.succeeds or any(status in view.mocked.statuses for status in view.real.statuses)


def _other_bodies(view: View) -> Iterator[Unshown]:
    for status, delivered in sorted(view.real.shapes.items()):
        promised = view.mocked.shapes.get(status)
        if status < 400 or promised is None or not promised.objects or not delivered.objects:
            continue
        if jaccard(promised.members, delivered.members) < ALIKE:
            yield Unshown(
                Sort.ERROR_SHAPE, "", str(status), "members: " + _names(promised.members),
                "members: " + _names(delivered.members), delivered.objects, delivered.objects,
                advice=f"Add a {status} with the body that the service sends.",
            )  # fmt: skip


_NAMED: Final = 6


def _names(members: object) -> str:
    names = sorted(members) if isinstance(members, dict) else []
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return (", ".join(names[:_NAMED]) or "none") + more
