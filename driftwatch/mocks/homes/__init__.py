"""Where the answers of each format stand in its files, so that they can be rewritten: one module for each format.

A module bears the name of its format's in ``formats`` and is loaded when a mock of that format is rewritten; no audit
pays for it.
"""

from importlib import import_module
from typing import Final, cast

from driftwatch.mocks.format import HealableFormat, ReadOnlyFormat
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Interaction

_ROOM: Final = "driftwatch.mocks.homes"


def homes_of(format_name: str) -> HealableFormat | ReadOnlyFormat | None:
    """What a format says of its answers' places; ``None`` if it says nothing."""
    name = f"{_ROOM}.{format_name.replace('-', '_')}"
    try:
        return cast("HealableFormat | ReadOnlyFormat", import_module(name))
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None


def steps_of(document: Document, interaction: Interaction) -> tuple[Step, ...]:
    """The steps from the root of the document to the interaction's stub, by the pointer of its origin."""
    steps: list[Step] = []
    value = document.value
    for part in interaction.origin.pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            steps.append(name)
            value = value.get(name)
        else:
            is_place = name.isdecimal()
            steps.append(int(name) if is_place else name)
            value = value[int(name)] if is_place and isinstance(value, list) and int(name) < len(value) else None
    return tuple(steps)


def value_at(document: Document, steps: tuple[Step, ...]) -> object:
    """The plain value that steps lead to; ``None`` if nothing stands there."""
    value = document.value
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value
