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
    return tier is not Tier.NEVER and (tier in policy.tiers or tier is Tier.DECLARED_SAFE)


def _risky_word(request: Request, deny_words: tuple[str, ...]) -> str:
    for name in sorted({_plain(name).replace("-", "_") for name, _ in request.query}):
        if name in _ACTIONS | _ONE_TIME:
            return name
    texts = (request.path, request.raw_query, *(part for pair in request.query for part in pair))
    plain = "\n".join(map(_plain, texts))
    return next((word for word in deny_words if _contains_word(plain, word)), "")


def _contains_word(text: str, word: str) -> bool:
    """Whether a whole word (or several, hyphened) stands in a plain text: ``run`` is not in ``runs``.

    A word may be parted by a hyphen: ``signout`` stands in ``/sign-out``.
    """
    letters = "-?".join(map(re.escape, _plain(word).replace("-", "")))
    return re.search(rf"(?<![^\W_]){letters}(?![^\W_])", text) is not None


def _plain(text: str) -> str:
    """Percent-decoded, camel case and underscores hyphened, lower case: ``/PDFExport`` → ``/pdf-export``."""
    decoded = re.sub(r"(?:%[0-9A-Fa-f]{2})+", _decoded, text)
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", decoded)
    return re.sub(r"[\s_+-]+", "-", parted).lower()


def _decoded(escapes: re.Match[str]) -> str:
    return bytes.fromhex(escapes[0].replace("%", "")).decode("utf-8", "replace")
