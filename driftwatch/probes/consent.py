"""What a consent must say before it counts, and what it then opens (drift semantics 3.8, tiers 3 and 4)."""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.model.consent import KEY, Consent
from driftwatch.model.interaction import Request
from driftwatch.model.policy import ProbingPolicy
from driftwatch.model.probe import Tier
from driftwatch.probes.safety import is_allowed, tier_of

IDEMPOTENT: Final = frozenset({"PUT", "DELETE"})
UNSAFE: Final = frozenset({"POST", "PATCH"})
_FEWEST_WORDS: Final = 3
_PLACE: Final = re.compile(r"\{\{[^{}]*\}\}")
_ESCAPED: Final = (".", "..")


def lacks(consent: Consent) -> Iterator[str]:
    """What is missing or too broad, each in a sentence that says what to write; nothing if the consent counts."""
    if consent.method not in IDEMPOTENT | UNSAFE:
        yield "Consent is given for PUT, DELETE, POST and PATCH; what only reads goes below `declared_safe`."
        return
    yield from _too_broad(consent)
    yield from _without_sandbox(consent)
    if not consent.clean_up:
        yield "`clean_up` is missing: say how to put right what the request changed."
    if consent.method in IDEMPOTENT and not consent.set_up:
        yield "`set_up` is missing: say how to make the resource that the request is tried on."
    if consent.method in UNSAFE and not (consent.key_header or consent.is_dry):
        yield "`idempotency_key` or `dry_run` is missing: without one of them a repeated request does its work twice."
    yield from _without_key(consent)


def _too_broad(consent: Consent) -> Iterator[str]:
    first, *rest = consent.path.removeprefix("/").split("/")
    globs = sum("*" in part for part in (first, *rest))
    if "*" in first or globs > 1 or any(part.count("*") > 1 for part in rest) or set("?[]{}") & set(consent.path):
        yield "Name one interaction: `*` may stand for one segment of the path, and not for the first."


def _without_sandbox(consent: Consent) -> Iterator[str]:
    written = consent.sandbox.strip()
    if written.startswith("/"):
        prefix = written.rstrip("/")
        is_inside = prefix and (consent.path == prefix or consent.path.startswith(f"{prefix}/"))
        if not is_inside or "*" in prefix:
            yield "The request is not below `sandbox`: write the path below which everything may be changed."
    elif len(written.split()) < _FEWEST_WORDS:
        yield (
            "`sandbox` says nothing: write the path below which everything may be changed, "
            "or who agreed, in a few words."
        )


def _without_key(consent: Consent) -> Iterator[str]:
    if consent.rehearsals and consent.method not in UNSAFE:
        yield "`probes` are for POST and PATCH: PUT and DELETE are repeatable by what they are (RFC 9110, 9.2.2)."
    elif consent.rehearsals and not consent.key_header:
        yield "`probes` need `idempotency_key`: each of them repeats a request under one key."
    elif consent.read_back and not consent.rehearsals:
        yield "`read_back` is looked at after `probes`: name some of `replay`, `parallel` and `cut`."
    if any(f"{{{{{KEY}}}}}" in one.path for one in consent.read_back) and not consent.key_header:
        yield "`read_back` names the key, and there is no `idempotency_key`."


def consent_for(request: Request, policy: ProbingPolicy) -> Consent | None:
    """The consent that speaks of this request and counts; never one at a production host."""
    return next((one for one in _counting(policy) if one.is_for(request)), None)


def refusal(request: Request, policy: ProbingPolicy) -> str:
    """Why a step of a journey must not send this; empty if it may.

    ``request`` may hold ``{{name}}`` where values will stand. What a consent writes down as set-up and clean-up is
    consented to with it, and so is everything below its sandbox, where that is a path.
    """
    tier, reason = tier_of(request, policy)
    if is_allowed(tier, policy):
        return ""
    if tier is not Tier.NEVER and any(_covers(one, request) for one in _counting(policy)):
        return ""
    return reason or f"tier {tier.name.lower()} is not allowed"


def _counting(policy: ProbingPolicy) -> Iterator[Consent]:
    if not policy.is_production:
        yield from (one for one in policy.consents if not any(lacks(one)))


def _covers(consent: Consent, request: Request) -> bool:
    if consent.is_for(request):
        return True
    written = (*consent.set_up, *consent.clean_up)
    if any(_operation(step.ask.method, step.ask.path) == _operation(request.method, request.path) for step in written):
        return True
    prefix = consent.sandbox.rstrip("/") + "/" if consent.sandbox.startswith("/") else ""
    return bool(prefix) and request.path.startswith(prefix) and not set(_ESCAPED) & set(request.path.split("/"))


def _operation(method: str, path: str) -> tuple[str, str]:
    return method.upper(), _PLACE.sub("{{}}", path)
