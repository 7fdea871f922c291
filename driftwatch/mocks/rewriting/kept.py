"""Values that a change only moves: they keep the text that they have, with the indentation of their new place."""

from typing import Final

from driftwatch.mocks.text.nodes import Kind, Node, to_json

_MOST: Final = 128 * 1024
"""Characters of a replaced value that is searched for what stays."""


class Kept:
    """The filled containers of a value that is replaced, by what they say."""

    def __init__(self, text: str = "", old: Node | None = None) -> None:
        self._known: dict[str, tuple[str, str]] = {}
        if old is None or old.end - old.start > _MOST:
            return
        stack = [old]
        while stack:
            node = stack.pop()
            if node.members or node.items:
                begin = text.rfind("\n", 0, node.start) + 1
                line = text[begin : node.start]
                indent = line[: len(line) - len(line.lstrip(" \t"))]
                self._known.setdefault(to_json(node), (text[node.start : node.end], indent))
            stack += [*node.items, *(value for _, value in node.members)]

    def spelled(self, node: Node, indent: str | None) -> str | None:
        """The text of a value that was there, for a line of another indentation; ``None`` if it was not."""
        if not self._known or node.kind not in (Kind.OBJECT, Kind.ARRAY):
            return None
        known = self._known.get(to_json(node))
        if known is None:
            return None
        text, old = known
        first, *others = text.split("\n")
        if not others:
            return text
        if indent is None or not all(line.startswith(old) for line in others):
            return None
        return "\n".join([first, *(indent + line[len(old) :] for line in others)])
