"""Facts about how two sides part, without opinion. Rules give them names and weights.

A ``Comparison`` holds every difference of one claim. Rules take differences out of it, the specific before the general;
what a rule takes no other rule sees, so that one cause yields one finding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from driftwatch.model.answers import Sides
from driftwatch.model.context import Context
from driftwatch.model.interaction import Claim
from driftwatch.model.probe import Observation
from driftwatch.model.shape import Shape


class Aspect(StrEnum):
    """In what two sides part. The value is the kind that names such a difference if no rule knows better."""

    # the answer as a whole
    NO_ANSWER = "service-unavailable"
    """Transport failures."""
    SERVER_ERROR = "intermittent-error"
    """Answers of 500 and above that the mock does not show."""
    THROTTLED = "rate-limit-unmocked"
    """429 that the mock does not show."""
    REFUSED = "access-denied"
    """The service asks for credentials, or for others, where the mock just serves."""
    NOT_REFUSED = "auth-not-enforced"
    """The mock refuses for want of credentials and the service serves."""
    NOTHING_LEFT = "unverifiable"
    """No sample is left to compare; ``note`` says why."""
    STATUS = "status-changed"
    """No sample has a mocked status."""
    STATUS_BESIDE = "status-widened"
    """Some samples have a status the mock does not show."""
    # headers
    MEDIA_TYPE = "content-type-changed"
    HEADER_GONE = "header-missing"
    # the body as a whole
    EMPTY_BODY = "body-empty"
    NOT_JSON = "body-unparseable"
    CUT_BODY = "cut-body"
    """Our own size limit cut the body."""
    MUTE_MOCK = "mute-mock"
    """The mock's own body cannot be decoded as what it claims to be."""
    ERROR_DOCUMENT = "error-shape-changed"
    """Two refusals of one status whose documents have nothing in common."""
    # inside the body
    HIDDEN = "mock-hides-shape"
    """The mock shows only null or an empty container (or an empty body) where the service has content."""
    TYPE = "type-changed"
    """No delivered value has a promised type."""
    TYPE_BESIDE = "type-widened"
    """Some delivered values have a type that was not promised."""
    NULL = "null-unexpected"
    FRACTION = "integer-to-float"
    FORMAT = "format-changed"
    GONE = "field-missing"
    PARTLY_GONE = "field-optional"
    APPEARED = "field-added"
    NO_ITEMS = "no-items"
    """Only empty arrays where the mock shows items."""
    KEYS = "map-key-format-changed"
    """A map on both sides, by keys of another class."""
    EXPECTATION = "expectation-violated"
    """A value breaks what the author said of its place."""
    OVERSPECIFIED = "expectation-overspecified"
    """The author pinned a value on which the service disagrees with itself."""
    UNLISTED = "enum-value-added"
    """A value outside the author's list."""
    UNASKED = "unasked"
    """A statement of the author's that cannot be evaluated."""
    VARIANT = "variant-unmocked"
    """Items of a variant the mock does not know."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact about one place."""

    aspect: Aspect
    path: str
    """JSON Pointer with ``*``, or ``status``, ``service``, ``mock``, ``header:<name>``."""
    promised: Shape | None = None
    delivered: Shape | None = None
    promised_parent: Shape | None = None
    delivered_parent: Shape | None = None
    parent: str = ""
    """Path of the object whose member this is about."""
    name: str = ""
    """Name of that member."""
    k: int = 0
    """How many observations show the difference."""
    n: int = 0
    """How many observations could have shown it."""
    samples: tuple[Observation, ...] = ()
    """For the whole answer: the samples that differ."""
    statuses: tuple[int, ...] = ()
    """For the whole answer: the mocked statuses."""
    said: str = ""
    """For headers: what the mock shows."""
    heard: str = ""
    """For headers: what the service sends."""
    note: str = ""


@dataclass(slots=True)
class Comparison:
    """All differences between one claim and its evidence, and what rules may want to look up."""

    claim: Claim
    samples: tuple[Observation, ...]
    context: Context
    differences: Sequence[Difference]
    sides: tuple[Sides, ...] = ()
    _taken: set[int] = field(default_factory=set)

    def open(self, *aspects: Aspect) -> Iterator[Difference]:
        """The differences of these aspects (of all, if none is named) that no rule has taken yet."""
        for number, difference in enumerate(self.differences):
            if number not in self._taken and (not aspects or difference.aspect in aspects):
                yield difference

    def take(self, *differences: Difference) -> None:
        """These are explained now."""
        taken = {id(difference) for difference in differences}
        self._taken.update(n for n, difference in enumerate(self.differences) if id(difference) in taken)

    def below(self, path: str) -> Iterator[Difference]:
        """Open differences at or below a place in the body."""
        for number, difference in enumerate(self.differences):
            inside = difference.path == path or difference.path.startswith(f"{path}/")
            if number not in self._taken and inside:
                yield difference
