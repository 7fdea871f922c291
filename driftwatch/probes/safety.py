"""How harmful a request could be (drift semantics 3.8; RFC 9110, 9.2)."""

import re
from fnmatch import fnmatchcase
from typing import Final

from driftwatch.model.interaction import Request
from driftwatch.model.policy import ProbingPolicy
from driftwatch.model.probe import Tier

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_IDEMPOTENT: Final = frozenset({"PUT", "DELETE"})
_ACTIONS: Final = frozenset({"do", "action"})
"""Names of query parameters that make a GET do something."""
_ONE_TIME: Final = frozenset(
    {"otp", "ticket", "nonce", "token", "reset_token", "confirmation_token", "verification_token"}
)
"""Names of query parameters whose value may be good for one use only."""


def tier_of(request: Request, policy: ProbingPolicy) -> tuple[Tier, str]:
    """The tier of a request, and the reason where it is not the safe one."""
    operation = f"{request.method.upper()} {request.path}"
    if any(fnmatchcase(operation, pattern) for pattern in policy.never):
        return Tier.NEVER, "marked never in the config"
    if any(fnmatchcase(operation, pattern) for pattern in policy.declared_safe):
        return Tier.DECLARED_SAFE, ""
    method = request.method.upper()
    if method not in _SAFE:
        tier = Tier.IDEMPOTENT if method in _IDEMPOTENT else Tier.UNSAFE
        return tier, f"{method} may change the service; declare it safe in the config if it only reads"
    word = _risky_word(request, policy.deny_words)
    if word:
        return Tier.UNSAFE, f"{word!r} in the path or query suggests that even {method} does something"
    return Tier.SAFE, ""


def is_allowed(tier: Tier, policy: ProbingPolicy) -> bool:
    """Whether the operator allowed this tier; naming a request as safe is consent for that request."""
    return tier in policy.tiers or tier is Tier.DECLARED_SAFE


def _risky_word(request: Request, deny_words: tuple[str, ...]) -> str:
    names = {name.lower() for name, _ in request.query}
    for name in sorted(names & (_ACTIONS | _ONE_TIME)):
        return name
    denied = frozenset(deny_words)
    for text in (request.path, *(part for pair in request.query for part in pair)):
        for word in _words(text):
            if word in denied:
                return word
    return ""


def _words(text: str) -> list[str]:
    """Whole words, with camel case parted, and hyphened words both whole and in parts."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).lower()
    hyphened = re.findall(r"[a-z0-9]+(?:[-_][a-z0-9]+)+", parted)
    return [*re.findall(r"[a-z0-9]+", parted), *(word.replace("_", "-") for word in hyphened)]
