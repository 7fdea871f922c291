"""A Deployment as the API server tells it, and whether its release is complete."""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

REVISION: Final = "deployment.kubernetes.io/revision"
"""Counts up with each change of the pod template, a way back and ``kubectl rollout restart`` among them; scaling and
what becomes of single pods leave it as it is ("Rollover", in the manual's page on Deployments)."""
_MAIN: Final = "kubectl.kubernetes.io/default-container"
"""Names the container that people mean, where there are several."""
_SECOND: Final = timedelta(seconds=1)
"""The API tells whole seconds, rounded down: it was complete before the next one."""
_DONE: Final = "NewReplicaSetAvailable"
"""Why a Deployment counts as progressing when it has progressed to its end."""


class _Metadata(msgspec.Struct):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    resourceVersion: str = ""  # noqa: N815 - named as the API names it, as are those below
    generation: int = 0
    annotations: dict[str, str] | None = None


class _Container(msgspec.Struct):
    name: str = ""
    image: str = ""


class _PodSpec(msgspec.Struct):
    containers: list[_Container] | None = None


class _Template(msgspec.Struct):
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    spec: _PodSpec = msgspec.field(default_factory=_PodSpec)


class _Spec(msgspec.Struct):
    replicas: int | None = None
    template: _Template = msgspec.field(default_factory=_Template)


class _Condition(msgspec.Struct):
    type: str = ""
    reason: str = ""
    lastUpdateTime: datetime | None = None  # noqa: N815


class _Status(msgspec.Struct):
    observedGeneration: int = 0  # noqa: N815
    replicas: int = 0
    updatedReplicas: int = 0  # noqa: N815
    availableReplicas: int = 0  # noqa: N815
    conditions: list[_Condition] | None = None


class Release(msgspec.Struct, frozen=True):
    """One release of a Deployment that is complete."""

    name: str
    """``namespace/name``."""
    version: str
    at: datetime | None
    """When it was complete; ``None`` where the API server does not tell."""
    revision: str


class Deployment(msgspec.Struct):
    """What is read of one; all else is passed over."""

    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)

    def release(self) -> Release | None:
        """The release that is complete; ``None`` while there is none.

        Complete is what ``kubectl rollout status`` calls so: the controller has seen the newest template, as many pods
        as wanted are of it and available, and no other is left. Without any pod nobody answers, so that is none.
        """
        revision = (self.metadata.annotations or {}).get(REVISION, "")
        progressing = next((one for one in self.status.conditions or () if one.type == "Progressing"), None)
        is_ended = progressing is None or progressing.reason == _DONE
        if not (revision and is_ended and self._is_settled()):
            return None
        at = progressing.lastUpdateTime if progressing is not None else None
        return Release(
            f"{self.metadata.namespace}/{self.metadata.name}",
            version_of(self._image()),
            at.astimezone(UTC) + _SECOND if at is not None and at.tzinfo is not None else None,
            f"{revision}.{self.metadata.uid[:8]}",  # one that is deleted and made anew counts from 1 again
        )

    @property
    def is_under_way(self) -> bool:
        """Whether one release replaces another at this moment: there are pods, and not all are of the newest."""
        return self.status.replicas > 0 and not self._is_settled()

    def _is_settled(self) -> bool:
        status, wanted = self.status, 1 if self.spec.replicas is None else self.spec.replicas
        is_seen = status.observedGeneration >= self.metadata.generation
        return is_seen and 0 < wanted == status.updatedReplicas == status.availableReplicas == status.replicas

    def _image(self) -> str:
        """Of the container that people mean: that which is named, which is called like the Deployment, or the first."""
        containers = self.spec.template.spec.containers or []
        named = (self.spec.template.metadata.annotations or {}).get(_MAIN, self.metadata.name)
        mine = [one.image for one in containers if one.name == named]
        return (mine or [one.image for one in containers] or [""])[0]


def version_of(image: str) -> str:
    """The tag of an image, or the beginning of its digest; ``latest`` where neither is written.

    As references to images are written: ``registry:5000/team/name:tag@sha256:…``.
    """
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return tag[:128] or digest.rpartition(":")[2][:12] or "latest"
