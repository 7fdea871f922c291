"""The manifests that are shipped, run by ``podman play kube``: the same image, config, mocks, secret and restrictions.

What podman 4.3 cannot do is left out or bent: it plays no Job and no Service, asks no probes (they are asked here),
puts no variables into arguments, and joins the host's network only without named ports. A cluster is another thing:
neither a scheduler nor a kubelet is tried here.
"""

import base64
import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
import requests
import yaml

from tests.deploy.image.cache import locked
from tests.deploy.image.containers import Container
from tests.deploy.image.engine import Engine
from tests.deploy.kubernetes.rendering import Arrangement, Object, arguments, containers, rendered, templates
from tests.notify.test_pushgateway import a_pushgateway
from tests.programs import program
from tests.servers import Answer, Received, Server, closed_port, json_answer, serve
from tests.waiting import wait_until

pytestmark = [pytest.mark.containers, pytest.mark.kubernetes, pytest.mark.timeout(900)]

TOKEN: Final = base64.b64encode(b"do-not-show-me").decode()


class Manifests:
    """What an overlay renders to, bent as far as podman needs it."""

    def __init__(self, overlay: str) -> None:
        self.objects: list[Object] = copy.deepcopy(list(rendered(Arrangement(f"overlays/{overlay}"))))
        ((_, template),) = templates(tuple(self.objects))
        self.pod: Object = template["spec"]
        self.probes = [value for key, value in containers(template)[0].items() if key.endswith("Probe")]
        (self.container,) = containers(template)

    def texts(self, name: str) -> dict[str, str]:
        """A ConfigMap's, by the beginning of its name."""
        (found,) = (one["data"] for one in self.objects
                    if one["kind"] == "ConfigMap" and one["metadata"]["name"].startswith(name))  # fmt: skip
        texts: dict[str, str] = found
        return texts

    def configure(self, target: str, **more: object) -> None:
        """Let the config name a service that is there; whatever else it says stays."""
        texts = self.texts("driftwatch-config")
        config = yaml.safe_load(texts["driftwatch.yaml"])
        (provider,) = config["providers"].values()
        provider["target"] = target
        provider["probing"] = {"spacing_seconds": 0}
        texts["driftwatch.yaml"] = json.dumps({**config, **more})

    def written(self, folder: Path) -> Path:
        """As podman plays them: one pod with all that it mounts."""
        self.pod["hostNetwork"] = True
        self.container["args"] = arguments(self.container)
        for key in ("ports", "startupProbe", "livenessProbe", "readinessProbe"):
            self.container.pop(key, None)
        for volume in self.pod["volumes"]:
            if "secret" in volume:
                volume["secret"]["optional"] = False  # podman crashes where this is left to its default
        played = [one for one in self.objects if one["kind"] in ("ConfigMap", "PersistentVolumeClaim", "Deployment")]
        if not any(one["kind"] == "Deployment" for one in played):
            played.append({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "driftwatch-pod"}, "spec": self.pod})
        file = folder / "played.yaml"
        file.write_text(yaml.safe_dump_all(played), encoding="utf-8")
        return file


@contextmanager
def playing(engine: Engine, image: str, manifests: Manifests, folder: Path) -> Iterator[Container]:
    """Play them, one at a time, since their names are given; everything is gone when the block ends."""
    program("catatonit", "catatonit")  # what holds a pod's namespaces
    secret = folder / "secret.yaml"
    made = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "driftwatch"}, "data": {"payments-token": TOKEN}}
    secret.write_text(yaml.safe_dump(made), encoding="utf-8")
    engine.podman("tag", image, f"localhost/{manifests.container['image']}")
    with locked(engine.folder / "pods.lock"):
        try:
            engine.podman("play", "kube", secret)
            engine.podman("play", "kube", manifests.written(folder))
            (started,) = engine.podman("ps", "-a", "--no-trunc", "-q", "--filter=name=pod.*-driftwatch$").split()
            yield Container.started(engine, started)
        finally:
            engine.try_podman("pod", "rm", "--all", "--force", "--time=0")
            volumes = [name for name in engine.podman("volume", "ls", "-q").split() if name.startswith("driftwatch-")]
            engine.try_podman("volume", "rm", *volumes)
            engine.try_podman("secret", "rm", "driftwatch")


@contextmanager
def staging(manifests: Manifests) -> Iterator[Server]:
    """A service of which all mocks of the manifests are true."""
    stubs = [json.loads(text) for text in manifests.texts("driftwatch-mocks").values()]
    answers = {stub["request"]["url"]: json_answer(json.dumps(stub["response"]["jsonBody"])) for stub in stubs}

    def answer(request: Received) -> Answer:
        scheme, _, token = (request.header("Authorization") or "").partition(" ")
        # podman 4.3 mounts a secret as it is written, where Kubernetes would decode it
        is_known = scheme == "Bearer" and token in (TOKEN, base64.b64decode(TOKEN).decode())
        return answers.get(request.path, Answer(404)) if is_known else Answer(401)

    with serve(answer) as server:
        yield server


def test_the_daemon(engine: Engine, image: str, place: Path) -> None:
    """It starts as the manifests say, audits what the ConfigMap holds, answers all probes, and ends in its grace."""
    manifests, port = Manifests("daemon"), closed_port()
    with staging(manifests) as service:
        manifests.configure(service.url, web={"host": "0.0.0.0", "port": port})
        with playing(engine, image, manifests, place) as container:
            wait_until(lambda: bool(container.events("store.recorded")) or not container.is_running)
            url = f"http://127.0.0.1:{port}"
            assert len(manifests.probes) == 3
            for probe in manifests.probes:
                assert requests.get(f"{url}{probe['httpGet']['path']}", timeout=probe["timeoutSeconds"]).ok
            metrics = requests.get(f"{url}/metrics", timeout=10).text
            assert 'driftwatch_mock_fidelity_ratio{provider="payments"} 1.0\n' in metrics
            _check_restrictions(engine.inspect("container", container.id))
            engine.podman("stop", f"--time={manifests.pod['terminationGracePeriodSeconds']}", container.id)
            assert container.state["ExitCode"] == 0


@pytest.mark.prometheus
def test_the_cron_job(engine: Engine, image: str, place: Path) -> None:
    """Its pod ends with 0 and has told the Pushgateway that its variable names."""
    manifests = Manifests("cronjob")
    with staging(manifests) as service, a_pushgateway(place) as gateway:
        manifests.configure(service.url)
        (variable,) = manifests.container["env"]
        variable["value"] = gateway
        with playing(engine, image, manifests, place) as container:
            assert container.wait() == 0, container.lines()
            _check_restrictions(engine.inspect("container", container.id))
        pushed = requests.get(f"{gateway}/metrics", timeout=10).text
    assert 'driftwatch_mock_fidelity_ratio{instance="",job="driftwatch",provider="payments"} 1\n' in pushed


def _check_restrictions(said: Any) -> None:
    """What the manifests forbid was understood."""
    host = said["HostConfig"]
    assert said["Config"]["User"] == "65532:65532"
    assert (host["ReadonlyRootfs"], host["Memory"]) == (True, 512 * 1024**2)
    assert "no-new-privileges" in host["SecurityOpt"]
    assert said["EffectiveCaps"] in (None, [])
    assert not said["State"]["OOMKilled"]
