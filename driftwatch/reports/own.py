"""What a running driftwatch knows of itself as Prometheus samples. The catalogue beside ``metrics``.

All that can be zero is there from the start, for every provider and every reason, so that a rate never meets a hole.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from driftwatch.model.probe import HeldBack
from driftwatch.model.vitals import Channel, Fault, Missed, Role, Vitals, Watch
from driftwatch.reports.metric import Metric, Point

LATENCY: Final = "driftwatch_provider_request_duration_seconds"
LATENCY_HELP: Final = "Time from the first byte sent to the last byte received, of requests with an answer."
"""The one histogram; ``exposition`` builds it."""

_Measure = Callable[[Vitals], Iterator[Point]]


def _one(read: Callable[[Vitals], float]) -> _Measure:
    """A metric without labels."""

    def measure(vitals: Vitals) -> Iterator[Point]:
        yield (), read(vitals)

    return measure


def _each(read: Callable[[Watch], float]) -> _Measure:
    """A number for every provider."""

    def measure(vitals: Vitals) -> Iterator[Point]:
        return (((name,), read(watch)) for name, watch in vitals.providers.items())

    return measure


def _channels(read: Callable[[Channel], float]) -> _Measure:
    """A number for every channel."""

    def measure(vitals: Vitals) -> Iterator[Point]:
        return (((name,), read(channel)) for name, channel in vitals.channels.items())

    return measure


def _faults(vitals: Vitals) -> Iterator[Point]:
    for name, watch in vitals.providers.items():
        yield from (((name, fault.value), watch.faults.get(fault, 0)) for fault in Fault)


def _missed(vitals: Vitals) -> Iterator[Point]:
    for name, watch in vitals.providers.items():
        yield from (((name, missed.value), watch.missed.get(missed, 0)) for missed in Missed)


def _answers(vitals: Vitals) -> Iterator[Point]:
    for name, watch in vitals.providers.items():
        yield from (((name, code), number) for code, number in watch.traffic.answers.items())


def _failures(vitals: Vitals) -> Iterator[Point]:
    for name, watch in vitals.providers.items():
        yield from (((name, reason), number) for reason, number in watch.traffic.failures.items())


def _held_back(vitals: Vitals) -> Iterator[Point]:
    for name, watch in vitals.providers.items():
        yield from (((name, reason.value), watch.held_back.get(reason, 0)) for reason in HeldBack)


def _daily_left(vitals: Vitals) -> Iterator[Point]:
    for name, watch in vitals.providers.items():
        if watch.daily_left is not None:
            yield (name,), watch.daily_left


def _certificates(vitals: Vitals) -> Iterator[Point]:
    for name, watch in vitals.providers.items():
        if watch.traffic.certificate_ends is not None:
            yield (name,), watch.traffic.certificate_ends.timestamp()


def _messages(vitals: Vitals) -> Iterator[Point]:
    return (((level,), number) for level, number in vitals.log_messages.items())


def _intervals(vitals: Vitals) -> Iterator[Point]:
    """Also of those that stand by, since it says what is to be expected; not of one whose schedule nobody follows."""
    if vitals.role is not Role.ONLOOKER:
        yield from _each(lambda watch: watch.interval)(vitals)


def _leader(vitals: Vitals) -> Iterator[Point]:
    if vitals.role is not Role.ONLOOKER:
        yield (), vitals.role.is_auditing


def _read(vitals: Vitals) -> Iterator[Point]:
    if vitals.has_store:
        yield (), _moment(vitals.read_at)


def _moment(at: datetime | None) -> float:
    return 0.0 if at is None else at.timestamp()


OWN: Final[tuple[Metric[Vitals], ...]] = (
    Metric(
        "driftwatch_audit_in_progress",
        "Whether this process runs an audit of the provider.", ("provider",), _each(lambda watch: watch.is_running),
    ),
    Metric(
        "driftwatch_audit_interval_seconds",
        "Longest time between two audits of the provider by its schedule, whoever leads; absent with --no-audits.",
        ("provider",), _intervals,
    ),
    Metric(
        "driftwatch_audit_next_run_timestamp_seconds",
        "Next audit of the provider that this process will begin; 0 = none, as on all that do not lead.",
        ("provider",), _each(lambda watch: _moment(watch.next_run)),
    ),
    Metric(
        "driftwatch_audit_queue_length",
        "Audits that are due and wait for their turn.", (), _one(lambda vitals: vitals.queue),
    ),
    Metric(
        "driftwatch_audit_run_failures_total",
        "Audits that did not complete, by reason.", ("provider", "reason"), _faults, "counter",
    ),
    Metric(
        "driftwatch_audit_runs_total",
        "Audits that ended, well or not.", ("provider",), _each(lambda watch: watch.runs), "counter",
    ),
    Metric(
        "driftwatch_audit_skipped_total",
        "Scheduled audits that were not started, by reason.", ("provider", "reason"), _missed, "counter",
    ),
    Metric(
        "driftwatch_collector_errors_total",
        "Times that metrics could not be rendered, and the ones before were served.",
        (), _one(lambda vitals: vitals.collector_errors), "counter",
    ),
    Metric(
        "driftwatch_config_last_reload_success_timestamp_seconds",
        "When the config that holds was loaded.", (), _one(lambda vitals: _moment(vitals.config_loaded_at)),
    ),
    Metric(
        "driftwatch_config_last_reload_successful",
        "Whether the last attempt to load the config succeeded; if not, the one before holds.",
        (), _one(lambda vitals: vitals.is_config_good),
    ),
    Metric(
        "driftwatch_leader",
        "Whether this process may audit, of those at the same store; always 1 where it is alone, absent with "
        "--no-audits.",
        (), _leader,
    ),
    Metric(
        "driftwatch_leader_changes_total",
        "Times that this process began or ceased to lead.", (), _one(lambda vitals: vitals.role_changes), "counter",
    ),
    Metric(
        "driftwatch_log_messages_total",
        "Lines of the log at level warning and above.", ("level",), _messages, "counter",
    ),
    Metric(
        "driftwatch_notification_attempts_total",
        "Attempts to deliver a notice.", ("channel",), _channels(lambda channel: channel.attempts), "counter",
    ),
    Metric(
        "driftwatch_notification_dropped_total",
        "Notices that were given up.", ("channel",), _channels(lambda channel: channel.dropped), "counter",
    ),
    Metric(
        "driftwatch_notification_failures_total",
        "Attempts to deliver a notice that failed.",
        ("channel",), _channels(lambda channel: channel.failures), "counter",
    ),
    Metric(
        "driftwatch_notification_last_success_timestamp_seconds",
        "Last notice that was accepted; 0 = never.",
        ("channel",), _channels(lambda channel: _moment(channel.last_success)),
    ),
    Metric(
        "driftwatch_notification_queue_length",
        "Notices that wait for their delivery.", (), _one(lambda vitals: vitals.notices_waiting),
    ),
    Metric(
        "driftwatch_provider_certificate_expiry_timestamp_seconds",
        "When the certificate that the provider last showed expires; absent without encryption.",
        ("provider",), _certificates,
    ),
    Metric(
        "driftwatch_provider_daily_budget_left",
        "Requests left of the provider's daily budget after its last audit; absent without one.",
        ("provider",), _daily_left,
    ),
    Metric(
        "driftwatch_provider_last_rollout_timestamp_seconds",
        "When the last rollout of the provider that anybody told of was complete; 0 = none is known.",
        ("provider",), _each(lambda watch: _moment(watch.rolled_out)),
    ),
    Metric(
        "driftwatch_provider_probes_held_back_total",
        "Probes that manners kept from being sent: a budget, quiet hours, the provider's own quota.",
        ("provider", "reason"), _held_back, "counter",
    ),
    Metric(
        "driftwatch_provider_request_failures_total",
        "Requests to the provider without a usable answer, by reason.", ("provider", "reason"), _failures, "counter",
    ),
    Metric(
        "driftwatch_provider_requests_total",
        "Requests to the provider with an answer, by its status code.", ("provider", "code"), _answers, "counter",
    ),
    Metric(
        "driftwatch_run_interrupted_total",
        "Runs that were cut short, those that were found unfinished at the start among them.",
        (), _one(lambda vitals: vitals.interrupted), "counter",
    ),
    Metric(
        "driftwatch_scheduler_heartbeat_timestamp_seconds",
        "Last sign of life of the scheduler.", (), _one(lambda vitals: _moment(vitals.heartbeat)),
    ),
    Metric(
        "driftwatch_state_last_read_timestamp_seconds",
        "When this process last learnt from the store what others found; 0 = never, absent without a store.",
        (), _read,
    ),
    Metric(
        "driftwatch_state_last_write_timestamp_seconds",
        "Last run that this process wrote to the store; 0 = never.", (), _one(lambda vitals: _moment(vitals.stored_at)),
    ),
    Metric(
        "driftwatch_state_write_failures_total",
        "Runs that this process could not write to the store.",
        (), _one(lambda vitals: vitals.store_failures), "counter",
    ),
)  # fmt: skip
"""Every metric of the process itself but for the latency, in alphabetical order."""
