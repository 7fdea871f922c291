"""The form of a document without its values: what was seen at each place, how often, and in how many words.

A shape is what both sides of a comparison are turned into. It counts; it never concludes: whether a member is
"required" is a question to ``Member.presence``, not a flag. Sizes are bounded: at most ``DISTINCT_LIMIT`` values are
remembered at a place, at most ``KEY_SETS_LIMIT`` sets of names, at most ``VARIANTS_LIMIT`` variants.

These nouns are ``msgspec.Struct`` and not dataclasses: one is made for every place of every answer that differs, and a
frozen dataclass takes five times as long to make (``tests/bench/bench_shapes.py``, the body of 2 KB).
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

DISTINCT_LIMIT: Final = 64
KEY_SETS_LIMIT: Final = 16
VARIANTS_LIMIT: Final = 32
ITEM: Final = "*"

DISCRIMINATORS: Final = (
    "type", "kind", "__typename", "@type", "event_type", "eventType", "object", "resourceType",
)  # fmt: skip
"""Names of a string member by which items may fall into variants."""


class JsonType(StrEnum):
    """The JSON types, with whole numbers kept apart from other numbers."""

    NULL = "null"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    STRING = "string"
    OBJECT = "object"
    ARRAY = "array"

    @property
    def family(self) -> "JsonType":
        """``integer`` and ``number`` are one family: JSON does not tell 10 from 10.0."""
        return JsonType.NUMBER if self is JsonType.INTEGER else self


class Format(StrEnum):
    """Classes of strings that parsers and column types care about; ``text`` is everything else."""

    DATE_TIME = "date-time"
    """RFC 3339 with offset."""
    LOCAL_DATE_TIME = "local-date-time"
    """Date and time without offset, ``T`` or a space between."""
    DATE = "date"
    TIME = "time"
    HTTP_DATE = "http-date"
    SLASH_DATE = "slash-date"
    """Day, month and year in any order, parted by slashes or dots, with or without a time."""
    UUID = "uuid"
    URI = "uri"
    """Absolute, with scheme and authority."""
    EMAIL = "email"
    NUMERIC = "numeric"
    """A plain number written as text: ``"1024"``, ``"-12.50"``."""
    NUMERIC_STYLED = "numeric-styled"
    """Still a number, with separators, comma, currency or percent sign: ``"1,024"``, ``"12,50 €"``."""
    TEXT = "text"


DATE_FORMATS: Final = frozenset({
    Format.DATE_TIME, Format.LOCAL_DATE_TIME, Format.DATE, Format.TIME, Format.HTTP_DATE, Format.SLASH_DATE,
})  # fmt: skip
STRICT_FORMATS: Final = DATE_FORMATS | {Format.UUID, Format.URI, Format.EMAIL}
"""Formats that an example claims: a blank string where these were mocked counts as null."""


class Numbers(Struct, frozen=True):
    """What was seen of numbers at one place."""

    minimum: float | int
    maximum: float | int
    fractions: int
    """How many had a fraction: by literal on the mock side (``7.0`` counts), by value on the real side."""


class Lengths(Struct, frozen=True):
    """Lengths of strings (characters) or arrays (items)."""

    minimum: int
    maximum: int


class Member(Struct, frozen=True):
    """One name in the objects at a place."""

    shape: "Shape"
    present: int
    """In how many of the parent objects the name was there, null included."""


class Shape(Struct, frozen=True):
    """What was seen at one place of the documents."""

    types: Mapping[JsonType, int] = field(default_factory=dict)
    """How often each type was seen; the sum is the number of values."""
    blank: int = 0
    """Strings that were empty or only white space."""
    formats: Mapping[Format, int] = field(default_factory=dict)
    """How many of the non-blank strings were of each class."""
    offset: int = 0
    """How many date-times had an offset other than zero."""
    trues: int = 0
    """How many booleans were true."""
    distinct: frozenset[str | int | float | bool] | None = frozenset()
    """The scalar values seen, or ``None`` once there were more than ``DISTINCT_LIMIT`` or a very long one."""
    numbers: Numbers | None = None
    strings: Lengths | None = None
    arrays: Lengths | None = None
    empty_arrays: int = 0
    empty_objects: int = 0
    items: "Shape | None" = None
    """The union of all array items; ``None`` if no item was seen."""
    members: Mapping[str, Member] = field(default_factory=dict)
    """The members of all objects; their ``present`` is out of ``objects``."""
    key_sets: tuple[frozenset[str], ...] = ()
    """The first few different sets of names seen, to tell a map from a record."""
    is_collapsed: bool = False
    """Too many id-like names: ``members`` holds one entry named ``*`` for the union of all values."""
    discriminator: str = ""
    """The string member that all objects here have and by which they fall into ``variants``."""
    variants: Mapping[str, "Shape"] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many values were seen."""
        return sum(self.types.values())

    @property
    def nulls(self) -> int:
        """How many of them were null."""
        return self.types.get(JsonType.NULL, 0)

    @property
    def objects(self) -> int:
        """How many of them were objects: the parents of ``members``."""
        return self.types.get(JsonType.OBJECT, 0)

    @property
    def families(self) -> frozenset[JsonType]:
        """The types seen, null apart, numbers as one."""
        return frozenset(t.family for t in self.types if t is not JsonType.NULL)

    @property
    def is_empty(self) -> bool:
        """Nothing was seen here: loud, because nothing may be concluded."""
        return not self.types

    def is_required(self, name: str) -> bool:
        """Whether every object seen had this member."""
        member = self.members.get(name)
        return member is not None and member.present >= self.objects > 0

    def walk(self, path: str = "") -> Iterator[tuple[str, "Shape"]]:
        """This place and all below it, with their paths."""
        yield path, self
        for name, member in self.members.items():
            step = ITEM if self.is_collapsed else escape(name)
            yield from member.shape.walk(f"{path}/{step}")
        if self.items is not None:
            yield from self.items.walk(f"{path}/{ITEM}")


def escape(name: str) -> str:
    """A member name as one step of a JSON Pointer (RFC 6901, 3)."""
    return name.replace("~", "~0").replace("/", "~1")


def join(path: str, name: str) -> str:
    """The pointer of a member below ``path``."""
    return f"{path}/{escape(name)}"


def unescape(step: str) -> str:
    """The member name that a step of a JSON Pointer stands for."""
    return step.replace("~1", "/").replace("~0", "~")


def describe(shape: Shape | None) -> str:
    """A shape in a few words for a reader: ``string (uuid)``, ``array of object``, ``integer or null``."""
    if shape is None or shape.is_empty:
        return "nothing"
    words = [_describe_type(shape, seen) for seen in sorted(shape.types, key=_word_order)]
    if JsonType.NUMBER in shape.types and JsonType.INTEGER in shape.types:
        words.remove("integer")
    return " or ".join(words)


def _word_order(seen: JsonType) -> tuple[bool, str]:
    return (seen is JsonType.NULL, seen.value)


def _describe_type(shape: Shape, seen: JsonType) -> str:
    if seen is JsonType.ARRAY:
        if shape.items is None:
            return "empty array"
        return f"array of {describe(shape.items)}"
    if seen is JsonType.OBJECT and not shape.members:
        return "empty object"
    if seen is JsonType.STRING:
        named = sorted(f.value for f in shape.formats if f is not Format.TEXT)
        if named and Format.TEXT not in shape.formats:
            return f"string ({' or '.join(named)})"
    return seen.value
