"""Conductor: the one place that knows every concrete class. Settings in, ready objects out."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import assert_never

import structlog

from driftwatch import __version__
from driftwatch.mocks.limits import Limits
from driftwatch.mocks.places import Place, Places
from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.strangers.landmarks import FolderLandmarks
from driftwatch.model.proposal import Proposal
from driftwatch.model.secret import Secret
from driftwatch.model.summary import Summary
from driftwatch.ports import Progress
from driftwatch.settings.show import digest
from driftwatch.settings.tree import ApiKeyAuth, BasicAuth, BearerAuth, NoAuth, ProviderSettings, Settings
from driftwatch.transport import auth
from driftwatch.transport.canary import loopback_answer
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.prober import HttpProber
from driftwatch.transport.target import Proxy, Target
from driftwatch.usecases import canary
from driftwatch.usecases.audit import Provider, Run, audit
from driftwatch.usecases.proposal import propose


def run_audit(settings: Settings, progress: Progress, providers: Iterable[str] = ()) -> Summary:
    """One audit of the named providers, or of all."""
    chosen = {name: settings.providers[name] for name in (tuple(providers) or settings.providers)}
    is_whole = chosen.keys() == settings.providers.keys()
    run = Run(secrets.token_hex(6), __version__, digest(settings), settings.suppressions, is_whole)
    clock = SystemClock()
    log = structlog.get_logger().bind(run_id=run.id, providers=list(chosen))
    log.info("audit.started", version=run.version, config_digest=run.config_digest)
    with _canary_target() as planted:
        targets = {name: target_of(name, provider) for name, provider in chosen.items()} | {planted.name: planted}
        prober = HttpProber(targets, clock, run_id=run.id, workers=settings.probing.workers)
        summary = audit([_provider(settings, name) for name in chosen], prober, clock, run, progress)
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
    return summary


def _provider(settings: Settings, name: str) -> Provider:
    chosen = settings.providers[name]
    return Provider(name, chosen.target, sources_of(settings, name), settings.policy_for(name))


def sources_of(settings: Settings, name: str) -> Places:
    """The mocks of one provider."""
    chosen = settings.providers[name]
    limits = Limits(file_bytes=settings.limits.file_size, depth=settings.limits.depth)
    return Places(
        tuple(
            Place(
                FolderSource(
                    path,
                    provider=name,
                    limits=limits,
                    global_templating=settings.global_templating,
                    variables=chosen.variables,
                    now=SystemClock().now(),
                    with_history=True,
                ),
                _folder_of(path),
            )
            for place in chosen.mocks
            for path in place.expand()
        )
    )


def source_at(path: Path) -> Place:
    """The mocks in one folder or file, without a config."""
    return Place(FolderSource(path, now=SystemClock().now(), with_history=True), _folder_of(path))


def propose_config(folder: Path) -> Proposal:
    """What a first config could say about a folder of mocks."""
    source = FolderSource(folder, now=SystemClock().now())
    return propose(source, FolderLandmarks(folder), folder.resolve().name)


def _folder_of(path: Path) -> str:
    """The folder its files are below, as seen from here where that is shorter to read."""
    folder = path if path.is_dir() else path.parent
    here = Path.cwd()
    shown = folder.relative_to(here) if folder.is_relative_to(here) else folder
    return "" if shown == Path() else shown.as_posix()


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
        auth=_auth_of(provider),
        headers=tuple((header, value.secret.reveal()) for header, value in provider.headers.items()),
        connect_timeout=probing.timeout.connect,
        read_timeout=probing.timeout.read,
        total_timeout=probing.timeout.total,
        concurrency=probing.concurrency,
        rate=probing.rate,
        budget=probing.budget,
        body_limit=probing.body_limit,
        verify=str(provider.verify.path) if provider.verify is not None else True,
    )


def _auth_of(provider: ProviderSettings) -> auth.Auth:
    match provider.auth:
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
