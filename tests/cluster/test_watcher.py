"""Deployments are watched over real sockets: what is complete is told once, whatever becomes of the connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from driftwatch.cluster.access import Access, in_cluster
from driftwatch.cluster.deployment import Release
from driftwatch.cluster.server import Server
from driftwatch.cluster.watcher import Watcher
from tests.cluster.api import CERTIFICATES, TOKEN, Api, a_deployment, access, api, encrypted
from tests.servers import Answer, closed_port, serve
from tests.waiting import wait_until


@dataclass
class Told:
    """A watcher, and what it told."""

    watcher: Watcher
    releases: list[Release] = field(default_factory=list)
    keeps: bool = True

    @property
    def versions(self) -> list[str]:
        """What was told, in words."""
        return [f"{one.name} {one.version}" for one in list(self.releases)]


def _made(access: Access, selector: str = "") -> Told:
    def tell(release: Release) -> bool:
        if it.keeps:
            it.releases.append(release)
        return it.keeps

    # the least chance: no watch takes longer, and no pause either
    it = Told(Watcher(Server(access, "shop", selector), "shop", tell, lambda: 0.0))
    return it


@contextmanager
def _watching(access: Access, selector: str = "") -> Iterator[Told]:
    it = _made(access, selector)
    it.watcher.start()
    try:
        yield it
    finally:
        it.watcher.stop()
        assert not it.watcher._thread.is_alive()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the second attempt."""
    monkeypatch.setattr("driftwatch.cluster.watcher._FIRST", 0.02)
    monkeypatch.setattr("driftwatch.cluster.watcher._LONGEST", 0.05)


def test_what_is_there_is_told_at_first(cluster: Api) -> None:
    """All pages of the list, each release that is complete, and no namespace but ours."""
    for name in ("orders", "payments", "search"):
        cluster.apply(a_deployment(name))
    cluster.apply(a_deployment("starting", available=0))
    cluster.apply(a_deployment("elsewhere", namespace="till"))
    with _watching(access(cluster.url), "app=x") as it:
        wait_until(lambda: cluster.watching == 1)
    assert it.versions == ["shop/orders 1.42.0", "shop/payments 1.42.0", "shop/search 1.42.0"]
    assert [list(one) for one in cluster.asked("list")] == [
        ["limit", "labelSelector"],
        ["limit", "continue", "labelSelector"],
    ]
    assert {one["labelSelector"][0] for one in cluster.asked("watch")} == {"app=x"}


def test_a_rollout_is_told_when_it_is_complete(cluster: Api) -> None:
    """Once, through all its steps; scaling and what becomes of pods are no rollouts, a restart and a way back are."""
    cluster.apply(a_deployment())
    with _watching(access(cluster.url)) as it:
        wait_until(lambda: cluster.watching == 1)
        states: list[dict[str, Any]] = [{"seen": 7}, {"updated": 1}, {"available": 2}, {"all": 4}, {}, {}]
        for state in states:
            cluster.apply(a_deployment(version="1.43.0", revision=8, **state))
        wait_until(lambda: len(it.releases) == 2)
        for available in (3, 5, 4, 5):
            cluster.apply(a_deployment(version="1.43.0", revision=8, replicas=5, available=available))
        cluster.bookmark()
        cluster.apply(a_deployment(version="1.43.0", revision=9, replicas=5))
        cluster.apply(a_deployment(version="1.42.0", revision=10, replicas=5))
        wait_until(lambda: len(it.releases) == 4)
    assert it.versions == [f"shop/payments {version}" for version in ("1.42.0", "1.43.0", "1.43.0", "1.42.0")]


def test_one_that_was_deleted_and_made_anew_is_told(cluster: Api) -> None:
    """It is another one."""
    cluster.apply(a_deployment(revision=1))
    with _watching(access(cluster.url)) as it:
        wait_until(lambda: cluster.watching == 1)
        cluster.delete("payments")
        cluster.apply(a_deployment(revision=1, uid="another-one"))
        wait_until(lambda: len(it.releases) == 2)


def _has_asked(cluster: Api, watches: int) -> bool:
    return len(cluster.asked("watch")) >= watches


@pytest.mark.parametrize("how", ["cut", "end"])
def test_a_watch_goes_on_where_it_ended(cluster: Api, how: str) -> None:
    """Whether the connection broke or its time was over: nothing is listed anew, lost, or told twice."""
    cluster.apply(a_deployment())
    cluster.watches_end = how == "end"
    with _watching(access(cluster.url)) as it:
        wait_until(lambda: _has_asked(cluster, 1))
        for revision in (8, 9):
            if how == "cut":
                wait_until(lambda: cluster.watching == 1)
            asked = len(cluster.asked("watch"))
            if how == "cut":
                cluster.cut()
            cluster.apply(a_deployment(revision=revision))
            wait_until(partial(_has_asked, cluster, asked + 1))
        wait_until(lambda: len(it.releases) == 3)
        assert it.watcher.trouble == ""
    assert len(cluster.asked("list")) == 1
    moments = [int(one["resourceVersion"][0]) for one in cluster.asked("watch")]
    assert moments == sorted(moments)


def test_a_bookmark_is_where_a_watch_goes_on(cluster: Api) -> None:
    """So that a quiet namespace need not be listed anew after each watch."""
    cluster.apply(a_deployment())
    with _watching(access(cluster.url)):
        wait_until(lambda: cluster.watching == 1)
        cluster.apply(a_deployment("elsewhere", namespace="till"))
        cluster.bookmark()
        wait_until(lambda: cluster.told == cluster.happened[-1][0])
        cluster.cut()
        wait_until(lambda: len(cluster.asked("watch")) >= 2)
    asked = cluster.asked("watch")
    assert {one["allowWatchBookmarks"][0] for one in asked} == {"true"}
    assert {one["timeoutSeconds"][0] for one in asked} == {"240"}
    assert int(asked[-1]["resourceVersion"][0]) >= cluster.happened[-1][0]


def test_a_moment_that_is_too_long_ago_is_listed_anew(cluster: Api) -> None:
    """410 Gone: what became complete meanwhile is found by the list."""
    cluster.apply(a_deployment())
    with _watching(access(cluster.url)) as it:
        wait_until(lambda: cluster.watching == 1)
        cluster.apply(a_deployment("search", namespace="shop", available=0))
        cluster.forget()
        cluster.cut()
        wait_until(lambda: len(cluster.asked("list")) == 2)
        cluster.apply(a_deployment(revision=8))
        wait_until(lambda: len(it.releases) == 2)
    assert it.versions == ["shop/payments 1.42.0"] * 2


def test_a_list_that_took_too_long_begins_anew() -> None:
    """410 as a status."""
    answers = iter([Answer(410), Answer(410)])
    with serve(
        lambda _: next(answers, Answer(200, (), b'{"items": [], "metadata": {"resourceVersion": "5"}}'))
    ) as server:
        with _watching(access(server.url)):
            wait_until(lambda: len(server.received) >= 4)
        assert "watch=" in server.received[3].target


def test_without_the_role_it_is_told_once_what_to_create(cluster: Api) -> None:
    """Namespace, verbs and account, ready to be pasted; it goes on as soon as the Role is there."""
    cluster.forbidden = {"shop"}
    cluster.apply(a_deployment())
    with capture_logs() as log, _watching(access(cluster.url)) as it:
        wait_until(lambda: len(cluster.asked("list")) >= 3)
        role = "kubectl create role driftwatch-deploys --namespace shop --verb=list,watch --resource=deployments.apps"
        bound = "--namespace shop --role=driftwatch-deploys --serviceaccount=tools:driftwatch"
        assert role in it.watcher.trouble
        assert f"kubectl create rolebinding driftwatch-deploys {bound}" in it.watcher.trouble
        cluster.forbidden = set()
        wait_until(lambda: it.versions == ["shop/payments 1.42.0"])
        wait_until(lambda: it.watcher.trouble == "")
    told = [one for one in log if one["event"] == "deploys.unwatched"]
    assert [(one["log_level"], one["namespace"]) for one in told] == [("error", "shop")]
    assert TOKEN not in repr(log)


def test_a_wrong_token_is_told_and_the_next_one_taken(cluster: Api, tmp_path: Path) -> None:
    """The kubelet replaces the token before it ends: each question reads it anew."""
    file = tmp_path / "token"
    file.write_text("expired\n")
    (tmp_path / "ca.crt").write_text("")
    mounted = in_cluster({"KUBERNETES_SERVICE_HOST": "x", "KUBERNETES_SERVICE_PORT": "1"}, tmp_path)
    with capture_logs() as log, _watching(Access(cluster.url, mounted.token)) as it:
        wait_until(lambda: "does not accept the token" in it.watcher.trouble)
        file.write_text(TOKEN)
        wait_until(lambda: cluster.watching == 1)
        assert it.watcher.trouble == ""
    assert TOKEN not in repr(log)
    assert "expired" not in repr(log)


def test_a_release_that_could_not_be_kept_is_told_again(cluster: Api) -> None:
    """As long as the store is in trouble."""
    cluster.apply(a_deployment())
    it = _made(access(cluster.url))
    it.keeps = False
    for _ in range(3):
        it.watcher.look()
    assert "could not be kept" in it.watcher.trouble
    it.keeps, cluster.watches_end = True, True
    it.watcher.look()
    assert it.versions == ["shop/payments 1.42.0"]
    assert it.watcher.trouble == ""


def test_an_encrypted_server_is_watched_and_left_at_once() -> None:
    """By the authorities of the cluster; stopping waits for no word of the server."""
    with api(encrypted("good")) as cluster:
        cluster.apply(a_deployment())
        with _watching(access(cluster.url, verify=str(CERTIFICATES / "authority.pem"))) as it:
            wait_until(lambda: cluster.watching == 1)
            cluster.apply(a_deployment(revision=8))
            wait_until(lambda: len(it.releases) == 2)


@pytest.mark.parametrize(
    ("certificate", "verify"), [("unknown", "authority.pem"), ("good", ""), ("elsewhere", "authority.pem")]
)
def test_whom_nobody_vouches_for_gets_no_token(certificate: str, verify: str) -> None:
    """An unknown authority, the usual ones, another name: nothing is asked, and it is told."""
    with api(encrypted(certificate)) as cluster:
        trust = str(CERTIFICATES / verify) if verify else True
        with _watching(access(cluster.url, verify=trust)) as it:
            wait_until(lambda: "certificate" in it.watcher.trouble)
        assert cluster.received == []


def test_our_own_mistake_ends_no_watch(cluster: Api) -> None:
    """It is told, and everything is listed anew."""
    cluster.apply(a_deployment())
    came: list[str] = []

    def tell(release: Release) -> bool:
        came.append(release.version)
        if len(came) == 1:
            raise KeyError("ours")
        return True

    watcher = Watcher(Server(access(cluster.url), "shop"), "shop", tell, lambda: 0.0)
    with capture_logs() as log:
        watcher.start()
        wait_until(lambda: len(came) == 2)
        watcher.stop()
    assert [one["error"] for one in log if one["event"] == "deploys.crashed"] == ["KeyError"]


def test_pauses_grow_and_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """And are never shorter than half of what they could be."""
    monkeypatch.setattr("driftwatch.cluster.watcher._FIRST", 1.0)
    monkeypatch.setattr("driftwatch.cluster.watcher._LONGEST", 60.0)
    watcher = _made(access(f"http://127.0.0.1:{closed_port()}")).watcher
    assert [watcher.look() for _ in range(9)] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_a_connection_that_breaks_once_is_not_worth_a_word() -> None:
    """The second failure in a row is."""
    with capture_logs() as log:
        it = _made(access(f"http://127.0.0.1:{closed_port()}"))
        it.watcher.look()
        assert (it.watcher.trouble, log) == ("", [])
        it.watcher.look()
        it.watcher.look()
    assert "does not answer" in it.watcher.trouble
    assert [(one["event"], one["log_level"]) for one in log] == [("deploys.unwatched", "warning")]


def test_nothing_is_told_after_the_end(cluster: Api) -> None:
    """Somebody else watches by then."""
    cluster.apply(a_deployment())
    it = _made(access(cluster.url))
    it.watcher.stop()
    it.watcher.look()
    assert it.releases == []
