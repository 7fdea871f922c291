"""Mending without files: a claim, answers, and what the trial makes of them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation
from driftwatch.usecases.answered import answered
from driftwatch.usecases.heal_trial import Disguises, Goal, Treated, treat
from driftwatch.usecases.keeper import Kept, Look
from driftwatch.usecases.operations import Operations

NOW: Final = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
HERE: Final = Context(now=NOW)


class Plain:
    """A disguise that shows everything: what is tested is the mending."""

    def __init__(self, seed: str = "") -> None:
        """Needs no seed."""

    def value(self, value: object, path: str = "") -> object:  # noqa: ARG002
        """As it is."""
        return value

    def header(self, name: str, text: str) -> str:  # noqa: ARG002
        """As it is."""
        return text

    def text(self, body: str, media_type: str = "") -> str:  # noqa: ARG002
        """As it is."""
        return body


def look_at(claim: Claim, samples: Sequence[Observation], context: Context = HERE, policy: Policy = Policy()) -> Look:  # noqa: B008
    """What an audit keeps of these answers."""
    findings = answered(claim, claim, tuple(samples), context, policy, Operations.among([], "")).findings
    return Look(claim.request, tuple(samples), context, policy, findings)


def treated(
    claim: Claim, samples: Sequence[Observation], context: Context = HERE,
    wants: Callable[[Finding], bool] = lambda _: True, disguises: Disguises = Plain,
) -> Treated:  # fmt: skip
    """Mend whatever these answers show, as far as it is wanted."""
    look = look_at(claim, samples, context)
    goal = Goal(tuple(filter(wants, look.findings)), frozenset(one.fingerprint for one in look.findings))
    return treat(Kept(claim, (look,)), goal, disguises)
