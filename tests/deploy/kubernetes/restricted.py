"""The rules of the Pod Security Standard *restricted*, as Kubernetes 1.31 checks them, over a pod's spec as data.

Source: the page "Pod Security Standards" of Kubernetes and the checks of k8s.io/pod-security-admission. Only Linux pods
are meant, and fields that no manifest of ours sets are refused rather than judged.
"""

from collections.abc import Iterator
from typing import Any, Final

VOLUMES: Final = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
_HOST: Final = ("hostNetwork", "hostPID", "hostIPC", "hostUsers", "windowsOptions")
_SECCOMP: Final = ({"type": "RuntimeDefault"},)
_OF_A_POD: Final = frozenset(
    {
        "fsGroup",
        "fsGroupChangePolicy",
        "runAsGroup",
        "runAsNonRoot",
        "runAsUser",
        "seccompProfile",
        "supplementalGroups",
    }
)
_OF_A_CONTAINER: Final = frozenset(
    {"allowPrivilegeEscalation", "capabilities", "readOnlyRootFilesystem", "runAsGroup", "runAsNonRoot", "runAsUser",
     "seccompProfile"}
)  # fmt: skip


def violations(spec: dict[str, Any]) -> Iterator[str]:
    """Every rule that a pod breaks, in words."""
    yield from (f"{name} is set" for name in _HOST if name in spec)
    for volume in spec.get("volumes", ()):
        kinds = volume.keys() - {"name"}
        if len(kinds) != 1 or not kinds <= VOLUMES:
            yield f"volume {volume['name']} is of {sorted(kinds)}"
    outer = spec.get("securityContext", {})
    yield from (f"the pod sets {name}" for name in sorted(outer.keys() - _OF_A_POD))
    for container in (
        *spec.get("initContainers", ()),
        *spec.get("containers", ()),
        *spec.get("ephemeralContainers", ()),
    ):
        yield from (f"{container['name']}: {broken}" for broken in _of_container(container, outer))


def _of_container(container: dict[str, Any], outer: dict[str, Any]) -> Iterator[str]:
    inner = container.get("securityContext", {})
    yield from (f"sets {name}" for name in sorted(inner.keys() - _OF_A_CONTAINER))
    if any("hostPort" in port for port in container.get("ports", ())):
        yield "takes a port of the node"
    if inner.get("allowPrivilegeEscalation") is not False:
        yield "may escalate its privileges"
    if inner.get("capabilities", {}) != {"drop": ["ALL"]}:
        yield "keeps or adds capabilities"
    if inner.get("runAsNonRoot", outer.get("runAsNonRoot")) is not True:
        yield "may run as root"
    if inner.get("runAsUser", outer.get("runAsUser")) == 0:
        yield "runs as root"
    if inner.get("seccompProfile", outer.get("seccompProfile")) not in _SECCOMP:
        yield "has no seccomp profile"
