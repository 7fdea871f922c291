"""Samples → text exposition. The only file of the room that knows prometheus_client."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.openmetrics.exposition import generate_latest as generate_open
from prometheus_client.registry import Collector
from prometheus_client.samples import Exemplar

from driftwatch.model.vitals import DURATION_BUCKETS, Vitals
from driftwatch.model.vitals import Exemplar as Example
from driftwatch.reports.legible import legible
from driftwatch.reports.metric import Known, Metric
from driftwatch.reports.own import LATENCY, LATENCY_HELP, OWN

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
"""Media types of the two formats."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared(Collector):
    """Families that were made before: what left the configuration leaves no ghost, and nothing is shared."""

    families: tuple[Family, ...]

    def collect(self) -> Iterator[Family]:
        """All, in their order."""
        return iter(self.families)


def families(metrics: Iterable[Metric[Known]], known: Known) -> tuple[Family, ...]:
    """One family per row of a catalogue, in its order."""
    return tuple(_family(metric, known) for metric in metrics)


def own_families(vitals: Vitals) -> tuple[Family, ...]:
    """What the process knows of itself, the latency of the providers included."""
    return (*families(OWN, vitals), _latency(vitals))


def expose(made: Iterable[Family], *, open_metrics: bool = False) -> bytes:
    """The text of these alone: no process metrics and no ``_created`` series, which client libraries add."""
    collector = Prepared(tuple(made))
    if open_metrics:
        return bytes(generate_open(collector))  # type: ignore[no-untyped-call]
    return generate_latest(collector)


def _family(metric: Metric[Known], known: Known) -> Family:
    """Label values are made legible, since one lone surrogate costs the whole scrape; no series stands there twice."""
    points = {tuple(map(legible, values)): value for values, value in metric.measure(known)}
    name = metric.name.removesuffix("_total") if metric.type == "counter" else metric.name
    family = Family(name, metric.help, metric.type)
    for values, value in points.items():
        family.add_sample(metric.name, dict(zip(metric.labels, values, strict=True)), value)
    return family


def _latency(vitals: Vitals) -> Family:
    family = Family(LATENCY, LATENCY_HELP, "histogram")
    bounds = [*map(str, DURATION_BUCKETS), "+Inf"]
    for name, watch in vitals.providers.items():
        labels, traffic = {"provider": legible(name)}, watch.traffic
        for bound, count, example in zip(bounds, accumulate(traffic.durations), traffic.exemplars, strict=True):
            family.add_sample(f"{LATENCY}_bucket", {**labels, "le": bound}, count, exemplar=_exemplar(example))
        family.add_sample(f"{LATENCY}_count", labels, sum(traffic.durations))
        family.add_sample(f"{LATENCY}_sum", labels, traffic.seconds)
    return family


def _exemplar(example: Example | None) -> Exemplar | None:
    if example is None:
        return None
    return Exemplar({"run_id": example.run_id}, example.seconds, example.at.timestamp() if example.at else None)
