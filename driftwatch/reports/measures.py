"""What the samples of audits are worth: the measures that the catalogue in ``metrics`` names.

Each goes over what is known of all providers and yields label values with a number. None asks for the time: an age is
that at the end of the provider's last audit, and a moment is told as such.
"""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from driftwatch.model.finding import Category, Finding, Severity
from driftwatch.model.latest import Latest, end_of
from driftwatch.model.summary import ProviderSummary, Result, Summary, Verdict
from driftwatch.reports.digest import distinct, in_utc, is_drift, unreadable_files
from driftwatch.reports.legible import shorten
from driftwatch.reports.metric import Point

OPERATIONS_LIMIT: Final = 1000
"""Operations with series of their own; the rest is counted in ``driftwatch_metrics_operations_omitted``."""
LONGEST_LABEL: Final = 200
"""Characters of a label: servers refuse a scrape with longer ones (``label_value_length_limit``)."""
AGES: Final = (("day", timedelta(days=1)), ("week", timedelta(weeks=1)), ("month", timedelta(days=30)), ("older", None))
"""How long ago a finding was first seen, at most."""
STATES: Final = ("acknowledged", "flapping", "open", "suppressed", "suspect")
"""States of findings that are told of, zero included; others only where there are any."""

Operation = tuple[str, str]
"""Provider, and method with path template: never a concrete URL."""
_Measure = Callable[["View"], Iterator[Point]]


@dataclass(frozen=True, slots=True)
class View:
    """What is known, and how much of it may be told."""

    latest: Latest
    providers: tuple[str, ...] = ()
    """All that are in the config, where somebody runs on: what never happened to them is told as 0."""
    operations_limit: int = OPERATIONS_LIMIT
    version: str = ""
    """Of the process, where it runs on: told before its first audit."""
    _operations: dict[Operation, Counter[Severity]] = field(default_factory=dict, repr=False)
    _drift: dict[str, tuple[Finding, ...]] = field(default_factory=dict, repr=False)

    @property
    def audited(self) -> Iterator[tuple[Summary, ProviderSummary]]:
        """Every provider with the run that looked at it last."""
        return ((run, provider) for run in self.latest.runs for provider in run.providers)

    @property
    def newest(self) -> Summary | None:
        """The run that ended last."""
        return max(self.latest.runs, key=end_of, default=None)

    def drift(self, provider: ProviderSummary) -> tuple[Finding, ...]:
        """What speaks against its mocks, each once."""
        if provider.name not in self._drift:
            self._drift[provider.name] = tuple(one for one in distinct(provider.results) if is_drift(one))
        return self._drift[provider.name]

    def remembers(self, run: Summary, provider: ProviderSummary) -> bool:
        """Whether anybody knows of earlier runs. To one without a past all is new, which tells nothing."""
        if run.is_remembered:
            return True
        started = in_utc(run.started_at)
        seen = [one.first_seen for one in self.drift(provider)]
        return not seen or any(first is not None and in_utc(first) < started for first in seen)

    def operations(self) -> dict[Operation, Counter[Severity]]:
        """Every operation that a mock stands for, with its findings by severity."""
        if not self._operations:
            for _, provider in self.audited:
                for operation, findings in _operations_of(provider).items():
                    self._operations[provider.name, operation] = findings
        return self._operations


def _seconds(moment: datetime) -> float:
    return in_utc(moment).timestamp()


def build(view: View) -> Iterator[Point]:
    """The version of the newest run."""
    if version := view.newest.version if view.newest is not None else view.version:
        yield (version,), 1


def last_run(view: View) -> Iterator[Point]:
    """When it ended."""
    if view.newest is not None:
        yield (), _seconds(end_of(view.newest))
    elif view.providers:
        yield (), 0


def last_success(view: View) -> Iterator[Point]:
    """When one that left nothing unchecked ended."""
    if view.latest.last_success is not None:
        yield (), _seconds(view.latest.last_success)
    elif view.providers:
        yield (), 0


def duration(view: View) -> Iterator[Point]:
    """How long the newest run took."""
    if view.newest is not None:
        yield (), view.newest.seconds


def requests(view: View) -> Iterator[Point]:
    """What the newest run sent."""
    if view.newest is not None:
        yield (), view.newest.requests_sent


def canary(view: View) -> Iterator[Point]:
    """Whether all of the latest runs caught theirs."""
    if view.latest.runs:
        yield (), all(run.canary.is_alive for run in view.latest.runs)


def findings_by_kind(view: View) -> Iterator[Point]:
    """Counts by severity, category and kind; a category without findings has a zero without a kind."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for run in view.latest.runs:
        counts.update((one.severity.value, one.category.value, one.kind) for one in run.standing)
    told = {labels[:2] for labels in counts}
    zeros = {(str(severity), str(category)) for severity in Severity for category in Category} - told
    counts.update({(*labels, ""): 0 for labels in zeros})
    yield from sorted(counts.items())


def facts(view: View) -> Iterator[Point]:
    """What is known of a provider's mocks beside numbers."""
    for _, provider in view.audited:
        formats = ",".join(sorted({result.interaction.format for result in provider.results}))
        yield (provider.name, shorten(formats, LONGEST_LABEL), provider.owner, provider.revision), 1


def fidelity(view: View) -> Iterator[Point]:
    """How right is what was verified, 0 to 1."""
    for _, provider in view.audited:
        if provider.fidelity is not None:
            yield (provider.name,), provider.fidelity / 100


def verified(view: View) -> Iterator[Point]:
    """The share that was compared."""
    for _, provider in view.audited:
        yield (provider.name,), provider.verified_share


def mock_findings(view: View) -> Iterator[Point]:
    """Drift by severity."""
    for _, provider in view.audited:
        counts = Counter(finding.severity for finding in view.drift(provider))
        for severity in Severity:
            yield (provider.name, severity.value), counts[severity]


def mock_findings_suppressed(view: View) -> Iterator[Point]:
    """What people decided not to be told of."""
    for _, provider in view.audited:
        hidden = {f.fingerprint for result in provider.results for f in result.findings if f.is_suppressed}
        yield (provider.name,), len(hidden)


def findings_by_age(view: View) -> Iterator[Point]:
    """Drift by the time since it was first seen, as far as anybody remembers."""
    for run, provider in view.audited:
        if view.remembers(run, provider):
            dated = [(one.severity, one.first_seen) for one in view.drift(provider) if one.first_seen is not None]
            ended = in_utc(end_of(run))
            counts = Counter((severity, _age(ended - in_utc(seen))) for severity, seen in dated)
            for severity in Severity:
                for age, _ in AGES:
                    yield (provider.name, severity.value, age), counts[severity, age]


def findings_by_state(view: View) -> Iterator[Point]:
    """Drift by where it stands in its life."""
    for _, provider in view.audited:
        everything = {one.fingerprint: one for result in provider.results for one in result.findings if is_drift(one)}
        counts = Counter(one.state for one in everything.values())
        for state in sorted({*STATES, *counts}):
            yield (provider.name, state), counts[state]


def oldest_finding(view: View) -> Iterator[Point]:
    """When the oldest drift of each severity was first seen."""
    for run, provider in view.audited:
        for severity in Severity if view.remembers(run, provider) else ():
            mine = (one.first_seen for one in view.drift(provider) if one.severity is severity)
            moments = [_seconds(seen) for seen in mine if seen is not None]
            if moments:
                yield (provider.name, severity.value), min(moments)


def drifted_since(view: View) -> Iterator[Point]:
    """When the present drift began; 0 where there is none; nothing where nobody remembers."""
    for run, provider in view.audited:
        alarms = [one for one in view.drift(provider) if one.is_alarm]
        moments = [_seconds(one.first_seen) for one in alarms if one.first_seen is not None]
        if not alarms or (moments and view.remembers(run, provider)):
            yield (provider.name,), min(moments, default=0)


def rollout_mixed_since(view: View) -> Iterator[Point]:
    """Since when two versions answer; 0 where one does; nothing where nobody remembers."""
    for run, provider in view.audited:
        mixed = [one for result in provider.results for one in result.findings if one.category is Category.ROLLOUT]
        moments = [_seconds(one.first_seen) for one in mixed if one.first_seen is not None]
        if not mixed or (moments and run.is_remembered):
            yield (provider.name,), min(moments, default=0)


def mock_operations(view: View) -> Iterator[Point]:
    """Interactions by verdict."""
    for _, provider in view.audited:
        counts = Counter(result.verdict for result in provider.results)
        for verdict in Verdict:
            yield (provider.name, verdict.value), counts[verdict]


def mock_last_audit(view: View) -> Iterator[Point]:
    """When a provider was last looked at."""
    ends = {provider.name: _seconds(end_of(run)) for run, provider in view.audited}
    yield from (((name,), ends.get(name, 0)) for name in dict.fromkeys((*ends, *view.providers)))


def mock_last_success(view: View) -> Iterator[Point]:
    """When a provider was last looked at in full."""
    ends = {name: _seconds(at) for name, at in view.latest.successes.items()}
    yield from (((name,), ends.get(name, 0)) for name in dict.fromkeys((*ends, *view.providers)))


def load_success(view: View) -> Iterator[Point]:
    """Whether all mock files could be read."""
    if view.latest.runs:
        yield (), not any(run.unreadable for run in view.latest.runs)


def unreadable(view: View) -> Iterator[Point]:
    """How many could not."""
    if view.latest.runs:
        yield (), sum(len(unreadable_files(run)) for run in view.latest.runs)


def guard_verified(view: View) -> Iterator[Point]:
    """Whether each guard's mock was verified, by the last run of its provider."""
    for _, provider in view.audited:
        for one in provider.guards:
            yield (provider.name, one.guard.name), int(one.is_verified)


def mock_delay(view: View) -> Iterator[Point]:
    """What mocks claim of latency, where they do."""
    for _, provider in view.audited:
        if provider.mocked_delay_ms is not None:
            yield (provider.name,), provider.mocked_delay_ms / 1000


def recorded(view: View) -> Iterator[Point]:
    """When mocks were recorded."""
    for _, provider in view.audited:
        dates = (result.interaction.recorded_at for result in provider.results)
        moments = [_seconds(date) for date in dates if date is not None]
        if moments:
            yield (provider.name, "oldest"), min(moments)
            yield (provider.name, "median"), statistics.median_low(moments)


def provider_up(view: View) -> Iterator[Point]:
    """Whether a provider gave a usable answer."""
    for _, provider in view.audited:
        verdicts = {result.verdict for result in provider.results if result.rests_on is None}
        is_up = any(verdict.is_answer for verdict in verdicts)
        if is_up or verdicts & {Verdict.UNREACHABLE, Verdict.UNAUTHORIZED}:
            yield (provider.name,), is_up


def never_verified(view: View) -> Iterator[Point]:
    """Mocks that no run ever compared, where runs are remembered."""
    for _, provider in view.audited:
        if provider.never_verified is not None:
            yield (provider.name,), provider.never_verified


def tests(view: View) -> Iterator[Point]:
    """Tests by what they rest on, where anybody told of tests."""
    for _, provider in view.audited:
        for trust, number in (provider.tests or {}).items():
            yield (provider.name, trust), number


def operation_findings(view: View) -> Iterator[Point]:
    """Drift of the worst operations."""
    operations = view.operations()
    drifted = sorted((each for each in operations if operations[each]), key=lambda each: _rank(operations, each))
    fine = sorted(each for each in operations if not operations[each])
    worst = (*drifted, *fine)[: view.operations_limit]
    for provider, operation in sorted(worst):
        for severity in Severity:
            yield (provider, operation, severity.value), operations[provider, operation][severity]


def operations_omitted(view: View) -> Iterator[Point]:
    """How many operations are left out."""
    if view.latest.runs:
        yield (), max(0, len(view.operations()) - view.operations_limit)


def _age(since: timedelta) -> str:
    return next(name for name, most in AGES if most is None or since <= most)


def _operations_of(provider: ProviderSummary) -> dict[str, Counter[Severity]]:
    operations: dict[str, Counter[Severity]] = {}
    seen: set[str] = set()
    for result in provider.results:
        request = result.interaction.request
        operation = shorten(f"{request.method} {request.path_template}", LONGEST_LABEL)
        counts = operations.setdefault(operation, Counter())
        for finding in _fresh(result, seen):
            seen.add(finding.fingerprint)
            counts[finding.severity] += 1
    return operations


def _fresh(result: Result, seen: set[str]) -> Iterable[Finding]:
    """Drift that no earlier mock of the provider has told of."""
    return [one for one in distinct([result]) if is_drift(one) and one.fingerprint not in seen]


def _rank(operations: dict[Operation, Counter[Severity]], operation: Operation) -> tuple[object, ...]:
    """The worst first, so that the limit never hides what hurts most; then by name."""
    counts = operations[operation]
    return (-counts[Severity.BREAKING], -counts[Severity.WARNING], -counts[Severity.INFO], operation)
