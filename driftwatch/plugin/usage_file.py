"""The record of a run as a file: written whole or not at all."""

import os
from pathlib import Path
from typing import Final

import msgspec

from driftwatch.model.use import SCHEMA, TestUse, Touch, UseRecord
from driftwatch.plugin.address import writable

_IGNORE: Final = ".gitignore"
_STATE: Final = ".driftwatch"
"""Our own folder: what stands there is made by runs and belongs in no repository."""


def write(record: UseRecord, file: Path) -> None:
    """Write a record; ``OSError`` if that cannot be done, and then the file is as it was."""
    folder = file.parent
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if folder.name == _STATE:
            (folder / _IGNORE).write_text("*\n", encoding="utf-8")
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        beside.write_text(text_of(record), encoding="utf-8")
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def text_of(record: UseRecord) -> str:
    """The documented JSON form, one test per line; what is empty is left out."""
    head = {"schema": SCHEMA, **{name: getattr(record, name) for name in record.__struct_fields__ if name != "uses"}}
    if record.finished_at is None:
        del head["finished_at"]
    start = _encoded(head).decode().removesuffix("}")
    uses = ",\n".join(_encoded(_use(use)).decode() for use in record.uses)
    return f'{start},"uses":[\n{uses}\n]}}\n'


def _encoded(value: dict[str, object]) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_writable(value))


def _writable(value: object) -> object:
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, list):
        return [_writable(one) for one in value]
    return {writable(name): _writable(one) for name, one in value.items()} if isinstance(value, dict) else value


def _use(use: TestUse) -> dict[str, object]:
    return {"test": use.test, "outcome": use.outcome, "touches": [_touch(touch) for touch in use.touches]}


def _touch(touch: Touch) -> dict[str, object]:
    return {name: value for name in touch.__struct_fields__ if (value := getattr(touch, name))}
