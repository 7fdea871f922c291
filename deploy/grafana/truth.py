"""What both dashboards show of the mocks themselves: rows that need nothing but the results of audits."""

from typing import Final

from deploy.grafana.panels import AMBER, GREEN, GREY, RED, Panel, Query, Row, column, joined
from deploy.grafana.replicas import EVERYWHERE, latest

_SCORE: Final = ((None, RED), (0.9, AMBER), (0.99, GREEN))
"""Fidelity: the objective of the alerts is 99 %."""
_AGE: Final = ((None, GREY), (86400, AMBER), (7 * 86400, RED))
"""A day is unpleasant, a week is what the alert calls unattended."""
_ANY: Final = ((None, GREEN), (1, RED))
_MOVED: Final = ((None, GREEN), (0.5, RED))
_ALARMS: Final = 'impact=~"breaking|warning"'
_NOW, _WEEK_AGO = (
    f"sum by (provider) ({latest('driftwatch_mock_findings', 'impact', where=_ALARMS, ago=ago)})" for ago in ("", "1w")
)
_RIGHT_NOW, _RIGHT_A_WEEK_AGO = (
    f"avg by (provider) ({latest('driftwatch_mock_fidelity_ratio', ago=ago)})" for ago in ("", "1w")
)
_MEDIAN: Final = 'age="median"'
_OPEN: Final = latest("driftwatch_mock_findings", "impact")
_MIXED_SINCE: Final = f"max by (provider) ({latest('driftwatch_rollout_mixed_since_timestamp_seconds')})"
_BREAKING, _WARNING = (
    latest("driftwatch_mock_findings", "impact", where=f'impact="{impact}"') for impact in ("breaking", "warning")
)
_UNTRUE, _COMPARED, _NOT_COMPARED = (
    latest("driftwatch_mock_operations", "status", where=f"status{verdicts}")
    for verdicts in ('="drifted"', '=~"verified|drifted"', '!~"verified|drifted"')
)


def compared() -> str:
    """The share of the mocked interactions that was really compared."""
    return f"sum({_COMPARED}) / sum({latest('driftwatch_mock_operations', 'status')})"


def fidelity_and_share() -> Row:
    """How right the mocks are, never without how much of them was looked at."""
    return Row(
        "How true are the mocks?",
        (
            Panel(
                "timeseries", "Fidelity",
                "How right the mocks are in what could be checked. A line that ends says: nothing could be checked.",
                (Query(latest("driftwatch_mock_fidelity_ratio"), "{{provider}}"),),
                "percentunit", (8, 8), bounds=(0, 1),
            ),
            Panel(
                "timeseries", "Verified share",
                "How much of the mocks was really compared: fidelity is worth as much as this.",
                (Query(latest("driftwatch_mock_verified_ratio"), "{{provider}}"),),
                "percentunit", (8, 8), bounds=(0, 1),
            ),
            Panel(
                "bargauge", "Budget of untruth left",
                "Of the objective that 99 % of what is compared tells the truth over 30 days. Below 0 it is missed.",
                (
                    Query(
                        f"provider:driftwatch_mock_truth_budget_left:ratio{EVERYWHERE}", "{{provider}}", instant=True
                    ),
                ),
                "percentunit", (8, 8), steps=((None, RED), (0, AMBER), (0.5, GREEN)), bounds=(-1, 1),
                no_value="known after an hour",
            ),
        ),
    )  # fmt: skip


def findings() -> Row:
    """What is wrong: by severity, age, owner and state."""
    return Row(
        "What is wrong?",
        (
            Panel(
                "stat", "Providers with breaking drift",
                "Providers about whose mocks there is at least one open breaking finding.",
                (
                    Query(
                        f"count(sum by (job, namespace, provider) ({_BREAKING}) > 0) or vector(0)",
                        instant=True,
                    ),
                ),
                "none", (4, 8), steps=_ANY,
            ),
            Panel(
                "timeseries", "Open findings by impact",
                "breaking: a test can pass while production fails. warning: some answers no test has met. info: stale.",
                (Query(f"sum by (impact) ({_OPEN})", "{{impact}}"),),
                "none", (8, 8), stacked=True,
            ),
            Panel(
                "bargauge", "Open findings by age",
                "Breaking and warning findings by the time since they were first seen, as far as the store remembers.",
                (
                    Query(
                        "sum by (age) "
                        f"({latest('driftwatch_mock_findings_by_age', 'impact', 'age', where=_ALARMS)})",
                        "{{age}}", instant=True,
                    ),
                ),
                "none", (4, 8), steps=((None, GREY), (1, AMBER)),
            ),
            Panel(
                "bargauge", "Open findings by owner",
                "Breaking and warning findings by the team that looks after the mocks, as the config names it.",
                (
                    Query(
                        "sum by (owner) (sum by (job, namespace, provider) "
                        f"({latest('driftwatch_mock_findings', 'impact', where=_ALARMS)}) "
                        "* on (job, namespace, provider) group_left (owner) "
                        f"max by (job, namespace, provider, owner) ({latest('driftwatch_mock_info', 'owner')}))",
                        "{{owner}}", instant=True,
                    ),
                ),
                "none", (4, 8), steps=((None, GREY), (1, AMBER)),
            ),
            Panel(
                "bargauge", "Findings by state",
                "Suspect findings wait for a second sight, suppressed ones are hidden by a decision: both are shown.",
                (
                    Query(
                        f"sum by (state) ({latest('driftwatch_mock_findings_by_state', 'state')})", "{{state}}",
                        instant=True,
                    ),
                ),
                "none", (4, 8),
            ),
        ),
    )  # fmt: skip


def changes() -> Row:
    """What has become better or worse."""
    return Row(
        "What changed this week?",
        (
            Panel(
                "bargauge", "More or fewer findings than a week ago",
                "Breaking and warning findings now, less those of a week ago. A provider that is younger has no bar.",
                (Query(f"{_NOW} - {_WEEK_AGO}", "{{provider}}", instant=True),),
                "none", (8, 7), steps=_MOVED, bounds=(None, None), no_value="nothing older than a week",
            ),
            Panel(
                "bargauge", "Fidelity against a week ago",
                "Points of fidelity won or lost.",
                (
                    Query(
                        f"{_RIGHT_NOW} - {_RIGHT_A_WEEK_AGO}", "{{provider}}", instant=True,
                    ),
                ),
                "percentunit", (8, 7), steps=((None, RED), (-0.005, GREY), (0.005, GREEN)), bounds=(None, None),
                no_value="nothing older than a week",
            ),
            Panel(
                "state-timeline", "Drift over time",
                "Per provider: whether any compared mock was untrue. Grey is no answer, and never green.",
                (
                    Query(
                        f"sum by (provider) ({_UNTRUE}) > bool 0 and sum by (provider) ({_COMPARED}) > 0",
                        "{{provider}}",
                    ),
                ),
                "none", (8, 7), mappings=(("0", "true", GREEN), ("1", "drifted", RED)), bounds=(None, None),
            ),
        ),
    )  # fmt: skip


WHERE_ROW: Final = Row(
    "Where?",
    (
        Panel(
            "table", "Providers",
            "Every provider with what is wrong about its mocks, for how long, and who looks after them.",
            (
                Query(latest("driftwatch_mock_info", "format", "owner", "revision"), instant=True, table=True),
                Query(f"sum by (provider) ({_BREAKING})", instant=True, table=True),
                Query(f"sum by (provider) ({_WARNING})", instant=True, table=True),
                Query(
                    "time() - max by (provider) "
                    f"({latest('driftwatch_mock_drifted_since_timestamp_seconds')} > 0)",
                    instant=True, table=True,
                ),
                Query(
                    f"(time() - {_MIXED_SINCE}) * ({_MIXED_SINCE} > bool 0)",  # 0 is no moment: one version answers
                    instant=True, table=True,
                ),
                Query(f"max by (provider) ({latest('driftwatch_mock_fidelity_ratio')})", instant=True, table=True),
                Query(f"max by (provider) ({latest('driftwatch_mock_verified_ratio')})", instant=True, table=True),
            ),
            "none", (14, 9), bounds=(None, None),
            transformations=joined(
                {
                    "provider": "Provider", "owner": "Owner", "format": "Formats", "revision": "Revision",
                    "Value #B": "Breaking", "Value #C": "Warning", "Value #D": "Drifted for",
                    "Value #E": "Two versions for", "Value #F": "Fidelity", "Value #G": "Verified",
                }
            ),
            overrides=(
                column("Breaking", "none", _ANY),
                column("Warning", "none", ((None, GREEN), (1, AMBER))),
                column("Drifted for", "s", _AGE),
                column("Two versions for", "s", ((None, GREEN), (7200, AMBER))),
                column("Fidelity", "percentunit", _SCORE),
                column("Verified", "percentunit"),
            ),
        ),
        Panel(
            "table", "Operations with findings",
            "Method and path of the operations about which there are findings, the most breaking first.",
            (
                Query(
                    "sort_desc(sum by (provider, operation, impact) "
                    f"({latest('driftwatch_operation_findings', 'operation', 'impact')}) > 0)",
                    instant=True, table=True,
                ),
            ),
            "none", (10, 9), bounds=(None, None), no_value="no findings",
        ),
    ),
)  # fmt: skip
"""Tables that lead to the place."""


def freshness() -> Row:
    """For how long nobody has looked, and at what nobody could."""
    return Row(
        "How fresh is it?",
        (
            Panel(
                "bargauge", "Time since all was verified",
                "Since the last audit that left no mock of the provider unchecked but by policy. One "
                "that never was has no bar.",
                (
                    Query(
                        "time() - min by (provider) "
                        f"({latest('driftwatch_mock_last_success_timestamp_seconds')} > 0)",
                        "{{provider}}", instant=True,
                    ),
                ),
                "s", (6, 7), steps=_AGE, no_value="never",
            ),
            Panel(
                "stat", "Never verified",
                "Mocked interactions that no audit has ever compared, as far as the store remembers.",
                (Query(f"sum({latest('driftwatch_mock_never_verified')})", instant=True),),
                "none", (4, 7), steps=((None, GREEN), (1, AMBER)), no_value="needs a store",
            ),
            Panel(
                "timeseries", "Mocks that were not compared",
                "By verdict: skipped by policy, not reachable, refused, or without a question to ask.",
                (
                    Query(f"sum by (status) ({_NOT_COMPARED})", "{{status}}"),
                ),
                "none", (6, 7), stacked=True,
            ),
            Panel(
                "bargauge", "Age of the recordings",
                "Since the median mock of each provider was recorded, where the files tell.",
                (
                    Query(
                        "time() - max by (provider) "
                        f"({latest('driftwatch_mock_recorded_timestamp_seconds', where=_MEDIAN)})",
                        "{{provider}}", instant=True,
                    ),
                ),
                "s", (4, 7), steps=((None, GREY), (90 * 86400, AMBER), (365 * 86400, RED)), no_value="no dates known",
            ),
            Panel(
                "bargauge", "Oldest open finding",
                "Time since the oldest open finding of each impact was first seen.",
                (
                    Query(
                        "time() - min by (impact) "
                        f"({latest('driftwatch_mock_oldest_finding_timestamp_seconds', 'impact')})",
                        "{{impact}}", instant=True,
                    ),
                ),
                "s", (4, 7), steps=_AGE, no_value="none",
            ),
        ),
    )  # fmt: skip
