"""A synthetic exporter: every series that rules and dashboards may ask for, with values that move."""

import itertools
import time
import zlib
from collections.abc import Iterator, Mapping
from typing import Final, Literal

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
_YES_OR_NO: Final = {"driftwatch_canary_caught", "driftwatch_mock_load_success", "driftwatch_provider_up"}
_OF_AUDITS: Final = (
    "driftwatch_audit_next", "driftwatch_audit_run", "driftwatch_audit_skipped", "driftwatch_notification",
    "driftwatch_provider", "driftwatch_run_interrupted", "driftwatch_state_write_failures",
)  # fmt: skip
"""What only the replica that leads has anything to say of."""
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


def replica(part: Literal["leader", "follower", "outdated"], start: float, moment: float) -> str:
    """What one of several replicas of a daemon says at a moment: of mocks the same, of audits the leader alone.

    The outdated one is cut off from the store: it says what was so an hour before the start.
    """
    lines = []
    for name, labels in series({**AUDITS, **DAEMON}):
        _, _, own = labels.partition(",")  # the job is that of the scrape
        value = _of_replica(part, name, own, start, moment)
        if value is not None:
            lines.append(f"{name}{{{own}}} {value}")
    return "\n".join(lines) + "\n"


def _of_replica(part: str, name: str, labels: str, start: float, moment: float) -> float | None:
    if name in AUDITS:
        is_old = part == "outdated"
        if name.endswith("_timestamp_seconds"):
            return start - (86400 if name in _OLD else 60) - (3600 if is_old else 0)
        if name.endswith(("_info", "_ratio")) or name in _YES_OR_NO:
            return 0 if is_old and name in _YES_OR_NO else 0.5 if is_old and name.endswith("_ratio") else 1
        return zlib.crc32(labels.encode()) % 7 + 1 + (5 if is_old else 0)
    if name.startswith(_OF_AUDITS):
        if part != "leader":
            return None if "notification" in name or "certificate" in name else 0
        if name.endswith("_timestamp_seconds"):
            return start + 600
        share = {'le="0.1"': 1, 'le="1.0"': 8}.get(labels.rsplit(",", 1)[-1], 9)
        return share * (moment - start) if name.endswith(("_total", "_bucket", "_count", "_sum")) else 0
    if name == "driftwatch_leader":
        return float(part == "leader")
    if name.endswith("_timestamp_seconds"):
        return start - 3600 if part == "outdated" and "last_read" in name else moment
    return 60 if "interval" in name else 1


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
