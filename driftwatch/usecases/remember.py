"""An audit with a memory: recall, audit, move the lives of findings on, record.

Whatever is the matter with the store, the audit is made and told: a report without a memory is worth more than none.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from driftwatch.model.memory import Remembered, RunRecord, RunStatus, StoreError
from driftwatch.ports import Clock, Prober, Progress, Store
from driftwatch.usecases.assembly import assemble
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.audit import audit, take_share
from driftwatch.usecases.conclude import Learnt, conclude
from driftwatch.usecases.notebook import Notebook
from driftwatch.usecases.pulse import Beating


def remember(
    store: Store | None, providers: Sequence[Provider], prober: Prober, clock: Clock, run: Run, progress: Progress
) -> Remembered:
    """Audit, in the knowledge of earlier audits and for the knowledge of later ones; without a store, just audit."""
    if store is None:
        return Remembered(audit(providers, prober, clock, run, progress))
    record = RunRecord(run.id, clock.now(), run.version, run.config_digest, tuple(one.name for one in providers))
    interrupted = store.begin(record)
    if isinstance(interrupted, StoreError):
        return Remembered(audit(providers, prober, clock, run, progress), trouble=interrupted)
    recollection = store.recall(record.providers)
    if isinstance(recollection, StoreError):
        return Remembered(audit(providers, prober, clock, run, progress), trouble=recollection)
    told = replace(run, suppressions=(*run.suppressions, *recollection.suppressions))
    beating = Beating(progress, store, clock, run.id)
    try:
        share = take_share(providers, prober, clock, told, beating, Notebook(clock, recollection))
        summary = assemble([share], providers, told)
    except BaseException as error:  # whatever ends a run, it must not seem to go on; it is raised again
        is_ours = isinstance(error, Exception)
        store.end(run.id, RunStatus.FAILED if is_ours else RunStatus.INTERRUPTED, clock.now())
        raise
    remembered = conclude(store, record, summary, Learnt.of([share], recollection), providers, clock)
    return replace(remembered, interrupted=interrupted)
