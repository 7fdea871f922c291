"""What earlier runs told, read back from where they told it, so that a process that ends still knows the last success.

A store knows more. Where there is none, the Pushgateway or the text file of the run before is asked.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from driftwatch.model.latest import Latest

_RUN: Final = "driftwatch_audit_last_success_timestamp_seconds"
_PROVIDER: Final = "driftwatch_mock_last_success_timestamp_seconds"


def recall(text: str, group: Mapping[str, str]) -> Latest:
    """The last successes that an exposition tells of, among the series with just these labels of a group."""
    last: datetime | None = None
    successes: dict[str, datetime] = {}
    for sample in samples(text, {_RUN, _PROVIDER}):
        labels = {name: value for name, value in sample.labels.items() if value and name != "provider"}
        moment = _moment(sample.value)
        if labels != dict(group) or moment is None:
            continue
        if sample.name == _RUN:
            last = moment
        elif "provider" in sample.labels:
            successes[sample.labels["provider"]] = moment
    return Latest(last_success=last, successes=successes)


def samples(text: str, names: set[str]) -> Iterator[Sample]:
    """The samples of these names; nothing from where an exposition cannot be read."""
    lines = (line for line in text.splitlines() if line.partition("{")[0].partition(" ")[0] in names)
    for line in lines:
        try:
            for family in text_string_to_metric_families(f"{line}\n"):
                yield from family.samples
        except ValueError:
            continue


def _moment(seconds: float) -> datetime | None:
    """``None`` for 0, which stands for never, and for what is no time."""
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (OverflowError, OSError, ValueError):
        return None
