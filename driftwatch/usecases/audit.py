"""One audit: read, plan, send, infer, compare, judge. The order of steps and nothing else."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from driftwatch.model.probe import Probe
from driftwatch.model.shard import WHOLE, Shard
from driftwatch.model.share import Share
from driftwatch.model.summary import Canary, Summary
from driftwatch.ports import Clock, Prober, Progress
from driftwatch.usecases.assembly import assemble
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.canary import PROVIDER, planted
from driftwatch.usecases.desk import Desk
from driftwatch.usecases.notebook import Notebook
from driftwatch.usecases.rounds import rounds
from driftwatch.usecases.sparing import sparing

if TYPE_CHECKING:
    from driftwatch.usecases.keeper import Keeper


def audit(
    providers: Sequence[Provider], prober: Prober, clock: Clock, run: Run, progress: Progress,
    notebook: Notebook | None = None,
) -> Summary:  # fmt: skip
    """Ask every provider what its mocks claim, and say where the two part.

    In ``notebook`` stands what earlier audits learnt, and into it goes what this one learns.
    """
    return assemble([take_share(providers, prober, clock, run, progress, notebook)], providers, run)


def take_share(
    providers: Sequence[Provider], prober: Prober, clock: Clock, run: Run, progress: Progress,
    notebook: Notebook | None = None, shard: Shard = WHOLE, keeper: "Keeper | None" = None,
) -> Share:  # fmt: skip
    """The part of an audit that one process does: all of it, or the questions that are its ``shard``'s.

    A question is asked and judged by one process, with everything that depends on its answer. What depends on all
    answers waits for ``assemble``. Into ``keeper`` goes what healing takes.
    """
    started_at, started = clock.now(), clock.elapsed()
    desk = Desk({one.name: one.policy for one in providers}, clock, shard, run.id, notebook, keeper=keeper)
    routes: list[Probe] = []
    asked_first: list[Probe] = []
    for provider in providers:
        unknown, asked = desk.prepare(provider)
        routes += unknown
        spare = provider.ration
        asked_first += sparing(spare, provider.name, unknown, asked, provider.policy, notebook) if spare else asked
    _send([_canary_probe(), *routes, *asked_first], prober, desk, progress)
    for probes in rounds(desk, prober, progress):
        _send(probes, prober, desk, progress)
    return Share(
        shard,
        started_at,
        clock.elapsed() - started,
        tuple(map(desk.share_of, providers)),
        tuple(desk.unreadable),
        tuple(desk.ignored),
        Canary(planted=1, caught=int(desk.is_canary_caught)),
        desk.requests_sent,
        notebook.histories if notebook is not None else {},
        notebook.claims if notebook is not None else {},
        tuple(desk.troubles),
    )


def _send(probes: Sequence[Probe], prober: Prober, desk: Desk, progress: Progress) -> None:
    if not probes:
        return
    progress.planned(len(probes))
    for outcome in prober.send(probes):
        desk.receive(outcome)
        progress.advanced()


def _canary_probe() -> Probe:
    claim = planted()
    return Probe(PROVIDER, claim.request, (claim,), samples=1, spacing=0)
