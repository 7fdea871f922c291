r"""``routes.json`` of json-server 0.17: paths under which the resources are asked for.

express-urlrewrite 1.4.0 with path-to-regexp 1: ``/api/*`` to ``/$1``, ``/blog/:resource/:id/show`` to
``/:resource/:id``, ``/articles\\?id=:id`` to ``/posts/:id``. A team that has them asks its service by the path on the
left, so the rule is read backwards from the path that json-server serves.
"""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.asking.candidates import Candidate
from driftwatch.mocks.asking.requests import parse_query
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.fields import as_text
from driftwatch.model.route import path_template

_MOST: Final = 200
_LONGEST: Final = 500
_PLACE: Final = re.compile(r":([A-Za-z_]\w*)|(\*)|\\(.)|\$(\d)")
_VALUE: Final = "[^/?]+"


class Outside(Struct, frozen=True):
    """A resource's path as it is asked for."""

    target: str
    template: str

    def applied(self, candidate: Candidate) -> Candidate:
        """The candidate under this path."""
        path, _, query = self.target.partition("?")
        asked = replace(candidate.asked, path=path, query=parse_query(query))
        return replace(candidate, asked=asked, template=self.template.partition("?")[0])


class _Rule(Struct, frozen=True):
    left: str
    right: re.Pattern[str]
    names: tuple[str, ...]
    """What the groups of ``right`` stand for: names of parameters, or ``*1`` for the first star."""

    def backwards(self, path: str) -> str | None:
        """The path on the left for one on the right; ``None`` if the rule does not lead there."""
        match = self.right.fullmatch(path)
        if match is None:
            return None
        values = dict(zip(self.names, match.groups(default=""), strict=True))
        return _filled(self.left, values)


class Rewrites(Struct, frozen=True):
    """The rules in their order."""

    rules: tuple[_Rule, ...]

    def outside(self, path: str, template: str) -> Outside | None:
        """How a path is asked for by the first rule that leads to it; ``None`` if none does."""
        for rule in self.rules:
            target = rule.backwards(path)
            if target is not None:
                shown = rule.backwards(template) if template else path_template(target.partition("?")[0])
                return Outside(target, shown or target)
        return None


def read_rewrites(value: object) -> Rewrites:
    """The rules of a ``routes.json``. Raises ``Refusal``."""
    if not isinstance(value, dict):
        raise Refusal("routes.json must be an object of paths")
    if len(value) > _MOST:
        raise Refusal(f"routes.json has more than {_MOST} rules")
    return Rewrites(tuple(_rule(left, as_text(right, left)) for left, right in value.items()))


def _rule(left: str, right: str) -> _Rule:
    if max(len(left), len(right)) > _LONGEST:
        raise Refusal(f"routes.json has a path of more than {_LONGEST} characters")
    parts, names, position = [], [], 0
    for place in _PLACE.finditer(right):
        parts.append(re.escape(right[position : place.start()]))
        position = place.end()
        name, _, escaped, number = place.groups()
        is_whole = right[: place.start()].endswith("/") and right[position : position + 1] in ("", "/")
        if name and not is_whole:
            raise Refusal("routes.json leads to a parameter that is a part of a segment")
        if escaped:
            parts.append(re.escape(escaped))
        else:
            names.append(name or _numbered(left, int(number or 1)))
            parts.append(f"({_VALUE})" if name else "(.*)")
    parts.append(re.escape(right[position:]))
    if len(set(names)) < len(names) or names.count("*1") > 1 or sum(part == "(.*)" for part in parts) > 1:
        raise Refusal("routes.json uses one value twice")
    return _Rule(left, re.compile("".join(parts)), tuple(names))


def _numbered(left: str, number: int) -> str:
    """The place on the left that ``$1`` counts to: a parameter, or a star as ``*1``."""
    places = [place for place in _PLACE.finditer(left) if place.group(1) or place.group(2)]
    if number > len(places):
        return f"*{number}"
    return places[number - 1].group(1) or f"*{number}"


def _filled(left: str, values: Mapping[str, str]) -> str | None:
    """The left side with its places filled; ``None`` if one has no value."""
    parts, position, number = [], 0, 0
    for place in _PLACE.finditer(left):
        parts.append(left[position : place.start()])
        position = place.end()
        name, star, escaped, _ = place.groups()
        if escaped:
            parts.append(escaped)
            continue
        number += 1
        value = values.get(name or f"*{number}") if name or star else None
        if value is None:
            return None
        parts.append(value)
    return "".join([*parts, left[position:]])
