"""Values for the variables of mocks: written in the config, looked up, or taken from data files.

They end up in paths and queries, so they are no credentials; still what is looked up is shown nowhere but as it is
written.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct, field

from driftwatch.model.errors import SettingsError
from driftwatch.model.secret import Secret
from driftwatch.settings.encoding import decode
from driftwatch.settings.forms import PATH_REMEDY, Schema, Text
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.reference import Referenced, has_reference, resolve
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import quote

VARIABLE_NAME: Final = Text(
    r"^[A-Za-z_][A-Za-z0-9_.-]{0,99}$",
    "A variable's name begins with a letter and goes on with letters, digits, `_`, `.` or `-`.",
)
_SIZE_LIMIT: Final = 1024**2
_MOST_ROWS: Final = 10_000
_MOST_COLUMNS: Final = 200
_LONGEST: Final = 1000
"""Characters of one value."""
_REMEDY: Final = "Write CSV with a header row, or JSON: a list of objects, or one object."


class VariableValue(Struct, frozen=True):
    """A text, in which references may be looked up."""

    def schema(self) -> Schema:
        """A text, or what looks like a number or a truth."""
        return {
            "type": ["string", "number", "boolean"], "maxLength": 500,
            "errorMessage": "Write a text; `${env:NAME}` and `${file:PATH}` are looked up.",
        }  # fmt: skip

    def read(self, spot: Spot) -> Referenced:
        """The text, looked up."""
        if not spot.text.isprintable():
            raise RefusedError("found a text with an invisible character in it", "Write a text on one line.")
        if not has_reference(spot.text) and "${" not in spot.text:
            return Referenced(spot.text, Secret(spot.text))  # an empty one is a value, too
        return resolve(spot.text, spot.surroundings)

    def show(self, value: Referenced) -> str:
        """As written."""
        return value.written


class DataFile(Struct, frozen=True):
    """One file with values, and what was read of it."""

    place: WrittenPath
    values: Mapping[str, str] = field(default_factory=dict)
    """Of its first row in which every column has a value, by column."""


class DataFiles(Struct, frozen=True):
    """One path of a CSV or JSON file, or a list of them."""

    def schema(self) -> Schema:
        """A text or a list of texts."""
        remedy = "Write the path of a CSV or JSON file, or a list of such; relative ones start at the config's folder."
        one: Schema = {"type": "string", "minLength": 1, "errorMessage": remedy}
        return {"type": ["string", "array"], "minLength": 1, "minItems": 1, "items": one, "errorMessage": remedy}

    def read(self, spot: Spot) -> tuple[DataFile, ...]:
        """Every file that can be read; each that cannot is a mistake of its own."""
        places = [place for _, place in spot.children()] if isinstance(spot.plain, list) else [spot]
        found = []
        for place in places:
            path = WrittenPath.of(place.text, place.surroundings.folder)
            try:
                found.append(DataFile(path, _values(path)))
            except RefusedError as refused:
                place.complain(refused.found, refused.remedy)
        return tuple(found)

    def show(self, value: tuple[DataFile, ...]) -> list[str]:
        """As written."""
        return [one.place.written for one in value]


def values_of(variables: Mapping[str, Referenced], data: tuple[DataFile, ...]) -> dict[str, str]:
    """All values by name: the config's own first, then those of the files in their order."""
    found: dict[str, str] = {}
    for file in reversed(data):
        found |= file.values
    return found | {name: value.secret.reveal() for name, value in variables.items()}


def _values(path: WrittenPath) -> Mapping[str, str]:
    text = _text(path)
    try:
        rows = list(_json_rows(text) if path.path.suffix.lower() == ".json" else _csv_rows(text))
    except (ValueError, RecursionError) as error:
        if isinstance(error, RefusedError):
            raise
        raise RefusedError(f"{path.quoted} is neither CSV nor JSON that can be read", _REMEDY) from error
    if not rows:
        raise RefusedError(f"{path.quoted} has no row with values", _REMEDY)
    names = list(dict.fromkeys(name for row in rows for name in row))
    for name in names:
        if not re.search(VARIABLE_NAME.pattern, name):
            raise RefusedError(f"{path.quoted} has the column {quote(name[:80])}", VARIABLE_NAME.remedy)
    usable = next((row for row in rows if all(row.get(name) for name in names)), rows[0])
    return {name: value for name, value in usable.items() if value}


def _text(path: WrittenPath) -> str:
    try:
        with path.path.open("rb") as stream:
            raw = stream.read(_SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no such path").lower()
        raise RefusedError(f"{path.quoted} cannot be read: {reason}", PATH_REMEDY) from error
    if len(raw) > _SIZE_LIMIT:
        raise RefusedError(f"{path.quoted} has more than 1 MiB", "One row is all that is needed.")
    try:
        return decode(raw, path.written)
    except SettingsError as error:
        raise RefusedError(f"{path.quoted}: {error.mistakes[0].found}", error.mistakes[0].remedy) from error


def _csv_rows(text: str) -> Iterator[Mapping[str, str]]:
    import csv  # noqa: PLC0415 - few configs name such a file

    lines = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header = [name.strip() for name in next(lines, [])]
        if len(header) > _MOST_COLUMNS:
            raise RefusedError(f"found more than {_MOST_COLUMNS} columns", _REMEDY)
        for cells in islice(lines, _MOST_ROWS):
            if any(cells):
                yield {name: _checked(cell.strip()) for name, cell in zip(header, cells, strict=False)}
    except csv.Error as error:
        raise ValueError from error


def _json_rows(text: str) -> Iterator[Mapping[str, str]]:
    document = json.loads(text)
    for row in (document if isinstance(document, list) else [document])[:_MOST_ROWS]:
        if not isinstance(row, dict) or len(row) > _MOST_COLUMNS:
            raise RefusedError("found JSON that is no list of objects", _REMEDY)
        scalars = {name: value for name, value in row.items() if isinstance(value, str | int | float)}
        yield {name: _checked(_spelled(value)) for name, value in scalars.items()}


def _spelled(value: str | float) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _checked(value: str) -> str:
    if len(value) > _LONGEST or not value.isprintable():
        raise RefusedError("found a value that is too long, or has more than one line", _REMEDY)
    return value
