"""One audit by several processes: join a run, take a share, hand it in; whoever comes last puts the run together.

Without a store, or where it fails, a process tells of its own share, and nobody puts anything together.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from driftwatch.model.errors import UsageError
from driftwatch.model.memory import Recollection, Remembered, RunRecord, StoreError
from driftwatch.model.shard import Shard
from driftwatch.model.share import Handed, Idle, Joined, Share
from driftwatch.ports import Clock, Prober, Progress, SharedStore
from driftwatch.usecases.assembly import assemble
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.audit import take_share
from driftwatch.usecases.conclude import Learnt, conclude
from driftwatch.usecases.notebook import Notebook
from driftwatch.usecases.pulse import Beating


def remember_share(
    store: SharedStore | None, providers: Sequence[Provider], prober: Prober, clock: Clock, run: Run,
    progress: Progress, shard: Shard, *, is_named: bool,
) -> Remembered | Idle:  # fmt: skip
    """Do one share of a run; its summary is that of the whole run if this was the last one.

    ``is_named`` says that all its processes give the run the same id. Raises ``UsageError`` if they do not agree how
    many they are.
    """
    if store is None:
        share = take_share(providers, prober, clock, run, progress, shard=shard)
        return Remembered(assemble([share], providers, run, shard))
    record = RunRecord(
        run.id, clock.now(), run.version, run.config_digest, tuple(one.name for one in providers), shards=shard.count
    )
    joined = store.join(record, shard, is_named=is_named)
    recollection = store.recall(record.providers) if isinstance(joined, Joined) else joined
    if isinstance(joined, StoreError) or isinstance(recollection, StoreError):
        share = take_share(providers, prober, clock, run, progress, shard=shard)
        trouble = recollection if isinstance(recollection, StoreError) else None
        return Remembered(assemble([share], providers, run, shard), trouble=trouble)
    if joined.shards != shard.count:
        raise UsageError(
            f"--shard {shard}: the run {joined.run_id} has {joined.shards} shards. Give all its processes one count, "
            "and every run a name of its own."
        )
    told = replace(run, suppressions=(*run.suppressions, *recollection.suppressions))
    lost = [
        _put_together(store, replace(record, id=one), replace(told, id=one), providers, clock) for one in joined.lost
    ]
    earlier = tuple(one for one in lost if one is not None)
    record, told = replace(record, id=joined.run_id), replace(told, id=joined.run_id)
    if joined.is_over or (joined.is_handed_in and joined.is_complete):
        return _again(joined, store, record, told, providers, clock, shard)
    share = _taken(store, providers, prober, clock, told, progress, shard, recollection)
    handed = store.hand_in(told.id, share, clock.now())
    if handed is Handed.LAST:
        remembered = _put_together(store, record, told, providers, clock)
        if remembered is not None:
            return replace(remembered, interrupted=joined.interrupted, earlier=earlier)
    mine = assemble([share], providers, told, shard)
    trouble = handed if isinstance(handed, StoreError) else None
    return Remembered(
        mine, interrupted=joined.interrupted, trouble=trouble, earlier=earlier, is_left_out=handed is Handed.LATE
    )


def _taken(
    store: SharedStore, providers: Sequence[Provider], prober: Prober, clock: Clock, run: Run, progress: Progress,
    shard: Shard, recollection: Recollection,
) -> Share:  # fmt: skip
    try:
        beating = Beating(progress, store, clock, run.id)
        return take_share(providers, prober, clock, run, beating, Notebook(clock, recollection), shard)
    except BaseException:  # whatever ends it, somebody else may do this share; it is raised again
        store.leave(run.id, shard)
        raise


def _again(
    joined: Joined, store: SharedStore, record: RunRecord, run: Run, providers: Sequence[Provider], clock: Clock,
    shard: Shard,
) -> Remembered | Idle:  # fmt: skip
    """Somebody else did this share, or the run is over. Its process may have died before it put the run together."""
    about = f"shard {shard} of the run {run.id}"
    if joined.is_over and not joined.is_handed_in:
        return Idle(
            f"{about} comes too late: a later run had begun, so this one was put together without it. "
            "The next run asks what was left out."
        )
    there = () if joined.is_over else store.shares(run.id)
    if isinstance(there, StoreError):
        return Idle(f"{about} was handed in before, and cannot be looked at: {there}")
    if len(there) == shard.count:
        remembered = _put_together(store, record, run, providers, clock)
        if remembered is not None:
            return remembered
    rest = "the run is put together" if joined.is_over else f"{len(there)} of {shard.count} are there"
    if not joined.is_complete:
        return Idle(f"{about} was handed in before, incomplete, and {rest}: the next run asks again.")
    return Idle(f"{about} was handed in before, and {rest}: nothing is left to do here.", is_fine=True)


def _put_together(
    store: SharedStore, record: RunRecord, run: Run, providers: Sequence[Provider], clock: Clock
) -> Remembered | None:
    """The summary of all that was handed in, recorded; ``None`` if nothing was, or somebody else was quicker."""
    shares = store.shares(run.id)
    recollection = store.recall(record.providers)
    if isinstance(shares, StoreError) or isinstance(recollection, StoreError) or not shares:
        return None
    summary = assemble(shares, providers, run, histories=recollection.histories)
    return conclude(store, record, summary, Learnt.of(shares, recollection), providers, clock)
