"""What a value of a file is: an expectation, or one of the things that look like one.

MockServer's own journal, its verifications and its lists of requests are spelled like expectations (schemas
``expectation.json``, ``openAPIExpectation.json``, ``verification.json`` and ``verificationSequence.json`` of 5.15.0 and
8.0.0).
"""

import re
from enum import Enum
from typing import Final

from driftwatch.mocks.formats.mockserver import answer, request
from driftwatch.mocks.formats.mockserver.request import SPECIFICATION
from driftwatch.mocks.text.fields import Object

REQUEST: Final = "httpRequest"
ACTIONS: Final = (
    "httpResponse", "httpResponses", "httpResponseTemplate", "httpResponseClassCallback", "httpResponseObjectCallback",
    "httpForward", "httpForwardTemplate", "httpForwardClassCallback", "httpForwardObjectCallback",
    "httpForwardValidateAction", "httpForwardWithFallback", "httpOverrideForwardedRequest", "httpError",
    "httpSseResponse", "httpLlmResponse", "httpWebSocketResponse", "grpcStreamResponse", "grpcBidiResponse",
    "binaryResponse", "dnsResponse", "steps",
)  # fmt: skip
KNOWN: Final = frozenset(
    [*ACTIONS, REQUEST, "id", "priority", "percentage", "chaos", "rateLimit", "beforeActions", "afterActions",
     "capture", "namespace", "scenarioName", "scenarioState", "newScenarioState", "responseMode", "responseWeights",
     "switchAfter", "crossProtocolScenarios", "times", "timeToLive", "timestamp"]
)  # fmt: skip
_COUNTS: Final = ("atLeast", "atMost")
_LOGGED: Final = ("logLevel", "messageFormat", "epochTime")
_MARKS: Final = re.compile(r"(?<!\\)[\"'](?:httpRequest|httpResponse|httpForward|httpError)[\"']\s*:\s*\{")
_MORE_MARKS: Final = re.compile(
    r"""(?<!\\)["'](?:path|method|statusCode|queryStringParameters|pathParameters|operationId)["']\s*:"""
)


class Kind(Enum):
    """What a value is."""

    EXPECTATION = "an expectation"
    OPENAPI = "an OpenAPI expectation"
    VERIFICATION = "a MockServer verification, which says what was asked and not what is answered"
    LOG = "an entry of MockServer's log, and not an expectation"
    OTHER = ""


def kind_of(value: object) -> Kind:
    """What a value is by its own members."""
    if not isinstance(value, dict):
        return Kind.OTHER
    if isinstance(value.get(SPECIFICATION), str | dict) and REQUEST not in value:
        return Kind.OPENAPI
    if _is_verification(value):
        return Kind.VERIFICATION
    is_ours = _fits(value.get(REQUEST), request.KNOWN | {SPECIFICATION, "operationId", "if", "binaryData", "dnsName"})
    if not is_ours:
        return Kind.OTHER
    if any(name in value for name in _LOGGED) and (REQUEST in value or "httpResponse" in value):
        return Kind.LOG
    named = [name for name in ACTIONS if value.get(name) is not None]
    if not named or not _fits(value.get("httpResponse"), answer.KNOWN):
        return Kind.OTHER
    # what stands alone in other tools' files too is theirs unless the request is spelled as here
    return Kind.EXPECTATION if REQUEST in value or named[0].startswith("http") else Kind.OTHER


def _fits(value: object, known: frozenset[str]) -> bool:
    """Whether a part is missing, empty, or has a member that it has here."""
    if value is None:
        return True
    return isinstance(value, dict) and (not value or any(name in known for name in value))


def _is_verification(value: Object) -> bool:
    times = value.get("times")
    if isinstance(times, dict) and any(name in times for name in _COUNTS):
        return REQUEST in value or "httpResponse" in value
    if "maximumNumberOfRequestToReturnInVerificationFailure" in value:
        return True
    requests = value.get("httpRequests")
    return isinstance(requests, list) and bool(requests) and all(_fits(one, request.KNOWN) for one in requests)


def has_marks(text: str) -> bool:
    """Whether a text that cannot be parsed was a file of expectations."""
    return _MARKS.search(text) is not None and _MORE_MARKS.search(text) is not None
