"""Where the API server is and what opens it.

In a cluster both are told to every pod: by two variables and a folder of files ("Accessing the Kubernetes API from a
Pod"). The token there is bound to the pod and replaced before it ends, by default every hour, so it is read anew for
each request.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.cluster.trouble import ClusterError
from driftwatch.model.secret import Secret

ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where a pod finds the token of its service account and the authorities of the API server."""
_LARGEST: Final = 64 * 1024
"""Bytes of a token."""


class Access(Struct, frozen=True):
    """One API server."""

    server: str
    """Its base URL, without a slash at the end."""
    token: Callable[[], Secret | None]
    """What is shown to it; ``None`` where it asks for nothing. ``ClusterError`` if that cannot be read."""
    verify: bool | str = True
    """Whom to trust: ``True`` for the usual authorities, or the path of a PEM file."""


def in_cluster(environment: Mapping[str, str] = os.environ, account: Path = ACCOUNT) -> Access:
    """The API server of the cluster that this process runs in. Raises ``ClusterError`` if it runs in none."""
    host, port = environment.get("KUBERNETES_SERVICE_HOST", ""), environment.get("KUBERNETES_SERVICE_PORT", "")
    authorities = account / "ca.crt"
    if not host or not port:
        raise ClusterError(
            "this is no pod of a cluster (KUBERNETES_SERVICE_HOST is not set)",
            "Name the API server below `deploys.kubernetes.server`, with its `token`.",
            is_lasting=True,
        )
    if not authorities.is_file():
        raise ClusterError(
            f"no service account is mounted at {account}",
            "Mount one there, as the component `deploy-watch` does, or set `automountServiceAccountToken: true`.",
            is_lasting=True,
        )
    shown = f"[{host}]" if ":" in host else host
    return Access(f"https://{shown}:{port}", lambda: _token_in(account / "token"), str(authorities))


def _token_in(file: Path) -> Secret:
    try:
        with file.open("rb") as stream:
            text = stream.read(_LARGEST).decode("ascii").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise ClusterError(
            f"{file} cannot be read: {reason.lower()}", "See how the service account is mounted."
        ) from error
    return Secret(text)
