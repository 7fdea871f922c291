"""The manifests as a user gets them: rendered by Kustomize, alone and with components, as objects to look at."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml

from tests.conftest import ROOT
from tests.programs import not_run

Object = dict[str, Any]

KUBERNETES: Final = ROOT / "deploy/kubernetes"
OVERLAYS: Final = ("cronjob", "daemon", "daemon-ha", "sharded")
EXAMPLES: Final = tuple(sorted(path.name for path in (KUBERNETES / "examples").iterdir()))
COMPONENTS: Final = tuple(sorted(path.name for path in (KUBERNETES / "components").iterdir()))

_EVERYWHERE: Final = frozenset({"dashboards", "networkpolicy", "prometheusrule"})
_MOCKS: Final = frozenset({"mocks-git-sync", "mocks-image"})
FITTING: Final = {
    "cronjob": _EVERYWHERE | _MOCKS | {"store-ephemeral"},
    "daemon": _EVERYWHERE | _MOCKS | {"deploy-watch", "servicemonitor", "store-ephemeral"},
    "daemon-ha": _EVERYWHERE | _MOCKS | {"deploy-watch", "servicemonitor"},
    "sharded": _EVERYWHERE | _MOCKS | {"servicemonitor"},
}
"""Which components fit which overlay. ``store-pvc`` is part of those that need it."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What somebody might apply: an overlay or an example, and components over it."""

    base: str
    components: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "+".join((self.base.partition("/")[2], *self.components))


def _arrangements() -> Iterator[Arrangement]:
    for overlay, fitting in FITTING.items():
        base = f"overlays/{overlay}"
        yield Arrangement(base)
        yield from (Arrangement(base, (name,)) for name in sorted(fitting))
        for excluded in sorted(_MOCKS):  # all at once, with one way for mocks
            yield Arrangement(base, tuple(sorted(fitting - {excluded})))
    yield from (Arrangement(f"examples/{name}") for name in EXAMPLES)


ARRANGEMENTS: Final = tuple(_arrangements())


@cache
def kubectl() -> str:
    """Where it is; skips, loudly, where it is missing (and fails where CI fetched it)."""
    own = ROOT / ".tools/kubectl/usr/bin/kubectl"
    found = str(own) if own.is_file() else shutil.which("kubectl")
    if found is None or "Kustomize Version: v5" not in _run(found, "version", "--client").stdout:
        not_run("needs kubectl with Kustomize 5 (.ci/kubectl fetches one)")
    return found


@cache
def rendered(arrangement: Arrangement) -> tuple[Object, ...]:
    """The objects of an arrangement. Treat them as frozen: they are shared."""
    if not arrangement.components:
        return built(KUBERNETES / arrangement.base)
    with TemporaryDirectory() as folder:
        kustomization = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": [_from(folder, arrangement.base)],
            "components": [_from(folder, f"components/{name}") for name in arrangement.components],
        }
        (Path(folder) / "kustomization.yaml").write_text(yaml.safe_dump(kustomization), encoding="utf-8")
        return built(Path(folder))


def built(folder: Path) -> tuple[Object, ...]:
    """What ``kubectl kustomize`` makes of a folder, by its defaults: no flag that a user would have to know."""
    ran = _run(kubectl(), "kustomize", str(folder))
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == "", "Kustomize warns of what a later version will refuse"
    return tuple(yaml.load_all(ran.stdout, Loader=yaml.CSafeLoader))  # five times as fast: dashboards are long


def objects(arrangement: Arrangement, kind: str) -> list[Object]:
    """Those of one kind."""
    return [made for made in rendered(arrangement) if made["kind"] == kind]


def templates(made: tuple[Object, ...]) -> Iterator[tuple[str, Object]]:
    """Every pod template, by the kind and name of what makes the pods."""
    for one in made:
        if one["kind"] == "Deployment":
            yield f"{one['kind']}/{one['metadata']['name']}", one["spec"]["template"]
        elif one["kind"] == "CronJob":
            yield f"{one['kind']}/{one['metadata']['name']}", one["spec"]["jobTemplate"]["spec"]["template"]


def containers(template: Object) -> list[Object]:
    """All of a pod, those that run before or beside it too."""
    return [*template["spec"].get("initContainers", ()), *template["spec"]["containers"]]


def arguments(container: Object) -> list[str]:
    """The command line as Kubernetes hands it over: ``$(NAME)`` replaced by the variables of the container."""
    found: list[str] = list(container.get("args", ()))
    for variable in container.get("env", ()):
        found = [text.replace(f"$({variable['name']})", variable.get("value", "x")) for text in found]
    return found


def _from(folder: str, place: str) -> str:
    return os.path.relpath(KUBERNETES / place, Path(folder).resolve())


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
