"""What every pod of every arrangement has and has not: rights, files, ports, limits."""

import copy
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import pytest

from driftwatch import __version__
from tests.deploy.kubernetes.rendering import (
    ARRANGEMENTS,
    Arrangement,
    Object,
    containers,
    objects,
    rendered,
    templates,
)
from tests.deploy.kubernetes.restricted import violations

pytestmark = pytest.mark.kubernetes

YOURS: Final = {("Secret", "driftwatch"): "deploy/README.md: the operator's to make", ("ConfigMap", "kube-root-ca.crt"):
                "Kubernetes puts it into every namespace"}  # fmt: skip
"""What a pod refers to and no manifest makes, with the reason."""
USER: Final = 65532


@pytest.fixture(params=ARRANGEMENTS, ids=str)
def made(request: pytest.FixtureRequest) -> tuple[Object, ...]:
    """The objects of each arrangement."""
    return rendered(request.param)


def test_pods_keep_to_the_restricted_profile(made: tuple[Object, ...]) -> None:
    """Not one rule is broken, by no container; so the namespace may enforce them."""
    found = {name: list(violations(template["spec"])) for name, template in templates(made)}
    assert found
    assert set().union(*found.values()) == set()


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("securityContext", "runAsNonRoot"), None),
        (("securityContext", "runAsUser"), 0),
        (("securityContext", "seccompProfile"), {"type": "Unconfined"}),
        (("hostNetwork",), True),
        (("containers", 0, "securityContext", "allowPrivilegeEscalation"), None),
        (("containers", 0, "securityContext", "capabilities"), {"drop": ["ALL"], "add": ["NET_RAW"]}),
        (("containers", 0, "securityContext", "privileged"), True),
        (("containers", 0, "ports"), [{"containerPort": 1, "hostPort": 1}]),
        (("initContainers", 0, "securityContext"), {}),
        (("volumes", 0, "hostPath"), {"path": "/"}),
    ],
    ids=lambda part: ".".join(map(str, part)) if isinstance(part, tuple) else "",
)
def test_a_broken_rule_is_caught(at: tuple[str | int, ...], value: Any) -> None:
    """The check of the profile is not asleep."""
    spec = copy.deepcopy(objects(Arrangement("overlays/daemon", ("mocks-git-sync",)), "Deployment")[0])
    spec = spec["spec"]["template"]["spec"]
    place: Any = spec
    for step in at[:-1]:
        place = place[step]
    place[at[-1]] = value
    assert list(violations(spec))


def test_pods_run_as_nobody_in_particular_on_a_root_they_cannot_write(made: tuple[Object, ...]) -> None:
    """One numeric user, whose group owns the volumes; a read-only root; a small /tmp that is no memory without end."""
    for name, template in templates(made):
        spec = template["spec"]
        context = spec["securityContext"]
        assert {context["runAsUser"], context["runAsGroup"], context.get("fsGroup", USER)} == {USER}
        for container in containers(template):
            assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
        for volume in spec["volumes"]:
            if "emptyDir" in volume:
                assert volume["emptyDir"].get("sizeLimit"), volume["name"]
                assert "medium" not in volume["emptyDir"]


def test_pods_have_no_token_unless_they_watch_rollouts(made: tuple[Object, ...]) -> None:
    """Neither by the account nor by the pod; and no variables of Services, which are called like settings."""
    watches = any(one["kind"] == "Role" for one in made)
    for one in made:
        if one["kind"] == "ServiceAccount":
            assert one["automountServiceAccountToken"] is False
    for name, template in templates(made):
        spec = template["spec"]
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False
        has_token = any("serviceAccountToken" in part for volume in spec["volumes"]
                        for part in volume.get("projected", {}).get("sources", ()))  # fmt: skip
        assert has_token == (watches and name == "Deployment/driftwatch")


def test_what_is_mounted_is_there(made: tuple[Object, ...]) -> None:
    """Every mount has its volume, every volume is mounted, no path is taken twice or lies in another volume."""
    for _, template in templates(made):
        volumes = [volume["name"] for volume in template["spec"]["volumes"]]
        assert len(set(volumes)) == len(volumes)
        mounted = set()
        for container in containers(template):
            mounts = container["volumeMounts"]
            mounted |= {mount["name"] for mount in mounts}
            paths = sorted(f"{mount['mountPath']}/" for mount in mounts)
            assert not [path for path, after in pairwise(paths) if after.startswith(path)]
        assert mounted == set(volumes)


def test_what_is_only_read_is_mounted_so(made: tuple[Object, ...]) -> None:
    """Only the store, /tmp and git-sync's own folder can be written."""
    for _, template in templates(made):
        for container in containers(template):
            for mount in container["volumeMounts"]:
                may_write = {"store", "tmp", "git-tmp"} | ({"mocks"} if container["name"] == "git-sync" else set())
                assert mount.get("readOnly", False) == (mount["name"] not in may_write), mount


def _references(spec: Object) -> Iterator[tuple[str, str]]:
    for volume in spec["volumes"]:
        if "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"]
        if "secret" in volume:
            yield "Secret", volume["secret"]["secretName"]
        if "persistentVolumeClaim" in volume:
            yield "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]
        for source in volume.get("projected", {}).get("sources", ()):
            if "configMap" in source:
                yield "ConfigMap", source["configMap"]["name"]
    if "serviceAccountName" in spec:
        yield "ServiceAccount", spec["serviceAccountName"]


def test_what_is_referred_to_exists(made: tuple[Object, ...]) -> None:
    """ConfigMaps by their hashed names, claims, the account; what is the operator's to make stands in a list."""
    there = {(one["kind"], one["metadata"]["name"]) for one in made}
    for name, template in templates(made):
        for reference in _references(template["spec"]):
            assert reference in there or reference in YOURS, name


def test_keys_that_are_picked_exist(made: tuple[Object, ...]) -> None:
    """Where a volume names keys of a ConfigMap, the ConfigMap has them."""
    data = {one["metadata"]["name"]: one["data"] for one in made if one["kind"] == "ConfigMap"}
    for _, template in templates(made):
        for volume in template["spec"]["volumes"]:
            for item in volume.get("configMap", {}).get("items", ()):
                assert item["key"] in data[volume["configMap"]["name"]]


def test_secrets_are_files_for_the_group_alone(made: tuple[Object, ...]) -> None:
    """No Secret in a variable, none in the manifests; mounted 0440, for the group that fsGroup names."""
    assert not [one for one in made if one["kind"] == "Secret"]
    for name, template in templates(made):
        for container in containers(template):
            assert "envFrom" not in container
            assert not [one for one in container.get("env", ()) if "secretKeyRef" in one.get("valueFrom", {})], name
        for volume in template["spec"]["volumes"]:
            for kind in ("secret", "projected"):
                assert volume.get(kind, {}).get("defaultMode", 0o440) == 0o440
                assert kind not in volume or template["spec"]["securityContext"]["fsGroup"] == USER


def test_the_container_beside_sees_only_its_own_secret(made: tuple[Object, ...]) -> None:
    """git-sync gets one key, and may do without."""
    for _, template in templates(made):
        volumes = {volume["name"]: volume for volume in template["spec"]["volumes"]}
        for container in containers(template):
            if container["name"] != "driftwatch":
                for mount in container["volumeMounts"]:
                    secret = volumes[mount["name"]].get("secret")
                    assert secret is None or (secret["optional"] and len(secret["items"]) == 1)


def test_pods_ask_for_what_they_need(made: tuple[Object, ...]) -> None:
    """Requests and a limit of memory for every container; no limit of CPU, which would only slow it down."""
    for _, template in templates(made):
        for container in containers(template):
            assert container["resources"]["requests"].keys() == {"cpu", "memory"}
            assert container["resources"]["limits"].keys() == {"memory"}


def test_images_are_of_this_version(made: tuple[Object, ...]) -> None:
    """The tag is the version of the code beside it, never ``latest``."""
    for _, template in templates(made):
        for container in containers(template):
            name, _, tag = container["image"].rpartition(":")
            assert tag not in {"", "latest"}
            if container["name"] in {"driftwatch", "staging"}:
                assert name.endswith("driftwatch")
                assert tag == __version__


def test_every_server_is_probed(made: tuple[Object, ...]) -> None:
    """Start, liveness and readiness, each with more patience than the default second."""
    for one in made:
        if one["kind"] == "Deployment" and one["metadata"]["name"] == "driftwatch":
            (container,) = one["spec"]["template"]["spec"]["containers"]
            probes = {kind: container[kind] for kind in ("startupProbe", "livenessProbe", "readinessProbe")}
            assert [probe["httpGet"] for probe in probes.values()] == [
                {"path": path, "port": "http"} for path in ("/livez", "/livez", "/readyz")
            ]
            assert all(probe["timeoutSeconds"] == 5 for probe in probes.values())
            startup = probes["startupProbe"]
            assert startup["periodSeconds"] * startup["failureThreshold"] >= 60
