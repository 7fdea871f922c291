"""The pods of a namespace by their names, and what a label says of each."""

from typing import ClassVar, Final

import msgspec

from driftwatch.cluster.refusals import PODS, Listed
from driftwatch.cluster.server import Server

_LONGEST: Final = 63
"""Characters of a label's value ("Labels and Selectors")."""


class _Metadata(msgspec.Struct):
    name: str = ""
    labels: dict[str, str] | None = None


class _Pod(msgspec.Struct):
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class _ListMetadata(msgspec.Struct):
    next: str = msgspec.field(default="", name="continue")


class _List(msgspec.Struct):
    metadata: _ListMetadata = msgspec.field(default_factory=_ListMetadata)
    items: list[_Pod] = msgspec.field(default_factory=list)


class Pods(Server):
    """The pods of one namespace."""

    listed: ClassVar[Listed] = PODS

    def labelled(self, label: str) -> dict[str, str]:
        """The value of a label by the names of the pods that have it. Raises ``ClusterError`` if nobody can know."""
        found: dict[str, str] = {}
        more = ""
        while True:
            page = self._read(more, _List)
            for pod in page.items:
                if value := (pod.metadata.labels or {}).get(label, "")[:_LONGEST]:
                    found[pod.metadata.name] = value
            more = page.metadata.next
            if not more:
                return found
