"""The CronJobs: when they run, how often they try again and by which exit codes."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from driftwatch.cli.exits import Exit
from driftwatch.model.crontab import Crontab
from tests.deploy.catalogue import ALERTS
from tests.deploy.kubernetes.rendering import ARRANGEMENTS, Arrangement, Object, arguments, objects, rendered

pytestmark = pytest.mark.kubernetes

WITH_JOBS: Final = [one for one in ARRANGEMENTS if one.base in {"overlays/cronjob", "overlays/sharded"}]


@pytest.fixture(params=WITH_JOBS, ids=str)
def cronjob(request: pytest.FixtureRequest) -> Object:
    """Each of them."""
    (found,) = objects(request.param, "CronJob")
    return found


def _job(cronjob: Object) -> Object:
    spec: Object = cronjob["spec"]["jobTemplate"]["spec"]
    return spec


def test_no_run_meets_another(cronjob: Object) -> None:
    """One at a time, in a zone that is named, and over before the next is due, however late it began."""
    spec = cronjob["spec"]
    assert spec["timeZone"] == "Etc/UTC"
    assert spec["concurrencyPolicy"] == "Forbid"
    crontab = Crontab.parse(spec["schedule"])
    first = crontab.next_after(datetime(2026, 1, 1, tzinfo=UTC), UTC)
    assert first is not None
    second = crontab.next_after(first, UTC)
    assert second is not None
    period = second - first
    late, longest = (timedelta(seconds=seconds) for seconds in (spec["startingDeadlineSeconds"],
                                                                _job(cronjob)["activeDeadlineSeconds"]))  # fmt: skip
    assert timedelta(minutes=15) <= period
    assert late + longest < period


def test_the_alerts_know_these_times(cronjob: Object) -> None:
    """The starting deadline is above the ten seconds of a controller's round and below what the alert waits for."""
    text = ALERTS.read_text(encoding="utf-8")
    waits = re.search(r"kube_cronjob_next_schedule_time\{(.+?)\}\) > (\d+)", text)
    assert waits is not None
    assert 10 < cronjob["spec"]["startingDeadlineSeconds"] < int(waits[2])
    name = cronjob["metadata"]["name"]
    assert re.fullmatch(r'cronjob=~"(.+)"', waits[1])[1] == "driftwatch.*"  # type: ignore[index]
    assert name.startswith("driftwatch")
    assert len(name) <= 52


def test_what_is_over_is_cleared_away(cronjob: Object) -> None:
    """Some of the last runs stay to be looked at, for a day."""
    assert cronjob["spec"]["successfulJobsHistoryLimit"] == cronjob["spec"]["failedJobsHistoryLimit"] == 3
    assert _job(cronjob)["ttlSecondsAfterFinished"] == 86_400


def test_pods_are_not_restarted_in_place(cronjob: Object) -> None:
    """What podFailurePolicy requires; and its one way of replacing pods."""
    assert _job(cronjob)["template"]["spec"]["restartPolicy"] == "Never"
    assert _job(cronjob)["podReplacementPolicy"] == "Failed"


def _fate(cronjob: Object, code: int, *, disrupted: bool = False) -> str:
    """What becomes of a pod of that exit code: the first rule that fits, as Kubernetes reads them; else it counts."""
    for rule in _job(cronjob)["podFailurePolicy"]["rules"]:
        conditions: list[dict[str, Any]] = rule.get("onPodConditions", [])
        codes = rule.get("onExitCodes")
        if disrupted and any((one["type"], one["status"]) == ("DisruptionTarget", "True") for one in conditions):
            return str(rule["action"])
        if codes is not None:
            assert codes["operator"] == "In"
            if code in codes["values"]:
                return str(rule["action"])
    return "Count"


def test_exit_codes_decide_on_another_try(cronjob: Object) -> None:
    """Every code of the program has its fate, and what a second pod could not mend is not tried again."""
    gives_up = "FailIndex" if _job(cronjob).get("completionMode") == "Indexed" else "FailJob"
    fates = {Exit.FINDINGS: gives_up, Exit.USAGE: gives_up, Exit.INCOMPLETE: "Count", Exit.INTERNAL: "Count",
             Exit.STOPPED: "Count", Exit.UNREAD: "Count"}  # fmt: skip
    assert fates.keys() == set(Exit) - {Exit.FINE}
    assert {code: _fate(cronjob, code) for code in fates} == fates


def test_a_pod_that_was_taken_away_counts_for_nothing(cronjob: Object) -> None:
    """Whatever it exited with: the condition is asked before the codes."""
    assert {_fate(cronjob, code, disrupted=True) for code in (*Exit, 137, 143)} == {"Ignore"}


def test_codes_are_written_as_the_api_server_wants_them(cronjob: Object) -> None:
    """Of our container alone, since git-sync has codes of its own; in order, each once, and never 0."""
    for rule in _job(cronjob)["podFailurePolicy"]["rules"]:
        codes = rule.get("onExitCodes")
        if codes is not None:
            assert codes["containerName"] == "driftwatch"
            assert codes["values"] == sorted(set(codes["values"]) - {0})
            assert set(codes["values"]) <= set(Exit)


def test_tries_are_few(cronjob: Object) -> None:
    """One more, for the Job or for each shard: staging that is down is not asked in a loop."""
    job = _job(cronjob)
    if job.get("completionMode") == "Indexed":
        assert job["backoffLimitPerIndex"] == 1
        assert "backoffLimit" not in job, "counted over all indexes, it would end the others"
        assert job["maxFailedIndexes"] == job["completions"], "below it, some failures would stop the others"
    else:
        assert job["backoffLimit"] == 1


@pytest.mark.parametrize("arrangement", [one for one in WITH_JOBS if one.base == "overlays/sharded"], ids=str)
def test_shards_know_how_many_they_are_and_which_run_is_theirs(arrangement: Arrangement) -> None:
    """One number in three places, and the Job's name by the label that Kubernetes gives its pods."""
    (cronjob,) = objects(arrangement, "CronJob")
    job = _job(cronjob)
    assert job["completionMode"] == "Indexed"
    assert job["completions"] == job["parallelism"] > 1
    (container,) = job["template"]["spec"]["containers"]
    environment = {one["name"]: one for one in container["env"]}
    assert environment["DRIFTWATCH_SHARDS"]["value"] == str(job["completions"])
    path = environment["DRIFTWATCH_RUN"]["valueFrom"]["fieldRef"]["fieldPath"]
    assert path == "metadata.labels['batch.kubernetes.io/job-name']"
    assert "--shard=auto" in arguments(container)


def test_jobs_never_fail_for_drift(cronjob: Object) -> None:
    """A finding is no failed Job."""
    (container,) = _job(cronjob)["template"]["spec"]["containers"]
    assert "--fail-on=never" in arguments(container)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=str)
def test_replicas_and_their_budget_agree(arrangement: Arrangement) -> None:
    """A budget only where one replica may go while another stays; several only without a file of SQLite."""
    made = rendered(arrangement)
    budgets = [one for one in made if one["kind"] == "PodDisruptionBudget"]
    for one in made:
        if one["kind"] == "Deployment" and one["metadata"]["name"] == "driftwatch":
            spec = one["spec"]
            several = spec["replicas"] > 1
            assert bool(budgets) == several
            assert spec["strategy"]["type"] == ("RollingUpdate" if several else "Recreate")
            if several:
                assert not [volume for volume in spec["template"]["spec"]["volumes"] if volume["name"] == "store"]
                assert budgets[0]["spec"]["maxUnavailable"] < spec["replicas"]
                for spread in spec["template"]["spec"]["topologySpreadConstraints"]:
                    assert spread["labelSelector"] == spec["selector"]
                assert budgets[0]["spec"]["selector"] == spec["selector"]
