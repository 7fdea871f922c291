"""The values of a document that one answer's changes can touch, with their places.

Of standard JSON only the part that holds the answer is looked through: placing every value of a large file takes some
thirty times longer than reading it.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting import json_edits
from driftwatch.mocks.rewriting.home import Home
from driftwatch.mocks.rewriting.planned import Op, Retext, Steps
from driftwatch.mocks.rewriting.splices import Splice
from driftwatch.mocks.text import tolerant_json
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.nodes import Node
from driftwatch.model.edit import Edit, Part

_WHOLE: Final = 64 * 1024
"""Characters of a document that is looked through as a whole."""


class Ground(Struct, frozen=True):
    """A document, or the part of it that ``above`` leads to."""

    document: Document
    root: Node | None
    """``None``: the document is only text."""
    above: Steps = ()

    def find(self, steps: Steps) -> Node | None:
        """The value that steps lead to; ``None`` if nothing stands there."""
        if self.root is None or steps[: len(self.above)] != self.above:
            return None
        return self.root.find(steps[len(self.above) :])

    def edited(self, ops: Iterable[Op | Retext]) -> Sequence[Splice]:
        """The splices of the document's text that make these changes. Raises ``Refusal``."""
        if self.root is None:
            raise Refusal("its file is neither JSON nor YAML")
        below = [self._below(op) for op in ops]
        document = self.document
        if document.syntax is Syntax.YAML:
            from driftwatch.mocks.rewriting import yaml_edits  # noqa: PLC0415 - most mocks are JSON

            return yaml_edits.edited(document.text, self.root, below, document.limits)
        return json_edits.edited(document.text, below, root=self.root)

    def _below(self, op: Op | Retext) -> Op | Retext:
        size = len(self.above)
        if op.steps[:size] != self.above:
            raise Refusal("the place of the change is not where the answer is", steps=op.steps)
        return replace(op, steps=op.steps[size:]) if size else op


def ground_of(document: Document, home: Home, edits: Iterable[Edit] = ()) -> Ground:
    """What these changes of an answer that stands here can touch. Raises ``Refusal``."""
    if document.syntax is Syntax.TEXT:
        return Ground(document, None)
    is_standard = document.syntax is Syntax.JSON and document.tree is None
    if not is_standard or len(document.text) < _WHOLE or home.along is not None:
        return Ground(document, document.node)
    above = _above(home, is_inside=all(edit.part is Part.BODY and edit.steps for edit in edits))
    while above:
        try:
            start, _ = document.span(*above)
        except LookupError:
            above = above[:-1]
        else:
            return Ground(document, tolerant_json.value_at(document.text, start, document.limits.depth), above)
    return Ground(document, document.node)


def _above(home: Home, *, is_inside: bool) -> Steps:
    """What all places of an answer have in common, and hold together.

    ``is_inside``: nothing but the inside of the body changes, which counts where the body stands as it is.
    """
    places: list[Steps] = []
    if home.status is not None:
        places += [home.status.steps, *home.status.also, *([home.status.phrase] if home.status.phrase else [])]
    if home.headers is not None:
        places += [home.headers.steps, *home.headers.apart.values()]
    if home.body is not None and home.body.file is None:
        inside = ("",) if is_inside and home.body.is_inline else ()
        places += [(*home.body.steps, *inside), *home.body.sizes]
    common = places[0][:-1] if places else ()
    for place in places:
        shared = (a == b for a, b in zip(common, place[:-1], strict=False))
        common = common[: sum(takewhile(bool, shared))]
    return common
