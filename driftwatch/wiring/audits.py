"""One audit, put together: sources, targets, prober, store. Settings in, a summary out."""

import dataclasses
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, assert_never

import structlog
from msgspec import Struct
from msgspec.structs import replace

from driftwatch import __version__
from driftwatch.model.interaction import Header
from driftwatch.model.memory import Remembered, StoreError
from driftwatch.model.probe import Stage, lane_of
from driftwatch.model.route import path_of
from driftwatch.model.secret import Secret
from driftwatch.model.shard import WHOLE, Shard
from driftwatch.model.share import Idle
from driftwatch.model.summary import Summary
from driftwatch.ports import Clock, MockSource, Prober, Progress, SharedStore, Store
from driftwatch.settings.credentials import ApiKeyAuth, AuthSettings, BasicAuth, BearerAuth, NoAuth
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.reference import Referenced
from driftwatch.settings.show import digest
from driftwatch.settings.tree import Settings
from driftwatch.transport import auth
from driftwatch.transport.canary import loopback_answer
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.overheard import Listener, Overheard
from driftwatch.transport.prober import HttpProber
from driftwatch.transport.target import Proxy, Target
from driftwatch.usecases import canary
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.production import Production
from driftwatch.usecases.remember import remember
from driftwatch.usecases.shards import remember_share
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
    with _ready(settings, providers, run_id, hear) as ready:
        return _told(settings, store, ready, remember(store, *ready.team, progress))


def run_share(
    settings: Settings, progress: Progress, shard: Shard, providers: Iterable[str] = (),
    store: SharedStore | None = None, run_name: str = "",
) -> Remembered | Idle:  # fmt: skip
    """One share of an audit by several processes, which meet in ``store``; the summary of all of it for the last one.

    ``run_name`` is what all of them call the run; without it they find each other by their config. Raises
    ``UsageError`` if they do not agree how many they are.
    """
    with _ready(settings, providers, run_name, shard=shard) as ready:
        came = remember_share(store, *ready.team, progress, shard, is_named=bool(run_name))
        if isinstance(came, Idle):
            ready.log.info("share.idle", reason=came.reason)
            return came
        return _told(settings, store, ready, came)


class _Ready(Struct, frozen=True):
    """All that a run needs."""

    team: tuple[Sequence[Provider], Prober, Clock, Run]
    log: Any
    revisions: Mapping[str, str]
    """Of the mocks, by provider."""


@contextmanager
def _ready(
    settings: Settings, providers: Iterable[str], run_id: str, hear: Listener | None = None, shard: Shard = WHOLE
) -> Iterator[_Ready]:
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
        targets = {name: target_of(name, provider) for name, provider in chosen.items()}
        targets |= {live.name: live for name, provider in chosen.items() for live in _live_target(name, provider)}
        targets = {name: shared(target, shard) for name, target in targets.items()} | {planted.name: planted}
        prober = Overheard(HttpProber(targets, clock, run_id=run.id, workers=settings.probing.workers), run.id, hear)
        team = [_provider(settings, name, mocks[name].source) for name in chosen]
        yield _Ready((team, prober, clock, run), log, {name: found.revision for name, found in mocks.items()})


def shared(target: Target, shard: Shard) -> Target:
    """A target as one of several processes may use it: what it bears is divided among them.

    Of concurrency each has one at least, so more processes than that have more connections; their rate is divided.
    """
    if shard.is_whole:
        return target
    return dataclasses.replace(
        target,
        rate=None if target.rate is None else target.rate / shard.count,
        budget=None if target.budget is None else shard.part_of(target.budget),
        concurrency=max(1, shard.part_of(target.concurrency)),
    )


def _told(settings: Settings, store: Store | None, ready: _Ready, remembered: Remembered) -> Remembered:
    """What a run came to, with what the config knows of it; it is shown in the store and told in the log."""
    log, (_, _, clock, _) = ready.log, ready.team
    remembered = replace(remembered, earlier=tuple(_told(settings, store, ready, one) for one in remembered.earlier))
    summary = introduced(settings, remembered.summary, ready.revisions)
    if summary.run_id != ready.team[3].id:
        log = log.bind(run_id=summary.run_id)
    if store is not None and remembered.trouble is None and summary.shard.is_whole:
        summary = _with_never_verified(store, summary)
        store.show(summary, clock.now())  # a trouble is told with the next run; until then others show the last one
    for dead in remembered.interrupted:
        log.warning("run.interrupted", interrupted_run=dead)
    if (trouble := remembered.trouble) is not None:
        log.error("store.failed", store=trouble.place, problem=trouble.problem, remedy=trouble.remedy)
    elif store is not None:
        told = Counter(event.change.value for event in remembered.events)
        log.info("store.recorded", events=dict(sorted(told.items())), known=len(remembered.lives))
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


def _provider(settings: Settings, name: str, source: MockSource) -> Provider:
    chosen = settings.providers[name]
    return Provider(name, chosen.target, source, settings.policy_for(name), _production(chosen))


def _production(provider: ProviderSettings) -> Production | None:
    live, probing = provider.production, provider.production_probing()
    if live is None or probing is None:
        return None
    return Production(live.target, path_of(live.target), probing)


@contextmanager
def _canary_target() -> Iterator[Target]:
    """The loopback service that the planted mock is false about."""
    with loopback_answer(*canary.ANSWER) as url:
        yield Target(canary.PROVIDER, url, rate=None, proxy=Proxy.NONE)


def target_of(name: str, provider: ProviderSettings) -> Target:
    """Where the provider's requests go, and within which limits."""
    probing = provider.probing
    return Target(
        name,
        provider.target,
        auth=_auth_of(provider.auth),
        headers=_headers_of(provider.headers),
        connect_timeout=probing.timeout.connect,
        read_timeout=probing.timeout.read,
        total_timeout=probing.timeout.total,
        concurrency=probing.concurrency,
        rate=probing.rate,
        budget=probing.budget,
        body_limit=probing.body_limit,
        verify=str(provider.verify.path) if provider.verify is not None else True,
    )


def _live_target(name: str, provider: ProviderSettings) -> Iterator[Target]:
    """Where the provider is live, with credentials of its own, if the config names it."""
    if (live := provider.production) is None:
        return
    gentle = live.probing
    yield Target(
        lane_of(name, Stage.PRODUCTION),
        live.target,
        auth=_auth_of(live.auth),
        headers=_headers_of(live.headers),
        connect_timeout=gentle.timeout.connect,
        read_timeout=gentle.timeout.read,
        total_timeout=gentle.timeout.total,
        concurrency=1,
        rate=gentle.rate,
        budget=gentle.budget,
        body_limit=provider.probing.body_limit,
        verify=str(live.verify.path) if live.verify is not None else True,
    )


def _headers_of(headers: Mapping[str, Referenced]) -> tuple[Header, ...]:
    return tuple((header, value.secret.reveal()) for header, value in headers.items())


def _auth_of(settings: AuthSettings) -> auth.Auth:
    match settings:
        case NoAuth():
            return auth.NoAuth()
        case BasicAuth(username=username, password=password):
            return auth.BasicAuth(username.secret.reveal(), password.secret if password is not None else Secret(""))
        case BearerAuth(token=token):
            return auth.BearerAuth(token.secret)
        case ApiKeyAuth(header=header, query=query, value=value):
            place = auth.Place.HEADER if header else auth.Place.QUERY
            return auth.ApiKeyAuth(header or query, value.secret, place)
        case unknown:
            assert_never(unknown)


def _with_never_verified(store: Store, summary: Summary) -> Summary:
    """With the number of mocks that no run ever compared, as the store remembers."""
    providers = []
    for provider in summary.providers:
        mocks = store.mocks(provider.name)
        never = None if isinstance(mocks, StoreError) else sum(mock.history.verified_at is None for mock in mocks)
        providers.append(replace(provider, never_verified=never))
    return replace(summary, providers=tuple(providers))


def introduced(settings: Settings, summary: Summary, revisions: Mapping[str, str]) -> Summary:
    """The summary with what the config knows of the mocks: whose they are, and of which commit."""
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
