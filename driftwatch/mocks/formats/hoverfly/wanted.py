"""What one pair of a simulation wants of a request, in one form for all schema versions."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

from msgspec import Struct, field

KINDS: Final = (
    "exact", "glob", "regex", "json", "jsonpartial", "jsonpath", "xml", "xpath", "xmltemplated", "array", "negate",
    "jwt", "jwtjsonpath",
)  # fmt: skip
FORM: Final = "form"
"""Only in a body: its value holds matchers by the names of a form's fields."""


class Matcher(Struct, frozen=True):
    """One matcher of one field."""

    kind: str
    value: object
    config: Mapping[str, object] | None = None
    """Switches of ``array``."""
    then: "Matcher | None" = None
    """What is asked of the value that this matcher takes out of the field (``doMatch``)."""
    fields: Mapping[str, "Matchers"] = field(default_factory=dict)
    """``form``: the matchers of each of its fields."""
    points: int = 1
    """How much it counts when the strongest pair is looked for."""

    @property
    def text(self) -> str:
        """The operand, which is text for all but ``array`` and ``form``; empty if it is not."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def is_literal(self) -> bool:
        """Whether one value alone satisfies it, but for its spelling as JSON or XML."""
        if self.kind in ("glob", "array"):
            return not self.config and (self.kind == "array" or "*" not in self.text)
        return self.kind in ("exact", "json", "xml")

    @property
    def effort(self) -> int:
        """About how long it takes to look at a value, in looks at a short one."""
        own = 10 if self.kind == "regex" else len(self.text) // (50 if self.kind == "jsonpartial" else 200)
        return own + (self.then.effort if self.then else 0)


Matchers = tuple[Matcher, ...]
"""All must hold; none: anything will do."""


class Wanted(Struct, frozen=True):
    """The request half of a pair. What it does not speak of may be anything."""

    method: Matchers = ()
    path: Matchers = ()
    destination: Matchers = ()
    body: Matchers = ()
    headers: Mapping[str, Matchers] = field(default_factory=dict)
    query: Mapping[str, Matchers] | None = None
    """``None``: any query; empty: no query at all."""
    whole_query: Matchers = ()
    """The query as one text with its pairs in order: ``deprecatedQuery``, and ``query`` before schema v5."""
    scheme: Matchers = ()
    """Hoverfly itself does not look at it."""
    state: Mapping[str, str] = field(default_factory=dict)

    @property
    def score(self) -> int:
        """What the pair counts when it matches: a matcher one, a literal two; the pair that counts most answers.

        ``StrongestMatchStrategy``, ``BodyMatching`` and ``QueryMatching``: a body or a query left open counts one.
        """
        total = sum(matcher.points for matcher in self._matchers()) + len(self.state)
        return total + (0 if self.body else 1) + (0 if self.query else 1)

    @property
    def effort(self) -> int:
        """About how long it takes to look at a request, in looks at a plain pair."""
        return 1 + sum(matcher.effort for matcher in self._matchers())

    def _matchers(self) -> Iterator[Matcher]:
        fields = (self.method, self.path, self.destination, self.whole_query, self.body, *self.headers.values())
        yield from chain.from_iterable(fields)
        yield from chain.from_iterable((self.query or {}).values())


def literal(matchers: Iterable[Matcher]) -> str | None:
    """The one text that satisfies all matchers of a field; ``None`` if there is no such text, or several."""
    for matcher in matchers:
        if matcher.kind == "exact" or (matcher.kind == "glob" and "*" not in matcher.text):
            return matcher.value if isinstance(matcher.value, str) else None
    return None
