"""One audit, put together: sources, targets, prober, store. Settings in, a summary out."""

import dataclasses
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from msgspec import Struct
from msgspec.structs import replace

from driftwatch import __version__
from driftwatch.mocks.places import Places
from driftwatch.model.memory import Remembered, StoreError
from driftwatch.model.probe import Stage, lane_of
from driftwatch.model.route import path_of
from driftwatch.model.shard import WHOLE, Shard
from driftwatch.model.share import Idle
from driftwatch.model.summary import Summary
from driftwatch.ports import Clock, Prober, Progress, SharedStore, Store
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.show import digest
from driftwatch.settings.tree import Settings
from driftwatch.transport.canary import loopback_answer
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.overheard import Listener, Overheard
from driftwatch.transport.prober import HttpProber
from driftwatch.transport.target import Target
from driftwatch.usecases import canary
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.production import Production
from driftwatch.usecases.remember import remember
from driftwatch.usecases.shards import remember_share
from driftwatch.wiring.credentials import with_credentials
from driftwatch.wiring.manners import COMMONS, ledger_of, ration_of, with_manners
from driftwatch.wiring.mocks import mocks_of


def run_audit(
    settings: Settings, progress: Progress, providers: Iterable[str] = (), hear: Listener | None = None
) -> Summary:
    """One audit of the named providers, or of all, that knows of no other; ``hear`` is told of every answer."""
    return run_remembered(settings, progress, providers, hear).summary


def run_remembered(
    settings: Settings, progress: Progress, providers: Iterable[str] = (), hear: Listener | None = None,
    store: Store | None = None, run_id: str = "",
) -> Remembered:  # fmt: skip
    """The same in the knowledge of all audits before, which rests in ``store``; ``run_id`` is random if not given."""
    with prepared(settings, providers, run_id, hear, store=store) as ready:
        return _told(settings, store, ready, remember(store, *ready.team, progress))


def run_share(
    settings: Settings, progress: Progress, shard: Shard, providers: Iterable[str] = (),
    store: SharedStore | None = None, run_name: str = "",
) -> Remembered | Idle:  # fmt: skip
    """One share of an audit by several processes, which meet in ``store``; the summary of all of it for the last one.

    ``run_name`` is what all of them call the run; without it they find each other by their config. Raises
    ``UsageError`` if they do not agree how many they are.
    """
    with prepared(settings, providers, run_name, shard=shard, store=store) as ready:
        came = remember_share(store, *ready.team, progress, shard, is_named=bool(run_name))
        if isinstance(came, Idle):
            ready.log.info("share.idle", reason=came.reason)
            return came
        return _told(settings, store, ready, came)


class Ready(Struct, frozen=True):
    """All that a run needs."""

    team: tuple[Sequence[Provider], Prober, Clock, Run]
    log: Any
    revisions: Mapping[str, str]
    """Of the mocks, by provider."""


@contextmanager
def prepared(
    settings: Settings, providers: Iterable[str], run_id: str, hear: Listener | None = None, shard: Shard = WHOLE,
    store: Store | None = None,
) -> Iterator[Ready]:  # fmt: skip
    """A run of the named providers, or of all, put together; what it needs of the machine is there for the block."""
    chosen = {name: settings.providers[name] for name in (tuple(providers) or settings.providers)}
    is_whole = chosen.keys() == settings.providers.keys()
    run = Run(run_id or secrets.token_hex(6), __version__, digest(settings), settings.suppressions, is_whole)
    clock = SystemClock()
    log = structlog.get_logger().bind(run_id=run.id, providers=list(chosen))
    if not shard.is_whole:
        log = log.bind(shard=str(shard))
    log.info("audit.started", version=run.version, config_digest=run.config_digest)
    mocks = {name: mocks_of(settings, name) for name in chosen}
    with _canary_target() as planted:
        targets = {name: target_of(name, settings) for name in chosen}
        targets |= {live.name: live for name in chosen for live in live_target(name, settings)}
        targets = {name: shared(one, shard, has_store=store is not None) for name, one in targets.items()}
        ledger, total = ledger_of(settings, store, clock), settings.probing.total_rate
        http = HttpProber(
            targets | {planted.name: planted}, clock, run_id=run.id, workers=settings.probing.workers,
            total_rate=None if total is None else total / shard.count, commons=COMMONS, ledger=ledger,
        )  # fmt: skip
        prober = Overheard(http, run.id, hear)
        team = [
            replace(
                provider_of(settings, name, mocks[name].source, store), ration=ration_of(targets[name], ledger, store)
            )
            for name in chosen
        ]
        yield Ready((team, prober, clock, run), log, {name: found.revision for name, found in mocks.items()})


def shared(target: Target, shard: Shard, *, has_store: bool = False) -> Target:
    """A target as one of several processes may use it: what it bears is divided among them.

    Of concurrency each has one at least, so more processes than that have more connections; their rate is divided. Of
    the day's budget they take from one store what they need; without one it is divided too.
    """
    if shard.is_whole:
        return target
    return dataclasses.replace(
        target,
        rate=None if target.rate is None else target.rate / shard.count,
        budget=None if target.budget is None else shard.part_of(target.budget),
        daily_budget=target.daily_budget
        if target.daily_budget is None or has_store
        else shard.part_of(target.daily_budget),
        concurrency=max(1, shard.part_of(target.concurrency)),
    )


def _told(settings: Settings, store: Store | None, ready: Ready, remembered: Remembered) -> Remembered:
    """What a run came to, with what the config knows of it; it is shown in the store and told in the log."""
    log, (_, _, clock, _) = ready.log, ready.team
    remembered = replace(remembered, earlier=tuple(_told(settings, store, ready, one) for one in remembered.earlier))
    summary = introduced(settings, remembered.summary, ready.revisions)
    if settings.incidents is not None and summary.shard.is_whole:
        from driftwatch.wiring.incidents import with_incidents  # noqa: PLC0415 - few configs name any

        summary = with_incidents(settings, summary, store if remembered.trouble is None else None)
    if summary.run_id != ready.team[3].id:
        log = log.bind(run_id=summary.run_id)
    if store is not None and remembered.trouble is None and summary.shard.is_whole:
        summary = _with_never_verified(store, summary)
        summary = _with_tests(store, summary, settings, clock)
        store.show(summary, clock.now())  # a trouble is told with the next run; until then others show the last one
    for dead in remembered.interrupted:
        log.warning("run.interrupted", interrupted_run=dead)
    if (trouble := remembered.trouble) is not None:
        log.error("store.failed", store=trouble.place, problem=trouble.problem, remedy=trouble.remedy)
    elif store is not None:
        told = Counter(event.change.value for event in remembered.events)
        log.info("store.recorded", events=dict(sorted(told.items())), known=len(remembered.lives))
    for one in summary.troubles:
        told = log.error if one.is_clean_up else log.warning
        event = "journey.not_cleaned_up" if one.is_clean_up else "journey.broken"
        told(event, provider=one.provider, journey=one.journey, reason=one.reason)
    for guarded in summary.guards:
        if not guarded.is_verified:
            guard = guarded.guard
            log.warning("guard.not_verified", provider=guard.provider, guard=guard.name, verdict=guarded.verdict)
    log.info(
        "audit.finished",
        interactions={verdict.value: number for verdict, number in summary.verdicts.items()},
        findings={severity.value: number for severity, number in summary.severities.items()},
        suppressed=len(summary.suppressed),
        unreadable=len(summary.unreadable),
        is_incomplete=summary.is_incomplete(),
        requests=summary.requests_sent,
        seconds=round(summary.seconds, 3),
    )
    return replace(remembered, summary=summary)


def provider_of(settings: Settings, name: str, source: Places, store: Store | None = None) -> Provider:
    """What an audit is to do with one provider of the config; ``store`` knows its tests."""
    chosen = settings.providers[name]
    journeys = chosen.journeys.of(name, chosen.known_values()) if chosen.journeys.journeys else ()
    provider = Provider(name, chosen.target, source, settings.policy_for(name), _production(chosen), journeys)
    if chosen.discover:
        from driftwatch.wiring.discovery import discovery_of  # noqa: PLC0415 - few configs want it

        provider = replace(provider, discovery=discovery_of(chosen, source))
    if chosen.rollout is not None:
        from driftwatch.wiring.instances import with_rollout  # noqa: PLC0415 - few configs look for rollouts

        provider = with_rollout(provider, settings)
    if chosen.evidence is not None:
        from driftwatch.wiring.recordings import with_recordings  # noqa: PLC0415 - few configs name any

        provider = with_recordings(provider, settings)
    if chosen.consumer.usage_from_tests:
        from driftwatch.wiring.usage import with_usage  # noqa: PLC0415 - few configs want it

        provider = with_usage(provider, store)
    return provider


def _production(provider: ProviderSettings) -> Production | None:
    live, probing = provider.production, provider.production_probing()
    if live is None or probing is None:
        return None
    return Production(live.target, path_of(live.target), probing)


@contextmanager
def _canary_target() -> Iterator[Target]:
    """The loopback service that the planted mock is false about."""
    with loopback_answer(*canary.ANSWER) as url:
        yield Target(canary.PROVIDER, url, rate=None)


def target_of(name: str, settings: Settings) -> Target:
    """Where the provider's requests go, and within which limits."""
    provider = settings.providers[name]
    probing = provider.probing
    target = Target(
        name,
        provider.target,
        connect_timeout=probing.timeout.connect,
        read_timeout=probing.timeout.read,
        total_timeout=probing.timeout.total,
        concurrency=probing.concurrency,
        rate=probing.rate,
        budget=probing.budget,
        daily_budget=probing.daily_budget,
        body_limit=probing.body_limit,
        verify=str(provider.verify.path) if provider.verify is not None else True,
        connect_to=provider.connect_to,
        allow_addresses=provider.allow_addresses,
    )
    return with_credentials(with_manners(target, provider, settings), provider)


def live_target(name: str, settings: Settings) -> Iterator[Target]:
    """Where the provider is live, with credentials of its own, if the config names it."""
    provider = settings.providers[name]
    if (live := provider.production) is None:
        return
    gentle = live.probing
    target = Target(
        lane_of(name, Stage.PRODUCTION),
        live.target,
        connect_timeout=gentle.timeout.connect,
        read_timeout=gentle.timeout.read,
        total_timeout=gentle.timeout.total,
        concurrency=1,
        rate=gentle.rate,
        budget=gentle.budget,
        daily_budget=gentle.daily_budget,
        body_limit=provider.probing.body_limit,
        verify=str(live.verify.path) if live.verify is not None else True,
    )
    yield with_credentials(with_manners(target, provider, settings), live)


def _with_never_verified(store: Store, summary: Summary) -> Summary:
    """With the number of mocks that no run ever compared, as the store remembers."""
    providers = []
    for provider in summary.providers:
        mocks = store.mocks(provider.name)
        never = None if isinstance(mocks, StoreError) else sum(mock.history.verified_at is None for mock in mocks)
        providers.append(replace(provider, never_verified=never))
    return replace(summary, providers=tuple(providers))


def _with_tests(store: Store, summary: Summary, settings: Settings, clock: Clock) -> Summary:
    """With the number of tests that rest on each provider's mocks, where somebody told of any."""
    uses = store.uses()
    if isinstance(uses, StoreError) or not uses:
        return summary
    from driftwatch.wiring.resting import counted  # noqa: PLC0415 - few stores know of tests

    return counted(store, summary, uses, settings.tests.stale_after, clock.now())


def introduced(settings: Settings, summary: Summary, revisions: Mapping[str, str]) -> Summary:
    """The summary with what the config knows of the mocks: whose they are, of which commit, and what they guard."""
    if settings.guards:
        from driftwatch.wiring.guards import guarded  # noqa: PLC0415 - few configs have any

        summary = guarded(settings, summary)
    return replace(
        summary,
        providers=tuple(
            replace(
                one,
                owner=settings.providers[one.name].route.owner,
                revision=revisions.get(one.name, ""),
            )
            for one in summary.providers
        ),
    )
