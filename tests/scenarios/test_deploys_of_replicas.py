"""Several replicas at one PostgreSQL, of which a pipeline reaches any: the one that leads audits, all show it."""

from pathlib import Path
from typing import Final

import pytest
import requests

from tests.cli.replicas import Replicas, Staging, audits_of, config_of
from tests.cli.test_replicas import postgres
from tests.cli.test_serve import Service, running
from tests.postgres import Cluster
from tests.servers import serve
from tests.waiting import PATIENCE, wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(240)]

__all__ = ["postgres"]
TOKEN: Final = "token-of-our-pipeline"
ROLLED_OUT: Final = 'driftwatch_provider_last_rollout_timestamp_seconds{provider="payments"}'


def _tells(service: Service, version: str) -> int:
    shown = {"Authorization": f"Bearer {TOKEN}"}
    document = {"provider": "payments", "version": version}
    return requests.post(f"{service.url}/api/deploys", json=document, headers=shown, timeout=PATIENCE).status_code


def test_a_rollout_is_told_to_any_replica(tmp_path: Path, postgres: Cluster) -> None:
    """The follower keeps it, the leader audits once, both know it; told to the other again, it is known already."""
    place, made = postgres.new_database(), Staging()
    more = {
        "schedule": {"when": "700h"}, "deploys": {"webhook": {"token": "${env:DEPLOYS_TOKEN}"}, "settle": 0.1},
    }  # fmt: skip
    with serve(made.answer) as server:
        folders = [tmp_path / name for name in ("one", "two")]
        for folder in folders:
            folder.mkdir()
        one, two = (config_of(folder, server, place, **more) for folder in folders)
        with running(one, DEPLOYS_TOKEN=TOKEN) as first, running(two, DEPLOYS_TOKEN=TOKEN) as second:
            them = Replicas(first, second, place, made)
            leader, follower = them.leader_and_follower()
            wait_until(lambda: audits_of(leader) == 1)
            assert _tells(follower, "1.42.0") == 202
            assert _tells(leader, "1.42.0") == 200
            wait_until(lambda: audits_of(leader) == 2)
            wait_until(lambda: all((each.value(ROLLED_OUT) or 0) > 0 for each in them.both))
            assert (audits_of(leader), audits_of(follower)) == (2, 0)
            assert not [event for each in them.both for event in each.events() if event["level"] == "error"]
