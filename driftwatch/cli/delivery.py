"""Where the metrics of one run go, beside its report: options of ``driftwatch audit``."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from driftwatch.cli.output import check_output, put
from driftwatch.model.errors import Mistake, SettingsError, UsageError
from driftwatch.model.summary import Summary
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.target import read_target
from driftwatch.settings.tree import Settings


class Delivery(Struct, frozen=True):
    """What was asked for, checked before the work begins."""

    gateway: str = ""
    textfile: Path | None = None
    wait: float | None = None
    """Seconds to serve until somebody has scraped."""

    @classmethod
    def of(cls, gateway: str | None, textfile: Path | None, wait: float | None) -> "Delivery":
        """Raises ``UsageError`` or ``SettingsError`` for what cannot work."""
        if textfile is not None:
            if textfile.suffix != ".prom":
                raise UsageError(f"--textfile {textfile} would not be read: its name must end in .prom")
            check_output(textfile, "--textfile")
        return cls(_url(gateway) if gateway is not None else "", textfile, wait)

    def deliver(self, summary: Summary, settings: Settings) -> Iterator[str]:
        """Do what was asked for; yields a sentence for what went wrong without being the audit's fault."""
        operations = settings.metrics.operations
        if self.textfile is not None:
            from driftwatch.notify.textfile import textfile  # noqa: PLC0415 - only where it is asked for

            put(textfile(summary, self.textfile, operations), self.textfile, "--textfile")
        if self.gateway:
            from driftwatch.notify.pushgateway import Pushgateway  # noqa: PLC0415

            yield from Pushgateway(self.gateway, operations).push(summary)
        if self.wait is not None:
            from driftwatch.wiring.service import serve_outcome  # noqa: PLC0415

            if not serve_outcome(summary, settings, self.wait):
                yield f"Nobody scraped the metrics of this run within {self.wait:g} s."


def _url(gateway: str) -> str:
    try:
        return read_target(gateway)
    except RefusedError as refused:
        raise SettingsError([Mistake("--push-gateway", refused.found, refused.remedy)]) from refused
