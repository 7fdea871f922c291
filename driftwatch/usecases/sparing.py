"""A budget that is too small for everything is spent where mocks are likely most stale."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from driftwatch.model.interaction import Claim
from driftwatch.model.memory import StoreError, key_of
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Probe
from driftwatch.model.standing import Standing
from driftwatch.usecases.notebook import Notebook

_LEAST: Final = 20
"""Runs that are looked back on, if it needs no more to have asked everything twice."""
_MOST: Final = 1000

Standings = Callable[[str, int], Mapping[str, Standing] | StoreError]
"""How each mock of a provider fared in so many of its last runs; see ``ports.Store``."""


class Ration(Struct, frozen=True):
    """How many requests a provider may get in this run."""

    requests: int
    """By the run's budget and by what is left of the day's."""
    standings: Standings | None = None
    """``None`` where nobody remembers."""


def sparing(
    ration: Ration, name: str, routes: Sequence[Probe], asked: Sequence[Probe], policy: Policy,
    notebook: Notebook | None,
) -> Sequence[Probe]:  # fmt: skip
    """What is to be asked of a provider, in the order of the files; the stalest first if not all can be asked."""
    wanted = sum(max(1, probe.samples) for probe in (*routes, *asked))
    if wanted <= ration.requests:
        return asked
    from driftwatch.probes.priority import Past, stalest_first  # noqa: PLC0415 - most budgets last

    runs = min(_MOST, max(_LEAST, 2 * wanted // max(1, ration.requests) + 1))
    found = ration.standings(name, runs) if ration.standings is not None else {}
    standings = {} if isinstance(found, StoreError) else found

    def past_of(claim: Claim) -> Past:
        standing = standings.get(key_of(claim.interactions[0]), Standing())
        verified_at = notebook.history_of(claim).verified_at if notebook is not None else None
        return Past(standing, verified_at)

    return stalest_first(asked, past_of, policy.probing.important, policy.consumer)
