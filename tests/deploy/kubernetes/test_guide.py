"""deploy/README.md: what it tells to type exists, what it lists is complete, what it promises is what the tests try."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from driftwatch.drift.catalog import KINDS
from driftwatch.settings.load import load
from driftwatch.transport.clock import SystemClock
from tests.conftest import ROOT
from tests.deploy.kubernetes.rendering import (
    COMPONENTS,
    EXAMPLES,
    FITTING,
    KUBERNETES,
    OVERLAYS,
    Arrangement,
    built,
    kubectl,
    objects,
    rendered,
    templates,
)
from tests.deploy.kubernetes.sandbox import config_of, secrets_in
from tests.deploy.kubernetes.test_commands import parse
from tests.deploy.kubernetes.test_valid import NEWEST, OLDEST

GUIDE: Final = ROOT / "deploy/README.md"
TEXT: Final = GUIDE.read_text(encoding="utf-8")
SHELL: Final = [
    line.strip() for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()
]
FIRST_ALERT: Final = KUBERNETES / "examples/first-alert"


def _rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    table = re.search(rf"^## {heading}\n(?:(?!\|).*\n)*((?:\|.*\n)+)", TEXT, re.MULTILINE)
    assert table is not None, heading
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table[1].splitlines()[2:]]


def _commands() -> Iterator[list[str]]:
    """Every command line of driftwatch: in a block, in a pod behind ``exec --``, in a sentence."""
    lines = [*SHELL, *re.findall(r"`(driftwatch [^`]+)`", TEXT.replace("\n", " "))]
    for line in lines:
        found = re.search(r"(?:^| -- )driftwatch (.+)", line)
        if found is not None:
            yield shlex.split(found[1].partition(" | ")[0])


@pytest.mark.kubernetes
def test_every_folder_that_is_applied_exists_and_renders() -> None:
    """Each path behind ``-k`` and ``kubectl kustomize``, from the root of the project."""
    folders = set(re.findall(r"(?:-k|kubectl kustomize) (deploy/\S+?)[`\s]", TEXT))
    assert {"deploy/kubernetes/namespace", "deploy/kubernetes/examples/first-alert"} <= folders
    for folder in folders:
        assert built(ROOT / folder), folder


def test_every_command_of_driftwatch_is_understood() -> None:
    """By its own parser, wherever it stands: in a block, in a sentence, in a pod."""
    found = list(_commands())
    assert len(found) >= 4
    for words in found:
        parse(words)


@pytest.mark.kubernetes
def test_the_objects_that_are_asked_for_exist() -> None:
    """Every ``deployment/NAME`` and its like in the steps is made by what is applied before."""
    made = [*rendered(Arrangement("examples/first-alert")),
            *rendered(Arrangement("overlays/daemon", ("prometheusrule", "servicemonitor")))]  # fmt: skip
    there = {f"{one['kind'].lower()}/{one['metadata']['name']}" for one in made}
    named = {
        name
        for line in SHELL
        if line.startswith("kubectl -n driftwatch")
        for name in re.findall(r"(?<![/\w])[a-z]+/[a-z]+\b", line)
    }
    assert "deployment/driftwatch" in named
    assert named <= there
    (service,) = (
        one for one in made[: len(made) // 2] if one["kind"] == "Service" and one["metadata"]["name"] == "driftwatch"
    )
    assert "port-forward service/driftwatch 8477:http" in TEXT
    assert service["spec"]["ports"][0]["name"] == "http"


@pytest.mark.kubernetes
def test_the_image_of_the_example_can_be_changed_by_the_line_that_says_so(tmp_path: Path) -> None:
    """The ``sed`` of the first step, on a copy of the manifests: every pod has the new name."""
    (line,) = (line for line in SHELL if line.startswith("sed "))
    program, way, script, path = shlex.split(line)
    assert (program, way) == ("sed", "-i")
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
    target = tmp_path / path
    _, before, after, _ = script.split("|")
    text = target.read_text(encoding="utf-8")
    assert text.count(before) == 1
    target.write_text(text.replace(before, after), encoding="utf-8")
    images = {container["image"] for _, template in templates(built(target.parent))
              for container in template["spec"]["containers"]}  # fmt: skip
    (tagged,) = (shlex.split(line)[-1] for line in SHELL if line.startswith("docker tag"))
    assert images == {tagged}


@pytest.mark.parametrize(("heading", "names"), [("Which overlay", OVERLAYS), ("Components", COMPONENTS)])
def test_the_tables_are_complete(heading: str, names: tuple[str, ...]) -> None:
    """Every overlay and every component has its row, and there is no other."""
    assert sorted(re.findall(r"\[`([\w-]+)`\]", row[0])[0] for row in _rows(heading)) == sorted(names)


def test_what_fits_is_told() -> None:
    """The last cell of a component agrees with what the tests arrange."""
    meant = {"all": set(OVERLAYS), "those with a daemon": {"daemon", "daemon-ha", "sharded"},
             "daemons that audit": {"daemon", "daemon-ha"}}  # fmt: skip
    for name, _, fits in _rows("Components"):
        component = re.findall(r"`([\w-]+)`", name)[0]
        where = meant.get(fits) or set(re.findall(r"`([\w-]+)`", fits))
        if component != "store-pvc":
            assert where == {overlay for overlay, fitting in FITTING.items() if component in fitting}, component


@pytest.mark.kubernetes
def test_the_keys_of_the_secret_are_told() -> None:
    """Those that sample configs and git-sync use, and no other."""
    arrangements = [*(Arrangement(f"overlays/{name}") for name in OVERLAYS),
                    *(Arrangement(f"examples/{name}") for name in EXAMPLES)]  # fmt: skip
    used = {path.rpartition("/")[2] for one in arrangements for path in secrets_in(config_of(rendered(one)))}
    for _, template in templates(rendered(Arrangement("overlays/daemon", ("mocks-git-sync",)))):
        for volume in template["spec"]["volumes"]:
            used |= {item["key"] for item in volume.get("secret", {}).get("items", ())}
    assert {row[0].strip("`") for row in _rows("Secrets")} == used


def test_versions_are_those_that_were_tried() -> None:
    """Of Kubernetes, wherever they are named as a range."""
    assert f"Kubernetes **{OLDEST} to {NEWEST}**" in TEXT
    assert re.findall(r"schemas of Kubernetes ([\d.]+) and ([\d.]+)", TEXT.replace("\n", " ").replace("  ", " ")) == [
        (OLDEST, NEWEST)
    ]
    assert f"cluster of Kubernetes {OLDEST} or newer" in TEXT


@pytest.mark.kubernetes
def test_the_fates_of_exit_codes_are_those_of_the_manifest() -> None:
    """The table names the codes that the policy names, in the same groups."""
    cronjob = objects(Arrangement("overlays/cronjob"), "CronJob")[0]
    rules = cronjob["spec"]["jobTemplate"]["spec"]["podFailurePolicy"]["rules"]
    told = {row[0]: row[2] for row in _rows("A CronJob")}
    gives_up = next(rule["onExitCodes"]["values"] for rule in rules if rule["action"] == "FailJob")
    counts = next(rule["onExitCodes"]["values"] for rule in rules if rule["action"] == "Count")
    assert told[", ".join(map(str, gives_up))].startswith("fails at once")
    for code in counts:
        (fate,) = (fate for codes, fate in told.items() if str(code) in re.findall(r"\d+", codes))
        assert fate.startswith("tries once more, then fails")


def test_links_lead_somewhere() -> None:
    """To files, to headings of this page, and to entries of the runbook."""
    headings = {_anchor(line) for line in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXT):
        path, _, anchor = target.partition("#")
        if path.startswith("http"):
            continue
        assert not path or (GUIDE.parent / path).exists(), target
        if path == "" and anchor:
            assert anchor in headings, target
        if path.endswith(".md") and anchor:
            found = (GUIDE.parent / path).read_text(encoding="utf-8")
            assert anchor in {_anchor(line) for line in re.findall(r"^#+ (.+)$", found, re.MULTILINE)}, target


def _anchor(heading: str) -> str:
    """As GitHub makes it: lower case, signs away, dashes for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_ways_of_mocks_are_those_of_the_examples() -> None:
    """The paths of the table are where the samples look."""
    paths = {re.findall(r"`(/mocks[^`]*)`", row[1])[0] for row in _rows("How mocks get into the pod")}
    samples = [path.read_text(encoding="utf-8") for path in KUBERNETES.rglob("driftwatch.yaml")]
    told = {provider["mocks"] for text in samples for name, provider in yaml.safe_load(text)["providers"].items()
            if name == "payments"}  # fmt: skip
    assert told <= paths


@pytest.mark.kubernetes
def test_the_config_for_rollouts_is_accepted_and_watches_where_the_role_is(tmp_path: Path) -> None:
    """Its namespaces are those of the component's Roles."""
    (config,) = (text for text in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL) if text.startswith("deploys:"))
    (tmp_path / "payments-get.json").write_text("{}", encoding="utf-8")
    place = tmp_path / "driftwatch.yaml"
    place.write_text(config.replace("/mocks/", ""), encoding="utf-8")
    settings = load(place, {}, KINDS, SystemClock().now().date())
    assert settings.deploys.kubernetes is not None
    roles = objects(Arrangement("overlays/daemon", ("deploy-watch",)), "Role")
    assert list(settings.deploys.kubernetes.namespaces) == [role["metadata"]["namespace"] for role in roles]


@pytest.mark.kubernetes
def test_there_is_a_kubectl_that_a_user_has() -> None:
    """The guide needs no other program for the manifests."""
    assert kubectl()
    assert not re.search(r"^\s*kustomize ", TEXT, re.MULTILINE)
