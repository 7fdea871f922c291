"""Whether a finding is about what an incident is about: the same endpoint, and a place that is the same or around it.

The rules, in short:

1. The provider is the same. The method is, where the incident names one.
2. Of all templates of the provider, those nearest to the incident's path are meant, as a router would choose: a
   segment that is the same goes before one that the other side leaves open. Names of parameters count for nothing;
   neither does a slash at the end, nor the base path of the provider's target.
3. A finding at the very place is about it, and so is one below. One above is if it says that whatever holds the place
   is another itself: a lost parent, another envelope, another kind of error document, but not another order of a list.
   What is said of the whole answer (its status, the service) stands above every place if it is breaking by nature.
4. An incident with an error status and no place is about the status. What is worth knowing only (info) counts at the
   very place alone, after all that alarms; a kind that the incident names counts at any severity, and no other does.
5. ``*`` stands for any item. Ids of mocks count for nothing: a mock that was renamed is still a mock of its endpoint.
"""

import re
from typing import Final

from driftwatch.drift.catalog import KINDS
from driftwatch.model.finding import Category, Severity
from driftwatch.model.incident import Relation
from driftwatch.model.route import nameless, path_of, path_template
from driftwatch.model.shape import ITEM

_OPEN: Final = "{}"
_COLON: Final = re.compile(r"/:[A-Za-z_][A-Za-z0-9_]*(?=/|\Z)")
"""A parameter as Express and Rails write it."""
_HOLDERS: Final = frozenset({Category.SCHEMA, Category.ROLLOUT, Category.AUTH})
"""What these say of a place they say of all below it."""
_MORE_HOLDERS: Final = frozenset({"error-shape-changed", "error-in-2xx", "mock-hides-shape"})
_HEADER: Final = "header:"


def distance(written: str, template: str, base: str = "") -> int | None:
    """How many segments of a path one side names and the other leaves open; ``None`` if it is another path.

    ``base`` is the path of the provider's target, which people may have written as well.
    """
    ours, theirs = _segments(written), _segments(template)
    found = _compared(ours, theirs)
    below = _segments(base)
    if found is None and below != [""] and ours[: len(below)] == below:
        return _compared(["", *ours[len(below) :]], theirs)
    return found


def _segments(path: str) -> list[str]:
    plain = path_template(_COLON.sub("/{}", path_of(path).rstrip("/")))
    return nameless(plain if plain.startswith("/") or not plain else f"/{plain}").split("/")


def _compared(ours: list[str], theirs: list[str]) -> int | None:
    if len(ours) != len(theirs):
        return None
    different = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    return len(different) if all(_leaves_open(*pair) or _leaves_open(*pair[::-1]) for pair in different) else None


def _leaves_open(pattern: str, text: str) -> bool:
    """Whether a segment with an open place takes another one, of which nothing is left out."""
    before, is_open, rest = pattern.partition(_OPEN)
    after = rest.rpartition(_OPEN)[2]
    is_long_enough = len(text) > len(before) + len(after)
    return bool(is_open) and is_long_enough and text.startswith(before) and text.endswith(after)


def relation(place: str, path: str, kind: str) -> Relation | None:
    """How a finding's path lies to the place of an incident; ``None`` if it is about something else."""
    if not place:
        return Relation.ANYWHERE
    if _is_pointer(place) and _is_pointer(path):
        return _of_pointers(place.split("/"), path.split("/"), kind)
    if place == path or (place.startswith(_HEADER) and place.lower() == path.lower()):
        return Relation.SAME
    if _is_pointer(place) and path in ("status", "service"):
        known = KINDS.get(kind)
        is_all = known is not None and (known.severity is Severity.BREAKING or known.category is Category.ROLLOUT)
        return Relation.ABOVE if is_all else None
    return None


def _is_pointer(path: str) -> bool:
    return not path or path.startswith("/")


def _of_pointers(place: list[str], path: list[str], kind: str) -> Relation | None:
    if any(ours != theirs and ITEM not in (ours, theirs) for ours, theirs in zip(place, path, strict=False)):
        return None
    if len(place) == len(path):
        return Relation.SAME
    if len(path) > len(place):
        return Relation.BELOW
    known = KINDS.get(kind)
    is_holder = kind in _MORE_HOLDERS or (known is not None and known.category in _HOLDERS)
    return Relation.ABOVE if is_holder else None
