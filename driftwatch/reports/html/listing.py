"""Long lists for a reader: what a URL asks for is picked out, counted and cut into pages."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct, field

from driftwatch.reports.percent import encoded

PAGE_SIZE: Final = 100
_LONGEST: Final = 200
"""Characters of a wish that are heeded."""

T = TypeVar("T")


class Wish(Struct, frozen=True):
    """What a URL asks for: one value for each name, and which page."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    """Without the names that ask for nothing."""
    page: int = 1

    @classmethod
    def of(cls, query: Iterable[tuple[str, str]], names: Sequence[str]) -> "Wish":
        """The wish in a query; what is not among ``names`` is none of ours, and of repeated ones the last counts."""
        asked = {name: value.strip()[:_LONGEST] for name, value in query}
        page = asked.get("page", "")
        is_number = page.isascii() and page.isdigit() and len(page) < 9
        return cls({name: asked[name] for name in names if asked.get(name)}, max(1, int(page)) if is_number else 1)

    def get(self, name: str) -> str:
        """What is asked for under a name; empty if nothing is."""
        return self.chosen.get(name, "")

    def but(self, **changes: str | int) -> str:
        """The query of the same wish with changes, with ``?``; the first page unless another one is named."""
        wanted = {**self.chosen, **{name: str(value) for name, value in changes.items()}}
        return "?" + "&".join(f"{encoded(name)}={encoded(value)}" for name, value in wanted.items() if value)


class Page(Struct, Generic[T], frozen=True):
    """One page of what was asked for."""

    rows: tuple[T, ...]
    wish: Wish
    number: int
    pages: int
    found: int
    total: int
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """For each facet how often each of its values stands in what all the other wishes leave."""


class Row(Struct, Generic[T], frozen=True):
    """One entry of a list, with the values it is found by."""

    of: T
    facets: Mapping[str, frozenset[str]]
    text: str = ""
    """Everything a search looks through."""


def pick(rows: Sequence[Row[T]], wish: Wish, facets: Sequence[str], size: int = PAGE_SIZE) -> Page[T]:
    """The page of the rows that fit the wish; a number beyond the last page means the last."""
    words = wish.get("text").casefold().split()
    sought = [row for row in rows if all(word in row.text for word in words)] if words else rows
    wanted = {name: wish.get(name) for name in facets if wish.get(name)}
    counts = {name: _counted(sought, name, wanted) for name in facets}
    found = _fitting(sought, wanted)
    pages = max(1, -(-len(found) // size))
    number = min(wish.page, pages)
    shown = tuple(row.of for row in found[(number - 1) * size : number * size])
    return Page(shown, wish, number, pages, len(found), len(rows), counts)


def _counted(rows: Sequence[Row[Any]], name: str, wanted: Mapping[str, str]) -> Mapping[str, int]:
    others = {key: value for key, value in wanted.items() if key != name}
    counts = Counter(value for row in _fitting(rows, others) for value in row.facets[name])
    return dict(sorted(counts.items()))


def _fitting(rows: Sequence[Row[T]], wanted: Mapping[str, str]) -> Sequence[Row[T]]:
    if not wanted:
        return rows
    return [row for row in rows if all(value in row.facets[name] for name, value in wanted.items())]
