"""What the operator decided about looking for two versions of a service at once."""

from msgspec import Struct


class RolloutPolicy(Struct, frozen=True):
    """How two versions behind one address are told apart."""

    samples: int = 8
    """Samples of a request."""
    version_header: str = ""
    """Names the version that answers; empty for the common ones alone."""
    pod_header: str = ""
    """Names the pod that answers; empty where none does."""
    is_always: bool = True
    """Every request is sent so often, and not only what parts from the mock while two versions seem to answer."""
