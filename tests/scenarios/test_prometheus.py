"""A real Prometheus scrapes a real daemon: openly, and encrypted with a password."""

import json
import subprocess
from pathlib import Path

import pytest
import requests

from driftwatch.model.password import hash_password
from tests.cli.test_serve import running, write_config
from tests.programs import program
from tests.prometheus import prometheus
from tests.servers import json_answer, serve
from tests.waiting import wait_until
from tests.web.serving import AUTHORITY, GOOD

pytestmark = pytest.mark.prometheus
DRIFTED = json_answer('{"id": "seven"}')


def test_a_drift_becomes_a_series_and_its_repair_takes_it_back(tmp_path: Path) -> None:
    """From the mock file to Prometheus and back, with the exemplar that names the run."""
    with serve({"/payments/7": DRIFTED}) as staging:
        config = write_config(tmp_path, staging, daemon={"grace": 2, "reload": 0.5}, schedule={"when": "1s"})
        with running(config) as service:
            job = {"job_name": "driftwatch", "static_configs": [{"targets": [service.url.removeprefix("http://")]}]}
            with prometheus(tmp_path, [job]) as server:
                breaking = 'driftwatch_mock_findings{provider="payments",impact="breaking"}'
                wait_until(lambda: server.values(breaking) == [1])
                assert server.values("up") == [1]
                assert server.values("driftwatch_audit_interval_seconds") == [1]
                exemplars = "driftwatch_provider_request_duration_seconds_bucket"
                wait_until(lambda: bool(server.ask("query_exemplars", query=exemplars, start="0", end="9999999999")))
                mock = next((tmp_path / "mocks" / "mappings").iterdir())
                stub = json.loads(mock.read_text(encoding="utf-8"))
                stub["response"]["jsonBody"] = {"id": "eight"}
                mock.write_text(json.dumps(stub), encoding="utf-8")
                wait_until(lambda: server.values(breaking) == [0])
                assert server.values("driftwatch_collector_errors_total") == [0]
                assert server.errors() == []


def test_encrypted_and_with_a_password(tmp_path: Path) -> None:
    """Who has the password scrapes, who has another one is refused; promtool has nothing to say of the text."""
    users = {"prometheus": "${env:HASH}"}
    web = {"port": 0, "users": users, "tls": {"certificate": str(GOOD.certificate), "key": str(GOOD.key)}}
    with serve({"/payments/7": DRIFTED}) as staging:
        config = write_config(tmp_path, staging, web=web)
        with running(config, HASH=hash_password("hunter2", b"0123456789abcdef")) as service:
            target = service.url.removeprefix("https://")
            jobs = [
                {
                    "job_name": name, "scheme": "https", "tls_config": {"ca_file": str(AUTHORITY)},
                    "basic_auth": {"username": "prometheus", "password": password},
                    "static_configs": [{"targets": [target]}],
                }
                for name, password in (("driftwatch", "hunter2"), ("stranger", "hunter3"))
            ]  # fmt: skip
            with prometheus(tmp_path, jobs) as server:
                wait_until(lambda: server.values('up{job="driftwatch"}') == [1])
                wait_until(lambda: server.values('up{job="stranger"}') == [0])
                wait_until(lambda: server.values('driftwatch_provider_up{job="driftwatch"}') == [1])
                assert {error.partition(" ")[0] for error in server.errors()} == {"server"}
                assert any("401" in error for error in server.errors())
            promtool = program("promtool", "prometheus")
            login = ("prometheus", "hunter2")
            text = requests.get(f"{service.url}/metrics", auth=login, verify=str(AUTHORITY), timeout=20).content
            ours = b"".join(line for line in text.splitlines(keepends=True) if b"driftwatch_" in line)
            check = subprocess.run([promtool, "check", "metrics"], input=ours, capture_output=True, check=False)
            assert (check.returncode, check.stdout, check.stderr) == (0, b"", b"")
