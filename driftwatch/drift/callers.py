"""Who asked: whether an answer is one to nobody in particular, and whether the mock cares."""

from collections.abc import Iterable

from driftwatch.model.context import Context
from driftwatch.model.identity import Role
from driftwatch.model.interaction import Claim
from driftwatch.model.probe import Observation


def is_nobody(sample: Observation, context: Context) -> bool:
    """Whether it was sent by somebody whom a service that checks refuses: without credentials, or with old ones."""
    return not sample.credentials_sent or context.roles.get(sample.identity) is Role.EXPIRED


def are_nobody(samples: Iterable[Observation], context: Context) -> bool:
    """Whether all of them were."""
    return all(is_nobody(sample, context) for sample in samples)


def is_named_refusal(claim: Claim, samples: Iterable[Observation], context: Context) -> bool:
    """Whether the operator said that a mocked refusal of rights is what these callers get, who are ordinary users."""
    is_of_rights = claim.variants[0].status == 403
    return is_of_rights and all(context.roles.get(sample.identity) is Role.ORDINARY for sample in samples)


def asks_nobody(claim: Claim) -> bool:
    """Whether the mock answers whoever comes, as far as it tells."""
    return not any(one.request.asks_credentials for one in claim.interactions)


def is_for_all(claim: Claim) -> bool:
    """Whether it surely does: of a recording nobody knows, since recorders scrub what was shown."""
    return not any(one.request.is_for_somebody for one in claim.interactions)
