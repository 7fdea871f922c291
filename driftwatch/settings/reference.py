"""References to what must not stand in a config: ``${env:NAME}`` and ``${file:PATH}``."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.model.secret import Secret
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.rotating import FileSecret
from driftwatch.settings.words import quote

REFERENCE_PATTERN: Final = r"^\$\{(env:[A-Za-z_][A-Za-z0-9_]*|file:[^${}]+)\}$"
REFERENCE_REMEDY: Final = "Write `${env:NAME}` or `${file:PATH}`, so that no secret stands in the config."

_FILE_LIMIT: Final = 64 * 1024
_REFERENCE: Final = re.compile(r"\$\{(?:env:(?P<env>[A-Za-z_][A-Za-z0-9_]*)|file:(?P<file>[^${}]+))\}")


class Referenced(Struct, frozen=True):
    """A text as written, and the secret that its references make of it."""

    written: str
    """With ``${env:NAME}`` in place of values: fit to be shown."""
    secret: Secret


class Surroundings(Struct, frozen=True):
    """Where references lead: the environment, and the folder that paths start at."""

    environment: Mapping[str, str]
    folder: Path


def has_reference(written: str) -> bool:
    """Whether anything in a text is looked up elsewhere."""
    return _REFERENCE.search(written) is not None


def resolve(written: str, surroundings: Surroundings) -> Referenced:
    """Look all references of a text up. The secret of one that leads to files follows them when they change.

    Raises ``RefusedError`` if one leads nowhere, or if the value could not be sent in a header. The message names
    variable or file, never the value.
    """
    if "${" in _REFERENCE.sub("", written):
        raise RefusedError("found a `${…}` that is no reference", "Write `${env:NAME}` or `${file:PATH}`.")
    files = [surroundings.folder / match["file"] for match in _REFERENCE.finditer(written) if match["file"] is not None]
    if files:
        return Referenced(written, FileSecret(written, files, lambda: _resolved(written, surroundings)))
    return Referenced(written, Secret(_resolved(written, surroundings)))


def _resolved(written: str, surroundings: Surroundings) -> str:
    return _REFERENCE.sub(lambda match: _look_up(match, surroundings), written)


def _look_up(match: re.Match[str], surroundings: Surroundings) -> str:
    if match["env"] is not None:
        source, value = f"the environment variable {quote(match['env'])}", _variable(match["env"], surroundings)
    else:
        source, value = f"the file {quote(match['file'])}", _contents(match["file"], surroundings.folder)
    if not value.strip():
        raise RefusedError(f"{source} is empty", "Put the value there: an empty credential is never meant.")
    if any(letter < " " or letter == "\x7f" or "\ud800" <= letter <= "\udfff" for letter in value):
        raise RefusedError(
            f"{source} holds a line break or another control character",
            "Put the value there alone, on one line: a header cannot carry more.",
        )
    return value


def _variable(name: str, surroundings: Surroundings) -> str:
    value = surroundings.environment.get(name)
    if value is None:
        raise RefusedError(
            f"the environment variable {quote(name)} is not set",
            "Set it where driftwatch runs, or read the value from a file with `${file:PATH}`.",
        )
    return value


def _contents(written: str, folder: Path) -> str:
    """The text of a secret file without its last line break, which editors and ``kubectl`` like to add."""
    path = folder / written
    remedy = "Write the path of a readable file; a relative one starts at the config's folder."
    try:
        if path.exists() and not path.is_file():
            raise RefusedError(f"{quote(written)} is not a file", remedy)
        with path.open("rb") as stream:
            raw = stream.read(_FILE_LIMIT + 1)
        text = raw.decode("utf-8")
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise RefusedError(f"the file {quote(written)} cannot be read: {reason}", remedy) from error
    except ValueError as error:  # bytes that are no UTF-8, or a path with a NUL in it
        raise RefusedError(f"the file {quote(written)} is not UTF-8 text", remedy) from error
    if len(raw) > _FILE_LIMIT:
        raise RefusedError(
            f"the file {quote(written)} has more than 64 KiB", "No credential is that long: see the path."
        )
    return text.removesuffix("\n").removesuffix("\r")
