"""What an API server's refusal means to whoever runs driftwatch. Of its words nothing is repeated but a name."""

import re
import ssl
from typing import Final

from msgspec import Struct

from driftwatch.cluster.trouble import ClusterError

_ACCOUNT: Final = re.compile(rb'User \\?"system:serviceaccount:([a-z0-9-]{1,63}):([a-z0-9.-]{1,253})\\?"')
"""How the API server names whom it refuses."""
_REACH: Final = "See that it runs, and that a NetworkPolicy lets driftwatch reach it."


class Listed(Struct, frozen=True):
    """What is listed, by the names that people and the API server have for it."""

    noun: str
    path: str
    """With the namespace to be filled in."""
    resource: str
    verbs: str


DEPLOYMENTS: Final = Listed(
    "Deployments", "apis/apps/v1/namespaces/{}/deployments", "deployments.apps", "list and watch"
)
PODS: Final = Listed("pods", "api/v1/namespaces/{}/pods", "pods", "list")


def about_answer(status: int, said: bytes, where: str, namespace: str, listed: Listed = DEPLOYMENTS) -> ClusterError:
    """What a status other than 200 means."""
    if status == 401:
        remedy = "Renew `deploys.kubernetes.token`, or see that the service account is still there."
        return ClusterError(f"{where} does not accept the token", remedy, is_lasting=True)
    if status == 403:
        return ClusterError(
            f"{where} does not let us {listed.verbs} {listed.noun} in the namespace {namespace}",
            _role(namespace, said, listed),
            is_lasting=True,
        )
    if status == 404:
        return ClusterError(
            f"{where} knows no {listed.noun} (status 404)", "See `deploys.kubernetes.server`.", is_lasting=True
        )
    if status == 400:
        return ClusterError(
            f"{where} does not understand the question (status 400)",
            "See `deploys.kubernetes.selector`.",
            is_lasting=True,
        )
    return ClusterError(f"{where} answers with status {status}", "It is asked again.")


def about_silence(error: BaseException, where: str) -> ClusterError:
    """What it means that there is no answer, or no end of one."""
    if any(isinstance(link, ssl.SSLCertVerificationError) for link in _chain(error)):
        remedy = "Name its authorities below `deploys.kubernetes.verify`."
        return ClusterError(f"the certificate of {where} was not accepted", remedy, is_lasting=True)
    return ClusterError(f"{where} does not answer ({type(error).__name__})", _REACH)


def _role(namespace: str, said: bytes, listed: Listed) -> str:
    """The Role to create, as two commands."""
    found = _ACCOUNT.search(said)
    account = f"{found[1].decode()}:{found[2].decode()}" if found else "NAMESPACE:SERVICE_ACCOUNT"
    name = "driftwatch-deploys" if listed is DEPLOYMENTS else "driftwatch-pods"
    verbs = listed.verbs.replace(" and ", ",")
    return (
        "Create the Role and bind it: "
        f"`kubectl create role {name} --namespace {namespace} --verb={verbs} --resource={listed.resource}` and "
        f"`kubectl create rolebinding {name} --namespace {namespace} --role={name} --serviceaccount={account}`."
    )


def _chain(error: BaseException | None) -> list[BaseException]:
    seen: list[BaseException] = []
    ahead: list[object] = [error]
    while ahead:
        link = ahead.pop()
        if isinstance(link, BaseException) and not any(link is one for one in seen):
            seen.append(link)
            ahead += [*link.args, getattr(link, "reason", None), link.__cause__, link.__context__]
    return seen
