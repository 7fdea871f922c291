"""Which way requests take: as the config says, whatever the environment does, and never with its credentials."""

from pathlib import Path

import pytest

from driftwatch.model.probe import Failure
from driftwatch.transport.route import Routes
from tests.servers import Answer, closed_port, json_answer, serve
from tests.transport.making import make_probe, make_target, observe

PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@pytest.mark.parametrize("name", PROXY_VARIABLES)
@pytest.mark.parametrize("url", ["http://h.example", "https://h.example"])
def test_proxies_of_the_environment_are_ignored(name: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that was set for another program leads no request astray."""
    monkeypatch.setenv(name, "http://p:1")
    route = Routes().to(make_target(url))
    assert (route.proxy, route.entry.guard.host) == ("", "h.example")


def test_no_request_takes_the_way_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever all the variables say, the service is asked itself."""
    for name in PROXY_VARIABLES:
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    with serve(json_answer("{}")) as server:
        assert observe(make_target(server.url)).status == 200
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("url", "settings", "host", "port"),
    [
        ("http://h.example", {}, "h.example", 80),
        ("https://h.example/api", {}, "h.example", 443),
        ("https://[2001:db8::1]:8443", {}, "2001:db8::1", 8443),
        ("https://h.example", {"proxy": "http://p.example"}, "p.example", 80),
        ("https://h.example", {"proxy": "https://me:hunter2@p.example"}, "p.example", 443),
        ("https://h.example", {"proxy": "http://p.example:3128"}, "p.example", 3128),
        ("https://h.example", {"connect_to": "127.0.0.1:8443"}, "127.0.0.1", 8443),
        ("https://h.example:444", {"connect_to": "other.example"}, "other.example", 444),
        ("http://h.example", {"connect_to": "[::1]:8080"}, "::1", 8080),
        ("http://h.example", {"connect_to": "::1"}, "::1", 80),
    ],
)
def test_where_connections_go(url: str, settings: dict[str, str], host: str, port: int) -> None:
    """To the target, to the proxy before it, or to what stands in for it."""
    entry = Routes().to(make_target(url, **settings)).entry
    assert (entry.guard.host, entry.port) == (host, port)


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
