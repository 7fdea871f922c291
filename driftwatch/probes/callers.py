"""As whom a question is asked: whose view a mock shows."""

from fnmatch import fnmatchcase
from typing import Final

from driftwatch.model.identity import NOBODY, Identities, Role
from driftwatch.model.interaction import Claim

_REFUSALS: Final = frozenset({401, 403})


def stands_for_anonymous(claim: Claim) -> bool:
    """Whether the mock shows what happens without credentials, as far as it tells itself."""
    return claim.variants[0].status in _REFUSALS


def asked_as(claim: Claim, identities: Identities) -> str:
    """Whose view a claim shows: an identity, ``none``, or the empty string for the default one.

    A pattern that binds mocks to an administrator binds the refusals among them to nobody: it is not the administrator
    who is refused. Expired credentials are, and an ordinary user may lack the right (403).
    """
    bound = _bound(claim, identities)
    if not stands_for_anonymous(claim):
        return bound
    role = identities.role_of(bound)
    is_refused = role is Role.EXPIRED or (role is Role.ORDINARY and claim.variants[0].status == 403)
    return bound if is_refused else NOBODY


def _bound(claim: Claim, identities: Identities) -> str:
    operation = f"{claim.request.method.upper()} {claim.request.path}"
    fitting = (name for pattern, name in reversed(identities.bound) if fnmatchcase(operation, pattern))
    return next(fitting, "")
