"""The environment is asked once, at the start, and never for credentials."""

from pathlib import Path

import pytest

from driftwatch.model.probe import Failure
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.prober import HttpProber
from driftwatch.transport.route import Routes
from driftwatch.transport.target import Proxy
from tests.servers import Answer, closed_port, json_answer, serve
from tests.transport.making import make_probe, make_target, observe


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({}, "http://h.example", ""),
        ({"HTTP_PROXY": "http://p:1"}, "http://h.example", "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, "https://h.example", ""),
        ({"https_proxy": "http://p:1"}, "https://h.example", "http://p:1"),
        ({"ALL_PROXY": "http://p:1"}, "https://h.example", "http://p:1"),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "h.example"}, "https://h.example", ""),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": ".example"}, "https://h.example", ""),
        ({"ALL_PROXY": "http://p:1", "no_proxy": "10.0.0.0/8"}, "http://10.1.2.3", ""),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "other"}, "http://h.example", "http://p:1"),
    ],
)
def test_proxies_of_the_environment(
    environment: dict[str, str], url: str, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The usual variables are understood in the usual way."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Routes().to(make_target(url, proxy=Proxy.ENVIRONMENT)).proxy == proxy


def test_the_targets_own_proxy_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is configured is not overridden by the environment, and ``none`` means none."""
    monkeypatch.setenv("HTTP_PROXY", "http://p:1")
    assert Routes().to(make_target("http://h.example", proxy="http://q:2")).proxy == "http://q:2"
    assert Routes().to(make_target("http://h.example", proxy=Proxy.NONE)).proxy == ""


def test_requests_go_through_the_proxy() -> None:
    """The proxy is asked for the whole URL, with its own credentials, which the service never sees."""
    with serve(json_answer("{}")) as proxy:
        through = proxy.url.replace("http://", "http://me:hunter2@")
        sample = observe(make_target("http://staging.invalid/api", proxy=through), make_probe("/users?a=b"))
    assert sample.status == 200
    assert proxy.received[0].target == "http://staging.invalid/api/users?a=b"
    assert proxy.received[0].header("proxy-authorization") == "Basic bWU6aHVudGVyMg=="


def test_encrypted_requests_go_through_a_tunnel() -> None:
    """For an encrypted service the proxy is asked for a tunnel only, and a refusal is not the service's."""
    with serve(Answer(403)) as proxy:
        sample = observe(make_target("https://staging.invalid", proxy=proxy.url))
    assert (proxy.received[0].method, proxy.received[0].target) == ("CONNECT", "staging.invalid:443")
    assert sample.failure is Failure.CONNECT_FAILED
    assert sample.detail.startswith("at the proxy")


def test_a_dead_proxy_is_not_a_dead_service() -> None:
    """That nobody listens at the proxy says nothing of the service, and is said so."""
    sample = observe(make_target("http://staging.invalid", proxy=f"http://127.0.0.1:{closed_port()}"))
    assert (sample.failure, sample.detail) == (Failure.CONNECT_FAILED, "at the proxy: nobody listens at the port")


def test_the_environment_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that appears after the start changes nothing."""
    with serve(json_answer("{}")) as server:
        target = make_target(server.url, proxy=Proxy.ENVIRONMENT)
        prober = HttpProber({"users": target}, SystemClock(), run_id="r")
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
        assert len(list(prober.send([make_probe()]))) == 1
    assert len(server.received) == 1


def test_netrc_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that lie about in a home folder are not ours to use."""
    for name in (".netrc", "netrc"):
        (tmp_path / name).write_text("machine 127.0.0.1 login me password hunter2\ndefault login me password hunter2\n")
        (tmp_path / name).chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serve(json_answer("{}")) as server:
        assert not observe(make_target(server.url)).credentials_sent
    assert server.received[0].header("authorization") is None
