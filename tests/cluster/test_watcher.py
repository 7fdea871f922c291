"""Deployments are watched over real sockets: what is complete is told once, whatever becomes of the connection."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from structlog.testing import capture_logs

from driftwatch.cluster.access import Access, in_cluster
from driftwatch.cluster.deployment import Release
from driftwatch.cluster.server import Server, trusting
from driftwatch.cluster.trouble import ClusterError
from driftwatch.cluster.watcher import Watcher
from driftwatch.model.secret import Secret
from tests.cluster.api import TOKEN, Api, a_deployment, api
from tests.conftest import ROOT
from tests.servers import Answer, closed_port, misbehave, saying, serve
from tests.waiting import wait_until

CERTIFICATES: Final = ROOT / "tests" / "transport" / "certificates"


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


def _access(url: str, token: str = TOKEN, verify: bool | str = True) -> Access:
    return Access(url, lambda: Secret(token), verify)


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


@pytest.fixture
def cluster() -> Iterator[Api]:
    """An API server without encryption."""
    with api() as running:
        yield running


def test_what_is_there_is_told_at_first(cluster: Api) -> None:
    """All pages of the list, each release that is complete, and no namespace but ours."""
    for name in ("orders", "payments", "search"):
        cluster.apply(a_deployment(name))
    cluster.apply(a_deployment("starting", available=0))
    cluster.apply(a_deployment("elsewhere", namespace="till"))
    with _watching(_access(cluster.url), "app=x") as it:
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
    with _watching(_access(cluster.url)) as it:
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
    with _watching(_access(cluster.url)) as it:
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
    with _watching(_access(cluster.url)) as it:
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
    with _watching(_access(cluster.url)):
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
    with _watching(_access(cluster.url)) as it:
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
        with _watching(_access(server.url)):
            wait_until(lambda: len(server.received) >= 4)
        assert "watch=" in server.received[3].target


def test_without_the_role_it_is_told_once_what_to_create(cluster: Api) -> None:
    """Namespace, verbs and account, ready to be pasted; it goes on as soon as the Role is there."""
    cluster.forbidden = {"shop"}
    cluster.apply(a_deployment())
    with capture_logs() as log, _watching(_access(cluster.url)) as it:
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
    access = in_cluster({"KUBERNETES_SERVICE_HOST": "x", "KUBERNETES_SERVICE_PORT": "1"}, tmp_path)
    with capture_logs() as log, _watching(Access(cluster.url, access.token)) as it:
        wait_until(lambda: "does not accept the token" in it.watcher.trouble)
        file.write_text(TOKEN)
        wait_until(lambda: cluster.watching == 1)
        assert it.watcher.trouble == ""
    assert TOKEN not in repr(log)
    assert "expired" not in repr(log)


def test_a_release_that_could_not_be_kept_is_told_again(cluster: Api) -> None:
    """As long as the store is in trouble."""
    cluster.apply(a_deployment())
    it = _made(_access(cluster.url))
    it.keeps = False
    for _ in range(3):
        it.watcher.look()
    assert "could not be kept" in it.watcher.trouble
    it.keeps, cluster.watches_end = True, True
    it.watcher.look()
    assert it.versions == ["shop/payments 1.42.0"]
    assert it.watcher.trouble == ""


def _encrypted(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem", CERTIFICATES / f"{certificate}.key")
    return context


def test_an_encrypted_server_is_watched_and_left_at_once() -> None:
    """By the authorities of the cluster; stopping waits for no word of the server."""
    with api(_encrypted("good")) as cluster:
        cluster.apply(a_deployment())
        with _watching(_access(cluster.url, verify=str(CERTIFICATES / "authority.pem"))) as it:
            wait_until(lambda: cluster.watching == 1)
            cluster.apply(a_deployment(revision=8))
            wait_until(lambda: len(it.releases) == 2)


@pytest.mark.parametrize(
    ("certificate", "verify"), [("unknown", "authority.pem"), ("good", ""), ("elsewhere", "authority.pem")]
)
def test_whom_nobody_vouches_for_gets_no_token(certificate: str, verify: str) -> None:
    """An unknown authority, the usual ones, another name: nothing is asked, and it is told."""
    with api(_encrypted(certificate)) as cluster:
        trust = str(CERTIFICATES / verify) if verify else True
        with _watching(_access(cluster.url, verify=trust)) as it:
            wait_until(lambda: "certificate" in it.watcher.trouble)
        assert cluster.received == []


def test_authorities_without_key_identifiers_are_believed() -> None:
    """Python 3.13 would refuse those of many a cluster; their names are checked all the same."""
    context = trusting(str(CERTIFICATES / "authority.pem"))
    assert not context.verify_flags & ssl.VERIFY_X509_STRICT
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    with pytest.raises(ClusterError, match="cannot be read"):
        Server(Access("https://localhost:1", lambda: None, "/nothing/there"), "shop").listing()


def test_a_redirect_gets_no_token() -> None:
    """It is not followed."""
    with serve(Answer(200)) as elsewhere:
        away = Answer(302, (("Location", elsewhere.url),))
        with serve(away) as server, pytest.raises(ClusterError, match="status 302"):
            Server(_access(server.url), "shop").listing()
        assert elsewhere.received == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(200, (), b"<html>"), "something else than Deployments"),
        (Answer(200, (), b'{"items": 7}'), "something else than Deployments"),
        (Answer(200, (), b'{"items": ["\xff"]}'), "something else than Deployments"),
        (Answer(404), "knows no Deployments"),
        (Answer(400), "deploys.kubernetes.selector"),
        (Answer(500), "status 500"),
        (Answer(403, (), b"\xff" * 9000), "--serviceaccount=NAMESPACE:SERVICE_ACCOUNT"),
    ],
)
def test_answers_that_are_none(answer: Answer, words: str) -> None:
    """Each with what to look at."""
    with serve(answer) as server, pytest.raises(ClusterError, match=words):
        Server(_access(server.url), "shop").listing()


def test_nobody_there() -> None:
    """A port at which nobody listens, and one who hangs up."""
    with pytest.raises(ClusterError, match="does not answer"):
        Server(_access(f"http://127.0.0.1:{closed_port()}"), "shop").listing()
    torn = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")
    with misbehave(torn) as server, pytest.raises(ClusterError, match="does not answer"):
        Server(_access(server.url), "shop").listing()


def test_a_list_without_an_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor a change."""
    monkeypatch.setattr("driftwatch.cluster.server._LARGEST_PAGE", 1000)
    monkeypatch.setattr("driftwatch.cluster.server._LONGEST", 1000)
    with serve(Answer(200, (), b" " * 70_000)) as server:
        with pytest.raises(ClusterError, match="more than 1000 bytes"):
            Server(_access(server.url), "shop").listing()
        with pytest.raises(ClusterError, match="more than 1000 bytes"):
            list(Server(_access(server.url), "shop").changes("1", 1))


@pytest.mark.parametrize(
    "line",
    ["{", '{"type": "MODIFIED"}', '{"type": "MODIFIED", "object": 7}', '{"type": "ERROR", "object": {"code": 500}}'],
)
def test_a_change_that_cannot_be_read(cluster: Api, line: str) -> None:
    """It is asked anew."""
    cluster.say(line)
    with pytest.raises(ClusterError):
        list(Server(_access(cluster.url), "shop").changes("0", 1))


def test_our_own_mistake_ends_no_watch(cluster: Api) -> None:
    """It is told, and everything is listed anew."""
    cluster.apply(a_deployment())
    came: list[str] = []

    def tell(release: Release) -> bool:
        came.append(release.version)
        if len(came) == 1:
            raise KeyError("ours")
        return True

    watcher = Watcher(Server(_access(cluster.url), "shop"), "shop", tell, lambda: 0.0)
    with capture_logs() as log:
        watcher.start()
        wait_until(lambda: len(came) == 2)
        watcher.stop()
    assert [one["error"] for one in log if one["event"] == "deploys.crashed"] == ["KeyError"]


def test_pauses_grow_and_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """And are never shorter than half of what they could be."""
    monkeypatch.setattr("driftwatch.cluster.watcher._FIRST", 1.0)
    monkeypatch.setattr("driftwatch.cluster.watcher._LONGEST", 60.0)
    watcher = _made(_access(f"http://127.0.0.1:{closed_port()}")).watcher
    assert [watcher.look() for _ in range(9)] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_a_connection_that_breaks_once_is_not_worth_a_word() -> None:
    """The second failure in a row is."""
    with capture_logs() as log:
        it = _made(_access(f"http://127.0.0.1:{closed_port()}"))
        it.watcher.look()
        assert (it.watcher.trouble, log) == ("", [])
        it.watcher.look()
        it.watcher.look()
    assert "does not answer" in it.watcher.trouble
    assert [(one["event"], one["log_level"]) for one in log] == [("deploys.unwatched", "warning")]


def test_nothing_is_told_after_the_end(cluster: Api) -> None:
    """Somebody else watches by then."""
    cluster.apply(a_deployment())
    it = _made(_access(cluster.url))
    it.watcher.stop()
    it.watcher.look()
    assert it.releases == []


@pytest.mark.parametrize(
    ("environment", "words"),
    [({}, "deploys.kubernetes.server"), ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "deploys.kubernetes.server"),
     ({"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}, "automountServiceAccountToken")],
)  # fmt: skip
def test_outside_of_a_cluster_it_says_what_to_write(environment: dict[str, str], words: str, tmp_path: Path) -> None:
    """Or what is missing in the pod."""
    with pytest.raises(ClusterError, match=words) as refused:
        in_cluster(environment, tmp_path)
    assert refused.value.is_lasting


def test_inside_of_a_cluster_all_is_there(tmp_path: Path) -> None:
    """Address, authorities and token; an address of version 6 stands in brackets."""
    (tmp_path / "ca.crt").write_text("x")
    environment = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}
    access = in_cluster(environment, tmp_path)
    assert (access.server, access.verify) == ("https://[fd00::1]:443", str(tmp_path / "ca.crt"))
    with pytest.raises(ClusterError, match="cannot be read"):
        access.token()
    (tmp_path / "token").write_bytes(b"\xff")
    with pytest.raises(ClusterError, match="it is no text"):
        access.token()
    (tmp_path / "token").write_text("abc\n")
    token = access.token()
    assert token is not None
    assert token.reveal() == "abc"


def test_the_environment_does_not_change_who_is_asked(
    cluster: Api, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither a proxy nor a ``.netrc`` comes between."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ann password hunter2\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    Server(_access(cluster.url), "shop").listing()
    assert cluster.received[0].header("authorization") == f"Bearer {TOKEN}"
