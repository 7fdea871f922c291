"""What incidents taught and what green tests rest on: rows for where somebody tells of them."""

from typing import Final

from deploy.grafana.panels import AMBER, GREEN, GREY, RED, Panel, Query, Row
from deploy.grafana.replicas import latest

_ALL: Final = latest("driftwatch_incidents", "cause", "seen")
_BEFORE, _TOLD = (
    latest("driftwatch_incidents", "cause", "seen", where=f"seen{words}")
    for words in ('="before"', '=~"before|after|never"')
)
_MEDIAN: Final = latest("driftwatch_incident_lead_time_seconds", "lead", where='lead="median"')

INCIDENTS: Final = Row(
    "What did incidents teach?",
    (
        Panel(
            "bargauge", "Incidents by cause",
            "Why no test caught them, as the team wrote it down or as it was derived; the README names the causes.",
            (Query(f"sum by (cause) ({_ALL}) > 0", "{{cause}}", instant=True),),
            "none", (10, 7), steps=((None, AMBER),), no_value="none written down",
        ),
        Panel(
            "stat", "Seen before they happened",
            "Share of the incidents that an audit had seen before, of those of which the memory of audits can tell.",
            (Query(f"(sum({_BEFORE}) or vector(0)) / (sum({_TOLD}) > 0)", instant=True),),
            "percentunit", (4, 7), steps=((None, RED), (0.5, AMBER), (0.9, GREEN)), bounds=(0, 1),
            no_value="none to tell of",
        ),
        Panel(
            "bargauge", "Median warning",
            "How long before incidents audits saw them first, by provider; below 0 it was afterwards.",
            (Query(f"max by (provider) ({_MEDIAN})", "{{provider}}", instant=True),),
            "s", (10, 7), steps=((None, RED), (0, GREY), (86400, GREEN)), bounds=(None, None),
            no_value="none that was seen",
        ),
    ),
    collapsed=True,
)  # fmt: skip

_TESTS: Final = latest("driftwatch_tests", "trust")
_LYING: Final = latest("driftwatch_tests", "trust", where='trust="drifted"')

TESTS: Final = Row(
    "What do green tests rest on?",
    (
        Panel(
            "bargauge", "Green tests by the worst of their mocks",
            "Drifted: a mock that is known to be false; never: one that nobody verified; stale: one verified long ago. "
            "A test on mocks of two providers counts for both. `driftwatch tests` names them.",
            (Query(f"sum by (trust) ({_TESTS})", "{{trust}}", instant=True),),
            "none", (12, 7), steps=((None, GREY),), no_value="nobody told of tests",
        ),
        Panel(
            "bargauge", "Green tests on drifted mocks",
            "By provider: they pass, and what they rest on is false.",
            (Query(f"sum by (provider) ({_LYING})", "{{provider}}", instant=True),),
            "none", (12, 7), steps=((None, GREEN), (1, RED)), no_value="nobody told of tests",
        ),
    ),
    collapsed=True,
)  # fmt: skip
