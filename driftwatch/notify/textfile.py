"""The outcome of a run for node_exporter's textfile collector."""

from pathlib import Path

from driftwatch.model.latest import Latest
from driftwatch.model.summary import Summary
from driftwatch.notify.recall import recall
from driftwatch.reports.exposition import expose, families
from driftwatch.reports.measures import OPERATIONS_LIMIT, View
from driftwatch.reports.metrics import METRICS


def textfile(summary: Summary, before: Path, operations: int = OPERATIONS_LIMIT) -> str:
    """What the file shall hold; the last successes that the one before tells of are not forgotten."""
    names = tuple(provider.name for provider in summary.providers)
    latest = _recalled(before).only(names).after(summary)
    return expose(families(METRICS, View(latest, names, operations))).decode()


def _recalled(before: Path) -> Latest:
    try:
        return recall(before.read_text(encoding="utf-8", errors="replace"), {})
    except OSError:
        return Latest()
