"""URLs with variables and path parameters, as API clients keep them."""

import pytest

from driftwatch.mocks.asking.client_urls import read_address, route_path
from driftwatch.mocks.refusal import Refusal

VALUES = {"id": "17", "odd": "a b/c", "open": "{{later}}"}
CONFIG = {"base": "https://api.example.com/v1", "region": "eu", "page": "2"}


@pytest.mark.parametrize(
    ("url", "path", "query", "missing"),
    [
        ("{{host}}/users/:id", "/users/17", (), ()),
        ("{{host}}", "/", (), ()),
        ("{{host}}:8080/a", "/a", (), ()),
        ("{{scheme}}://{{host}}/a", "/a", (), ()),
        ("https://{{host}}:{{port}}/a?x=1#part", "/a", (("x", "1"),), ()),
        ("http://user:secret@api.example.com/a", "/a", (), ()),
        ("api.example.com/a", "/a", (), ()),
        ("localhost:3000", "/", (), ()),
        ("localhost:3000?x", "/", (("x", ""),), ()),
        ("pets/5", "/pets/5", (), ()),
        ("/already/a path", "/already/a%20path", (), ()),
        ("{{base}}/users", "/v1/users", (), ()),
        ("{{host}}/{{region}}/a", "/eu/a", (), ()),
        ("{{host}}/{{ _.region }}/a", "/eu/a", (), ()),
        ("{{host}}/:odd", "/a%20b%2Fc", (), ()),
        ("{{host}}/:open", "/%7B%7Blater%7D%7D", (), ("later",)),
        ("{{host}}/:nobody/{{nothing}}", "/:nobody/%7B%7Bnothing%7D%7D", (), ("nobody", "nothing")),
        ("{{host}}/a?page={{page}}&q={{q}}", "/a", (("page", "2"), ("q", "{{q}}")), ("q",)),
        ("{{host}}{{path}}", "/%7B%7Bhost%7D%7D%7B%7Bpath%7D%7D", (), ("host", "path")),
    ],
)
def test_an_address_is_read(url: str, path: str, query: tuple[tuple[str, str], ...], missing: tuple[str, ...]) -> None:
    """The base falls away, what is known is filled in, and what is missing is named."""
    address = read_address(url, VALUES, CONFIG)
    assert (address.path, address.query) == (path, query)
    assert set(address.missing) == set(missing)


def test_a_template_names_the_parameters() -> None:
    """Parameters and variables keep their names, other identifiers get theirs."""
    address = read_address("{{host}}/shops/:id/{{part}}/42", VALUES, {})
    assert address.template == "/shops/{id}/{part}/{id}"


def test_the_requests_own_value_comes_before_the_configs() -> None:
    """The config fills in what the request leaves open, and it is told which values those are."""
    address = read_address("{{host}}/:id/:region", VALUES, {"id": "9", **CONFIG})
    assert address.path == "/17/eu"
    assert address.configured == ("region",)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("{{baseUrl}}/breeds/", "/breeds"),
        ("google.com/test", "/test"),
        ("localhost:8080/api", "/api"),
        ("pets", "/pets"),
        ("{{baseUrl}}/users/:userId", "/users/:userId"),
        ("https://a.example//x/{{y}}?z=1", "/x/:y"),
        ("/users/5", "/users/5"),
        ("", "/"),
    ],
)
def test_a_route_keeps_its_parameters(url: str, path: str) -> None:
    """A route is a path with parameters; what only looks like an identifier stays as it is."""
    assert route_path(url) == path


def test_an_absurd_url_is_refused() -> None:
    """Megabytes of path are no address."""
    with pytest.raises(Refusal, match="more than"):
        read_address("/a" * 20_000, {}, {})
