"""Samples → text exposition. The only file of the room that knows prometheus_client."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from driftwatch.model.summary import Summary
from driftwatch.reports.legible import legible
from driftwatch.reports.metric import Metric


@dataclass(frozen=True, slots=True, eq=False)
class SummaryCollector(Collector):
    """Builds all families anew from one unchanging summary, so that what left the configuration leaves no ghost."""

    metrics: tuple[Metric, ...]
    summary: Summary

    def collect(self) -> Iterator[Family]:
        """One family per row of the catalogue, in its order."""
        return (_family(metric, self.summary) for metric in self.metrics)


def expose(metrics: Iterable[Metric], summary: Summary) -> str:
    """The text of these metrics alone: a registry of its own has no process metrics and no ``_created`` series."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(SummaryCollector(tuple(metrics), summary))
    return generate_latest(registry).decode()


def _family(metric: Metric, summary: Summary) -> Family:
    """Label values are made legible, since one lone surrogate costs the whole scrape; no series stands there twice."""
    points = {tuple(map(legible, values)): value for values, value in metric.measure(summary)}
    family = Family(metric.name, metric.help, metric.type)
    for values, value in points.items():
        family.add_sample(metric.name, dict(zip(metric.labels, values, strict=True)), value)
    return family
