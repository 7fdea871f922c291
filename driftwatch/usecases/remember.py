"""An audit with a memory: recall, audit, move the lives of findings on, record.

Whatever is the matter with the store, the audit is made and told: a report without a memory is worth more than none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from driftwatch.drift.timeline import advance, with_lives
from driftwatch.model.history import History
from driftwatch.model.memory import (
    Entry,
    MockRecord,
    ProviderScore,
    Remembered,
    RunRecord,
    RunStatus,
    StoreError,
    key_of,
)
from driftwatch.model.summary import Result, Summary
from driftwatch.ports import Clock, Prober, Progress, Store
from driftwatch.usecases.assembly import ranked
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.audit import audit
from driftwatch.usecases.notebook import Notebook

_BEAT: Final = 30.0
"""Seconds between signs of life of a run."""


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
    notebook = Notebook(clock, recollection)
    told = replace(run, suppressions=(*run.suppressions, *recollection.suppressions))
    try:
        summary = audit(providers, prober, clock, told, _Beating(progress, store, clock, run.id), notebook)
    except BaseException as error:  # whatever ends a run, it must not seem to go on; it is raised again
        is_ours = isinstance(error, Exception)
        store.end(run.id, RunStatus.FAILED if is_ours else RunStatus.INTERRUPTED, clock.now())
        raise
    recorded = store.record(
        _entry(record, summary, notebook, clock), lambda lives: advance(lives, summary, notebook.claims)
    )
    if isinstance(recorded, StoreError):
        return Remembered(summary, interrupted=interrupted, trouble=recorded)
    aged = with_lives(summary, recorded.lives)
    policies = {one.name: one.policy for one in providers}
    aged = replace(aged, providers=tuple(ranked(each, policies[each.name]) for each in aged.providers))
    return Remembered(aged, recorded.events, recorded.lives, interrupted)


def _entry(record: RunRecord, summary: Summary, notebook: Notebook, clock: Clock) -> Entry:
    is_whole = not summary.is_incomplete()
    return Entry(
        replace(
            record,
            started_at=summary.started_at,
            ended_at=max(clock.now(), summary.started_at),  # a clock may be put back
            status=RunStatus.COMPLETE if is_whole else RunStatus.INCOMPLETE,
            totals=_totals(summary),
            canary=summary.canary,
        ),
        tuple(
            ProviderScore(
                record.id, summary.started_at, each.name, each.fidelity, each.verified_share, each.drift_score
            )
            for each in summary.providers
        ),
        tuple({mock.key: mock for mock in _mocks(summary, notebook)}.values()),
    )


def _totals(summary: Summary) -> Mapping[str, int]:
    verdicts = {verdict.value: number for verdict, number in summary.verdicts.items()}
    severities = {severity.value: number for severity, number in summary.severities.items()}
    more = {
        "interactions": sum(verdicts.values()), "requests_sent": summary.requests_sent,
        "suppressed": len(summary.suppressed), "unreadable": len(summary.unreadable),
    }  # fmt: skip
    return verdicts | severities | more


def _mocks(summary: Summary, notebook: Notebook) -> Iterator[MockRecord]:
    for result in summary.results:
        key = key_of(result.interaction)
        history = notebook.histories.get(key) or notebook.recollection.histories.get(key) or History()
        yield _mock(key, result, notebook.claims.get(key, ""), history)


def _mock(key: str, result: Result, claim: str, history: History) -> MockRecord:
    interaction = result.interaction
    return MockRecord(
        key, interaction.provider, interaction.mock_id, interaction.request.method, interaction.request.path_template,
        interaction.origin, claim, result.verdict, result.reason,
        None if result.score is None else result.score.fidelity, result.verified_share, history,
    )  # fmt: skip


class _Beating:
    """Progress that tells the store now and then that the run goes on."""

    def __init__(self, progress: Progress, store: Store, clock: Clock, run_id: str) -> None:
        self._progress, self._store, self._clock, self._run_id = progress, store, clock, run_id
        self._last = clock.elapsed()

    def planned(self, probes: int) -> None:
        """Passed on."""
        self._progress.planned(probes)

    def advanced(self) -> None:
        """Passed on, with a sign of life if the last one is a while ago; one that fails costs nothing."""
        self._progress.advanced()
        if self._clock.elapsed() - self._last >= _BEAT:
            self._last = self._clock.elapsed()
            self._store.beat(self._run_id, self._clock.now())
