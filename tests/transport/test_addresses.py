"""Requests go only where the config says, whatever a name resolves to today."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from driftwatch.model.address import METADATA, is_metadata, meant
from driftwatch.model.probe import Failure
from driftwatch.transport.addresses import ForbiddenAddressError, Guard, connect
from tests.servers import Answer, closed_port, json_answer, serve
from tests.transport.making import make_probe, make_target, observe, reasons, send
from tests.transport.test_tls import AUTHORITY, shows

Resolve = Callable[[str], list[str]]


@pytest.fixture
def resolves(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, list[str]]], list[str]]:
    """Lets names resolve as told; what is returned lists the names that were looked up."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def tell(names: dict[str, list[str]]) -> list[str]:
        def answer(host: Any, port: Any, *args: Any, **options: Any) -> list[Any]:
            if host not in names:
                return real(host, port, *args, **options)
            asked.append(host)
            return [entry for each in names[host] for entry in real(each, port, *args, **options)]

        monkeypatch.setattr(socket, "getaddrinfo", answer)
        return asked

    return tell


@pytest.mark.parametrize("address", sorted(map(str, METADATA)))
@pytest.mark.parametrize("form", ["{}", "written", "allowed"])
def test_metadata_services_are_never_asked(address: str, form: str) -> None:
    """Not as an answer of DNS, not as the very target, and not where all addresses are allowed."""
    guard = {
        "{}": Guard("staging.example"),
        "written": Guard(address),
        "allowed": Guard("staging.example", (ip_network("0.0.0.0/0"), ip_network("::/0"))),
    }[form]
    assert "metadata" in guard.objection(address)


@pytest.mark.parametrize(
    "host",
    [
        "metadata.google.internal", "METADATA.google.internal.", "metadata", "instance-data", "169.254.169.254",
        "[fd00:ec2::254]", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
        "2001:0:a9fe:a9fe::1", "::169.254.169.254", "64:ff9b:1::a9fe:a9fe", "fe80::5efe:a9fe:a9fe",
    ],
)  # fmt: skip
def test_metadata_services_are_known_by_name_and_in_disguise(host: str) -> None:
    """Whatever spelling leads there: mapped, compatible, NAT64, 6to4, Teredo, ISATAP."""
    assert is_metadata(host)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "169.254.1.2", "fe80::1", "fe80::1%1", "0.0.0.0", "0.1.2.3", "::", "224.0.0.1", "ff02::1", "255.255.255.255",
    ],
)  # fmt: skip
def test_addresses_of_no_service_are_refused_unless_configured(address: str) -> None:
    """A name may not lead to them; whoever writes the very address, or allows its network, means it."""
    network = ip_network(str(next(iter(meant(ip_address(address))))))
    assert "allow_addresses" in Guard("staging.example").objection(address)
    assert Guard(address).objection(address) == ""
    assert Guard("staging.example", (network,)).objection(address) == ""


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.2"), ("localhost", "169.254.1.2"), ("localhost", "0.0.0.0"), ("::1", "127.0.0.1"),
        ("localhost.example", "127.0.0.1"), ("127.1", "127.0.0.1"), ("2130706433", "127.0.0.1"),
    ],
)  # fmt: skip
def test_a_permission_reaches_no_further_than_it_says(host: str, address: str) -> None:
    """Another address of the same nature, or a name that only looks like it, is not what was written."""
    assert Guard(host).objection(address)


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.0.1", "172.16.0.9", "100.64.0.7", "fd12::1", "93.184.216.34"])
def test_private_addresses_are_where_staging_lives(address: str) -> None:
    """What a cluster gives its services is no address to refuse."""
    assert Guard("staging.example").objection(address) == ""


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "api.localhost"])
def test_localhost_means_this_machine(host: str) -> None:
    """Whoever writes it means loopback, in either family (RFC 6761, 6.3)."""
    assert Guard(host).objection("127.0.0.1") == Guard(host).objection("::1") == ""


def test_a_name_that_resolves_to_this_machine_is_not_asked(resolves: Any) -> None:
    """DNS rebinding: nothing is sent, no probe is tried in vain, and each says why and what to do."""
    with serve(json_answer("{}")) as server:
        resolves({"staging.example": ["127.0.0.1"]})
        outcomes = send(make_target(f"http://staging.example:{server.port}"), [make_probe(f"/{n}") for n in range(9)])
    (reason,) = set(reasons(outcomes))
    assert len(reasons(outcomes)) == 9
    assert reason.startswith("staging.example resolves to 127.0.0.1, which is this machine itself (loopback); if it ")
    assert "allow_addresses" in reason
    assert server.callers == []


def test_a_name_is_asked_at_its_permitted_addresses_only(resolves: Any) -> None:
    """An answer with a good and a bad address leads to the good one."""
    with serve(json_answer("{}")) as server:
        resolves({"staging.example": ["169.254.169.254", "127.0.0.1"]})
        target = make_target(
            f"http://staging.example:{server.port}", allow_addresses=(ip_network("127.0.0.0/8"),), connect_timeout=0.5
        )
        assert observe(target).status == 200
    assert server.received[0].header("host") == f"staging.example:{server.port}"


def test_what_was_checked_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves otherwise the second time is not looked up a second time."""
    with serve(json_answer("{}")) as server:
        real, answers = socket.getaddrinfo, iter([["127.0.0.1"], ["169.254.169.254"]])
        asked = []

        def rebinding(host: Any, port: Any, *args: Any, **options: Any) -> list[Any]:
            asked.append(host)
            places = next(answers) if host == "staging.example" else [host]
            return [entry for each in places for entry in real(each, port, *args, **options)]

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        target = make_target(
            f"http://staging.example:{server.port}", allow_addresses=(ip_network("127.0.0.1"),), connect_timeout=0.5
        )
        assert observe(target).status == 200
    assert asked.count("staging.example") == 1


def test_a_name_without_an_address_is_unknown() -> None:
    """That is the network's word, not ours."""
    assert observe(make_target("http://staging.invalid")).failure is Failure.UNKNOWN_HOST


def test_the_next_address_is_tried(resolves: Any) -> None:
    """Where nobody listens at the first of two permitted addresses, the second is asked."""
    with serve(json_answer("{}")) as server:
        resolves({"localhost": ["127.0.0.2", "127.0.0.1"]})
        assert observe(make_target(f"http://localhost:{server.port}")).status == 200


@contextmanager
def behind_tls() -> Iterator[Any]:
    """An encrypted service whose certificate is made out to ``localhost`` and 127.0.0.1."""
    with serve(json_answer("{}"), tls=shows("good")) as server:
        yield server


def test_a_forwarded_port_keeps_name_and_certificate(resolves: Any) -> None:
    """``connect_to`` changes where the connection goes and nothing else: not the Host header, not whose word counts."""
    asked = resolves({"localhost": ["10.255.255.1"]})
    with behind_tls() as server:
        target = make_target("https://localhost", verify=AUTHORITY, connect_to=f"127.0.0.1:{server.port}")
        assert observe(target).status == 200
        assert server.received[0].header("host") == "localhost"
        elsewhere = make_target("https://other.example", verify=AUTHORITY, connect_to=f"127.0.0.1:{server.port}")
        assert observe(elsewhere).failure is Failure.TLS
    assert asked == []


def test_what_stands_in_is_guarded_too(resolves: Any) -> None:
    """A name in ``connect_to`` may not lead to this machine either; written as an address it may."""
    with serve(json_answer("{}")) as server:
        resolves({"forward.example": ["127.0.0.1"]})
        target = make_target("http://staging.example", connect_to=f"forward.example:{server.port}")
        assert "forward.example resolves to 127.0.0.1" in reasons(send(target, [make_probe()]))[0]
        assert observe(make_target("http://staging.example", connect_to=f"127.0.0.1:{server.port}")).status == 200
    assert [each.header("host") for each in server.received] == ["staging.example"]


def test_a_proxy_is_guarded_like_a_target(resolves: Any) -> None:
    """Names behind a proxy are the proxy's to resolve; the way to the proxy is ours to check."""
    with serve(json_answer("{}")) as proxy:
        asked = resolves({"proxy.example": ["127.0.0.1"]})
        target = make_target("http://staging.example", proxy=f"http://proxy.example:{proxy.port}")
        assert "proxy.example resolves to 127.0.0.1" in reasons(send(target, [make_probe()]))[0]
    assert (asked, proxy.callers) == (["proxy.example"], [])


@pytest.mark.parametrize("location", ["http://127.0.0.1:{port}/", "http://169.254.169.254/latest/", "//127.0.0.1/"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_no_order(location: str, status: int) -> None:
    """Wherever it points, nobody is asked but the target."""
    with serve(json_answer("{}")) as elsewhere:
        answer = Answer(status, (("Location", location.format(port=elsewhere.port)),))
        with serve(answer) as server:
            assert observe(make_target(server.url)).status == status
    assert (len(server.received), elsewhere.callers) == (1, [])


def test_an_open_connection_for_other_doors(resolves: Any) -> None:
    """``connect`` opens what the guard permits, tries all of it, and tells when nobody is there."""
    with serve(json_answer("{}")) as server:
        resolves({"two.example": ["127.0.0.2", "127.0.0.1"], "bad.example": ["169.254.169.254"]})
        guard = Guard("two.example", (ip_network("127.0.0.0/8"),))
        with connect(guard, server.port, 5) as sock:
            assert sock.getpeername()[1] == server.port
        with pytest.raises(ConnectionRefusedError):
            connect(Guard("127.0.0.1"), closed_port(), 5)
        with pytest.raises(ForbiddenAddressError):
            connect(Guard("bad.example"), server.port, 5)
