"""A text whose lines begin with an indentation that is not its own, as blocks of other notations have it."""

from array import array
from collections.abc import Iterable, Iterator

from driftwatch.mocks.rewriting.splices import Splice


class Indented:
    """The text without the indentation, and its changes with it."""

    def __init__(self, raw: str, indent: str) -> None:
        self._indent = indent
        self._places = array("L")
        parts = []
        position = 0
        for line in raw.splitlines(keepends=True) if indent else [raw]:
            cut = len(indent) if line.startswith(indent) else 0
            parts.append(line[cut:])
            self._places.extend(range(position + cut, position + len(line)))
            position += len(line)
        self._places.append(len(raw))
        self.text = "".join(parts)
        self._is_indented_first = not indent or raw.startswith(indent)

    def carried(self, splices: Iterable[Splice]) -> Iterator[Splice]:
        """Splices of the text as splices of what holds it."""
        for one in splices:
            start = self._places[one.start]
            end = self._places[one.end - 1] + 1 if one.end > one.start else start
            yield Splice(start, end, one.text.replace("\n", f"\n{self._indent}"))
