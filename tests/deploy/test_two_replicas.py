"""Every panel, rule and alert says the same of one daemon and of its replicas, one of them cut off from the store."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

import pytest
import requests
import yaml

from tests.deploy import exporter
from tests.deploy.catalogue import ALERTS, RULES, recorded
from tests.deploy.promql import MACROS
from tests.deploy.test_dashboards import TARGETS
from tests.prometheus import configured
from tests.servers import Answer, serve
from tests.waiting import wait_until

pytestmark = [pytest.mark.prometheus, pytest.mark.timeout(300), pytest.mark.xdist_group("prometheus")]

WITHIN: Final = 90.0
PARTS: Final = ("leader", "follower", "outdated")
OF_EACH_REPLICA: Final = {
    "driftwatch-overview: Memory A": "a process each",
    "driftwatch-overview: Log A": "each writes its own",
    "driftwatch-overview: Since the store was read A": "each reads for itself",
    "driftwatch-overview: Who leads A": "that is the question",
}
"""Panels that are about each replica, and why."""
OF_EACH_TARGET: Final = {
    "DriftwatchDown", "DriftwatchConfigRejected", "DriftwatchSchedulerStuck", "DriftwatchReplicaBlind",
}  # fmt: skip
"""Alerts that name the instance; one of the replicas here is blind."""
VACUOUS: Final = {
    "driftwatch-overview: Audits": "no audit ends here",
    "driftwatch-overview: Budget of untruth left A": "is recorded, from the first full hour on",
    "driftwatch-overview: Fidelity against a week ago A": "needs a week",
    "driftwatch-overview: More or fewer findings than a week ago A": "needs a week",
    "driftwatch-overview: Rollouts": "no rollout happens here",
}
"""Panels that say nothing of either, and why; ``test_dashboards_answer`` gives them what they need."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A Prometheus with a job of one daemon, ``one``, and a job of its replicas, ``many``."""

    url: str

    def about(self, job: str, expr: str, at: float) -> dict[frozenset[tuple[str, str]], float]:
        """The answer by its labels, but for the job."""
        for macro, value in {**MACROS, "$job": job, "$__rate_interval": "30s"}.items():
            expr = expr.replace(macro, value)
        form = {"query": expr, "time": f"{at:.3f}"}
        reply = requests.post(f"{self.url}/api/v1/query", data=form, timeout=30).json()
        assert reply["status"] == "success", (expr, reply)
        return {_named(one["metric"]): float(one["value"][1]) for one in reply["data"]["result"]}

    def both(self, expr: str, at: float) -> tuple[dict[frozenset[tuple[str, str]], float], ...]:
        """The answers about either job, to an expression that leaves the choice or knows nothing of one."""
        if "$job" in expr:
            return self.about("one", expr, at), self.about("many", expr, at)
        everything = self.about("", f"label_replace(({expr}), 'chosen', '$1', 'job', '(.*)')", at)
        return tuple(
            {
                frozenset(pair for pair in labels if pair[0] != "chosen"): value
                for labels, value in everything.items()
                if ("chosen", job) in labels
            }
            for job in ("one", "many")
        )


def _named(labels: dict[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset((name, value) for name, value in labels.items() if name != "job")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """One that scrapes all of them each second and evaluates our rules as often."""
    folder, start = tmp_path_factory.mktemp("prometheus"), exporter.now()
    for path in (RULES, ALERTS):
        rules = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in rules["groups"]:
            group["interval"] = "1s"
        (folder / path.name).write_text(yaml.safe_dump(rules), encoding="utf-8")
    kind = (("Content-Type", "text/plain; version=0.0.4"),)
    with ExitStack() as stack:
        places = {}
        for part in PARTS:

            def say(_: Any, part: Any = part) -> Answer:
                return Answer(200, kind, exporter.replica(part, start, exporter.now()).encode())

            places[part] = f"127.0.0.1:{stack.enter_context(serve(say)).port}"
        jobs = [
            {"job_name": name, "scrape_interval": "1s", "scrape_timeout": "1s",
             "static_configs": [{"targets": [places[part] for part in parts]}]}
            for name, parts in (("one", PARTS[:1]), ("many", PARTS))
        ]  # fmt: skip
        config = {"global": {"evaluation_interval": "1s"}, "rule_files": [RULES.name, ALERTS.name],
                  "scrape_configs": jobs}  # fmt: skip
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        with configured(folder / "prometheus.yml", folder / "data") as running:
            yield Asked(running.url)


EXPRESSIONS: Final = {
    **{name: expr for name, expr in TARGETS.items() if name not in OF_EACH_REPLICA},
    **{name: name for name in recorded() if not name.endswith(":outdated")},
    **{
        rule["alert"]: rule["expr"]
        for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
        if rule["alert"] not in OF_EACH_TARGET and group["name"] != "driftwatch-batch"
    },
}


def _differs(server: Asked, expr: str) -> str:
    """How the answers differ; nothing if they do not. Counters are scraped at other moments, but not twice as many."""
    one, many = server.both(expr, time.time() - 2)
    if one.keys() != many.keys():
        return f"{sorted(map(sorted, one.keys() ^ many.keys()))[:3]}"
    apart = [
        (sorted(labels), value, many[labels]) for labels, value in one.items()
        if many[labels] != pytest.approx(value, rel=0.2, abs=0.01) and abs(value - many[labels]) > 2 * _is_age(value)
    ]  # fmt: skip
    return f"{apart[:3]}" if apart else ""


def _is_age(value: float) -> bool:
    return value > 30


def test_replicas_count_once(server: Asked) -> None:
    """Sums are not doubled, the word of the one that is cut off counts for nothing, and audits are the leader's."""
    deadline, waiting = time.monotonic() + WITHIN, dict(EXPRESSIONS)
    differences: dict[str, str] = {}
    past = "min(count_over_time(driftwatch_leader[1m]))"  # rates are taken over it
    wait_until(lambda: min(server.about("", past, time.time()).values(), default=0) >= 20)
    while waiting and time.monotonic() < deadline:
        differences = {name: _differs(server, expr) for name, expr in waiting.items()}
        waiting = {name: expr for name, expr in waiting.items() if differences[name]}
    assert {name: differences[name] for name in waiting} == {}
    asked = (name for name in EXPRESSIONS if name.startswith("driftwatch-overview"))
    assert {name for name in asked if not any(server.both(EXPRESSIONS[name], time.time()))} == VACUOUS.keys()


def test_each_replica_has_a_line_of_its_own_where_that_is_the_question(server: Asked) -> None:
    """And the one that is cut off is told of."""
    for name in OF_EACH_REPLICA:
        if "Log" not in name:
            assert len(server.about("many", TARGETS[name], time.time())) == len(PARTS), name
    blind = server.about("many", 'ALERTS{alertname="DriftwatchReplicaBlind",job=~"$job"}', time.time())
    assert len(blind) == 1
