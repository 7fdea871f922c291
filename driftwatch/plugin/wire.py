"""Touches as plain lists, which is all that xdist carries from a worker to the process that started it."""

from collections.abc import Iterable, Iterator
from typing import Final

from driftwatch.model.use import Need, Touch
from driftwatch.plugin.address import writable

ATTRIBUTE: Final = "driftwatch"
"""Of a report on its way; taken off before any other plugin of the controller sees it."""
LYING: Final = "driftwatch_lying"
"""Of the report of a test that passed, and that we failed for what it rests on; taken off like the other."""


def packed(touches: Iterable[Touch]) -> list[object]:
    """Each touch as a list of its fields; what execnet cannot carry would end the worker."""
    return [
        [*map(writable, (one.tool, one.file, one.pointer, one.mock_id, one.name, one.method, one.url)),
         {writable(place): str(need) for place, need in one.reads.items()}]
        for one in touches
    ]  # fmt: skip


def unpacked(lists: object) -> Iterator[Touch]:
    """The touches again."""
    for fields in lists if isinstance(lists, list) else ():
        tool, file, pointer, mock_id, name, method, url, reads = fields
        needs = {place: Need(need) for place, need in reads.items()}
        yield Touch(tool, file, pointer, mock_id, name, method, url, needs)
