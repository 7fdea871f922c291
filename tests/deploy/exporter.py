"""A synthetic exporter: every series that rules and dashboards may ask for, with values that move."""

import itertools
import time
from collections.abc import Iterator, Mapping
from typing import Final

from tests.deploy.catalogue import AUDITS, DAEMON, OTHERS, VALUES, recorded

WEEK: Final = 7 * 86400
_SAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "provider": ("payments", "users"), "operation": ("GET /users/{id}",),
    "kind": ("field-missing", "latency-regressed"), "code": ("200", "503"), "channel": ("chat",),
    "level": ("warning", "error"), "le": ("0.1", "1.0", "+Inf"),
    "version": ("0.1.0",), "format": ("wiremock",), "owner": ("team-a",), "revision": ("0f3c2a1",),
    "namespace": ("qa",), "cronjob": ("driftwatch",), "file": ("/var/lib/node/driftwatch.prom",),
}  # fmt: skip
"""Values of the labels that have no closed list."""
_OLD: Final = {"driftwatch_mock_recorded_timestamp_seconds", "driftwatch_mock_drifted_since_timestamp_seconds"}


def series(names: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Name and label set of each series, the job included."""
    for name, labels in names.items():
        choices = (sorted(VALUES.get(label, _SAMPLES.get(label, ()))) for label in labels)
        for values in itertools.product(*choices):
            pairs = [f'{label}="{value}"' for label, value in zip(labels, values, strict=True)]
            yield name, ",".join(['job="driftwatch"', *pairs])


def exposed(moment: float, scrape: int) -> str:
    """What is scraped at a moment: counters rise with each scrape, and audits end with each."""
    names = {name: labels for name, labels in {**AUDITS, **DAEMON, **OTHERS}.items() if name != "up"}
    lines = (f"{name}{{{labels}}} {_value(name, labels, moment, scrape)}" for name, labels in series(names))
    return "\n".join(lines) + "\n"


def history(now: float) -> str:
    """OpenMetrics for promtool: what stood about a week ago, and what rules recorded at the last full hours."""
    weekly = [now - WEEK + minute * 60 for minute in range(-5, 15)]
    hourly = [now // 3600 * 3600 - hour * 3600 for hour in range(3, 6)]
    lines = []
    for names, moments in ((AUDITS, weekly), (recorded(), hourly)):
        for name, group in itertools.groupby(series(names), key=lambda one: one[0]):
            lines.append(f"# TYPE {name} gauge")
            lines += [
                f"{name}{{{labels}}} {_value(name, labels, at, 0)} {at:.0f}" for _, labels in group for at in moments
            ]
    return "\n".join([*lines, "# EOF"]) + "\n"


def _value(name: str, labels: str, moment: float, scrape: int) -> float:
    if name.endswith(("_timestamp_seconds", "_time_seconds", "_time", "_mtime_seconds")):
        ahead = 600 if "next_" in name else 0
        return moment - (86400 if name in _OLD else 0) + ahead
    if name.endswith("_ratio") or name.startswith("provider:"):
        return 0.9 if scrape else 0.5
    if name.endswith("_bucket"):
        return scrape * {'le="0.1"': 1, 'le="1.0"': 8}.get(labels.rsplit(",", 1)[-1], 9)
    return scrape if name.endswith(("_total", "_count", "_sum")) else 1 + (scrape > 0)


def now() -> float:
    """The real time: Prometheus looks for its data there."""
    return time.time()
