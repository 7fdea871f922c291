"""A part of the config that stands in a file of its own, to which the config refers; another team may own it."""

from typing import Final

from driftwatch.model.errors import SettingsError
from driftwatch.settings.encoding import decode
from driftwatch.settings.forms import PATH_REMEDY
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.spot import Reading, Spot

SIZE_LIMIT: Final = 1024**2
"""Bytes of such a file that are read."""


def reading_of(file: WrittenPath, spot: Spot, too_long: str) -> Reading:
    """The file, which holds what the config refers to at ``spot``; its mistakes bear its name.

    Raises ``RefusedError`` if it cannot be read, with ``too_long`` as the remedy where it is, and ``SettingsError`` if
    it is no YAML.
    """
    from driftwatch.settings.document import parse  # noqa: PLC0415 - PyYAML is read only with a config

    name, above = str(file.path), spot.reading
    document = parse(decode(_bytes(file, too_long), name), name)
    return Reading(
        name, document.root, above.surroundings, frozenset(document.unusable), document.mistakes, above.known
    )


def tell(error: SettingsError, spot: Spot) -> None:
    """Note the mistakes of such a file where the config refers to it."""
    for mistake in error.mistakes:
        spot.reading.mistakes[mistake] = spot.reading.root.line_of(spot.steps)


def _bytes(file: WrittenPath, too_long: str) -> bytes:
    try:
        with file.path.open("rb") as stream:
            raw = stream.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no such path").lower()
        raise RefusedError(f"{file.quoted} cannot be read: {reason}", PATH_REMEDY) from error
    if len(raw) > SIZE_LIMIT:
        raise RefusedError(f"{file.quoted} has more than 1 MiB", too_long)
    return raw
