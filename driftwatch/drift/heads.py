"""The headers of both sides by name, read once for all that look at them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.model.answers import Pair
from driftwatch.model.interaction import Expectation, Header
from driftwatch.model.probe import Observation

Head = Mapping[str, tuple[str, ...]]
"""The values of each header, in their order, by its name in small letters."""


class Heads(Struct, frozen=True):
    """A pair's headers."""

    pair: Pair
    mocked: tuple[Head, ...]
    """One for each variant."""
    real: tuple[Head, ...]
    """One for each sample."""
    names: frozenset[str]
    """Every header that any sample has."""

    @classmethod
    def of(cls, pair: Pair) -> "Heads":
        """Sort the headers of both sides by name."""
        real = tuple(_by_name(sample.headers) for sample in pair.samples)
        mocked = tuple(_mocked(variant.headers) for variant in pair.variants)
        return cls(pair, mocked, real, frozenset().union(*real))

    def said(self, name: str) -> Iterator[tuple[Expectation, tuple[str, ...]]]:
        """The variants that show a header, with its values; a value that a template writes says nothing."""
        for variant, head in zip(self.pair.variants, self.mocked, strict=True):
            values = head.get(name, ())
            if values and not any("{{" in value or "${" in value for value in values):
                yield variant, values

    def heard(self, name: str) -> Iterator[tuple[Observation, tuple[str, ...]]]:
        """The samples that have a header, with its values."""
        for sample, head in zip(self.pair.samples, self.real, strict=True):
            if name in head:
                yield sample, head[name]

    def is_shown(self, name: str) -> bool:
        """Whether any variant has this header."""
        return any(name in head for head in self.mocked)

    def differs(
        self, aspect: Aspect, name: str, samples: Iterable[Observation], said: str = "", heard: str = "", note: str = ""
    ) -> Difference:
        """A difference in one header."""
        those = tuple(samples)
        return Difference(
            aspect, f"header:{name}", name=name, k=len(those), n=len(self.pair.samples), samples=those,
            said=said, heard=heard, note=note,
        )  # fmt: skip


def _by_name(headers: Iterable[Header]) -> Head:
    head: dict[str, tuple[str, ...]] = {}
    for name, value in headers:
        lowered = name.lower()
        head[lowered] = (*head[lowered], value) if lowered in head else (value,)
    return head


_mocked = lru_cache(16_384)(_by_name)
"""A mock's headers are the same at every audit."""
