"""An API server of our own: lists and watches Deployments over real sockets, as Kubernetes does, and may be unkind."""

import json
import select
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from driftwatch.cluster.access import Access
from driftwatch.model.secret import Secret
from tests.conftest import ROOT
from tests.servers import Answer, Caller, Received, Server, json_answer, misbehave

PATH: Final = "/apis/apps/v1/namespaces/{}/deployments"
CERTIFICATES: Final = ROOT / "tests" / "transport" / "certificates"
TOKEN: Final = "token-of-the-service-account"


def a_deployment(
    name: str = "payments", version: str = "1.42.0", revision: int = 7, namespace: str = "shop", **more: Any
) -> dict[str, Any]:
    """A Deployment of three pods whose rollout is complete; ``more`` are numbers and words of its status or spec."""
    pods = more.get("replicas", 3)
    condition = {
        "type": "Progressing", "status": "True", "reason": more.get("reason", "NewReplicaSetAvailable"),
        "lastTransitionTime": "2026-05-01T09:00:00Z", "lastUpdateTime": more.get("at", "2026-05-01T10:30:00Z"),
    }  # fmt: skip
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": name, "namespace": namespace, "uid": more.get("uid", f"0b6f4a52-{name}"), "generation": revision,
            "annotations": {"deployment.kubernetes.io/revision": str(revision), "kubectl.kubernetes.io/x": "{}"},
            "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {}}}],
        },
        "spec": {
            "replicas": pods, "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {
                    "containers": [
                        {"name": "proxy", "image": "registry.example.com:5000/mesh/proxy:9.9"},
                        {"name": name, "image": f"registry.example.com:5000/shop/{name}:{version}"},
                    ]
                },
            },
        },
        "status": {
            "observedGeneration": more.get("seen", revision), "replicas": more.get("all", pods),
            "updatedReplicas": more.get("updated", pods), "readyReplicas": pods,
            "availableReplicas": more.get("available", pods),
            "conditions": [{"type": "Available", "status": "True"}, *([condition] if more.get("reason") != "" else [])],
        },
    }  # fmt: skip


@dataclass
class Api:
    """What there is, what happened, and how the server behaves."""

    url: str = ""
    server: Server | None = None
    token: str = TOKEN
    forbidden: set[str] = field(default_factory=set)
    """Namespaces in which nobody may list."""
    page: int = 2
    """Deployments of a list that come together, whatever was asked for."""
    watches_end: bool = False
    """Each watch ends as soon as it has told what there is to tell."""
    oldest: int = 0
    """Changes up to this moment are not known any more."""
    received: list[Received] = field(default_factory=list)
    there: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    happened: list[tuple[int, str, str, dict[str, Any]]] = field(default_factory=list)
    """Moment, namespace, type and object."""
    told: int = 0
    """The last moment that a watch was told of."""
    watching: int = 0
    """Watches that wait for changes."""
    _moment: int = 100
    _news: threading.Condition = field(default_factory=threading.Condition)
    _cut: int = 0
    _callers: list[Caller] = field(default_factory=list)

    def apply(self, deployment: dict[str, Any]) -> None:
        """It is there from now on, as it is now."""
        name = deployment["metadata"]["namespace"], deployment["metadata"]["name"]
        self._happen("MODIFIED" if name in self.there else "ADDED", deployment)
        self.there[name] = deployment

    def delete(self, name: str, namespace: str = "shop") -> None:
        """It is gone."""
        self._happen("DELETED", self.there.pop((namespace, name)))

    def bookmark(self, namespace: str = "shop") -> None:
        """Nothing happened up to now."""
        self._happen("BOOKMARK", {"kind": "Deployment", "metadata": {"namespace": namespace}})

    def say(self, line: str, namespace: str = "shop") -> None:
        """A line of the watch, word for word."""
        with self._news:
            self._moment += 1
            self.happened.append((self._moment, namespace, line, {}))
            self._news.notify_all()

    def forget(self) -> None:
        """What happened so far is too long ago, for those who ask anew."""
        with self._news:
            self._moment += 1
            self.oldest = self._moment

    def cut(self) -> None:
        """Break every watch off."""
        with self._news:
            self._cut += 1
            self._news.notify_all()

    def asked(self, word: str) -> list[dict[str, list[str]]]:
        """The queries of all lists, or of all watches, in their order."""
        found = [parse_qs(urlsplit(one.target).query) for one in list(self.received)]
        return [one for one in found if ("watch" in one) == (word == "watch")]

    def _happen(self, kind: str, deployment: dict[str, Any]) -> None:
        with self._news:
            self._moment += 1
            deployment["metadata"]["resourceVersion"] = str(self._moment)
            self.happened.append((self._moment, deployment["metadata"]["namespace"], kind, deployment))
            self._news.notify_all()

    # the wire

    def converse(self, caller: Caller) -> None:
        """One connection."""
        while (request := caller.read_request()) is not None:
            self.received.append(request)
            answer = self._refusal(request)
            query = parse_qs(urlsplit(request.target).query)
            if answer is None and "watch" in query:
                self._watch(caller, request, query)
                return
            caller.say((answer or self._list(request, query)).spell())

    def _refusal(self, request: Received) -> Answer | None:
        if self.token and request.header("Authorization") != f"Bearer {self.token}":
            return _status(401, "Unauthorized")
        for namespace in self.forbidden:
            if request.path == PATH.format(namespace):
                return _status(
                    403,
                    'deployments.apps is forbidden: User "system:serviceaccount:tools:driftwatch" cannot list resource '
                    f'"deployments" in API group "apps" in the namespace "{namespace}"',
                )
        return None if request.path.startswith("/apis/apps/v1/namespaces/") else _status(404, "not found")

    def _list(self, request: Received, query: dict[str, list[str]]) -> Answer:
        mine = [one for (namespace, _), one in self.there.items() if request.path == PATH.format(namespace)]
        start = int(query.get("continue", ["0"])[0])
        shown, left = mine[start : start + self.page], mine[start + self.page :]
        metadata = {"resourceVersion": str(self._moment), **({"continue": str(start + self.page)} if left else {})}
        return json_answer(json.dumps({"kind": "DeploymentList", "metadata": metadata, "items": shown}))

    def _watch(self, caller: Caller, request: Received, query: dict[str, list[str]]) -> None:
        since, cut = int(query["resourceVersion"][0]), self._cut
        caller.say(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        if since < self.oldest:
            _chunk(
                caller, json.dumps({"type": "ERROR", "object": {"kind": "Status", "code": 410, "reason": "Expired"}})
            )
            caller.say(b"0\r\n\r\n")
            return
        self._callers.append(caller)
        while not caller.stopping.is_set() and cut == self._cut and not _has_left(caller):
            with self._news:
                mine = [one for one in self.happened if one[0] > since and request.path == PATH.format(one[1])]
                if not mine:
                    if self.watches_end:
                        break
                    self.watching += 1
                    self._news.wait(0.05)
                    self.watching -= 1
            for moment, _, kind, thing in mine:
                since = moment
                _chunk(caller, json.dumps({"type": kind, "object": thing}) if thing else kind)
                self.told = max(self.told, moment)
        if cut == self._cut:
            caller.say(b"0\r\n\r\n")
        else:
            caller.reset()


def _has_left(caller: Caller) -> bool:
    """Whoever watches says nothing more, until the connection is closed."""
    return bool(select.select([caller.sock], [], [], 0)[0])


def _chunk(caller: Caller, line: str) -> None:
    """In two halves, since a line may come in any pieces."""
    text = line.encode() + b"\n"
    for part in (text[: len(text) // 2], text[len(text) // 2 :]):
        caller.say(f"{len(part):x}\r\n".encode() + part + b"\r\n")


def _status(code: int, message: str) -> Answer:
    return json_answer(json.dumps({"kind": "Status", "status": "Failure", "message": message, "code": code}), code)


def access(url: str, token: str = TOKEN, verify: bool | str = True) -> Access:
    """The way to it."""
    return Access(url, lambda: Secret(token), verify)


def encrypted(certificate: str) -> ssl.SSLContext:
    """Its side of an encrypted connection, with one of the tests' certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem", CERTIFICATES / f"{certificate}.key")
    return context


@contextmanager
def api(tls: ssl.SSLContext | None = None) -> Iterator[Api]:
    """Listens on a free port inside the block."""
    it = Api()
    with misbehave(it.converse, tls=tls) as server:
        it.server, it.url = server, server.url.replace("127.0.0.1", "localhost") if tls else server.url
        yield it
