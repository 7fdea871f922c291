"""What a cluster knows of a provider's instances, put together: asked once in a run, and only if somebody must know.

A cluster that does not tell costs an audit nothing but that knowledge: it is told in the log, once.
"""

from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

import structlog
from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.cluster.access import Access, in_cluster
from driftwatch.cluster.pods import Pods
from driftwatch.cluster.server import Server
from driftwatch.cluster.trouble import ClusterError, ExpiredError
from driftwatch.model.secret import Secret
from driftwatch.settings.deploys import KubernetesSettings
from driftwatch.settings.tree import Settings
from driftwatch.usecases.assignment import Provider

_LOOKS: Final = 5
"""Lists of pods in one run: while versions change, there are pods that were not there a moment ago."""


def access_of(kubernetes: KubernetesSettings) -> Access:
    """The API server of the config, or of the cluster around us. Raises ``ClusterError`` if there is none."""
    if not kubernetes.server:
        return in_cluster()
    token = kubernetes.token
    shown = Secret(token.secret.reveal().strip()) if token is not None else None
    return Access(
        kubernetes.server, lambda: shown, str(kubernetes.verify.path) if kubernetes.verify is not None else True
    )


class Cluster(Struct):
    """Fulfils ``ports.Instances`` for one provider in one run."""

    kubernetes: KubernetesSettings
    deployments: tuple[str, ...]
    label: str
    _labels: dict[str, str] = field(default_factory=dict)
    _looks: int = 0
    _is_told: bool = False
    _log: Any = field(default_factory=structlog.get_logger)

    def is_under_way(self) -> bool:
        """Whether a Deployment that it is made of is between two releases."""
        try:
            return any(self._unsettled())
        except (ClusterError, ExpiredError) as error:
            self._tell(error)
            return False

    def versions(self, pods: Collection[str]) -> Mapping[str, str]:
        """The labels of these pods."""
        if any(pod not in self._labels for pod in pods) and self._looks < _LOOKS:
            self._looks += 1
            try:
                access = access_of(self.kubernetes)
                for namespace in self._namespaces():
                    self._labels |= Pods(access, namespace).labelled(self.label)
            except (ClusterError, ExpiredError) as error:
                self._looks = _LOOKS
                self._tell(error)
        return {pod: self._labels[pod] for pod in pods if pod in self._labels}

    def _unsettled(self) -> Iterator[bool]:
        if not self.deployments:
            return
        access = access_of(self.kubernetes)
        for namespace in self._namespaces():
            for one in Server(access, namespace, self.kubernetes.selector).listing().deployments:
                name = f"{one.metadata.namespace}/{one.metadata.name}"
                if any(fnmatchcase(name, glob) for glob in self.deployments):
                    yield one.is_under_way

    def _namespaces(self) -> Iterator[str]:
        """Those that are watched and could be its own."""
        globs = [one.partition("/")[0] for one in self.deployments] or ["*"]
        for namespace in dict.fromkeys(self.kubernetes.namespaces):
            if any(fnmatchcase(namespace, glob) for glob in globs):
                yield namespace

    def _tell(self, error: Exception) -> None:
        if not self._is_told:
            problem = getattr(error, "problem", "the list took too long")
            self._log.warning("instances.unknown", problem=problem, remedy=getattr(error, "remedy", ""))
        self._is_told = True


def with_rollout(provider: Provider, settings: Settings) -> Provider:
    """The provider with what tells its versions apart, if its config asks for that."""
    chosen, kubernetes = settings.providers[provider.name], settings.deploys.kubernetes
    if (rollout := chosen.rollout) is None:
        return provider
    is_known = kubernetes is not None and (chosen.deployments or rollout.pod_header)
    cluster = Cluster(kubernetes, chosen.deployments, rollout.pod_label) if is_known and kubernetes else None
    return replace(provider, rollout=rollout.policy, instances=cluster)
