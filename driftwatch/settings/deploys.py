"""Settings of rollouts: how driftwatch learns that a provider was released anew, and what it does then."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Final
from urllib.parse import urlsplit

from msgspec import Struct

from driftwatch.settings.forms import Seconds, SecretReference, Target, Text, Trust, Truth
from driftwatch.settings.notify import LeftOut
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.reference import Referenced
from driftwatch.settings.sections import Section, Several
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import listing, nearest, quote

_HERE: Final = ("localhost", "127.0.0.1", "::1")
DEPLOYMENT: Final = Text(
    r"^[a-z0-9*?-]{1,63}/[a-z0-9.*?-]{1,253}$",
    "Write a namespace, a slash and the name of a Deployment or a glob of such: `staging/payments`, `staging/pay-*`.",
)
_NAMESPACE: Final = Text(
    r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",
    "Write the name of a namespace, such as `staging`; each is named by itself.",
)  # a label of RFC 1123
_SELECTOR: Final = Text(
    r"^[A-Za-z0-9][A-Za-z0-9_./=!,() -]*$",
    "Write a label selector as kubectl takes it, such as `app.kubernetes.io/part-of=shop,tier!=cache`.",
)


class WebhookSettings(Struct, frozen=True, kw_only=True):
    """How a CI tells of rollouts: ``POST /api/deploys``."""

    token: Annotated[Referenced, SecretReference(), "What it shows as bearer token, without the word Bearer."]


class KubernetesSettings(Struct, frozen=True, kw_only=True):
    """Which Deployments are watched, and how their API server is reached."""

    namespaces: Annotated[
        tuple[str, ...], Several(_NAMESPACE, least=1),
        "The namespaces whose Deployments are watched; a Role in each must allow to list and watch them.",
    ]  # fmt: skip
    selector: Annotated[
        str, LeftOut(_SELECTOR), "Only Deployments with these labels, as kubectl selects; all if left out."
    ] = ""
    server: Annotated[
        str, LeftOut(Target()), "The API server; left out, that of the cluster in which driftwatch runs."
    ] = ""
    token: Annotated[
        Referenced | None, SecretReference(), "The bearer token for it; left out, that of the pod's service account."
    ] = None
    verify: Annotated[
        WrittenPath | None, Trust(),
        "Whose certificates to trust for `server`: `true` for the usual authorities, or a PEM file.",
    ] = None  # fmt: skip


class DeploysSettings(Struct, frozen=True, kw_only=True):
    """How rollouts are learnt of, and what is done then. Findings name the rollout they began with in any case."""

    webhook: Annotated[
        WebhookSettings | None, Section(WebhookSettings),
        "A CI may tell of rollouts (`POST /api/deploys`); left out, none may.",
    ] = None  # fmt: skip
    kubernetes: Annotated[
        KubernetesSettings | None, Section(KubernetesSettings),
        "Deployments of Kubernetes are watched; left out, none is.",
    ] = None  # fmt: skip
    audit: Annotated[bool, Truth(), "`driftwatch serve` audits a provider after each of its rollouts."] = True
    settle: Annotated[
        float, Seconds(allows_zero=True),
        "Seconds from a rollout to its audit: caches fill, and several rollouts in a row get one audit.",
    ] = 60.0  # fmt: skip


DEPLOYS: Final = Section(DeploysSettings)


def providers_of(deployment: str, globs: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """The providers that a Deployment, ``namespace/name``, is a part of, by the globs of each."""
    return (name for name, mine in globs.items() if any(fnmatchcase(deployment, glob) for glob in mine))


def check_deploys(top: Spot) -> None:
    """What is watched must be somebody's, what somebody is made of must be watched; and no token goes in the clear."""
    deploys = top.members().get("deploys")
    kubernetes = deploys.members().get("kubernetes") if deploys is not None else None
    named = list(_deployments(top))
    if kubernetes is None:
        for deployment in named:
            deployment.complain(
                f"found {quote(deployment.text)}, and nothing watches Deployments",
                "Name the namespace below `deploys.kubernetes.namespaces`, or leave `deployments` out.",
            )
        return
    if not any("deployments" in provider.node.children for provider in _providers(top)) and kubernetes.members():
        kubernetes.complain(
            "no provider says which Deployments it is made of",
            "Write `deployments: [staging/payments]` below a provider, or leave this out.",
        )
    _check_namespaces(kubernetes, named)
    _check_server(kubernetes)


def _providers(top: Spot) -> Iterable[Spot]:
    providers = top.members().get("providers")
    return providers.members().values() if providers is not None else ()


def _deployments(top: Spot) -> Iterator[Spot]:
    for provider in _providers(top):
        deployments = provider.members().get("deployments")
        yield from (each for _, each in deployments.children()) if deployments is not None else ()


def _check_namespaces(kubernetes: Spot, named: Iterable[Spot]) -> None:
    namespaces = kubernetes.members().get("namespaces")
    watched = [each.text for _, each in namespaces.children()] if namespaces is not None else []
    for deployment in named if watched else ():
        written = deployment.text.partition("/")[0]
        if not any(fnmatchcase(namespace, written) for namespace in watched):
            near = nearest(written, watched)
            hint = f"Did you mean {quote(near)}? " if near else ""
            deployment.complain(
                f"found the namespace {quote(written)}, which is not watched",
                f"{hint}Watched by `deploys.kubernetes.namespaces`: {listing(sorted(watched))}.",
            )


def _check_server(kubernetes: Spot) -> None:
    members = kubernetes.members()
    server = members.get("server")
    if server is None:
        for name in ("token", "verify"):
            if name in members and members[name].plain is not True:
                members[name].complain(
                    f"found {quote(name)} without `server`",
                    "Write the address of the API server below `server`, or leave this out as well.",
                )
    elif server.text.startswith("http:"):
        if not _is_here(server.text):
            server.complain(
                "found an address elsewhere without encryption",
                "Write an https address, or that of a `kubectl proxy` on this machine.",
            )
    elif "token" not in members:
        server.complain("found an API server without a token for it", "Add `token: ${file:PATH}` beside it.")


def _is_here(url: str) -> bool:
    try:
        return (urlsplit(url).hostname or "") in _HERE
    except ValueError:
        return False
