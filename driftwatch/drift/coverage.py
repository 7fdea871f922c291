"""What a set of mocks covers, told without asking anybody: what can never answer, and what nobody mocked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.reach import Reach
from driftwatch.model.context import Context
from driftwatch.model.coverage import Call, Covered, Traffic
from driftwatch.model.interaction import Claim, Interaction, Origin, Request
from driftwatch.model.route import nameless

_MANY: Final = 5
_SHARE: Final = 0.01
"""So many refusals, or such a share of all answers, are no accident (drift semantics 3.12)."""


def survey(mocks: Sequence[Covered], traffic: Traffic, context: Context) -> Iterator[Comparison]:
    """Everything that is to be said of the set, each with the mock or the operation that it is about."""
    reach = Reach(mocks)
    for number, mock in enumerate(mocks):
        earlier = reach.in_front_of(number)
        if earlier is not None:
            yield shadowed(mock.interaction, earlier.name, context)
    if mocks and _is_too_friendly(mocks, traffic):
        refused = sum(count for status, count in traffic.statuses.items() if status >= 400)
        difference = Difference(Aspect.ONLY_SUCCESS, "mock", k=refused, n=sum(traffic.statuses.values()))
        yield _about(mocks[0].interaction, difference, context)
    operations: dict[tuple[str, str], list[Call]] = {}
    for call in traffic.calls:
        operations.setdefault((call.method, nameless(call.path_template)), []).append(call)
    for calls in operations.values():
        if not any(map(reach.answers, calls)):
            yield _uncovered(calls[0], context)


def shadowed(interaction: Interaction, by: str, context: Context) -> Comparison:
    """A mock that can never answer, and the one that answers instead."""
    name = interaction.name or interaction.mock_id
    return _about(interaction, Difference(Aspect.SHADOWED, f"mock:{name}", note=by), context)


def placed(interactions: Sequence[Interaction]) -> list[Interaction]:
    """The same mocks; those that never answer name the place of the one that does, where it is among them."""
    if not any(one.shadowed_by for one in interactions):
        return list(interactions)
    places = {one.mock_id: one.origin for one in interactions}
    return [
        replace(one, shadowed_by=f"{one.shadowed_by} ({places[one.shadowed_by]})") if one.shadowed_by in places else one
        for one in interactions
    ]


def _about(interaction: Interaction, difference: Difference, context: Context) -> Comparison:
    return Comparison(Claim((interaction,)), (), context, (difference,))


def _uncovered(call: Call, context: Context) -> Comparison:
    place = f"endpoint:{call.method} {call.path_template}"
    asked = Request(call.method, call.path, call.path_template)
    nobody = Interaction("", "", Origin(""), asked, (), group=place)
    return _about(nobody, Difference(Aspect.UNCOVERED, place), context)


def _is_too_friendly(mocks: Sequence[Covered], traffic: Traffic) -> bool:
    statuses = [status for mock in mocks for status in mock.interaction.statuses]
    refused = sum(count for status, count in traffic.statuses.items() if status >= 400)
    total = sum(traffic.statuses.values())
    is_friendly = all(200 <= status < 300 for status in statuses)
    return is_friendly and refused > 0 and (refused >= _MANY or refused >= _SHARE * total)
