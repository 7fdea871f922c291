"""Mock variants and real samples of one status, side by side, decoded and inferred: what a comparison looks at."""

from msgspec import Struct, field

from driftwatch.model.interaction import Expectation, Matcher
from driftwatch.model.probe import Observation
from driftwatch.model.shape import Shape


class Document(Struct, frozen=True):
    """One body, decoded."""

    value: object = None
    problem: str = ""
    """Why it is not the JSON it should be; empty if it is."""


class Pair(Struct, frozen=True):
    """The variants and the samples that may be compared with each other."""

    variants: tuple[Expectation, ...]
    samples: tuple[Observation, ...]
    is_error: bool = False
    """The mocked status is a refusal: error documents have rules of their own."""
    has_body: bool = True
    """Whether bodies may be compared at all (not after a change to 204, not for HEAD)."""

    @property
    def matchers(self) -> tuple[Matcher, ...]:
        """All statements about paths that any variant makes."""
        return tuple(matcher for variant in self.variants for matcher in variant.matchers)


class Sides(Struct, frozen=True):
    """A pair with both sides' JSON documents and their shapes; a side without documents has an empty shape."""

    pair: Pair
    promised: Shape = field(default_factory=Shape)
    delivered: Shape = field(default_factory=Shape)
    promises: tuple[object, ...] = ()
    """The mock's documents, one per variant that shows one."""
    deliveries: tuple[object, ...] = ()
    """The service's documents, one per usable sample."""
    delivered_by: tuple[Observation, ...] = ()
    """The samples the deliveries came in, in the same order."""
