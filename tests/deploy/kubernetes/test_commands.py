"""What the containers run: commands and options that exist, configs that load, mocks that can be read."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import click
import pytest
import requests
import yaml

from driftwatch.cli.main import cli, run
from driftwatch.drift.catalog import KINDS
from driftwatch.settings.load import load
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock
from tests.conftest import ROOT
from tests.deploy.kubernetes.rendering import (
    ARRANGEMENTS,
    EXAMPLES,
    KUBERNETES,
    OVERLAYS,
    Arrangement,
    Object,
    arguments,
    containers,
    objects,
    rendered,
    templates,
)
from tests.deploy.kubernetes.sandbox import CONFIG, config_of, secrets_in, unpack
from tests.node import free_port
from tests.waiting import wait_until

pytestmark = pytest.mark.kubernetes

WITH_CONFIG: Final = [*(Arrangement(f"overlays/{name}") for name in OVERLAYS),
                      *(Arrangement(f"examples/{name}") for name in EXAMPLES)]  # fmt: skip
GUIDE: Final = (ROOT / "deploy/README.md").read_text(encoding="utf-8")
CODE: Final = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "driftwatch").rglob("*.py"))
SECRETS: Final = "/var/run/secrets/driftwatch"


def parse(words: list[str]) -> click.Context:
    """The command line as driftwatch's own commands understand it; ``click.UsageError`` if they do not."""
    context = cli.make_context("driftwatch", list(words))
    command: click.Command = cli
    while isinstance(command, click.Group) and (rest := [*context._protected_args, *context.args]):
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        context = found.make_context(name, rest, parent=context)
        command = found
    return context


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=str)
def test_every_command_line_is_understood(arrangement: Arrangement) -> None:
    """By the commands of this very version: an option that does not exist fails here."""
    for name, template in templates(rendered(arrangement)):
        for container in containers(template):
            if container["name"] == "driftwatch":
                context = parse(arguments(container))
                expected = {"Deployment/driftwatch": "serve", "CronJob/driftwatch": "audit"}[name]
                assert context.info_name == expected
                assert str(context.params["config"]) == CONFIG


@pytest.mark.parametrize("words", [["audit", "--shrad=auto"], ["audit", "--fail-on=sometimes"], ["serv"]])
def test_a_misspelt_command_line_is_caught(words: list[str]) -> None:
    """The parser is driftwatch's own, and as strict."""
    with pytest.raises(click.UsageError):
        parse(words)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=str)
def test_every_variable_is_read_by_somebody(arrangement: Arrangement) -> None:
    """By driftwatch's code, by the command line, or by git-sync, whose own begin with GITSYNC_, and its git."""
    known = set(re.findall(r'"(DRIFTWATCH_[A-Z_]+)"', CODE))
    for _, template in templates(rendered(arrangement)):
        for container in containers(template):
            for variable in container.get("env", ()):
                name = variable["name"]
                used = f"$({name})" in " ".join(container["args"])
                assert (
                    name in known or used or (container["name"] == "git-sync" and re.match("GITSYNC_|HOME$", name))
                ), name


def _template(arrangement: Arrangement, kind: str = "") -> Object:
    found = {name: template for name, template in templates(rendered(arrangement)) if name.startswith(kind)}
    return found.get("Deployment/driftwatch") or found["CronJob/driftwatch"]


def _loaded(arrangement: Arrangement, folder: Path) -> Settings:
    place = unpack(rendered(arrangement), _template(arrangement), folder)
    return load(place, {}, KINDS, SystemClock().now().date())


@pytest.mark.parametrize("arrangement", WITH_CONFIG, ids=str)
def test_a_sample_config_is_accepted(arrangement: Arrangement, tmp_path: Path) -> None:
    """By ``driftwatch config check``, with the files that the pod has."""
    place = unpack(rendered(arrangement), _template(arrangement), tmp_path)
    assert run(["config", "check", "--config", str(place)]) == 0


@pytest.mark.parametrize("arrangement", WITH_CONFIG, ids=str)
def test_a_sample_config_fits_its_pods(arrangement: Arrangement, tmp_path: Path) -> None:
    """It stops in time, is heard outside the pod, and keeps its memory where there is room for it."""
    settings = _loaded(arrangement, tmp_path)
    template = _template(arrangement)
    mounts = {mount["mountPath"]: mount for mount in template["spec"]["containers"][0]["volumeMounts"]}
    if objects(arrangement, "Deployment"):
        assert settings.daemon.grace + 10 <= template["spec"]["terminationGracePeriodSeconds"]
        assert settings.web.host == "0.0.0.0"
        assert settings.web.port == template["spec"]["containers"][0]["ports"][0]["containerPort"]
    written = yaml.safe_load(config_of(rendered(arrangement)))["store"]
    if "store" in {mount["name"] for mount in mounts.values()}:
        folder = str(Path(written).parent)
        assert mounts[folder]["name"] == "store"
        assert not mounts[folder].get("readOnly", False)
    else:
        assert written == f"${{file:{SECRETS}/store-url}}", "several pods need PostgreSQL"


@pytest.mark.parametrize("arrangement", WITH_CONFIG, ids=str)
def test_secrets_come_from_the_one_secret(arrangement: Arrangement) -> None:
    """Each credential of a config is a key of the Secret that the README tells to make; none is a variable."""
    config = config_of(rendered(arrangement))
    assert "${env:" not in config
    for path in secrets_in(config):
        folder, _, key = path.rpartition("/")
        assert folder == SECRETS
        assert f"`{key}`" in GUIDE
    for _, template in templates(rendered(arrangement)):
        for container in template["spec"]["containers"]:
            if container["name"] == "driftwatch":
                mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
                assert mounts[SECRETS] == "credentials"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_sample_mocks_are_found_and_read(overlay: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the config says, in the layout that a ConfigMap has in a pod."""
    arrangement = Arrangement(f"overlays/{overlay}")
    place = unpack(rendered(arrangement), _template(arrangement), tmp_path)
    assert run(["mocks", "--config", str(place)]) == 0
    assert "2 interactions (wiremock 2); 2 would be sent." in capsys.readouterr().out


def test_the_first_alert_has_something_to_tell(tmp_path: Path) -> None:
    """The stand-in for staging, started as its container starts it, parts from the sample mocks, breaking."""
    arrangement = Arrangement("examples/first-alert")
    staging = next(template for name, template in templates(rendered(arrangement)) if name == "Deployment/staging")
    unpack(rendered(arrangement), staging, tmp_path)
    place = unpack(rendered(arrangement), _template(arrangement), tmp_path)
    (service,) = (one for one in objects(arrangement, "Service") if one["metadata"]["name"] == "staging")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    target = f"http://{service['metadata']['name']}:{service['spec']['ports'][0]['port']}"
    config = place.read_text(encoding="utf-8")
    assert target in config
    place.write_text(config.replace(target, url), encoding="utf-8")

    program, *rest = staging["spec"]["containers"][0]["command"]
    assert program == "python3"
    served = [word.replace("/srv", f"{tmp_path}/srv").replace("8080", str(port)) for word in rest]
    with subprocess.Popen([sys.executable, *served, "--bind", "127.0.0.1"], stderr=subprocess.DEVNULL) as server:
        try:
            path = staging["spec"]["containers"][0]["readinessProbe"]["httpGet"]["path"]
            wait_until(lambda: _answers(f"{url}{path}"))
            ran = subprocess.run(
                [sys.executable, "-m", "driftwatch", "audit", "--config", str(place), "--format", "prometheus"],
                capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
        finally:
            server.terminate()
    assert ran.returncode == 1, ran.stderr
    promised = re.findall(r"^ *(driftwatch_mock_findings\{.+)$", GUIDE, re.MULTILINE)
    assert promised
    assert promised == [line for line in ran.stdout.splitlines() if line.startswith("driftwatch_mock_findings{")]
    assert 'driftwatch_mock_operations{provider="payments",status="verified"} 1.0' in ran.stdout


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def test_every_file_of_the_manifests_is_used() -> None:
    """No kustomization leaves a file beside it lying about."""
    for kustomization in KUBERNETES.rglob("kustomization.yaml"):
        text = kustomization.read_text(encoding="utf-8")
        folder = kustomization.parent
        for path in folder.rglob("*"):
            if path.is_file() and path != kustomization and not _is_below_another(path, folder):
                assert path.relative_to(folder).as_posix() in text, path


def _is_below_another(path: Path, folder: Path) -> bool:
    return any((above / "kustomization.yaml").is_file() for above in path.parents if above != folder
               and folder in above.parents)  # fmt: skip
