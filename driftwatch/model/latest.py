"""What is known now: of every provider the latest run that looked at it, and when all was last well.

One run may look at all providers (``driftwatch audit``) or at one (the daemon, where each has its own cadence).
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.summary import ProviderSummary, Result, Summary


class Latest(Struct, frozen=True):
    """The latest runs, oldest first; each provider stands in one of them."""

    runs: tuple[Summary, ...] = ()
    last_success: datetime | None = None
    """End of the last run that was complete; ``None`` if there was none as far as anybody remembers."""
    successes: Mapping[str, datetime] = field(default_factory=dict)
    """By provider: end of the last run that left none of its mocks unchecked but by policy."""

    @classmethod
    def of(cls, summary: Summary) -> "Latest":
        """One run, and nothing before it."""
        return cls().after(summary)

    def after(self, summary: Summary) -> "Latest":
        """What is known once this run has ended; it takes the place of all that was known of its providers.

        But for when a finding was first seen: a run without a store takes everything for new.
        """
        ended = end_of(summary)
        summary = self._dated(summary)
        fresh = {provider.name: ended for provider in summary.providers if is_success(summary, provider)}
        return Latest(
            runs=(*self._runs_without({provider.name for provider in summary.providers}), summary),
            last_success=self.last_success if summary.is_incomplete() else ended,
            successes={**self.successes, **fresh},
        )

    def recalling(self, past: "Latest") -> "Latest":
        """With the times of success that somebody else remembers, where they are later."""
        moments = [at for at in (self.last_success, past.last_success) if at is not None]
        names = {**past.successes, **self.successes}
        successes = {
            name: max(known.successes[name] for known in (self, past) if name in known.successes) for name in names
        }
        return replace(self, last_success=max(moments, default=None), successes=successes)

    def only(self, providers: Collection[str]) -> "Latest":
        """Without what is said of providers that are no longer in the config."""
        gone = {provider.name for run in self.runs for provider in run.providers}.union(self.successes)
        gone.difference_update(providers)
        kept = {name: at for name, at in self.successes.items() if name not in gone}
        return replace(self, runs=tuple(self._runs_without(gone)), successes=kept)

    def _dated(self, summary: Summary) -> Summary:
        """With the first sightings that earlier runs remember."""
        names = {provider.name for provider in summary.providers}
        old = [
            one for run in self.runs for provider in run.providers if provider.name in names for one in provider.results
        ]
        seen = {one.fingerprint: one.first_seen for result in old for one in result.findings}
        if not seen:
            return summary
        providers = (
            replace(provider, results=tuple(_dated(result, seen) for result in provider.results))
            for provider in summary.providers
        )
        return replace(summary, providers=tuple(providers))

    def _runs_without(self, names: Collection[str]) -> list[Summary]:
        runs = []
        for run in self.runs:
            kept = tuple(provider for provider in run.providers if provider.name not in names)
            if kept:
                runs.append(run if len(kept) == len(run.providers) else replace(run, providers=kept))
        return runs


def _dated(result: Result, seen: Mapping[str, datetime | None]) -> Result:
    findings = []
    for finding in result.findings:
        first = seen.get(finding.fingerprint)
        is_older = first is not None and (finding.first_seen is None or first < finding.first_seen)
        findings.append(replace(finding, first_seen=first) if is_older else finding)
    return replace(result, findings=tuple(findings)) if findings else result


def end_of(summary: Summary) -> datetime:
    """When the run ended."""
    return summary.started_at + timedelta(seconds=summary.seconds)


def is_success(summary: Summary, provider: ProviderSummary) -> bool:
    """Whether a run left no mock of the provider unchecked but by policy, compared some and caught its canary."""
    verdicts = {result.verdict for result in provider.results}
    is_complete = not any(verdict.is_failure_to_check for verdict in verdicts)
    return is_complete and any(verdict.is_answer for verdict in verdicts) and summary.canary.is_alive
