"""What single keys of journeys cannot tell: names are unique, identities exist, and values come from somewhere."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from driftwatch.model.identity import NOBODY
from driftwatch.settings.naming import check_name
from driftwatch.settings.node import Node
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import guess, nearest, quote

_PLACE: Final = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_.-]{0,99})\s*\}\}")
_SECTIONS: Final = ("set_up", "steps", "clean_up")


def check_journeys(entries: list[Spot], provider: Mapping[str, Spot]) -> None:
    """Complain at each place; ``entries`` are the journeys of one provider, wherever they are written."""
    seen: dict[str, Spot] = {}
    for entry in entries:
        members = entry.members()
        name = members.get("name")
        if name is not None and name.text in seen:
            name.complain(f"found a second journey {quote(name.text)}", "Give each journey a name of its own.")
        elif name is not None:
            seen[name.text] = name
        _check_identities(members, provider)
        _check_values(members, provider)


def _steps(journey: Mapping[str, Spot]) -> Iterator[Spot]:
    for section in _SECTIONS:
        if section in journey:
            yield from (step for _, step in journey[section].children())


def _check_identities(journey: Mapping[str, Spot], provider: Mapping[str, Spot]) -> None:
    named = [*(provider["identities"].members() if "identities" in provider else ()), NOBODY]
    for members in (journey, *(step.members() for step in _steps(journey))):
        if "identity" in members and members["identity"].text:
            check_name(members["identity"], "identity", named)


def _check_values(journey: Mapping[str, Spot], provider: Mapping[str, Spot]) -> None:
    """A value that nothing gives would break the journey in every run; what data files give is known later."""
    if "data" in provider:
        return
    known = {*_names(provider.get("variables")), *_names(journey.get("variables"))}
    for step in _steps(journey):
        members = step.members()
        request = members.get("request")
        for name in dict.fromkeys(_wanted(request.node)) if request is not None else ():
            if name not in known:
                near = nearest(name, known)
                remedy = f"Did you mean {quote(near)}?" if near else guess(name, known) if known else ""
                hint = "Capture it in an earlier step, or set it in `variables`."
                step.complain(f"nothing before gives {{{{{name}}}}} a value", remedy or hint)
        known |= set(_names(members.get("capture")))


def _names(spot: Spot | None) -> Iterator[str]:
    if spot is not None:
        yield from spot.members()


def _wanted(node: Node) -> Iterator[str]:
    if isinstance(node.plain, str):
        yield from _PLACE.findall(node.plain)
    for below in node.children.values():
        yield from _wanted(below)
