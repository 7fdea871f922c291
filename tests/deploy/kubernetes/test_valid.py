"""Every arrangement renders, and Kubernetes' own schemas accept it, misspelt fields being errors."""

import copy
import json
from functools import cache
from typing import Final

import kubernetes_validate
import pytest

from tests.deploy.kubernetes.rendering import (
    ARRANGEMENTS,
    COMPONENTS,
    FITTING,
    KUBERNETES,
    OVERLAYS,
    Arrangement,
    Object,
    built,
    objects,
    rendered,
)

pytestmark = pytest.mark.kubernetes

OLDEST: Final = "1.31"
"""The first in which podFailurePolicy is stable; sidecars and backoffLimitPerIndex are on by default since 1.29."""
NEWEST: Final = "1.37"
"""The newest that kubernetes-validate has schemas of."""
CUSTOM: Final = "monitoring.coreos.com/v1"
"""What test_operator.py validates."""
MOST: Final = 1024**2
"""Bytes of a ConfigMap, which the API server holds to."""
ANNOTATION: Final = 262_144
"""Bytes of all annotations, into one of which client-side ``kubectl apply`` writes the whole object."""


@cache
def complaint(text: str, version: str) -> str:
    """What the schema of a Kubernetes version has against an object; empty if nothing."""
    try:
        kubernetes_validate.validate(json.loads(text), version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return f"{'/'.join(map(str, error.path))}: {error.message}"
    return ""


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=str)
def test_kubernetes_accepts_it(arrangement: Arrangement, version: str) -> None:
    """No unknown field, no wrong type, nothing missing, in the oldest and in the newest version supported."""
    made = [one for one in rendered(arrangement) if one["apiVersion"] != CUSTOM]
    assert made
    for one in made:
        assert complaint(json.dumps(one), version) == "", one["metadata"]["name"]


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("kind", ["CronJob", "Deployment", "NetworkPolicy", "PodDisruptionBudget", "Role", "Service"])
def test_a_misspelt_field_is_caught(kind: str, version: str) -> None:
    """The validator is not asleep: any kind with a letter too many is refused."""
    full = {"CronJob": "sharded", "PodDisruptionBudget": "daemon-ha"}.get(kind, "daemon")
    arrangement = Arrangement(f"overlays/{full}", tuple(sorted(FITTING[full] - {"mocks-image"})))
    for path in (), ("spec",) if kind != "Role" else ("metadata",):
        broken = copy.deepcopy(objects(arrangement, kind)[0])
        at = broken
        for name in path:
            at = at[name]
        at["sepcial"] = True
        assert "sepcial" in complaint(json.dumps(broken), version)


def test_the_oldest_version_has_what_is_used() -> None:
    """Each feature that came late is known to the schema of the oldest version, and to none before it came."""
    sharded = objects(Arrangement("overlays/sharded"), "CronJob")[0]
    assert "backoffLimitPerIndex" in sharded["spec"]["jobTemplate"]["spec"]
    image = objects(Arrangement("overlays/daemon", ("mocks-image",)), "Deployment")[0]
    assert complaint(json.dumps(image), OLDEST) == ""
    assert "image" in complaint(json.dumps(image), "1.30")


def test_every_component_is_tried() -> None:
    """Each in at least one arrangement, or as a part of an overlay; and every overlay has its list."""
    assert set().union(*FITTING.values()) | {"store-pvc"} == set(COMPONENTS)
    assert set(FITTING) == set(OVERLAYS) == {path.name for path in (KUBERNETES / "overlays").iterdir()}


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=str)
def test_objects_are_told_apart_and_stand_in_a_namespace(arrangement: Arrangement) -> None:
    """No name twice; everything is put somewhere on purpose and not into the namespace of whoever applies it."""
    made = rendered(arrangement)
    names = [(one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]) for one in made]
    assert len(set(names)) == len(names)
    away = {"Role", "RoleBinding"}  # they stand where the watched Deployments are
    for kind, namespace, _ in names:
        if kind not in away and kind != "Namespace":
            assert namespace == "driftwatch", kind


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=str)
def test_objects_are_small_enough_to_be_applied(arrangement: Arrangement) -> None:
    """Below the limit of a ConfigMap, and below that of the annotation which a client-side apply writes."""
    for one in rendered(arrangement):
        size = len(json.dumps(one, separators=(",", ":")).encode())
        assert size < min(ANNOTATION, MOST), one["metadata"]["name"]


def test_the_namespace_holds_pods_to_the_restricted_profile() -> None:
    """Enforced as of the oldest version supported; audit and warning as of the newest."""
    (made,) = built(KUBERNETES / "namespace")
    assert complaint(json.dumps(made), OLDEST) == ""
    prefix = "pod-security.kubernetes.io"
    labels: Object = made["metadata"]["labels"]
    assert {labels[f"{prefix}/{mode}"] for mode in ("enforce", "audit", "warn")} == {"restricted"}
    assert labels[f"{prefix}/enforce-version"] == f"v{OLDEST}"
    assert made["metadata"]["name"] == "driftwatch"
