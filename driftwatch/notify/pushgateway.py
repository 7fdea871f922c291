"""Takes the outcome of a run that ends to a Prometheus Pushgateway.

Only outcomes of the service, gauges all: the gateway adds nothing up and forgets nothing. The group is ``job`` and,
where several jobs share the work, ``shard``; never a pod or a run, whose groups would stay for ever. A run that
compared something replaces its whole group (PUT), so a mock that is gone is gone there. One that compared nothing
replaces only what it knows (POST): what was found before stays beside the news that nothing could be checked.
"""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

import requests
import structlog
from msgspec import Struct

from driftwatch.model.shard import Shard
from driftwatch.model.summary import Summary
from driftwatch.notify.recall import recall, samples
from driftwatch.reports.exposition import TEXT, expose, families
from driftwatch.reports.legible import legible, shorten
from driftwatch.reports.measures import View
from driftwatch.reports.metrics import METRICS

JOB: Final = "driftwatch"
_PATIENCE: Final = 10.0
"""Seconds to connect, and of silence."""
_MOST: Final = 32 * 1024**2
"""Bytes of a gateway's own exposition that are read."""
OF_AN_EMPTY_RUN: Final = frozenset({
    "driftwatch_audit_last_run_duration_seconds", "driftwatch_audit_last_run_requests",
    "driftwatch_audit_last_run_timestamp_seconds", "driftwatch_build_info", "driftwatch_canary_caught",
    "driftwatch_mock_last_audit_timestamp_seconds", "driftwatch_mock_load_success", "driftwatch_mock_operations",
    "driftwatch_mock_unreadable_files", "driftwatch_mock_verified_ratio", "driftwatch_provider_up",
})  # fmt: skip
"""What a run knows that compared nothing."""


class Pushgateway(Struct, frozen=True):
    """One gateway; ``url`` is its base, without user info."""

    url: str
    operations: int = 1000
    """Operations with series of their own."""

    def push(self, summary: Summary) -> tuple[str, ...]:
        """Tell it of a run, or of a share of one, which has a group of its own.

        What went wrong, in whole sentences, for a person to read.
        """
        shard = summary.shard
        group = {"job": JOB} if shard.is_whole else {"job": JOB, "shard": str(shard.index)}
        present = self._present()
        latest = recall(present, group).only({provider.name for provider in summary.providers}).after(summary)
        view = View(latest, tuple(provider.name for provider in summary.providers), self.operations)
        is_empty = not any(result.verdict.is_answer for result in summary.results)
        told = [metric for metric in METRICS if not is_empty or metric.name in OF_AN_EMPTY_RUN]
        body = expose(families(told, view))
        wrong = [self._send("POST" if is_empty else "PUT", group, body)]
        wrong += [self._send("DELETE", gone, b"") for gone in _gone(present, shard)]
        return tuple(sentence for sentence in wrong if sentence)

    def _present(self) -> str:
        """What the gateway shows; nothing if it does not answer, which pushing will tell."""
        try:
            with requests.get(f"{self.url}/metrics", timeout=_PATIENCE, stream=True) as answer:
                if answer.status_code != 200:
                    return ""
                return answer.raw.read(_MOST, decode_content=True).decode("utf-8", "replace")
        except (requests.RequestException, OSError):
            return ""

    def _send(self, method: str, group: dict[str, str], body: bytes) -> str:
        """One request; a sentence if it was not accepted."""
        path = "/".join(quote(part, safe="") for pair in group.items() for part in pair)
        log: Any = structlog.get_logger().bind(method=method, **group)
        try:
            answer = requests.request(
                method, f"{self.url}/metrics/{path}", data=body, timeout=_PATIENCE, headers={"Content-Type": TEXT}
            )
        except requests.RequestException as error:
            log.warning("push.failed", error=type(error).__name__)
            return f"The Pushgateway could not be reached ({type(error).__name__}): the metrics of this run are lost."
        if answer.ok:
            log.info("push.accepted", status=answer.status_code, bytes=len(body))
            return ""
        reason = shorten(legible(answer.text.strip()), 300)
        log.warning("push.rejected", status=answer.status_code, reason=reason)
        return f"The Pushgateway rejected the metrics of this run with {answer.status_code}: {reason}"


def _gone(present: str, shard: Shard) -> Iterator[dict[str, str]]:
    """Groups of ours that no job of this size fills any more: nobody else would ever take them away."""
    for sample in samples(present, {"push_time_seconds"}):
        group = {name: value for name, value in sample.labels.items() if value}
        if group.pop("job", "") != JOB or not group.keys() <= {"shard"}:
            continue
        index = group.get("shard", "")
        if shard.is_whole and index.isdigit():
            yield {"job": JOB, "shard": index}
        elif not shard.is_whole and (not index or (index.isdigit() and int(index) >= shard.count)):
            yield {"job": JOB, "shard": index} if index else {"job": JOB}
