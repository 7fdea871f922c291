"""The pods of a namespace: what the API server is asked, and what of its answer counts."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from driftwatch.cluster.pods import Pods
from driftwatch.cluster.trouble import ClusterError
from tests.cluster.api import TOKEN, access
from tests.servers import Answer, Received, json_answer, serve

LABEL = "app.kubernetes.io/version"


def _pod(name: str, **labels: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": labels or None}, "spec": {"containers": []}, "status": {}}


PAGES = {
    "": {"metadata": {"continue": "more"}, "items": [_pod("a", **{LABEL: "1"}), _pod("b", **{LABEL: "2", "x": "y"})]},
    "more": {"metadata": {}, "items": [_pod("c"), _pod("d", **{LABEL: "z" * 300})]},
}


def _answer(request: Received) -> Answer:
    asked = parse_qs(urlsplit(request.target).query)
    if request.header("Authorization") != f"Bearer {TOKEN}" or request.path != "/api/v1/namespaces/shop/pods":
        return Answer(404)
    return json_answer(json.dumps(PAGES[asked.get("continue", [""])[0]]))


def test_the_label_of_each_pod_by_its_name() -> None:
    """Page by page; a pod without the label is left out, and no value is longer than one may be."""
    with serve(_answer) as server:
        found = Pods(access(server.url), "shop").labelled(LABEL)
    assert found == {"a": "1", "b": "2", "d": "z" * 63}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(403), ["let us list pods in the namespace shop", "--verb=list --resource=pods"]),
        (Answer(404), ["knows no pods"]),
        (Answer(200, (), b'{"items": 7}'), ["something else than pods"]),
    ],
)
def test_what_keeps_pods_from_being_known_is_told_with_its_remedy(answer: Answer, words: list[str]) -> None:
    """In the words of pods, and not of Deployments."""
    with serve(answer) as server, pytest.raises(ClusterError) as told:
        Pods(access(server.url), "shop").labelled(LABEL)
    assert all(each in str(told.value) for each in words), told.value
