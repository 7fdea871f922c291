"""What an API server is asked, what its answers mean, and how it is found from inside of a cluster."""

import ssl
from pathlib import Path

import pytest

from driftwatch.cluster.access import Access, in_cluster
from driftwatch.cluster.server import Server, trusting
from driftwatch.cluster.trouble import ClusterError
from tests.cluster.api import CERTIFICATES, TOKEN, Api, access
from tests.servers import Answer, closed_port, misbehave, saying, serve


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
            Server(access(server.url), "shop").listing()
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
        Server(access(server.url), "shop").listing()


def test_nobody_there() -> None:
    """A port at which nobody listens, and one who hangs up."""
    with pytest.raises(ClusterError, match="does not answer"):
        Server(access(f"http://127.0.0.1:{closed_port()}"), "shop").listing()
    torn = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")
    with misbehave(torn) as server, pytest.raises(ClusterError, match="does not answer"):
        Server(access(server.url), "shop").listing()


def test_a_list_without_an_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor a change."""
    monkeypatch.setattr("driftwatch.cluster.server._LARGEST_PAGE", 1000)
    monkeypatch.setattr("driftwatch.cluster.server._LONGEST", 1000)
    with serve(Answer(200, (), b" " * 70_000)) as server:
        with pytest.raises(ClusterError, match="more than 1000 bytes"):
            Server(access(server.url), "shop").listing()
        with pytest.raises(ClusterError, match="more than 1000 bytes"):
            list(Server(access(server.url), "shop").changes("1", 1))


@pytest.mark.parametrize(
    "line",
    ["{", '{"type": "MODIFIED"}', '{"type": "MODIFIED", "object": 7}', '{"type": "ERROR", "object": {"code": 500}}'],
)
def test_a_change_that_cannot_be_read(cluster: Api, line: str) -> None:
    """It is asked anew."""
    cluster.say(line)
    with pytest.raises(ClusterError):
        list(Server(access(cluster.url), "shop").changes("0", 1))


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
    Server(access(cluster.url), "shop").listing()
    assert cluster.received[0].header("authorization") == f"Bearer {TOKEN}"
