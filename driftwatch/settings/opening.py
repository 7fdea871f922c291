"""A config file → its keys, not yet looked at."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.settings.encoding import decode
from driftwatch.settings.find import SMALLEST
from driftwatch.settings.node import address

if TYPE_CHECKING:
    from driftwatch.settings.document import Document

SIZE_LIMIT: Final = 1024**2
"""Bytes of a config that are read; a thousand providers fit."""


def read_document(path: Path, file: str) -> "Document":
    """The keys of a config, which messages call ``file``; ``SettingsError`` if there are none."""
    from driftwatch.settings.document import parse  # noqa: PLC0415 - PyYAML is read only with a config

    document = parse(decode(_bytes(path, file), file), file)
    if not isinstance(document.root.plain, dict):
        found = "nothing stands in the file" if document.root.plain is None else "the file holds no keys"
        raise SettingsError([*document.mistakes, Mistake(address(file, 1), found, SMALLEST)])
    return document


def _bytes(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as stream:
            raw = stream.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no such path").lower()
        remedy = "Name a readable file with `--config` or DRIFTWATCH_CONFIG."
        raise SettingsError([Mistake(file, f"the config cannot be read: {reason}", remedy)]) from error
    if len(raw) > SIZE_LIMIT:
        remedy = "Point `--config` at the settings; mocks stand in files of their own."
        raise SettingsError([Mistake(file, "the config has more than 1 MiB", remedy)])
    return raw
