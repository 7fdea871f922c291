"""Which mocks belong together, and the fewest places that name them."""

from typing import Final

import pytest

from driftwatch.model.proposal import Landmark
from driftwatch.usecases.grouping import MockFile, beside, cover, group, name_of

HERE: Final = "shop"
"""The name of the folder that was looked through."""


def _files(**told: Landmark | None) -> list[MockFile]:
    return [MockFile(file, landmark or Landmark()) for file, landmark in told.items()]


def _grouped(told: dict[str, Landmark], folder: str = HERE) -> dict[str, tuple[str, ...]]:
    files = _files(**told)
    return cover(files, group(files, folder))


def _host(*hosts: str) -> Landmark:
    return Landmark(hosts=hosts)


NOTHING: Final = Landmark()


def test_one_provider_for_each_top_folder() -> None:
    """What lies below a folder is of one service, unless it says otherwise."""
    told = {"orders/a.json": NOTHING, "orders/deep/b.json": NOTHING, "stock/c.yaml": NOTHING}
    assert _grouped(told) == {"orders": ("orders",), "stock": ("stock",)}


def test_a_contract_names_its_provider() -> None:
    """Pacts lie together by consumer; other mocks of the same provider join them."""
    told = {
        "pacts/a.json": Landmark(provider="Orders"),
        "pacts/b.json": Landmark(provider="Stock"),
        "orders/c.json": NOTHING,
    }
    assert _grouped(told) == {"orders": ("orders", "pacts/a.json"), "stock": ("pacts/b.json",)}


def test_recordings_of_several_services_in_one_folder() -> None:
    """Each follows its host; one that names none stays with the folder."""
    told = {
        "web/a.yaml": _host("api.a.example"),
        "web/b.yaml": _host("api.b.example:8443", "api.a.example"),
        "web/c.yaml": NOTHING,
    }
    assert _grouped(told) == {
        "api.a.example": ("web/a.yaml",),
        "api.b.example-8443": ("web/b.yaml",),
        "web": ("web/c.yaml",),
    }


def test_recordings_of_one_service_keep_the_name_of_their_folder() -> None:
    """A folder's name is the team's own word for the service."""
    told = {"payments/a.yaml": _host("api.stripe.example"), "payments/b.json": NOTHING}
    assert _grouped(told) == {"payments": ("payments",)}


def test_folders_that_name_nothing_leave_the_word_to_the_host() -> None:
    """``tests/cassettes`` says what is in it and not whom it imitates."""
    told = {"tests/cassettes/a.yaml": _host("api.a.example"), "tests/cassettes/b.yaml": _host("api.a.example")}
    assert _grouped(told) == {"api.a.example": ("tests/cassettes",)}


@pytest.mark.parametrize("host", ["192.0.2.7:8080", "10.0.0.7"])
def test_a_number_names_no_service(host: str) -> None:
    """What was recorded from a machine is named by its folder."""
    assert _grouped({"cassettes/a.yaml": _host(host)}) == {"shop": ("cassettes",)}


def test_mock_servers_of_a_large_repository() -> None:
    """Each server's folder is one provider, named by the parts of its path that name anything."""
    told = {
        f"{home}/mappings/{name}.json": Landmark(server=home)
        for home in ("services/checkout/src/test/resources", "services/stock/wiremock/v1", "services/stock/wiremock/v2")
        for name in "ab"
    }
    assert _grouped(told) == {
        "checkout": ("services/checkout/src/test/resources",),
        "stock-v1": ("services/stock/wiremock/v1",),
        "stock-v2": ("services/stock/wiremock/v2",),
    }


def test_a_server_is_never_cut_from_its_body_files() -> None:
    """``mappings`` alone would not find ``__files`` beside it."""
    assert _grouped({"wiremock/mappings/a.json": Landmark(server="wiremock")}) == {"shop": ("wiremock",)}
    assert _grouped({"mappings/a.json": Landmark(server="")}) == {"shop": ("",)}


def test_neighbours_of_a_mock_stay_in_reach() -> None:
    """A description may refer to a file beside its folder; only a project's structure is left behind."""
    assert _grouped({"src/main/openapi/v1/shop.yaml": NOTHING}) == {"shop": ("src/main/openapi",)}
    assert _grouped({"payments/v1/shop.yaml": NOTHING}) == {"payments": ("payments",)}


@pytest.mark.parametrize(
    ("folder", "expected"), [("shop", "shop"), ("mocks", "service"), ("日本", "service"), ("", "service")]
)
def test_mocks_that_nothing_names(folder: str, expected: str) -> None:
    """They are named after the folder itself, if that names anything."""
    assert group(_files(**{"a.json": None}), folder) == {"a.json": expected}


def test_files_beside_folders_are_named_one_by_one() -> None:
    """Where mocks of several providers lie in one folder, only files can tell them apart."""
    told = {"a.json": Landmark(provider="a"), "b.json": Landmark(provider="b"), "a/c.json": NOTHING}
    assert _grouped(told) == {"a": ("a", "a.json"), "b": ("b.json",)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Payments API (v2)", "payments-api-v2"),
        ("Zoë's Café", "zoe-s-cafe"),
        ("  ", ""),
        ("../../etc", "etc"),
        ("日本", ""),
        ("a" * 80, "a" * 63),
        ("-.x.-", "x"),
    ],
)
def test_names(text: str, expected: str) -> None:
    """Whatever a mock calls itself becomes a name that a config may hold, or none."""
    assert name_of(text) == expected


def test_what_no_place_holds() -> None:
    """A file is held by itself, by any folder above it, or by the whole."""
    files = ("a.json", "b/c.json", "b/c.json", "b/d/e.json", "bb/f.json")
    assert beside(files, ["b", "a.json"]) == ("bb/f.json",)
    assert beside(files, ["b/d"]) == ("a.json", "b/c.json", "bb/f.json")
    assert beside(files, [""]) == ()


def test_nothing_is_grouped_to_nothing() -> None:
    """No file, no provider."""
    assert _grouped({}) == {}
