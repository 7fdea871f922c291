"""JSONPath in mocks: what a path selects in a request, and the smallest document in which it selects something."""

from typing import Final

from driftwatch.mocks.refusal import Refusal
from driftwatch.model import json_path
from driftwatch.model.json_path import Every, Filter, Index, JsonPathError, Name, PathStep, same

__all__ = ["JsonPath", "parse", "same"]


class JsonPath(json_path.JsonPath, frozen=True):
    """A path taken apart, which also tells what would satisfy it."""

    def select(self, document: object) -> list[object]:
        """The values it leads to. Raises ``Refusal`` if that cannot be told."""
        try:
            return super().select(document)
        except JsonPathError as error:
            raise Refusal(str(error)) from error

    def build(self, document: object, leaf: object) -> object:
        """``document`` with as little added as makes the path lead to ``leaf``. Raises ``Refusal`` if it cannot be."""
        return _build(document, self.steps, leaf)


def parse(source: str) -> JsonPath:
    """Take a path apart. Raises ``Refusal`` if it is not of the subset."""
    try:
        return JsonPath(json_path.parse(source).steps)
    except JsonPathError as error:
        raise Refusal(str(error)) from error


def _build(document: object, steps: tuple[PathStep, ...], leaf: object) -> object:
    if not steps:
        return leaf if document is None else document
    step, rest = steps[0], steps[1:]
    match step, document:
        case Name(name, False), dict() | None:
            members = dict(document or {})
            start: object = [] if rest and isinstance(rest[0], Filter) else None
            members[name] = _build(members.get(name, start), rest, leaf)
            return members
        case Index() | Every(), list() | None:
            index = step.index if isinstance(step, Index) else 0
            if index > _FARTHEST:
                raise Refusal("a JSONPath to a far item")
            items = [*(document or []), *({} for _ in range(index + 1 - len(document or [])))]
            items[index] = _build(items[index] or None, rest, leaf)
            return items
        case Filter(path, "" | "==" as operator, operand), dict() | list() | None:
            names = tuple(map(Name, path))
            value = operand if operator else "text"
            if not names and not isinstance(document, dict):
                return [*(document or []), value]
            if isinstance(document, list):
                return [*document, _build(_build({}, names, value), rest, leaf)]
            return _build(_build(document, names, value), rest, leaf)
        case _:
            raise Refusal("a JSONPath that no small document satisfies")


_FARTHEST: Final = 20
"""Position of the last item a document is padded for."""
