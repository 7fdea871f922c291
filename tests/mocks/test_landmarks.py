"""What mock files tell of the service they imitate, beside their stubs."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from driftwatch.mocks.catalog import FORMATS
from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.strangers.landmarks import PLACES, FolderLandmarks
from driftwatch.model.interaction import Interaction
from driftwatch.model.proposal import Landmark

CASES: Final = Path(__file__).parent / "formats"
SILENT: Final = {"wiremock", "wiremock-net"}
"""Formats whose files tell no more than their folder."""


def _landmark(folder: Path, name: str, value: Any) -> Landmark:
    (folder / "it.json").write_text(json.dumps(value), encoding="utf-8")
    return FolderLandmarks(folder).of("it.json", name)


def _har(*urls: str) -> dict[str, Any]:
    return {"log": {"entries": [{"request": {"method": "GET", "url": url}} for url in urls]}}


def test_the_table_speaks_of_known_formats() -> None:
    """A format that is gone, or misspelt, would never be asked."""
    assert set(PLACES) <= {entry.load().NAME for entry in FORMATS}


@pytest.mark.parametrize("name", sorted(set(PLACES) - SILENT))
def test_a_case_of_each_format_tells_something(name: str) -> None:
    """The places in the table are those where the tools write."""
    folder = CASES / name
    files = {one.origin.file for one in FolderSource(folder).read() if isinstance(one, Interaction)}
    found = [FolderLandmarks(folder).of(file, name) for file in sorted(files)]
    assert [one for one in found if one.provider or one.title or one.hosts]


def test_the_most_frequent_host_comes_first(tmp_path: Path) -> None:
    """A browser's session names many; the one that was asked most is the one that was meant."""
    urls = ("https://cdn.example/x", "https://api.shop.example/1", "https://API.shop.example/2?a=b")
    assert _landmark(tmp_path, "har", _har(*urls)).hosts == ("api.shop.example", "cdn.example")


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://user:hunter2@api.shop.example:8443/x?token=hunter2", ("api.shop.example:8443",)),
        ("https://api.shop.example:443/x", ("api.shop.example",)),
        ("https://hunter2@api.shop.example", ("api.shop.example",)),
        ("https://a@b@api.shop.example/", ()),
        ("https://0123456789abcdef0123.hooks.example/x", ()),
        ("http://localhost:8080/x", ()),
        ("http://127.0.0.1:8080/x", ()),
        ("http://payments:8080/x", ("payments:8080",)),
        ("api.shop.example/v1", ("api.shop.example",)),
        ("v1/orders", ()),
        ("http://<API_HOST>/x", ()),
        ("http://[::1]/x", ()),
        ("/orders/7", ()),
        ("https://api.shop.example\n# evil: true", ()),
        ("", ()),
    ],
)
def test_of_an_address_only_the_host_is_kept(url: str, hosts: tuple[str, ...], tmp_path: Path) -> None:
    """Neither user info nor query, no host that may itself be a key, and none that names no service."""
    assert _landmark(tmp_path, "har", _har(url)).hosts == hosts


def test_names_that_differ_are_none(tmp_path: Path) -> None:
    """A config of several imposters is of no single service."""
    imposters = [{"port": 1, "name": "a"}, {"port": 2, "name": "b"}]
    assert _landmark(tmp_path, "mountebank", {"imposters": imposters}).title == ""
    assert _landmark(tmp_path, "mountebank", {"imposters": imposters[:1]}).title == "a"


@pytest.mark.parametrize("value", [None, [], {"log": []}, {"log": {"entries": [None, {"request": "x"}, 7]}}])
def test_odd_files_tell_nothing(value: Any, tmp_path: Path) -> None:
    """Whatever stands where an address is looked for."""
    assert _landmark(tmp_path, "har", value) == Landmark()


def test_a_file_that_is_gone_or_broken_tells_nothing(tmp_path: Path) -> None:
    """It may have changed since it was read."""
    (tmp_path / "torn.har").write_text('{"log": {"entries": [')
    assert FolderLandmarks(tmp_path).of("torn.har", "har") == Landmark()
    assert FolderLandmarks(tmp_path).of("gone.har", "har") == Landmark()


def test_a_format_that_is_not_in_the_table_tells_nothing(tmp_path: Path) -> None:
    """Its files are grouped by folder."""
    assert _landmark(tmp_path, "unheard-of", _har("https://api.shop.example/")) == Landmark()


def test_the_folder_of_a_server() -> None:
    """It is told by the path alone, without opening the file."""
    landmarks = FolderLandmarks(Path("absent"))
    assert landmarks.of("orders/mappings/a.json", "wiremock") == Landmark(server="orders")
    assert landmarks.of("orders/__admin/mappings/a.json", "wiremock-net") == Landmark(server="orders")
