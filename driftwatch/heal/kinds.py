"""Which kinds of drift a change to a mock can heal, and for each of the others why not.

Healable is what one truthful answer can say. That a value comes in two ways takes two answers, or a list with room for
both; what was found of the audit, of the provider or of time is not in the answer at all.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct


class Remedy(Struct, frozen=True):
    """What healing can do for a kind."""

    is_healable: bool
    words: str
    """How it is healed, or why it is not; for a person, without a full stop."""


def _by(words: str) -> Remedy:
    return Remedy(is_healable=True, words=words)


def _not(words: str) -> Remedy:
    return Remedy(is_healable=False, words=words)


_GAP: Final = "; `driftwatch gaps` proposes a variant"
_OF_AUDIT: Final = "it tells of the audit and not of the mock"

KINDS: Final[Mapping[str, Remedy]] = {
    "access-denied": _not(_OF_AUDIT),
    "auth-not-enforced": _not("whom the service serves is the provider's to settle before a mock follows"),
    "auth-required": _not("whom a mock answers is said by its request and not by its answer"),
    "body-empty": _by("the body is emptied"),
    "body-unparseable": _not("the service's answer is broken for every reader: that is the provider's to mend"),
    "cache-policy-changed": _by("`Cache-Control` is set to the real one"),
    "cardinality-changed": _by("the mocked value becomes a list, or the list its first item"),
    "charset-changed": _by("the charset of `Content-Type` is set to the real one"),
    "claim-unobserved": _by("the value becomes one that the service sends"),
    "content-type-changed": _by("`Content-Type` is set to the real one"),
    "datetime-format-changed": _by("the mocked moment is written as the service writes moments"),
    "deprecation-announced": _not("it is news for people; a mock that repeats it would silence it"),
    "duplicate-keys": _not("a name that is there twice is a fault of the service's: the provider's to mend"),
    "endpoint-gone": _not("what is not there any more needs no mock: delete it once its tests are mended"),
    "endpoint-unmocked": _not("there is no mock to heal; `driftwatch record` makes one"),
    "enum-value-added": _by("one of several mocked values becomes the new one"),
    "envelope-changed": _by("the mocked list or object is put into the envelope, or taken out of it"),
    "epoch-unit-changed": _by("the mocked moment is counted in the real unit"),
    "error-code-changed": _by("the code becomes the real one"),
    "error-in-2xx": _not("the service answers with an error: no mock should follow it there"),
    "error-not-reproduced": _by("the mock answers as the service does"),
    "error-shape-changed": _by("the error document becomes one of the real form"),
    "error-status-changed": _by("the status becomes the real one"),
    "expectation-overspecified": _not("the mock pins a value that varies: loosen its matcher, no value is right"),
    "expectation-violated": _by("a value that the mock pins by its example becomes the real one"),
    "field-added": _by("the member is added where the service has it"),
    "field-always-null": _by("the value becomes null"),
    "field-missing": _by("the member is removed"),
    "field-moved": _by("the member is moved and keeps its value"),
    "field-optional": _by("one of several mocked objects loses the member"),
    "field-renamed": _by("the member is renamed and keeps its value"),
    "fixture-missing": _not(_OF_AUDIT),
    "format-changed": _by("the value becomes one of the real form"),
    "happy-path-only": _not("one answer cannot be a success and a refusal" + _GAP),
    "header-missing": _by("the header is removed"),
    "header-value-changed": _by("what the header claims becomes what the real one claims"),
    "idempotency-violated": _not("two answers to one key are a fault of the service's: the provider's to mend"),
    "int32-exceeded": _by("one of the numbers becomes one as large as the real ones"),
    "int53-exceeded": _by("one of the numbers becomes one as large as the real ones"),
    "integer-to-float": _by("one of the numbers gets a fraction"),
    "intermittent-error": _not("a mock should not learn to fail by chance" + _GAP),
    "latency-mock-mismatch": _not("a mock's delay is its tests' choice"),
    "latency-regressed": _not("how long an answer takes is nothing that it says"),
    "latency-timeout-risk": _not("how long an answer takes is nothing that it says" + _GAP),
    "map-key-format-changed": _by("the keys become keys of the real class and keep their values"),
    "mock-date-expired": _by("the date moves to the year of the real one"),
    "mock-hides-shape": _by("the empty place gets content, where every real answer has some"),
    "mock-shadowed": _not("which of two mocks answers is said by their requests: remove or narrow one"),
    "mock-stale": _not("its age is healed by verifying it, not by editing it"),
    "null-unexpected": _by("one of several mocked values becomes null"),
    "ordering-changed": _by("the mocked list is turned round"),
    "pagination-unmocked": _not("an answer that names a next page needs a mock of that page" + _GAP),
    "payload-oversized": _not("a mock of that size would only slow the tests down" + _GAP),
    "permission-view-differs": _not("one answer cannot be what two callers see" + _GAP),
    "rate-limit-unmocked": _not("one answer cannot be served and throttled" + _GAP),
    "redirect-introduced": _by("the mock redirects as the service does"),
    "request-rejected": _not("the service wants another request: complete the one that the mock and its tests make"),
    "rollout-mixed-shapes": _not("two versions answer: wait until the rollout is over"),
    "service-unavailable": _not(_OF_AUDIT),
    "status-changed": _by("the status becomes the real one"),
    "status-widened": _not("one answer cannot have two statuses" + _GAP),
    "sunset-announced": _not("it is news for people; a mock that repeats it would silence it"),
    "timezone-changed": _by("one of the mocked moments is written with the real offset"),
    "type-changed": _by("the value becomes one of the real type"),
    "type-widened": _by("one of several mocked values becomes one of the other type"),
    "unverifiable": _by("a body of the mock's own that is not the JSON it claims to be becomes the real one"),
    "value-drift": _by("the value becomes the real one"),
    "variant-unmocked": _by("an item of the variant is added to the mocked list"),
}
"""By the kind's id, all of them."""
