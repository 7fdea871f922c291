"""Which series a panel shows, and how the replicas of one daemon count once.

Every replica tells the same of the mocks, so nothing is added up over instances. One that is cut off from the store
tells what it last knew: the word of those counts that know of the latest audit. Where there is one process, or results
are pushed, that is all there is; shards that push their shares are added up. As the recording rules have it, and
without need of them, so that a panel shows the past of before they were there.
"""

from typing import Final

EVERYWHERE: Final = '{job=~"$job",namespace=~"$namespace",provider=~"$provider"}'
"""The chosen providers."""
REST: Final = EVERYWHERE[1:]
"""The same behind a matcher of its own."""
MINE: Final = 'job=~"$job",namespace=~"$namespace"'
"""Metrics of the process, which know no provider."""

_AUDIT: Final = f"driftwatch_mock_last_audit_timestamp_seconds{EVERYWHERE}"
_RUN: Final = f"driftwatch_audit_last_run_timestamp_seconds{{{MINE}}}"
LAST_RUN: Final = f"max by (job, namespace, shard) ({_RUN})"
"""When anything was looked at last, as those know it that know best."""


def last_audit(ago: str = "") -> str:
    """When each provider was looked at last; ``ago`` is how long ago that was known, such as ``1w``."""
    return f"max by (job, namespace, provider, shard) ({_AUDIT}{_back(ago)})"


def last_rollout(ago: str = "") -> str:
    """When each provider was rolled out last, as far as anybody told; 0 where nobody did, or a process just began."""
    rolled_out = f"driftwatch_provider_last_rollout_timestamp_seconds{EVERYWHERE}"
    return f"max by (job, namespace, provider) ({rolled_out}{_back(ago)})"


def latest(metric: str, *labels: str, where: str = "", ago: str = "") -> str:
    """A metric of providers, once, with these labels beside the provider; ``where`` are more matchers."""
    by = ", ".join(("job", "namespace", "provider", *labels, "shard"))
    told = f"{metric}{{{where},{REST}" if where else f"{metric}{EVERYWHERE}"
    told, known = f"{told}{_back(ago)}", f"{_AUDIT}{_back(ago)}"
    outdated = f"{known} < on (job, namespace, provider, shard) group_left () {last_audit(ago)}"
    return f"max by ({by}) ({told} unless on (job, namespace, instance, provider, shard) ({outdated}))"


def of_last_run(metric: str, *labels: str, where: str = "") -> str:
    """The same of a metric that knows no provider."""
    by = ", ".join(("job", "namespace", *labels, "shard"))
    told = f"{metric}{{{where},{MINE}}}" if where else f"{metric}{{{MINE}}}"
    outdated = f"{_RUN} < on (job, namespace, shard) group_left () {LAST_RUN}"
    return f"max by ({by}) ({told} unless on (job, namespace, instance, shard) ({outdated}))"


def _back(ago: str) -> str:
    return f" offset {ago}" if ago else ""
