"""That a list goes on: ``Link: rel="next"`` (RFC 8288), and continuation members of the body.

Only a list whose mock shows nothing of the kind is news: who follows the mocked ``next`` misses no page, whatever else
the service offers for it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.heads import Heads
from driftwatch.model.answers import Sides
from driftwatch.model.paging import filled, has_list, is_continuation, is_vague, shows_more
from driftwatch.model.shape import ITEM, Shape, join

_LINK: Final = re.compile(r'<\s*[^<>\s][^<>]*>((?:[^,"<]+|"(?:[^"\\]|\\.)*")*)')
_PARAMETER: Final = re.compile(r';\s*([^\s=;,"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))')


def leads_on(values: Iterable[str]) -> bool:
    """Whether one of the links has the relation ``next``; of several ``rel`` the first counts (RFC 8288, 3.3)."""
    for value in values:
        for link in _LINK.finditer(value):
            parameters = _PARAMETER.findall(link[1])
            relations = next((quoted or plain for name, quoted, plain in parameters if name.lower() == "rel"), "")
            if "next" in relations.lower().split():
                return True
    return False


def next_links(heads: Heads, promised: Shape) -> Iterator[Difference]:
    """Answers with a next link, where neither a variant's header nor its body tells of a next page."""
    if "link" not in heads.names or heads.pair.is_error:
        return
    told = [sample for sample, values in heads.heard("link") if leads_on(values)]
    if told and not any(leads_on(values) for _, values in heads.said("link")) and not shows_more(promised):
        yield heads.differs(Aspect.CONTINUED, "link", told, heard='rel="next"')


def paged(differences: Iterable[Difference], sides: Sides) -> Iterator[Difference]:
    """The same differences; members that came anew and tell of a next page become ``CONTINUED``."""
    list_ = _List(sides)
    for difference in differences:
        if difference.aspect is Aspect.CONTINUED:
            if list_.goes_on_at(difference):
                yield difference
        elif difference.aspect is Aspect.APPEARED and difference.delivered is not None:
            yield from _appeared(difference, difference.delivered, list_)
        else:
            yield difference


class _List(Struct):
    """What the documents of both sides are pages of. Each is looked through once, however much of it is new."""

    sides: Sides
    _is_mocked: bool | None = None
    _is_there: bool | None = None

    def goes_on_at(self, difference: Difference) -> bool:
        """Whether there is a list that goes on, and nothing beside it of which the mock already says so."""
        promised, delivered = difference.promised_parent, difference.delivered_parent
        if promised is None or delivered is None:
            return False
        is_inner = ITEM in difference.parent.split("/")
        if (not is_inner and self._has_mocked_pages()) or self._is_linked() or shows_more(promised):
            return False
        is_item = difference.parent.endswith(f"/{ITEM}")
        return not is_vague(difference.name) or (has_list(delivered) if is_item else self._has_list())

    def _has_mocked_pages(self) -> bool:
        if self._is_mocked is None:
            self._is_mocked = shows_more(self.sides.promised)
        return self._is_mocked

    def _has_list(self) -> bool:
        if self._is_there is None:
            self._is_there = has_list(self.sides.delivered)
        return self._is_there

    def _is_linked(self) -> bool:
        headers = (header for variant in self.sides.pair.variants for header in variant.headers)
        return leads_on(value for name, value in headers if name.lower() == "link")


def _appeared(difference: Difference, shape: Shape, list_: _List) -> Iterator[Difference]:
    """A new member: a continuation itself, or an object around some, which stays a new member for strict readers."""
    if is_continuation(difference.name) and filled(shape) and list_.goes_on_at(difference):
        yield replace(difference, aspect=Aspect.CONTINUED, k=filled(shape), note="new")
        return
    yield difference
    inside = [*_inside(shape, difference.path)]
    if inside and has_list(shape):
        return  # a list that the mock does not have at all: nobody reads even its first page
    for path, name, inner in inside:
        told = replace(
            difference, aspect=Aspect.CONTINUED, path=path, name=name, delivered=inner, k=filled(inner), note="new"
        )
        if list_.goes_on_at(told):
            yield told


def _inside(shape: Shape, path: str) -> Iterator[tuple[str, str, Shape]]:
    """The filled continuation members below a place, lists aside."""
    if shape.is_collapsed:
        return
    for name, member in shape.members.items():
        place = join(path, name)
        if is_continuation(name) and filled(member.shape):
            yield place, name, member.shape
        else:
            yield from _inside(member.shape, place)
