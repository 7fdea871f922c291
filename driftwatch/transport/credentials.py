"""As whom a probe is sent, and what that shows."""

from typing import Final
from urllib.parse import urlencode

from msgspec import Struct

from driftwatch.model.identity import NOBODY
from driftwatch.model.interaction import Header
from driftwatch.model.probe import Probe
from driftwatch.model.secret import Secret
from driftwatch.transport import auth
from driftwatch.transport.target import NoCredentialsError, Target

_OF_THE_DEFAULT: Final = frozenset({"authorization", "cookie"})
"""Headers of the operator's that say who asks (RFC 9110, 11.6.2; RFC 6265): they go with the default identity alone.

Any other, such as the key of a gateway, goes with every request.
"""


class Shown(Struct, frozen=True):
    """All that one request shows, in the clear; never kept beyond it."""

    operators: tuple[Header, ...] = ()
    """Headers that the operator adds."""
    credentials: tuple[Header, ...] = ()
    query: str = ""
    is_somebody: bool = False
    """Whether any of it says who asks."""

    def __repr__(self) -> str:
        return "Shown(…)"


def whose(probe: Probe, target: Target) -> str:
    """Whose connections a probe may use: where somebody has others to show, nobody uses another one's."""
    if not target.identities and target.certificate is None:
        return ""
    return probe.identity if probe.with_credentials else NOBODY


def people(target: Target) -> tuple[str, ...]:
    """All that ``whose`` may answer for a target."""
    is_plain = not target.identities and target.certificate is None
    return ("",) if is_plain else ("", NOBODY, *target.identities)


def profile_of(identity: str, target: Target) -> auth.Profile:
    """What an identity shows; ``NoCredentialsError`` if the target knows none of that name."""
    if identity == NOBODY:
        return auth.NOBODY
    if not identity:
        return auth.Profile(target.auth, target.certificate)
    profile = target.identities.get(identity)
    if profile is None:
        raise NoCredentialsError(f"no credentials for identity {identity!r} are configured")
    return profile


def shown_by(probe: Probe, target: Target) -> Shown:
    """What a probe shows now; ``Refusal`` if that cannot be had. May have to wait for a token."""
    identity = probe.identity if probe.with_credentials else NOBODY
    profile = profile_of(identity, target)
    operators = tuple(
        (name, value.reveal() if isinstance(value, Secret) else value)
        for name, value in target.headers
        if not identity or name.lower() not in _OF_THE_DEFAULT
    )
    credentials, query = profile.auth.headers(), urlencode(profile.auth.query())
    names = (name.lower() for name, _ in operators)
    is_somebody = bool(credentials or query or profile.certificate) or not _OF_THE_DEFAULT.isdisjoint(names)
    return Shown(operators, credentials, query, is_somebody)
