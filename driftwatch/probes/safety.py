"""How harmful a request could be (drift semantics 3.8; RFC 9110, 9.2)."""

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from driftwatch.model.interaction import Request
from driftwatch.model.policy import ProbingPolicy
from driftwatch.model.probe import Tier

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_IDEMPOTENT: Final = frozenset({"PUT", "DELETE"})
_CONSENTED: Final = _IDEMPOTENT | {"POST", "PATCH"}
_ACTIONS: Final = frozenset({"do", "action"})
"""Names of query parameters that make a GET do something."""
_ONE_TIME: Final = frozenset(
    {"otp", "ticket", "nonce", "token", "reset_token", "confirmation_token", "verification_token"}
)
"""Names of query parameters whose value may be good for one use only."""
_ESCAPES: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_JOINTS: Final = re.compile(r"[\s_+-]+")


def tier_of(request: Request, policy: ProbingPolicy) -> tuple[Tier, str]:
    """The tier of a request, and the reason where it is not the safe one."""
    operation = f"{request.method.upper()} {request.path}"
    if any(fnmatchcase(operation, pattern) for pattern in policy.never):
        return Tier.NEVER, "marked never in the config"
    if any(fnmatchcase(operation, pattern) for pattern in policy.declared_safe):
        return Tier.DECLARED_SAFE, ""
    method = request.method.upper()
    if method not in _SAFE:
        return (Tier.IDEMPOTENT if method in _IDEMPOTENT else Tier.UNSAFE), _advice(method, request)
    word = _risky_word(request, policy.deny_words)
    if word:
        return Tier.UNSAFE, f"{word!r} in the path or query suggests that even {method} does something"
    return Tier.SAFE, ""


def _advice(method: str, request: Request) -> str:
    """Why it is not sent, and what the operator could write; what a body looks like is never consent."""
    if method == "POST" and request.body and b"query" in request.body:
        from driftwatch.probes.graphql import is_query  # noqa: PLC0415 - few bodies hold the word

        is_graphql = is_query(request.body)
    else:
        is_graphql = False
    if is_graphql:
        return (
            "POST may change the service; its body reads like a GraphQL query: if it is one, declare it safe in the "
            "config (probing.declared_safe)"
        )
    if method in _CONSENTED:
        return (
            f"{method} may change the service; declare it safe in the config if it only reads, "
            "or consent to it in a sandbox (probing.consent)"
        )
    return f"{method} may change the service; declare it safe in the config if it only reads"


def is_allowed(tier: Tier, policy: ProbingPolicy) -> bool:
    """Whether the operator allowed this tier; naming a request as safe is consent for that request."""
    return tier is not Tier.NEVER and (tier in policy.tiers or tier is Tier.DECLARED_SAFE)


def _risky_word(request: Request, deny_words: tuple[str, ...]) -> str:
    for name in sorted({_plain(name).replace("-", "_") for name, _ in request.query}):
        if name in _ACTIONS | _ONE_TIME:
            return name
    texts = (request.path, request.raw_query, *(part for pair in request.query for part in pair))
    found = _any_of(deny_words).search("\n".join(map(_plain, texts)))
    return deny_words[int(found.lastgroup.removeprefix("word"))] if found and found.lastgroup else ""


@lru_cache(16)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """One of these as a whole word (or several, hyphened) in a plain text: ``run`` is not in ``runs``.

    A word may be parted by a hyphen: ``signout`` stands in ``/sign-out``.
    """
    spelled = ("-?".join(map(re.escape, _plain(word).replace("-", ""))) for word in words)
    choices = "|".join(f"(?P<word{number}>{letters})" for number, letters in enumerate(spelled))
    return re.compile(rf"(?<![^\W_])(?:{choices or '(?!)'})(?![^\W_])")


def _plain(text: str) -> str:
    """Percent-decoded, camel case and underscores hyphened, lower case: ``/PDFExport`` → ``/pdf-export``."""
    decoded = _ESCAPES.sub(_decoded, text) if "%" in text else text
    parted = decoded if decoded.islower() else _HUMPS.sub("-", decoded)
    return _JOINTS.sub("-", parted).lower()


def _decoded(escapes: re.Match[str]) -> str:
    return bytes.fromhex(escapes[0].replace("%", "")).decode("utf-8", "replace")
