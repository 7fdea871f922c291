"""A probe may choose the path, never the host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from driftwatch.model.errors import SettingsError
from driftwatch.model.secret import Secret
from driftwatch.transport.auth import BasicAuth
from driftwatch.transport.target import Origin, Refusal, Target

BASE = "https://staging.example.com:8443/api"


@pytest.mark.parametrize(
    ("base_url", "request_target", "url"),
    [
        ("http://h.example", "/users?x=1", "http://h.example/users?x=1"),
        ("http://h.example/", "/users", "http://h.example/users"),
        (BASE, "/users", BASE + "/users"),
        (BASE + "/", "/", BASE + "/"),
        (BASE, "/users/@me", BASE + "/users/@me"),
        (BASE, "/a@evil.example/", BASE + "/a@evil.example/"),
        (BASE, "/files/..hidden/a..b", BASE + "/files/..hidden/a..b"),
        (BASE, "/go?to=//evil.example/../x", BASE + "/go?to=//evil.example/../x"),
        (BASE, "/%7euser/%2f", BASE + "/%7euser/%2f"),
        ("http://[::1]:8080", "/users", "http://[::1]:8080/users"),
    ],
)
def test_the_path_follows_the_base_url(base_url: str, request_target: str, url: str) -> None:
    """The request's target is put behind the base URL, to the letter."""
    assert Target("p", base_url).url_of(request_target) == url


@pytest.mark.parametrize(
    "request_target",
    [
        "//evil.example/x", "/\\evil.example", "\\\\evil.example", "http://evil.example/", "@evil.example/",
        ".evil.example", ":80/", "", "?q", "*", "/a\r\nHost: evil.example", "/a\nb", "/a b", "/a\tb", "/ä", "/a\x00",
        "/a#b", "/../admin", "/a/../../b", "/%2e%2e/admin", "/a/.%2E/b", "/./a", "/a/..;x=1/b", "/a\\..\\b",
    ],
)  # fmt: skip
def test_a_target_that_leads_elsewhere_is_refused(request_target: str) -> None:
    """Other forms than origin-form, climbing, and characters that end a line or a path are refused."""
    with pytest.raises(Refusal, match="the request"):
        Target("p", BASE).url_of(request_target)


@given(st.text(st.characters(max_codepoint=0x2FF)) | st.text("/\\.@:?#%2eaE;-[]\r\n ", max_size=12).map("/".__add__))
def test_whatever_the_target_the_host_stays(request_target: str) -> None:
    """No text of a mock moves a request to another scheme, host or port, or out of the base path."""
    target = Target("p", BASE)
    try:
        url = target.url_of(request_target)
    except Refusal:
        return
    seen = parse_url(url)
    assert (seen.scheme, seen.host, seen.port, seen.auth) == (*target.origin, None)
    assert (seen.path or "").startswith("/api/")


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        ("ftp://h.example", "https://staging"),
        ("h.example", "https://staging"),
        ("http://", "https://staging"),
        ("http://h.example:0", "https://staging"),
        ("http://h.example:99999", "https://staging"),
        ("http://[::1", "https://staging"),
        ("http://h\\evil.example", "https://staging"),
        ("http://user:hunter2@h.example", "under auth"),
        ("http://h.example?key=hunter2", "Leave it away"),
        ("http://h.example#x", "Leave it away"),
    ],
)
def test_a_wrong_address_is_the_operators_mistake(base_url: str, words: str) -> None:
    """A base URL that is none, or that holds a credential, is refused at once, kindly, without repeating a secret."""
    with pytest.raises(SettingsError, match="target of p") as complaint:
        Target("p", base_url)
    assert words in str(complaint.value)
    assert "hunter2" not in str(complaint.value)


@pytest.mark.parametrize("setting", [{"rate": 0}, {"concurrency": 0}, {"total_timeout": -1}, {"body_limit": 0}])
def test_a_limit_of_nothing_is_a_mistake(setting: dict[str, float]) -> None:
    """A limit that would let nothing through is told by its name."""
    with pytest.raises(SettingsError, match=next(iter(setting))):
        Target("p", BASE, **setting)  # type: ignore[arg-type]


def test_a_target_shows_no_secret() -> None:
    """Neither credentials nor the operator's headers nor the proxy are in what a target prints."""
    target = Target(
        "p",
        BASE,
        BasicAuth(Secret("me"), Secret("hunter2")),
        headers=(("X-Key", "hunter2"),),
        proxy="http://u:hunter2@p:1",
    )
    assert "hunter2" not in f"{target} {target!r}"


def test_the_origin_has_its_port() -> None:
    """The port of the scheme counts where none is written, and case does not."""
    assert Target("p", "https://H.example/x").origin == Origin("https", "h.example", 443)
