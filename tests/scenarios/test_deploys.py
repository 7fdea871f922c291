"""A release breaks a mock: whoever tells of it, the provider is audited and the finding names the release.

The daemon is the real one, in a process of its own; so are the sockets of the services and of the API server.
"""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from driftwatch.transport.clock import SystemClock
from tests.cli.calling import spawn, write_stub
from tests.cli.test_serve import Service, running
from tests.cluster.api import TOKEN, Api, a_deployment, api
from tests.servers import Answer, Received, json_answer, serve
from tests.waiting import PATIENCE, wait_until

SECRET: Final = "the-token-of-our-pipeline"
FINDINGS: Final = 'driftwatch_mock_findings{impact="breaking",provider="%s"}'
ROLLED_OUT: Final = 'driftwatch_provider_last_rollout_timestamp_seconds{provider="%s"}'


@dataclass
class Shop:
    """Two services with a mock each; what they answer may change."""

    folder: Path
    bodies: dict[str, str] = field(default_factory=lambda: dict.fromkeys(("orders", "payments"), '{"id": 7, "sum": 1}'))
    url: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    hook: list[Received] = field(default_factory=list)

    def answer(self, request: Received) -> Answer:
        """As the service is today; or what was said to the hook is heard."""
        if request.path == "/hook":
            self.hook.append(request)
            return Answer(204)
        body = self.bodies.get(request.path.split("/")[1])
        return Answer(404) if body is None else json_answer(body)

    @property
    def config(self) -> Path:
        """Audits nothing by the clock, and everything a tenth of a second after a rollout."""
        for name in self.bodies:
            write_stub(self.folder / name, f"/{name}/7", {"id": 7, "sum": 1})
        config = self.folder / "driftwatch.yaml"
        settings: dict[str, Any] = {
            "probing": {"samples": 3, "spacing_seconds": 0, "rate": 10_000},
            "schedule": {"when": "700h"},
            "daemon": {"grace": 2, "reload": 0},
            "web": {"port": 0},
            "notify": {"channels": {"hook": {"url": "${env:HOOK_URL}", "format": "json"}}},
            "providers": {name: {"mocks": name, "target": self.url} for name in self.bodies},
        }
        for name, part in self.settings.items():
            settings[name] = {**settings.get(name, {}), **part}
        config.write_text(json.dumps(settings), encoding="utf-8")
        return config

    @contextmanager
    def watched(self) -> Iterator[Service]:
        """By a daemon that has audited both once."""
        environment = {"DEPLOYS_TOKEN": SECRET, "KUBERNETES_TOKEN": TOKEN, "HOOK_URL": f"{self.url}/hook"}
        with running(self.config, **environment) as service:
            wait_until(lambda: len(service.events("audit.finished")) == 2)
            wait_until(lambda: service.value(FINDINGS % "payments") == 0 == service.value(FINDINGS % "orders"))
            yield service
            assert service.end(signal.SIGTERM) == 0
            text = service.log.read_text(encoding="utf-8")
            assert SECRET not in text
            assert TOKEN not in text
            assert not [event for event in service.events() if event["level"] == "error"]

    def breaks(self, name: str) -> None:
        """The service does not deliver a member any more."""
        self.bodies[name] = '{"id": 7}'

    def found(self) -> dict[str, Any]:
        """By provider, what each finding began with, as `driftwatch findings` tells it."""
        ran = spawn(
            "findings",
            "list",
            "--config",
            self.config,
            "--format",
            "json",
            environment={"HOOK_URL": "http://x", "DEPLOYS_TOKEN": "x", "KUBERNETES_TOKEN": "x"},
        )
        return {one["provider"]: one["began_with"] for one in json.loads(ran.out)["findings"]}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop with its services running."""
    it = Shop(tmp_path)
    with serve(it.answer) as server:
        it.url = server.url
        yield it


def _audits(service: Service, provider: str) -> int:
    return sum(event["providers"] == [provider] for event in service.events("audit.finished"))


def test_a_pipeline_tells_and_the_finding_names_its_release(shop: Shop) -> None:
    """By the webhook: audit, metric, finding, page and notice; and the other provider is left alone."""
    shop.settings = {"deploys": {"webhook": {"token": "${env:DEPLOYS_TOKEN}"}, "settle": 0.1}}
    with shop.watched() as service:

        def told(version: str, provider: str = "payments", token: str = SECRET) -> int:
            document = {"provider": provider, "version": version, "link": "https://ci.example.com/42"}
            shown = {"Authorization": f"Bearer {token}"}
            answer = requests.post(f"{service.url}/api/deploys", json=document, headers=shown, timeout=PATIENCE)
            return answer.status_code

        assert told("1.41.0", token="wrong") == 401
        assert service.value(ROLLED_OUT % "payments") == 0
        assert told("1.41.0") == 202
        wait_until(lambda: _audits(service, "payments") == 2)
        assert told("1.41.0") == 200
        assert shop.found() == {}
        shop.breaks("payments")
        assert told("1.42.0") == 202
        wait_until(lambda: service.value(FINDINGS % "payments") == 1)
        assert told("2.0", "orders") == 202
        shop.breaks("orders")
        wait_until(lambda: service.value(FINDINGS % "orders") == 1)
        assert (service.value(ROLLED_OUT % "payments") or 0) > 1.7e9
        assert "1.42.0" not in service.get("/metrics").text
        page = service.get("/findings?provider=payments").text
        assert "rollout payments 1.42.0, " in page
        fingerprint = page.split('id="finding-')[1].split('"')[0]
        assert 'href="https://ci.example.com/42"' in service.get(f"/findings/{fingerprint}").text
        wait_until(lambda: len(shop.hook) == 2)
        assert (_audits(service, "payments"), _audits(service, "orders")) == (3, 2)
    found = shop.found()
    assert {name: (began["version"], began["others"]) for name, began in found.items()} == {
        "payments": ("1.42.0", 0), "orders": ("2.0", 0),
    }  # fmt: skip
    notice = json.loads(shop.hook[0].body)
    assert notice["providers"][0]["findings"][0]["began_with"]["version"] == "1.42.0"


def test_a_deployment_that_is_watched_is_told_by_nobody(shop: Shop) -> None:
    """The API server is enough: a release of one of its Deployments audits the provider it belongs to."""
    with api() as cluster:
        cluster.apply(a_deployment("payments-api", version="1.41.0", at=_now()))
        cluster.apply(a_deployment("orders"))
        shop.settings = {
            "deploys": {
                "kubernetes": {"namespaces": ["shop"], "server": cluster.url, "token": "${env:KUBERNETES_TOKEN}"},
                "settle": 0.1,
            },
            "providers": {
                name: {"mocks": name, "target": shop.url, "deployments": [f"shop/{name}*"]} for name in shop.bodies
            },
        }
        with shop.watched() as service:
            wait_until(lambda: cluster.watching == 1)
            wait_until(lambda: (service.value(ROLLED_OUT % "payments") or 0) > 0)
            assert service.get("/readyz").json()["checks"]["deploys"]["status"] == "well"
            shop.breaks("payments")
            _rolls_out(cluster)
            wait_until(lambda: service.value(FINDINGS % "payments") == 1)
            assert _audits(service, "orders") == 1
    began = shop.found()["payments"]
    assert (began["name"], began["version"], began["source"], began["others"]) == (
        "shop/payments-api", "1.42.0", "kubernetes", 0,
    )  # fmt: skip


def _now() -> str:
    return SystemClock().now().isoformat(timespec="microseconds").replace("+00:00", "Z")


def _rolls_out(cluster: Api) -> None:
    """A new release, step by step; it is complete now."""
    for state in ({"seen": 7}, {"updated": 1}, {"available": 2}, {}):
        told: dict[str, Any] = {"version": "1.42.0", "revision": 8, "at": _now(), **state}
        cluster.apply(a_deployment("payments-api", **told))


def test_a_role_that_is_missing_impairs_and_stops_nothing(shop: Shop) -> None:
    """Readiness says what to create; audits go on."""
    with api() as cluster:
        cluster.forbidden = {"shop"}
        shop.settings = {
            "deploys": {
                "kubernetes": {"namespaces": ["shop"], "server": cluster.url, "token": "${env:KUBERNETES_TOKEN}"},
            },
            "providers": {name: {"mocks": name, "target": shop.url, "deployments": ["shop/*"]} for name in shop.bodies},
        }
        environment = {"KUBERNETES_TOKEN": TOKEN, "HOOK_URL": f"{shop.url}/hook"}
        with running(shop.config, **environment) as service:
            wait_until(lambda: len(service.events("audit.finished")) == 2)
            wait_until(lambda: bool(service.events("deploys.unwatched")))
            wait_until(lambda: service.get("/readyz").json()["checks"]["deploys"]["status"] == "impaired")
            found = service.get("/readyz")
            assert found.status_code == 200
            assert "kubectl create role" in found.json()["checks"]["deploys"]["reason"]
            (event,) = service.events("deploys.unwatched")
            assert event["level"] == "error"
