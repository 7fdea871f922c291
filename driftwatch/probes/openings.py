"""The open places of a mock's path, and the list calls that could tell what belongs there."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from driftwatch.model.interaction import Claim, Grade, Request
from driftwatch.model.policy import ProbingPolicy
from driftwatch.model.probe import Tier
from driftwatch.probes.safety import is_allowed, tier_of

_PARAMETER: Final = re.compile(r"\{([^{}/]{1,100})\}")
_UNFILLED: Final = re.compile(r"\{|%7B|:[A-Za-z_]", re.IGNORECASE)
_MOST: Final = 4
"""Open places of one path: each needs a list call after the one before."""


class Opening(Struct, frozen=True):
    """One segment of a path that wants an identifier."""

    place: int
    """Which segment it is, the empty one before the first slash being 0."""
    parameter: str


def openings(request: Request) -> tuple[Opening, ...]:
    """The places of a path that want an identifier, from left to right; none if another call would not help."""
    if request.grade is Grade.NEEDS_INPUT:
        found = tuple(_open(request, is_any=False))
    elif request.grade is Grade.CHOSEN:
        found = tuple(_open(request, is_any=True))
    else:
        return ()
    if not 0 < len(found) <= _MOST or not _is_fillable(request, found):
        return ()
    return found


def _open(request: Request, *, is_any: bool) -> Iterator[Opening]:
    written, named = request.path.split("/"), request.path_template.split("/")
    if len(written) != len(named):
        return
    for place, (segment, name) in enumerate(zip(written, named, strict=True)):
        parameter = _PARAMETER.fullmatch(name)
        if parameter and (is_any or _UNFILLED.match(segment)):
            yield Opening(place, parameter[1])


def _is_fillable(request: Request, found: tuple[Opening, ...]) -> bool:
    """Whether each has a collection in front of it, and nothing else of the path is open."""
    segments = request.path.split("/")
    places = {one.place for one in found}
    in_front = all(one.place > 1 and one.place - 1 not in places for one in found)
    others = (segment for place, segment in enumerate(segments) if place not in places)
    return in_front and not any(_UNFILLED.search(segment) for segment in others if not segment.startswith(":"))


Listed = tuple[str, str]
"""The path of a list, and the parameter that it is asked for."""


def next_list(request: Request, known: Mapping[Listed, str]) -> Listed | None:
    """The first list that is still to be asked: its path, and the parameter it is asked for; ``None`` if all are known.

    ``known`` are identifiers by the same.
    """
    segments = request.path.split("/")
    for opening in openings(request):
        wanted = "/".join(segments[: opening.place]), opening.parameter
        if wanted not in known:
            return wanted
        segments[opening.place] = known[wanted]
    return None


def values_of(request: Request, known: Mapping[Listed, str]) -> dict[str, str]:
    """The parameters' values, by name, once every list is known."""
    segments, values = request.path.split("/"), {}
    for opening in openings(request):
        value = known["/".join(segments[: opening.place]), opening.parameter]
        segments[opening.place] = values[opening.parameter] = value
    return values


def path_with(request: Request, known: Mapping[Listed, str]) -> str:
    """The path that should come of it."""
    segments = request.path.split("/")
    for opening in openings(request):
        segments[opening.place] = known["/".join(segments[: opening.place]), opening.parameter]
    return "/".join(segments)


def list_call(path: str) -> Request:
    """The call that lists a collection."""
    return Request("GET", path, path, headers=(("Accept", "application/json"),))


def is_askable(path: str, policy: ProbingPolicy) -> bool:
    """Whether the list call is safe, and allowed."""
    tier, _ = tier_of(list_call(path), policy)
    return tier is Tier.SAFE and is_allowed(tier, policy)


def advice(claim: Claim, policy: ProbingPolicy) -> str:
    """How to have the identifier found that a mock's path lacks; empty where no list call would tell."""
    request = claim.request
    if request.grade is not Grade.NEEDS_INPUT or tier_of(request, policy)[0] is not Tier.SAFE:
        return ""
    wanted = next_list(request, {})
    if wanted is None or not is_askable(wanted[0], policy):
        return ""
    return f", or let `discover: true` take it from GET {wanted[0]}"
