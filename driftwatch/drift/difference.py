"""Facts about how two sides part, without opinion. Rules give them names and weights.

A ``Comparison`` holds every difference of one claim. Rules take differences out of it, the specific before the general;
what a rule takes no other rule sees, so that one cause yields one finding.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct, field

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
    HEADER_VALUE = "header-value-changed"
    """One of the few headers whose value is a claim says something else."""
    CHARSET = "charset-changed"
    CACHE = "cache-policy-changed"
    """``note`` tells whether the service is ``looser`` or ``stricter`` than the mock."""
    DEPRECATED = "deprecation-announced"
    SUNSET = "sunset-announced"
    """``heard`` is the day, where it can be read; ``note`` tells whether it is ``soon`` or past."""
    # the body as a whole
    EMPTY_BODY = "body-empty"
    NOT_JSON = "body-unparseable"
    CUT_BODY = "cut-body"
    """Our own size limit cut the body."""
    MUTE_MOCK = "mute-mock"
    """The mock's own body cannot be decoded as what it claims to be."""
    ERROR_DOCUMENT = "error-shape-changed"
    """Two refusals of one status whose documents have nothing in common."""
    ERROR_CODE = "error-code-changed"
    """The word or number by which a program knows an error is another."""
    ERROR_BEHIND_SUCCESS = "error-in-2xx"
    """Under a status of success, an error in place of all that was promised."""
    REPEATED = "duplicate-keys"
    """One object has a name more than once."""
    REPLAYED = "idempotency-violated"
    """A repeat under one Idempotency-Key names another resource."""
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
    ZONE = "timezone-changed"
    """Date-times with an offset where the mock has only UTC."""
    UNIT = "epoch-unit-changed"
    """Times counted in another unit; ``said`` and ``heard`` name them."""
    INT32 = "int32-exceeded"
    INT53 = "int53-exceeded"
    """Whole numbers beyond a border that all mocked ones keep."""
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
    """A value outside the author's list, or outside the set that history knows; ``name`` is its digest."""
    UNOBSERVED = "claim-unobserved"
    """A mocked value of a known set that was never seen."""
    CONSTANT = "value-drift"
    """A value that holds still over days, and is not the mock's."""
    ORDER = "ordering-changed"
    """A list in another order; ``said`` tells the mock's, ``note`` whether the author ``declared`` it."""
    EXPIRED = "mock-date-expired"
    """Only past ends of validity in the mock, only future ones in reality."""
    UNASKED = "unasked"
    """A statement of the author's that cannot be evaluated."""
    VARIANT = "variant-unmocked"
    """Items of a variant the mock does not know."""
    CONTINUED = "pagination-unmocked"
    """A list goes on where the mock's ends; ``note`` tells whether the member that says so is ``new``."""
    # all answers to one request beside each other
    VIEWS = "permission-view-differs"
    """Members are there for some identities and not for others; ``causes`` names what that explains."""
    RELEASES = "rollout-mixed-shapes"
    """Answers of two whole shapes; ``causes`` names what that explains."""
    # time and size
    TOO_SLOW = "latency-timeout-risk"
    """Answers take as long as the consumer waits, or nearly; ``note`` tells which: ``over`` or ``near``."""
    SLOWER = "latency-regressed"
    """Answers take much longer than they did."""
    OTHER_PACE = "latency-mock-mismatch"
    """The mock's own delay is of another order than the service's."""
    LARGE = "payload-oversized"
    """A body far larger than any mocked one."""
    # the mock beside other mocks, and in time
    SHADOWED = "mock-shadowed"
    """Another mock answers every request that this one matches."""
    ONLY_SUCCESS = "happy-path-only"
    """Every mock succeeds where real traffic shows refusals."""
    UNCOVERED = "endpoint-unmocked"
    """The consumer calls an operation that no mock matches."""
    UNCHECKED = "mock-stale"
    """Neither recorded nor verified for long, and not verified now."""


class Difference(Struct, frozen=True):
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
    causes: frozenset[tuple[Aspect, str]] = frozenset()
    """For one cause of many differences: the aspects and paths of those of the same answers that it explains."""


class Comparison(Struct):
    """All differences between one claim and its evidence, and what rules may want to look up."""

    claim: Claim
    samples: tuple[Observation, ...]
    context: Context
    differences: Sequence[Difference]
    sides: tuple[Sides, ...] = ()
    is_compared: bool = False
    """Whether any answer could be held against the mock's."""
    _taken: set[int] = field(default_factory=set)
    _numbers: dict[int, int] = field(default_factory=dict)
    """Where each difference stands, by its identity: a large answer may have thousands."""

    def __post_init__(self) -> None:
        self._numbers = {id(difference): number for number, difference in enumerate(self.differences)}

    def open(self, *aspects: Aspect) -> Iterator[Difference]:
        """The differences of these aspects (of all, if none is named) that no rule has taken yet."""
        for number, difference in enumerate(self.differences):
            if number not in self._taken and (not aspects or difference.aspect in aspects):
                yield difference

    def take(self, *differences: Difference) -> None:
        """These are explained now."""
        self._taken.update(self._numbers[id(difference)] for difference in differences)

    def caused_by(self, cause: Difference) -> tuple[Difference, ...]:
        """The open differences that one of them explains."""
        return tuple(
            difference
            for difference in self.open()
            if (difference.aspect, difference.path) in cause.causes and difference.statuses == cause.statuses
        )

    def below(self, path: str) -> Iterator[Difference]:
        """Open differences at or below a place in the body."""
        for number, difference in enumerate(self.differences):
            inside = difference.path == path or difference.path.startswith(f"{path}/")
            if number not in self._taken and inside:
                yield difference
