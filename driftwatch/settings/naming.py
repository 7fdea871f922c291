"""Names that a config mentions must exist somewhere: a rule for a misspelt one would never apply."""

from collections.abc import Collection
from fnmatch import fnmatchcase

from driftwatch.settings.spot import Spot
from driftwatch.settings.words import guess, nearest, quote


def check_name(spot: Spot, noun: str, known: Collection[str]) -> None:
    """Complain of a name or glob that none of the known ones fits, with the nearest guess."""
    if any(fnmatchcase(name, spot.text) for name in known):
        return
    near = nearest(spot.text, known)
    remedy = f"Did you mean {quote(near)}?" if near else guess(spot.text, known)
    spot.complain(f"there is no {noun} {quote(spot.text)}", remedy)
