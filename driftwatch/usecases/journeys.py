"""Journeys: steps are taken in order, each judged like any probe; what was set up is cleaned up, whatever happens.

A provider's journeys go one after the other, those of different providers side by side. A mock that a journey names is
asked in the journey and not outside of it: its verdict is the worst that a step came to.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from driftwatch.model.interaction import Claim
from driftwatch.model.journey import Journey, Trouble
from driftwatch.model.policy import ProbingPolicy
from driftwatch.model.route import path_of
from driftwatch.model.shard import Shard
from driftwatch.ports import Prober, Progress
from driftwatch.probes.consent import refusal
from driftwatch.probes.steps import mock_of
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.trip import Booked, Consent, Judge, Moving, Outcome, Trip, Way


def book(
    journeys: Sequence[Journey], claims: Iterable[Claim], policy: ProbingPolicy, base_path: str = ""
) -> tuple[tuple[Booked, ...], Sequence[Claim]]:
    """Journeys with their claims, and the claims that no journey names."""
    everything = list(claims)
    booked = []
    for journey in journeys:
        found = {place: mock_of(step, everything) for place, step in enumerate(journey.all_steps) if step.has_mock}
        named = {place: claim for place, claim in found.items() if claim is not None}
        booked.append(Booked(journey, policy, named, base_path))
    taken = {id(claim) for one in booked for claim in one.claims.values()}
    return tuple(booked), [claim for claim in everything if id(claim) not in taken]


def book_for(provider: Provider, claims: Iterable[Claim], shard: Shard) -> tuple[list[Booked], Sequence[Claim]]:
    """The same for one process: it takes a journey with all that it names, or none of it."""
    booked, rest = book(provider.journeys, claims, provider.policy.probing, path_of(provider.target))
    return [one for one in booked if shard.takes(one.journey.session.encode())], rest


def travel(
    booked: Sequence[Booked],
    judge: Judge,
    prober: Prober,
    progress: Progress,
    ways: Mapping[str, Way] | None = None,
    consent: Consent = refusal,
) -> tuple[Trouble, ...]:
    """Take all journeys; what went wrong beyond the verdicts of their mocks.

    The tiers hold for every step (drift semantics, decision 8): ``consent`` says why one may not be sent. Whatever ends
    it, journeys that have begun are cleaned up first.
    """
    judged: set[int] = set()
    trips = [Trip(one, judge, ways or {}, consent, judged) for one in booked]
    chains: dict[str, list[Trip]] = {}
    for trip in trips:
        chains.setdefault(trip.journey.provider, []).append(trip)
    try:
        _drive([_chain(chain) for chain in chains.values()], prober, progress)
    finally:
        _drive([trip.clean() for trip in trips if trip.has_begun and not trip.is_clean], prober, progress)
    return tuple(trouble for trip in trips for trouble in trip.troubles)


def _chain(trips: Iterable[Trip]) -> Moving:
    for trip in trips:
        yield from trip.go()
        yield from trip.clean()


def _drive(moving: Iterable[Moving], prober: Prober, progress: Progress) -> None:
    """Run them side by side: what all of them ask next is sent together."""
    waiting = [(one, asked) for one in moving if (asked := next(one, None)) is not None]
    while waiting:
        batch = [probe for _, asked in waiting for probe in asked]
        progress.planned(len(batch))
        came: dict[int, Outcome] = {}
        for outcome in prober.send(batch):
            came[id(outcome.probe)] = outcome
            progress.advanced()
        further = []
        for one, asked in waiting:
            with suppress(StopIteration):
                further.append((one, one.send(tuple(came[id(probe)] for probe in asked))))
        waiting = further
