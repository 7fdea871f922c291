"""Recording, put together: recordings or staging in, mocks of a chosen format out."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.spelling.catalog import spelling
from driftwatch.mocks.traffic.source import Recordings
from driftwatch.model.recording import LeftOut, Recording
from driftwatch.model.summary import Summary
from driftwatch.model.tape import Spelled, Tape
from driftwatch.ports import Progress, Store
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.audit import audit
from driftwatch.usecases.hearing import Hearing, safely
from driftwatch.usecases.identifiers import Keeping
from driftwatch.usecases.record import Wanted, record
from driftwatch.wiring.audits import prepared
from driftwatch.wiring.mocks import folder_of, followed


def record_files(
    files: Sequence[Path], hosts: tuple[str, ...], wanted: Wanted, settings: Settings | None = None
) -> Recording:
    """What recordings of traffic hold. Raises ``UsageError`` where several hosts answer and none was named."""
    return record(recordings_of(files, hosts, wanted.provider, settings).read(), wanted)


def recordings_of(
    files: Sequence[Path], hosts: tuple[str, ...], name: str, settings: Settings | None = None
) -> Recordings:
    """Recordings of traffic with one provider, read as its config says."""
    provider = settings.providers.get(name) if settings is not None else None
    evidence = provider.evidence if provider is not None else None
    return Recordings(
        tuple((followed(path), folder_of(path)) for path in files),
        hosts,
        evidence.fields.named if evidence is not None else {},
        provider.known_values() if provider is not None else {},
        Limits() if settings is None else Limits(file_bytes=settings.limits.file_size, depth=settings.limits.depth),
        SystemClock().now(),
    )


def record_staging(settings: Settings, wanted: Wanted, progress: Progress, store: Store | None = None) -> Recording:
    """What one provider's staging answers to the audit's own probes, with all its manners.

    In ``store`` rests what is left of the day's budget, which is spent here too; nothing else is written there.
    """
    with prepared(settings, (wanted.provider,), "", store=store) as ready:
        providers, prober, clock, run = ready.team
        hearing = Hearing(prober)
        summary = audit([safely(one) for one in providers], hearing, clock, run, progress)
    # answers come as they are ready; mocks of one staging are the same in every run
    heard = sorted(hearing.heard, key=lambda one: (one.path, one.method, one.query))
    target = settings.providers[wanted.provider].target
    # the team's own mocks ask so: what stands in their questions is no news to anybody
    found = record(heard, replace(wanted, base_url=target, keeping=Keeping.QUESTIONS, is_below=True))
    silent = [LeftOut(operation, reason, number) for (operation, reason), number in hearing.silent.items()]
    number = sum(one.exchanges for one in silent)
    return replace(
        found,
        exchanges=found.exchanges + number,
        left_out=(*found.left_out, *silent),
        unasked=_unasked(summary),
        unreadable=(*found.unreadable, *summary.unreadable),
        ignored=(*found.ignored, *summary.ignored),
    )


def _unasked(summary: Summary) -> tuple[LeftOut, ...]:
    asked = ((one.interaction.request, one.reason) for one in summary.results if not one.samples)
    number = Counter((f"{request.method} {request.path_template}", reason) for request, reason in asked)
    return tuple(LeftOut(operation, reason, mocks) for (operation, reason), mocks in number.most_common())


def spelled(tape: Tape, format_name: str) -> Spelled:
    """The tape in the words of a format."""
    return spelling(format_name).spell(tape)
