"""As whom a provider is asked: profiles of credentials that have names, and which mocks speak for which of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

NOBODY: Final = "none"
"""The identity that sends no credentials at all; no profile can be called so."""


class Role(StrEnum):
    """What an identity may do, as far as a judgement has to know."""

    ORDINARY = "ordinary"
    """A user like most; a refusal is no surprise."""
    ADMIN = "admin"
    EXPIRED = "expired"
    """Credentials that have been valid: a service that still serves them checks nothing."""


class Identities(Struct, frozen=True):
    """What the operator said of who asks one provider."""

    bound: tuple[tuple[str, str], ...] = ()
    """``METHOD /path-glob`` and the identity whose view such mocks show; the last that fits counts."""
    lens: tuple[str, ...] = ()
    """As whom every safe mock is asked beside its own identity."""
    roles: Mapping[str, Role] = field(default_factory=dict)
    """Of the identities that have one."""

    def role_of(self, identity: str) -> Role | None:
        """The role of an identity; ``None`` if it has none."""
        return self.roles.get(identity)
