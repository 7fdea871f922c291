"""The planted mock that is known to be false: an audit that does not catch it proves nothing.

It lives in memory, is sent like any other through plan, send, infer, compare and judge, and is answered by a
loopback server of our own that serves ``ANSWER``. Two lies of different kinds must both be found.
"""

from typing import Final

from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim, Expectation, Header, Interaction, Origin, Request

PROVIDER: Final = "(canary)"
"""A name that no provider of a config can have, nor a host."""
_TYPE: Final[Header] = ("Content-Type", "application/json")
ANSWER: Final = (200, (_TYPE,), b'{"canary": "alive", "age": "7"}')
"""What the loopback server says: status, headers, body."""

_PROMISED: Final = b'{"canary": "alive", "age": 7, "cage": "open"}'
_LIES: Final = frozenset({("field-missing", "/cage"), ("type-changed", "/age")})


def planted() -> Claim:
    """The false claim."""
    request = Request("GET", "/canary", "/canary", headers=(("Accept", "application/json"),))
    answer = Expectation(200, (_TYPE,), _PROMISED)
    return Claim(
        (Interaction("canary", "canary", Origin("canary"), request, (answer,), group="canary", provider=PROVIDER),)
    )


def is_caught(findings: tuple[Finding, ...]) -> bool:
    """Whether both lies were found."""
    return {(finding.kind, finding.path) for finding in findings} >= _LIES
