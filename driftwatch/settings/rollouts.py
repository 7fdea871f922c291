"""Settings of rollouts as answers show them: how two versions behind one address are told apart."""

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Struct

from driftwatch.model.mixing import RolloutPolicy
from driftwatch.settings.credentials import HEADER_NAME
from driftwatch.settings.forms import Text, Whole, choice_of
from driftwatch.settings.notify import LeftOut
from driftwatch.settings.spot import Spot

_LABEL: Final = Text(
    r"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$",
    "Write the key of a label, such as `app.kubernetes.io/version`.",
)


class Watchfulness(StrEnum):
    """When requests are sent more often."""

    ALWAYS = "always"
    SUSPECTED = "suspected"


class RolloutSettings(Struct, frozen=True, kw_only=True):
    """Looking for two versions of a service at once: every sample on a connection of its own."""

    samples: Annotated[
        int, Whole(4, 100), "Samples of a request: enough to meet both versions, and to tell their answers apart."
    ] = 8
    when: Annotated[
        Watchfulness, choice_of(Watchfulness),
        "`always`: of every request. `suspected`: of what parts from the mock, once two versions seem to answer.",
    ] = Watchfulness.ALWAYS  # fmt: skip
    version_header: Annotated[
        str, LeftOut(HEADER_NAME), "The header in which the service names its version, where it is not a common one."
    ] = ""
    pod_header: Annotated[
        str, LeftOut(HEADER_NAME), "The header in which it names the pod that answers; its label tells the version."
    ] = ""
    pod_label: Annotated[str, _LABEL, "The label of a pod that holds its version."] = "app.kubernetes.io/version"

    @property
    def policy(self) -> RolloutPolicy:
        """What is decided, in terms of the domain."""
        is_always = self.when is Watchfulness.ALWAYS
        return RolloutPolicy(self.samples, self.version_header, self.pod_header, is_always)


def check_rollouts(top: Spot) -> None:
    """A pod that is named must be looked up somewhere."""
    members = top.members()
    deploys, providers = members.get("deploys"), members.get("providers")
    if providers is None or (deploys is not None and "kubernetes" in deploys.members()):
        return
    for provider in providers.members().values():
        rollout = provider.members().get("rollout")
        named = rollout.members().get("pod_header") if rollout is not None else None
        if named is not None:
            named.complain(
                "found the header of a pod, and no cluster in which to look the pod up",
                "Name its namespace below `deploys.kubernetes.namespaces`, or write `version_header` in its place.",
            )
