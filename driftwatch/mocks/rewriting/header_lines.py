"""Headers in a text of lines ``Name: value``."""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting.splices import Splice
from driftwatch.model.edit import Change, Edit

_LINE: Final = re.compile(r"(?m)^([ \t]*)([^:\r\n]+?)([ \t]*:[ \t]*)([^\r\n]*?)([ \t]*)(?:(\r?\n)|\Z)")


def line_splices(text: str, edit: Edit) -> Iterator[Splice]:
    """The change of one header; a name with ``~`` before it is switched off. Raises ``Refusal`` if it is not there."""
    lines = list(_LINE.finditer(text))
    found = [line for line in lines if line.group(2).lower() == edit.name.lower()]
    if edit.change is Change.ADD:
        yield _added(text, lines, edit)
        return
    if not found:
        raise Refusal(f"the header {edit.name} does not stand in the file")
    for line in found[1:] if edit.change is Change.SET else found:
        yield _without(text, line)
    if edit.change is Change.SET:
        yield Splice(found[0].start(4), found[0].end(4), edit.value)


def _added(text: str, lines: list[re.Match[str]], edit: Edit) -> Splice:
    if not lines:
        return Splice(len(text), len(text), f"{edit.name}: {edit.value}")
    last = lines[-1]
    newline = next((line.group(6) for line in lines if line.group(6)), "\n")
    if last.group(6):  # behind the whole line, which may go itself
        added = f"{last.group(1)}{edit.name}{last.group(3)}{edit.value}{newline}"
        return Splice(last.end(), last.end(), added)
    return Splice(last.end(5), last.end(5), f"{newline}{last.group(1)}{edit.name}{last.group(3)}{edit.value}")


def _without(text: str, line: re.Match[str]) -> Splice:
    if line.group(6):
        return Splice(line.start(), line.end(), "")
    before = len(text[: line.start()].rstrip("\r\n"))
    return Splice(before, line.end(), "")
