"""What a team's mocks say, in one common form, whatever tool they were written for.

A stub becomes an ``Interaction``: one ``Request`` and the answers it may get (``Expectation``, one per variant), with
the ``Origin`` that every finding leads back to. Alternatives for one request are gathered into a ``Claim``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Final, Protocol

from msgspec import Struct, structs

Header = tuple[str, str]
"""A header as it stands: name in the spelling of the file, value as text. Repeated names are repeated pairs."""

DISCOVERED: Final = "(discovered)"
"""Among variables: what a list call named for the open place of a pattern. No variable of a config is called so."""

Query = tuple[tuple[str, str], ...]
"""Decoded query pairs in their order."""


class Grade(StrEnum):
    """How a concrete request was had from a stub's matchers."""

    EXACT = "exact"
    """Literally in the file."""
    CHOSEN = "chosen"
    """The file allows a set (a regex, a glob, a template) and one member was picked and checked against it."""
    EXAMPLE = "example"
    """The author gave an example."""
    DISCOVERED = "discovered"
    """An identifier taken from a list call."""
    NEEDS_INPUT = "needs-input"
    """A value only the team knows; never sent until configured."""
    UNRESOLVABLE = "unresolvable"
    """A script, a custom matcher, a catch-all without a path."""

    @property
    def is_sendable(self) -> bool:
        """Whether a request of this grade is complete."""
        return self not in (Grade.NEEDS_INPUT, Grade.UNRESOLVABLE)


class Provenance(StrEnum):
    """Where the request's values come from; decides how far an answer to it may be trusted."""

    RECORDED = "recorded"
    EXACT = "exact"
    EXAMPLE = "example"
    DISCOVERED = "discovered"
    GENERATED = "generated"


_PROVENANCE = {
    Grade.EXACT: Provenance.EXACT,
    Grade.EXAMPLE: Provenance.EXAMPLE,
    Grade.DISCOVERED: Provenance.DISCOVERED,
}


class Origin(Struct, frozen=True, order=True):
    """Where an interaction stands, so that a person can open it."""

    file: str
    """Path below the mocks folder, with ``/``."""
    pointer: str = ""
    """JSON Pointer (RFC 6901) of the stub inside the document; the root is the empty string."""
    line: int = 1
    column: int = 1
    last_line: int = 0
    """The line on which the stub ends; 0 if that is not known."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Request(Struct, frozen=True):
    """The question a stub answers, made concrete."""

    method: str
    path: str
    """Path as it would be sent (percent-encoded, leading slash, no query, no host)."""
    path_template: str
    """The path with its identifiers named, for instance ``/users/{id}``."""
    query: Query = ()
    raw_query: str = ""
    """The query as it would be sent, without ``?``."""
    headers: tuple[Header, ...] = ()
    """Only what the stub asks for and what may be sent: never a credential, a host or a cookie from a mock."""
    body: bytes | None = None
    grade: Grade = Grade.EXACT
    reason: str = ""
    """Why the grade is not ``exact``: what was chosen, what is missing."""
    recorded: bool = False
    """Seen on the wire by a recorder."""
    asks_credentials: bool = False
    """The stub answers only those who show credentials, which are not among ``headers``."""

    @property
    def target(self) -> str:
        """Origin-form of the request target (RFC 9112, 3.2.1)."""
        return f"{self.path}?{self.raw_query}" if self.raw_query else self.path

    @property
    def is_for_somebody(self) -> bool:
        """Whether the stub asks who asks, or may have: recorders scrub what was shown."""
        return self.asks_credentials or self.recorded

    @property
    def provenance(self) -> Provenance:
        """Where the values come from (``drift`` trusts ``generated`` requests less)."""
        if self.recorded and self.grade is Grade.EXACT:
            return Provenance.RECORDED
        return _PROVENANCE.get(self.grade, Provenance.GENERATED)

    @property
    def key(self) -> bytes:
        """Two requests with equal keys are the same question and are sent once. A digest: audits keep very many."""
        headers = sorted([(name.lower(), value) for name, value in self.headers])
        question = repr((self.method, self.target, headers, self.body))
        return blake2b(question.encode(), digest_size=16).digest()


class MatcherKind(StrEnum):
    """What an author (or a template) says about the value at one path of an answer."""

    TYPE = "type"
    EXACT = "exact"
    ENUM = "enum"
    REGEX = "regex"
    FORMAT = "format"
    INTEGER = "integer"
    NUMBER = "number"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    SEMVER = "semver"
    RANGE = "range"
    NOT_EMPTY = "not-empty"
    CONTAINS = "contains"
    ARRAY = "array"
    ORDERED = "ordered"
    MAP = "map"
    OPTIONAL = "optional"
    NULLABLE = "nullable"
    ANY = "any"
    IGNORE = "ignore"
    DYNAMIC = "dynamic"


class Matcher(Struct, frozen=True):
    """One statement about one path of an answer; it loosens or tightens what the example alone would say."""

    path: str
    """JSON Pointer in which array items and map values are written ``*``; the root is the empty string."""
    kind: MatcherKind
    values: tuple[object, ...] = ()
    """``enum``: the allowed values. ``exact``: the one value, if it is not the example's."""
    pattern: str = ""
    """``regex``: the pattern in its tool's dialect. ``format``: the format's name. ``contains``: the text."""
    minimum: float | None = None
    maximum: float | None = None
    """``range``: bounds of the number. ``type`` and ``array``: bounds of the length."""
    by: str = ""
    """``ordered``: the member that decides."""
    descending: bool = False
    is_text: bool = False
    """``dynamic``: the template stands inside quotes, so a string is promised, of unknown form."""


class Expectation(Struct, frozen=True):
    """One answer a mock gives."""

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes | None = None
    """The bytes after content-decoding. ``None``: the mock says nothing about the body. ``b""``: it is empty."""
    matchers: tuple[Matcher, ...] = ()
    delay_ms: float | None = None
    """An explicit latency claim."""
    fault: str = ""
    """Deliberate fault injection (its name): never a claim about normal behaviour."""
    note: str = ""
    """What a reader should know of this variant, for instance the scenario state it needs."""
    body_file: str = ""
    """The file below the mocks folder that holds the body, where it is not in the stub itself."""

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its spelling; ``None`` if the mock does not show it."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Specification(Protocol):
    """All that a specification says of one operation, whatever part of it a probe asks for."""

    @property
    def statuses(self) -> tuple[int, ...]:
        """The statuses that it names one by one: no ranges, and not what is said of all others."""
        ...

    def under(self, status: int) -> tuple[Expectation, ...]:
        """The answers it describes under a status; empty if it does not describe any."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """A stub after reading."""

    mock_id: str
    """The id in the file if there is one, else a hash of the matcher and never of the answer."""
    format: str
    origin: Origin
    request: Request
    variants: Sequence[Expectation]
    """The answers this stub may give, in the order the tool gives them; at least one unless ``incomparable``."""
    group: str
    """Interactions with equal group and equal request are alternatives of one claim (a scenario, a sequence)."""
    provider: str = ""
    """The real service this mock imitates: filled from config, not from the file."""
    name: str = ""
    consumer: str = ""
    recorded_at: datetime | None = None
    recorded_from: str = ""
    """What the date rests on: ``file``, ``header``, ``git``, or empty when unknown."""
    incomparable: str = ""
    """Why no answer could ever be compared (a proxy, a fault, a script); empty if it can be."""
    shadowed_by: str = ""
    """The stub that answers this request instead, by the tool's own precedence; empty if none does."""
    notes: tuple[str, ...] = ()
    specification: Specification | None = field(default=None, compare=False, repr=False)
    """Where the mock is an operation of a specification: all that is said of it."""

    @property
    def statuses(self) -> tuple[int, ...]:
        """The mocked statuses, in order, each once."""
        return tuple(dict.fromkeys(variant.status for variant in self.variants))

    @property
    def dynamic(self) -> tuple[str, ...]:
        """Paths whose value a template produces."""
        paths = (m.path for v in self.variants for m in v.matchers if m.kind is MatcherKind.DYNAMIC)
        return tuple(dict.fromkeys(paths))

    def of(self, provider: str) -> "Interaction":
        """The same interaction, assigned to its provider."""
        return self if self.provider == provider else replace(self, provider=provider)


class Unreadable(Struct, frozen=True):
    """A file, or one stub in it, that a format claims but that cannot be read; it costs nothing else."""

    file: str
    format: str
    reason: str
    line: int = 1
    pointer: str = ""


class Ignored(Struct, frozen=True):
    """A file that no format claims."""

    file: str
    reason: str


Reading = Interaction | Unreadable | Ignored
"""What reading a folder yields, in one stream."""


class Claim(Struct, frozen=True):
    """All that a set of mocks says about one request: the union of its alternatives."""

    interactions: tuple[Interaction, ...]

    @property
    def provider(self) -> str:
        """The service the claim is about."""
        return self.interactions[0].provider

    @property
    def request(self) -> Request:
        """The one request all its interactions answer."""
        return self.interactions[0].request

    @property
    def variants(self) -> tuple[Expectation, ...]:
        """Every answer the mocks show, in order."""
        if len(self.interactions) == 1:  # as mostly, and each step of an audit looks
            return tuple(self.interactions[0].variants)
        return tuple(variant for interaction in self.interactions for variant in interaction.variants)


def as_asked(claim: Claim, request: Request) -> Claim:
    """The claim of the request that was really sent in place of the mocks' own; they are known as before."""
    own = [structs.replace(request, path_template=one.request.path_template) for one in claim.interactions]
    return Claim(tuple(replace(one, request=asked) for one, asked in zip(claim.interactions, own, strict=True)))


def gather(interactions: Iterable[Interaction]) -> Iterator[Claim]:
    """Join alternatives: same provider, same group, same request. Order of first appearance is kept."""
    places: dict[tuple[str, str], dict[bytes, int]] = {}
    first: list[Interaction] = []
    others: dict[int, list[Interaction]] = {}
    for interaction in interactions:  # mostly there is one: a list for each would be most of what an audit keeps
        group = places.setdefault((interaction.provider, interaction.group), {})
        place = group.setdefault(interaction.request.key, len(first))
        if place == len(first):
            first.append(interaction)
        else:
            others.setdefault(place, []).append(interaction)
    return (Claim((one, *others.get(place, ()))) for place, one in enumerate(first))
