"""Counters for the strings at one place, fed with whole columns."""

from collections import Counter
from typing import Final, TypedDict

from driftwatch.model.shape import Format, JsonType, Lengths
from driftwatch.shapes.formats import PATTERNS, classify, has_zero_offset
from driftwatch.shapes.tally import LONGEST_REMEMBERED, Facts, remember, united, widened

_FEW: Final = 8
"""Up to so many texts are faster looked at one by one than counted first."""

_ALONE: Final = {
    kind: PATTERNS[kind].fullmatch
    for kind in (Format.UUID, Format.DATE_TIME, Format.LOCAL_DATE_TIME, Format.DATE, Format.URI, Format.EMAIL)
}
"""Classes that a column often has throughout, and whose patterns no text of another class matches."""


class SavedTexts(TypedDict):
    """A tally of texts as JSON."""

    count: int
    blank: int
    offset: int
    formats: dict[Format, int]
    shortest: int | None
    longest: int
    distinct: list[str] | None


class Texts:
    """What was seen of strings."""

    __slots__ = ("blank", "count", "distinct", "formats", "longest", "offset", "shortest")

    def __init__(self) -> None:
        self.count = self.blank = self.offset = self.longest = 0
        self.shortest: int | None = None
        self.formats: dict[Format, int] = {}
        self.distinct: set[str] | None = set()

    def add(self, texts: list[str]) -> None:
        """Count a column, which has at least one text."""
        self.count += len(texts)
        lengths = [*map(len, texts)]
        shortest, longest = min(lengths), max(lengths)
        self._stretch(shortest, longest)
        if len(texts) == 1:
            self._sort(texts[0], 1)
        elif shortest == 0 or not (self._are_simple(texts) or self._are_alike(texts)):
            for text, times in Counter(texts).items() if len(texts) > _FEW else ((text, 1) for text in texts):
                self._sort(text, times)
        if self.distinct is not None:
            self.distinct = None if longest > LONGEST_REMEMBERED else widened(self.distinct, texts)

    def tell(self, facts: Facts) -> None:
        """Put what was seen among the facts of a place."""
        facts["types"][JsonType.STRING] = self.count
        facts["blank"] = self.blank
        facts["formats"] = dict(self.formats)
        facts["offset"] = self.offset
        facts["strings"] = None if self.shortest is None else Lengths(self.shortest, self.longest)
        remember(facts, self.distinct)

    def save(self) -> SavedTexts:
        """Everything, as JSON."""
        return {
            "count": self.count,
            "blank": self.blank,
            "offset": self.offset,
            "formats": self.formats,
            "shortest": self.shortest,
            "longest": self.longest,
            "distinct": None if self.distinct is None else sorted(self.distinct),
        }

    def restore(self, saved: SavedTexts) -> None:
        """Add what another tally saved."""
        self.count += saved["count"]
        self.blank += saved["blank"]
        self.offset += saved["offset"]
        for name, times in saved["formats"].items():
            kind = Format(name)
            self.formats[kind] = self.formats.get(kind, 0) + times
        if saved["shortest"] is not None:
            self._stretch(saved["shortest"], saved["longest"])
        self.distinct = united(self.distinct, saved["distinct"])

    def _stretch(self, shortest: int, longest: int) -> None:
        self.shortest = shortest if self.shortest is None else min(self.shortest, shortest)
        self.longest = max(self.longest, longest)

    def _are_simple(self, texts: list[str]) -> bool:
        """Count the column at once, if it is all letters and spaces, or all digits: no other class is without signs."""
        together = "".join(texts)
        if together.isdecimal() and together.isascii():
            kind = Format.NUMERIC
        elif together.replace(" ", "").isalpha() and not any(map(str.isspace, texts)):
            kind = Format.TEXT
        else:
            return False
        self.formats[kind] = self.formats.get(kind, 0) + len(texts)
        return True

    def _are_alike(self, texts: list[str]) -> bool:
        """Count the column at once, if all of it is of the first text's class."""
        kind = classify(texts[0])
        matches = _ALONE.get(kind)
        if matches is None or not all(map(matches, texts)):
            return False
        self.formats[kind] = self.formats.get(kind, 0) + len(texts)
        if kind is Format.DATE_TIME:
            self.offset += len(texts) - sum(map(has_zero_offset, texts))
        return True

    def _sort(self, text: str, times: int) -> None:
        if not text or text.isspace():
            self.blank += times
            return
        kind = classify(text)
        self.formats[kind] = self.formats.get(kind, 0) + times
        if kind is Format.DATE_TIME and not has_zero_offset(text):
            self.offset += times
