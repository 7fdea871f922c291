"""What is asked after the mocks' own questions, round by round: each is known once the one before is answered.

Without a setting that wants more there is one round, which is empty unless production is asked beside staging.
"""

from collections.abc import Iterator, Sequence

from driftwatch.model.probe import Probe
from driftwatch.ports import Prober, Progress
from driftwatch.usecases.desk import Desk


def rounds(desk: Desk, prober: Prober, progress: Progress) -> Iterator[Sequence[Probe]]:
    """The rounds in their order; whoever sends one lets the desk hear of it before taking the next.

    First what belongs to the mocks themselves: identifiers that lists name, how the service behaves beside their
    answers, a second look where two versions answer, and journeys, which send their steps on their own. Then guests,
    which go without where a budget ends: other identities, and production.
    """
    desk.judge_waiting()
    if desk.finders:
        from driftwatch.usecases.discovery import levels  # noqa: PLC0415 - few configs want it

        for probes in levels(tuple(desk.finders.values()), desk):
            yield desk.spread(probes) if desk.mixing else probes
    if desk.further is not None:
        yield desk.further.probes()
    if desk.mixing:
        yield desk.second_round()
    if desk.booked:
        from driftwatch.usecases.journeys import travel  # noqa: PLC0415 - few configs have any

        desk.troubles += travel(desk.booked, desk, prober, progress, desk.further.ways if desk.further else None)
    if desk.lenses:
        yield [probe for lens in desk.lenses.values() for probe in lens.probes()]
        desk.look_through()
    if desk.further is not None:
        desk.troubles += desk.further.amend(desk.results, desk.policies)
    yield [probe for beside in desk.beside.values() for probe in beside.probes()]
