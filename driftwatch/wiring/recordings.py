"""Recordings of real traffic, put together: where they are, whose exchanges count, how far they are believed."""

from urllib.parse import urlsplit

from msgspec.structs import replace

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.traffic.source import Recordings
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.assignment import Provider
from driftwatch.wiring.mocks import folder_of, followed


def with_recordings(provider: Provider, settings: Settings) -> Provider:
    """The provider with the recordings that its config names."""
    chosen = settings.providers[provider.name]
    evidence = chosen.evidence
    if evidence is None:
        return provider
    found = [path for place in evidence.files for path in place.expand()]
    recordings = Recordings(
        tuple((followed(path), folder_of(path)) for path in found),
        evidence.hosts or (_host_of(chosen.target),),
        evidence.fields.named,
        chosen.known_values(),
        Limits(file_bytes=settings.limits.file_size, depth=settings.limits.depth),
        SystemClock().now(),
    )
    return replace(provider, evidence=recordings, listening=evidence.listening)


def _host_of(target: str) -> str:
    """The target's host, with its port if that is not the usual one."""
    return urlsplit(target).netloc.lower()
