"""How right whole audits are about a service with known changes, over 40 passes.

Run as ``python -m tests.bench.bench_labelled``; prints one JSON object per figure and, on standard error, a table by
kind. 147 endpoints on loopback, mocks in seven formats: 75 changed for good, 24 changed now and then, 48 that only
answer other records. An audit asks each five times.
"""

import json
import logging
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from driftwatch.drift.catalog import KINDS
from driftwatch.model.finding import Finding
from driftwatch.model.summary import Result, Summary
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.probing import ProbingSettings
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.tree import Settings
from driftwatch.wiring.audits import run_audit
from tests.bench.accuracy.endpoints import Endpoint, Label, Mode, endpoints
from tests.bench.accuracy.formats import write
from tests.servers import Answer, Received, serve
from tests.watchers import Silence

PASSES = 40
SAMPLES = 5


@dataclass(slots=True)
class Service:
    """Answers every endpoint in its turn; call numbers go on from pass to pass."""

    endpoints: Mapping[str, Endpoint]
    calls: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, received: Received) -> Answer:
        """The next answer of what was asked; unknown routes have an answer of their own."""
        endpoint = self.endpoints.get(received.path)
        if endpoint is None:
            return Answer(404, (("Content-Type", "application/json"),), b'{"error": "no such route"}')
        with self._lock:
            call = self.calls[received.path]
            self.calls[received.path] += 1
        said = endpoint.answer(call)
        return Answer(said.status, said.headers, said.body)


def passes(count: int) -> Iterator[Summary]:
    """So many audits of the same service, one after the other."""
    known = {one.path: one for one in endpoints()}
    with tempfile.TemporaryDirectory() as place, serve(Service(known)) as service:
        folder = Path(place)
        write(folder, known.values())
        for _ in range(count):
            yield run_audit(settings(folder, service.url), Silence())


def settings(mocks: Path, target: str) -> Settings:
    """One provider, asked as often and as fast as the bench wants."""
    probing = ProbingSettings(samples=SAMPLES, spacing_seconds=0, rate=10_000)
    provider = ProviderSettings(mocks=(WrittenPath("mocks", mocks),), target=target, probing=probing)
    return Settings(providers={"bench": provider})


def is_right(finding: Finding, label: Label) -> bool:
    """Whether this is what the label says."""
    return finding.kind in label.kinds and (not label.path or finding.path == label.path)


@dataclass(slots=True)
class Tally:
    """What became of the endpoints of one label in all passes."""

    label: Label
    endpoints: int = 0
    found: list[set[str]] = field(default_factory=list)
    """By pass: where it was found."""
    false: Counter[str] = field(default_factory=Counter)
    unchecked: int = 0
    rates: list[tuple[int, int, float, float]] = field(default_factory=list)
    """k, n and the interval of each sighting."""

    def note(self, number: int, result: Result) -> None:
        """One endpoint in one pass."""
        if number == len(self.found):
            self.found.append(set())
        right = [one for one in result.findings if is_right(one, self.label)]
        if right:
            self.found[number].add(result.interaction.request.path)
        else:
            self.unchecked += not result.verdict.is_answer
        for one in right:
            if one.prevalence is not None:
                self.rates.append((one.prevalence.k, one.prevalence.n, one.prevalence.low, one.prevalence.high))
        drift = (one for one in result.findings if one.is_alarm and not KINDS[one.kind].is_health)
        self.false.update(one.kind for one in drift if one not in right)

    def found_within(self, passes: int) -> int:
        """Endpoints at which it was found in the first so many passes."""
        return len(set().union(*self.found[:passes]))


def tallied(count: int) -> dict[str, Tally]:
    """All passes, by change."""
    labels = {one.path: one.label for one in endpoints()}
    tallies = {label.change: Tally(label) for label in labels.values()}
    for label in labels.values():
        tallies[label.change].endpoints += 1
    for number, summary in enumerate(passes(count)):
        results = {result.interaction.request.path: result for result in summary.results}
        assert results.keys() == labels.keys(), "every endpoint has a mock that is read"
        for path, result in results.items():
            tallies[labels[path].change].note(number, result)
    return tallies


def figures(tallies: Mapping[str, Tally], count: int) -> Iterator[dict[str, object]]:
    """The shares that matter, with their goals."""
    by_mode: dict[Mode, list[Tally]] = defaultdict(list)
    for one in tallies.values():
        by_mode[one.label.mode].append(one)
    for mode, within in ((Mode.ALWAYS, 1), (Mode.SOMETIMES, 3)):
        share = sum(one.found_within(within) for one in by_mode[mode]) / sum(one.endpoints for one in by_mode[mode])
        name = f"labelled service: {mode} changes found within {within} audit{'s' * (within > 1)}"
        yield {"name": name, "ratio": round(share, 3), "goal": "= 1.0"}
    false = sum(sum(one.false.values()) for one in tallies.values())
    asked = count * sum(one.endpoints for one in tallies.values())
    yield {"name": f"labelled service: false alarms per check, {count} audits", "ratio": false / asked, "goal": "= 0"}
    for one in by_mode[Mode.SOMETIMES]:
        k, n = sum(rate[0] for rate in one.rates), sum(rate[1] for rate in one.rates)
        held = sum(low <= one.label.share <= high for _, _, low, high in one.rates)
        if n:
            told = f"{one.label.change}: share of the intervals that hold the true rate"
            yield {"name": told, "ratio": round(held / len(one.rates), 3), "goal": ">= 0.9", "pooled": round(k / n, 3)}


def table(tallies: Mapping[str, Tally], count: int) -> Iterator[str]:
    """A line for each change."""
    heads = f"{'endpoints':>9} {'1st audit':>9} {'in three':>8} {'a pass':>7} {'unchecked':>9} false"
    yield f"{'change':45} {'mode':14} {heads}"
    for one in tallies.values():
        mean = sum(map(len, one.found)) / count
        shown = ", ".join(f"{kind} {number}" for kind, number in one.false.most_common()) or "0"
        yield (
            f"{one.label.change:45} {one.label.mode:14} {one.endpoints:9} {one.found_within(1):9} "
            f"{one.found_within(3):8} {mean:7.1f} {one.unchecked / count:9.1f} {shown}"
        )


def main() -> None:
    """Print the table and every figure."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PASSES
    tallies = tallied(count)
    sys.stderr.write("\n".join([*table(tallies, count), ""]))
    for figure in figures(tallies, count):
        sys.stdout.write(json.dumps(figure) + "\n")


if __name__ == "__main__":
    main()
