"""Entries of a JSON text without their neighbours. The places of values are found without building any."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.cut import Cut, Path, Piece, path_of
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Origin

Steps = tuple[Step, ...]
_Child = tuple[Step, int, int]
"""What leads to a child of a container, and where it begins and ends there."""
_UNKNOWN = (LookupError, ValueError, TypeError, RecursionError)
"""What the layout of a text says of places that are not there, or of a text that is no JSON."""


def cuts(document: Document, origins: Sequence[Origin]) -> Iterator[Cut]:
    """What is left if only the items stay that these lead through, or only the members: from the outside inwards."""
    paths = list(dict.fromkeys(path_of(origin.pointer) for origin in origins))
    knife = _Knife(document)
    try:
        places = [knife.steps(path) for path in paths]
        numbers = [sum(isinstance(step, int) for step in steps) for steps in places]
        for depth in range(1, max(numbers) + 1 if all(numbers) else 0):
            entries = [_item(steps, depth) for steps in places]
            yield knife.cut(entries, [pair for steps in entries for pair in _lists(steps)])
        for depth in range(min(map(len, places))):
            if all(isinstance(steps[depth], str) for steps in places):
                entries = [steps[: depth + 1] for steps in places]
                yield knife.cut(entries, [(steps[:-1], steps[-1]) for steps in entries])
    except _UNKNOWN:
        return


def _item(steps: Steps, depth: int) -> Steps:
    """The steps to the item that is so many lists deep, or to the deepest."""
    places = [at for at, step in enumerate(steps) if isinstance(step, int)]
    return steps[: places[min(depth, len(places)) - 1] + 1]


def _lists(steps: Steps) -> list[tuple[Steps, Step]]:
    """The lists on the way to an item, each with the item that leads on."""
    return [(steps[:at], step) for at, step in enumerate(steps) if isinstance(step, int)]


class _Knife:
    """Knows where the children of containers begin and end."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text = document.text

    def steps(self, path: Path) -> Steps:
        """The steps to a place; raises ``LookupError`` where no container has such a child."""
        found: list[Step] = []
        for part in path:
            start, _ = self._document.span(*found)
            found.append(int(part) if self._text[start] == "[" else part)
        return tuple(found)

    def cut(self, entries: Sequence[Steps], containers: Iterable[tuple[Steps, Step]]) -> Cut:
        """What is left of the text if containers keep these children alone. Only ``entries`` may be changed."""
        kept: dict[Steps, set[Step]] = {}
        for above, child in containers:
            kept.setdefault(above, set()).add(child)
        if not kept:
            raise LookupError(entries)
        spans = {above: self._children(above, steps) for above, steps in kept.items()}
        positions = {
            tuple(map(str, (*above, step))): position
            for above, children in spans.items()
            for position, (step, _, _) in enumerate(children)
            if isinstance(step, int)
        }
        pieces = self._pieces((), 0, len(self._text), spans, frozenset(entries))
        return Cut(tuple(piece for piece in pieces if piece.size), positions)

    def _children(self, above: Steps, steps: Iterable[Step]) -> list[_Child]:
        """The children that stay in their order, with the blanks around them and with their names."""
        found = [(step, *self._around(step, *self._document.span(*above, step))) for step in steps]
        return sorted(found, key=lambda child: child[1])

    def _around(self, step: Step, start: int, end: int) -> tuple[int, int]:
        if isinstance(step, str):
            start = self._text.rindex('"', 0, start)
            start = self._text.rindex('"', 0, start)
            while self._is_escaped(start):
                start = self._text.rindex('"', 0, start)
        while self._text[start - 1].isspace():  # its indentation tells of the document's
            start -= 1
        while self._text[end].isspace():
            end += 1
        return start, end

    def _is_escaped(self, place: int) -> bool:
        before = self._text[:place]
        return (len(before) - len(before.rstrip("\\"))) % 2 == 1

    def _pieces(
        self, here: Steps, start: int, end: int, spans: Mapping[Steps, list[_Child]], entries: frozenset[Steps]
    ) -> Iterator[Piece]:
        """The pieces of the stretch that ``here`` takes up."""
        position, is_entry = start, here in entries
        for above in _next_below(here, spans):
            first, last = self._document.span(*above)
            yield Piece(position, first + 1, is_entry)
            for number, (step, begin, behind) in enumerate(spans[above]):
                if number:
                    yield Piece(0, 0, joint=",")
                yield from self._pieces((*above, step), begin, behind, spans, entries)
            position = last - 1
        yield Piece(position, end, is_entry)


def _next_below(here: Steps, spans: Mapping[Steps, list[_Child]]) -> list[Steps]:
    """The containers below a place that lie in no other of them, in their order."""
    inside = [above for above in spans if above[: len(here)] == here]
    found = [one for one in inside if not any(one != other and one[: len(other)] == other for other in inside)]
    return sorted(found, key=lambda above: spans[above][0][1])
