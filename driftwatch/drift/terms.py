"""What the mock's author said about single paths: the terms under which two values are compared."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct, field

from driftwatch.model.interaction import Matcher, MatcherKind

_PINNED: Final = frozenset({MatcherKind.REGEX, MatcherKind.ENUM, MatcherKind.EXACT, MatcherKind.FORMAT})


class Terms(Struct, frozen=True):
    """All statements about the paths of one answer."""

    by_path: dict[str, tuple[Matcher, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, matchers: Iterable[Matcher]) -> "Terms":
        """Sort statements by their path."""
        by_path: dict[str, tuple[Matcher, ...]] = {}
        for matcher in matchers:
            by_path[matcher.path] = (*by_path.get(matcher.path, ()), matcher)
        return cls(by_path)

    def has(self, path: str, *kinds: MatcherKind) -> bool:
        """Whether one of these is said of this very path."""
        said = self.by_path.get(path)  # of most places nothing is said, and this is asked of every one
        return said is not None and any(matcher.kind in kinds for matcher in said)

    def is_ignored(self, path: str) -> bool:
        """Out of scope, or produced by a template that may yield anything."""
        said = self.by_path.get(path)
        return said is not None and any(
            matcher.kind is MatcherKind.IGNORE or (matcher.kind is MatcherKind.DYNAMIC and not matcher.is_text)
            for matcher in said
        )

    def is_out_of_scope(self, path: str) -> bool:
        """Whether nothing is claimed of the values here, by a word on this place or on one above it."""
        steps = path.split("/")
        above = ("/".join(steps[:count]) for count in range(1, len(steps) + 1))
        return any(self.is_ignored(place) or self.has(place, MatcherKind.ANY) for place in above)

    def is_optional(self, path: str) -> bool:
        """Absence is inside the contract."""
        return self.has(path, MatcherKind.OPTIONAL, MatcherKind.IGNORE)

    def is_nullable(self, path: str) -> bool:
        """Null is inside the contract."""
        return self.has(path, MatcherKind.NULLABLE)

    def is_map(self, path: str) -> bool:
        """Members are data."""
        return self.has(path, MatcherKind.MAP)

    def has_free_text(self, path: str) -> bool:
        """The string's form is not claimed: a template fills it, or the author pinned it in another way."""
        return self.has(path, MatcherKind.DYNAMIC) or self.has(path, *_PINNED)
