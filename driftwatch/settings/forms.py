"""How one value is written: what the schema says of it, how it is read, how it is shown again.

A form stands beside its field in ``tree``. The schema that editors use, the check at loading and the sample all come
from it, so they cannot part.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Protocol, cast

from msgspec import Struct

from driftwatch.settings.amounts import DURATION_PATTERN, SIZE_PATTERN, parse_duration, parse_size
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.reference import REFERENCE_PATTERN, REFERENCE_REMEDY, Referenced, resolve
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.spot import Spot
from driftwatch.settings.target import TARGET_REMEDY, read_target
from driftwatch.settings.words import describe

Schema = dict[str, Any]
"""A JSON Schema (draft 7), with ``errorMessage``: the sentence that editors and our own complaints show."""

HOUR: Final = 3600
"""Seconds that no setting goes beyond."""

PATH_REMEDY: Final = "Write a path; a relative one starts at the config's folder."


class Form(Protocol):
    """One way of writing a value."""

    def schema(self) -> Schema:
        """What may be written."""
        ...

    def read(self, spot: Spot) -> Any:
        """The value that was meant; the schema has admitted what stands there.

        Raises ``RefusedError`` if it cannot be used after all.
        """
        ...

    def show(self, value: Any) -> Any:
        """The value as it could be written, without secrets; ``None`` if it need not be."""
        ...


class Truth(Struct, frozen=True):
    """``true`` or ``false``."""

    def schema(self) -> Schema:
        """A JSON boolean."""
        return {"type": "boolean", "errorMessage": "Write `true` or `false`, without quotes."}

    def read(self, spot: Spot) -> bool:
        """The truth that stands there."""
        return bool(spot.plain)

    def show(self, value: bool) -> bool:
        """Itself."""
        return value


class Whole(Struct, frozen=True):
    """A whole number between two bounds, both included."""

    minimum: int
    maximum: int

    def schema(self) -> Schema:
        """A JSON integer."""
        remedy = f"Write a whole number from {self.minimum:,} to {self.maximum:,}, without quotes."
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum, "errorMessage": remedy}

    def read(self, spot: Spot) -> int:
        """The number that stands there."""
        return int(cast("float", spot.plain))  # 3.0 is whole to JSON Schema

    def show(self, value: int) -> int:
        """Itself."""
        return value


class Number(Struct, frozen=True):
    """A number above zero."""

    maximum: float

    def schema(self) -> Schema:
        """A JSON number."""
        remedy = f"Write a number above 0 and up to {self.maximum:,}, without quotes."
        return {"type": "number", "exclusiveMinimum": 0, "maximum": self.maximum, "errorMessage": remedy}

    def read(self, spot: Spot) -> float:
        """The number that stands there."""
        return float(cast("float", spot.plain))

    def show(self, value: float | None) -> float | None:
        """Itself."""
        return value


class Seconds(Struct, frozen=True):
    """A duration up to an hour: a number of seconds, or text with a unit."""

    allows_zero: bool = False

    def schema(self) -> Schema:
        """A number or a pattern; the bounds of texts are checked at reading, for a schema cannot."""
        low = {"minimum": 0} if self.allows_zero else {"exclusiveMinimum": 0}
        return {
            "type": ["number", "string"], **low, "maximum": HOUR, "pattern": DURATION_PATTERN,
            "errorMessage": self._remedy,
        }  # fmt: skip

    def read(self, spot: Spot) -> float:
        """Seconds."""
        seconds = parse_duration(cast("str | float", spot.plain))
        if seconds > HOUR or seconds < 0 or (seconds == 0 and not self.allows_zero):
            raise RefusedError(describe(spot.plain), self._remedy)
        return seconds

    def show(self, value: float) -> float:
        """Seconds."""
        return value

    @property
    def _remedy(self) -> str:
        low = "from 0" if self.allows_zero else "above 0"
        return f"Write seconds {low} to one hour, such as `1.5`, or with a unit: `500ms`, `2s`, `1m`."


class Size(Struct, frozen=True):
    """A number of bytes: a whole number, or text with a unit."""

    maximum: int

    def schema(self) -> Schema:
        """A number or a pattern; the bounds of texts are checked at reading, for a schema cannot."""
        return {
            "type": ["integer", "string"], "minimum": 1, "maximum": self.maximum, "pattern": SIZE_PATTERN,
            "errorMessage": self._remedy,
        }  # fmt: skip

    def read(self, spot: Spot) -> int:
        """Bytes."""
        size = int(parse_size(cast("str | int", spot.plain)))
        if not 1 <= size <= self.maximum:
            raise RefusedError(describe(spot.plain), self._remedy)
        return size

    def show(self, value: int) -> int:
        """Bytes."""
        return value

    @property
    def _remedy(self) -> str:
        return f"Write bytes up to {self.maximum:,}, or a size with a unit: `500 kB`, `8MiB`."


class Choice(Struct, frozen=True):
    """One of a few words, each standing for a value."""

    words: Mapping[str, object]

    def schema(self) -> Schema:
        """An enumeration; the complaint adds the nearest guess by itself."""
        return {"enum": list(self.words), "errorMessage": "Write one of the words that are allowed here."}

    def read(self, spot: Spot) -> object:
        """What the word stands for."""
        return self.words[str(spot.plain)]

    def show(self, value: object) -> str:
        """The word."""
        return next(word for word, meant in self.words.items() if meant == value)


def choice_of(words: type[StrEnum]) -> Choice:
    """One member of an enumeration, written as its value."""
    return Choice({str(word): word for word in words})


class Text(Struct, frozen=True):
    """A text of a certain pattern, quoted where YAML would see something else in it."""

    pattern: str
    remedy: str
    is_quoted: bool = True
    """Only a text is one. Otherwise numbers and truths count as the texts they are written as: ``1.10``."""

    def schema(self) -> Schema:
        """A string, of limited length."""
        kinds = "string" if self.is_quoted else ["string", "number", "boolean"]
        return {"type": kinds, "maxLength": 500, "pattern": self.pattern, "errorMessage": self.remedy}

    def read(self, spot: Spot) -> str:
        """The text as written."""
        if not spot.text.isprintable():
            raise RefusedError("found a text with an invisible character in it", self.remedy)
        return spot.text

    def show(self, value: str) -> str | None:
        """Itself."""
        return value or None


class Target(Struct, frozen=True):
    """The base URL of a real service."""

    def schema(self) -> Schema:
        """The scheme; the rest is said better by code than by a pattern."""
        return {"type": "string", "format": "uri", "pattern": "^https?://", "errorMessage": TARGET_REMEDY}

    def read(self, spot: Spot) -> str:
        """The URL without trailing slash."""
        return read_target(spot.text)

    def show(self, value: str) -> str:
        """Itself: there is no user info and no query in it."""
        return value


class SecretReference(Struct, frozen=True):
    """A credential, which is never written but referred to."""

    def schema(self) -> Schema:
        """``writeOnly`` keeps what stands here instead out of all complaints."""
        return {"type": "string", "writeOnly": True, "pattern": REFERENCE_PATTERN, "errorMessage": REFERENCE_REMEDY}

    def read(self, spot: Spot) -> Referenced:
        """The secret, looked up."""
        return resolve(spot.text, spot.surroundings)

    def show(self, value: Referenced | None) -> str | None:
        """The reference."""
        return value.written if value is not None else None


class MockPaths(Struct, frozen=True):
    """Where mocks are: one path or glob, or a list of them."""

    def schema(self) -> Schema:
        """A text or a list of texts."""
        remedy = "Write a folder, a file or a glob, or a list of them; relative ones start at the config's folder."
        one: Schema = {"type": "string", "minLength": 1, "errorMessage": remedy}
        return {"type": ["string", "array"], "minLength": 1, "minItems": 1, "items": one, "errorMessage": remedy}

    def read(self, spot: Spot) -> tuple[WrittenPath, ...]:
        """The paths, each of which leads somewhere today; every one that does not is a mistake of its own."""
        places = [place for _, place in spot.children()] if isinstance(spot.plain, list) else [spot]
        found = []
        for place in places:
            path = WrittenPath.of(place.text, place.surroundings.folder)
            if path.expand():
                found.append(path)
            else:
                place.complain(*path.complaint())
        return tuple(found)

    def show(self, value: tuple[WrittenPath, ...]) -> list[str]:
        """As written."""
        return [path.written for path in value]


class Trust(Struct, frozen=True):
    """Whom to trust with TLS: ``true`` for the usual authorities, or a file with others. Never nobody."""

    def schema(self) -> Schema:
        """``true`` or a text."""
        remedy = "Write `true`, or the path of a PEM file with the authorities to trust; it cannot be switched off."
        return {"type": ["boolean", "string"], "not": {"const": False}, "minLength": 1, "errorMessage": remedy}

    def read(self, spot: Spot) -> WrittenPath | None:
        """``None`` for the usual authorities."""
        if spot.plain is True:
            return None
        path = WrittenPath.of(spot.text, spot.surroundings.folder)
        if not path.is_file():
            raise RefusedError(f"{path.quoted} is not a file", PATH_REMEDY)
        return path

    def show(self, value: WrittenPath | None) -> str | bool:
        """As written."""
        return True if value is None else value.written
