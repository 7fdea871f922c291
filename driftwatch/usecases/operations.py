"""Which operation of a specification describes a mock's request, and which mocks answer for an operation."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from driftwatch.model.interaction import Interaction, Origin

_PARAMETER: Final = "{}"
"""Stands in the tree for every segment with a parameter in it; no literal segment of a path has a brace."""
_PATIENCE: Final = 100
"""Steps of one look-up; templates that need more are made to take long."""
_ALIKE: Final = 20
"""Operations whose templates differ in the text around their parameters only; no more are kept."""
_MOST: Final = 4
"""Mocks that are kept for one operation: hundreds of them teach no more."""


class _Branch(Struct):
    below: dict[str, "_Branch"] = field(default_factory=dict)
    operations: list[Interaction] = field(default_factory=list)


class Operations(Struct):
    """The operations that stand beside one provider's mocks, by method and path."""

    base_path: str = ""
    """The path of the target: a description may or may not repeat it in front of its own paths."""
    _roots: dict[str, _Branch] = field(default_factory=lambda: defaultdict(_Branch))
    _mocks: dict[Origin, list[Interaction]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def among(cls, interactions: Iterable[Interaction], base_path: str) -> "Operations":
        """Those that describe, and those that are described."""
        known = cls(base_path.rstrip("/"))
        described = [one for one in interactions if one.specification is not None]
        for one in described:
            known._add(one)
        if described:
            for one in interactions:
                known._assign(one)
        return known

    def describing(self, mock: Interaction) -> Sequence[Interaction]:
        """The operation that describes a mock's request, of each file that has one; literal segments come first."""
        root = self._roots.get(mock.request.method.upper())
        if root is None:
            return ()
        path = mock.request.path
        found = _find(root, path) or (_find(root, f"{self.base_path}{path}") if self.base_path else [])
        return tuple({(one.origin.file): one for one in reversed(found)}.values())

    def mocks_of(self, operation: Interaction) -> Sequence[Interaction]:
        """Mocks of other formats whose request the operation describes, the first of them."""
        return self._mocks.get(operation.origin, ())

    def _add(self, operation: Interaction) -> None:
        branch = self._roots[operation.request.method.upper()]
        for segment in operation.request.path_template.split("/"):
            step = _PARAMETER if "{" in segment else segment
            branch = branch.below.setdefault(step, _Branch())
        is_new = all(one.origin != operation.origin for one in branch.operations[:_ALIKE])
        if is_new and len(branch.operations) < _ALIKE:  # pairs of examples are one operation
            branch.operations.append(operation)

    def _assign(self, mock: Interaction) -> None:
        if (
            mock.specification is not None
            or mock.incomparable
            or mock.shadowed_by
            or not mock.request.grade.is_sendable
        ):
            return
        for operation in self.describing(mock):
            if len(self._mocks[operation.origin]) < _MOST:
                self._mocks[operation.origin].append(mock)


def _find(root: _Branch, path: str) -> list[Interaction]:
    """What stands at the first template that takes the path."""
    segments = path.split("/")
    waiting = [(root, 0)]
    for _ in range(_PATIENCE):
        if not waiting:
            break
        branch, depth = waiting.pop()
        if depth == len(segments):
            found = [one for one in branch.operations if _takes(one.request.path_template, segments)]
            if found:
                return found
            continue
        waiting += [(branch.below[step], depth + 1) for step in _steps(branch, segments[depth])]
    return []


def _steps(branch: _Branch, segment: str) -> Iterator[str]:
    """The parameter and then the literal, which is popped first; a parameter is never empty."""
    if segment and _PARAMETER in branch.below:
        yield _PARAMETER
    if segment in branch.below and segment != _PARAMETER:
        yield segment


def _takes(template: str, segments: Sequence[str]) -> bool:
    return all(_fits(one, segment) for one, segment in zip(template.split("/"), segments, strict=True))


def _fits(written: str, segment: str) -> bool:
    """A segment may have text around its parameter, as in ``report.{format}``."""
    if "{" not in written:
        return written == segment
    before, after = written.partition("{")[0], written.rpartition("}")[2]
    is_long_enough = len(segment) > len(before) + len(after)
    return is_long_enough and segment.startswith(before) and segment.endswith(after)
