"""What WireMock.Net's matchers make of a text, and what a mapping that the proxy saved is worth."""

import json
from pathlib import Path

import pytest

from driftwatch.mocks.asking.wish import How, Wish, holds
from driftwatch.mocks.formats.wiremock_net.matchers import beyond_origin, wildcard
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Interaction, Provenance, gather


@pytest.mark.parametrize(
    ("pattern", "ignores_case", "text", "expected"),
    [
        ("/a", False, "/a", True),
        ("/a", False, "/A", False),
        ("/a", True, "/A", True),
        ("/a.c", False, "/abc", False),
        ("/a*", False, "/a", True),
        ("/a*c", False, "/abbc", True),
        ("/a*c", False, "/abbcd", False),
        ("/a?c", False, "/abc", True),
        ("/a?c", False, "/ac", False),
        ("/a?*", True, "/ABC", True),
        ("/a**c", False, "/abc", True),
        ("/*a*a*a*a*a*a*a*a*a*a*a", True, "/aaaaaaaaaaa", True),
        ("/*a*a*a*a*a*a*a*a*a*a*a", True, "/AAAAAAAAAAA", None),
    ],
)
def test_wildcards(pattern: str, ignores_case: bool, text: str, expected: bool | None) -> None:
    """A star stands for any text, a question mark for one character; what could take for ever is left open."""
    assert holds(wildcard(pattern, ignores_case=ignores_case), text) is expected


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (wildcard("http://localhost:9091/a?b=1"), "/a\\?b=1"),
        (wildcard("http://localhost/a"), "/a"),
        (wildcard("*/a/*"), "/a/*"),
        (wildcard("/a"), "/a"),
        (Wish(How.WITHIN, r"^https?://[^/]+/a"), "^/a"),
        (Wish(How.WITHIN, r"http:\/\/localhost:\d+\/a"), r"^\/a"),
        (Wish(How.WITHIN, "/a"), "/a"),
    ],
)
def test_the_host_of_an_address_is_the_mock_servers(wish: Wish, expected: str) -> None:
    """Path and query of an URL's pattern are what the real service is asked for."""
    assert beyond_origin(wish).text == expected


def _read(folder: Path, *mappings: dict[str, object]) -> list[Interaction]:
    (folder / "mappings.json").write_text(json.dumps(mappings))
    return [reading for reading in FolderSource(folder).read() if isinstance(reading, Interaction)]


def test_what_the_proxy_saved_was_recorded(tmp_path: Path) -> None:
    """Title and provenance go together: a mapping written by hand is not taken for a recording."""
    request = {
        "Path": {"Matchers": [{"Name": "WildcardMatcher", "Pattern": "/a", "IgnoreCase": True}]},
        "Methods": ["GET"],
    }
    mapping: dict[str, object] = {"Request": request, "Response": {"StatusCode": 200}}
    saved, written = _read(tmp_path, {**mapping, "Title": "Proxy Mapping for GET /a"}, {**mapping, "Title": "a"})
    assert saved.request.provenance is Provenance.RECORDED
    assert written.request.provenance is Provenance.EXACT


def test_what_chance_decides_is_one_claim(tmp_path: Path) -> None:
    """Mappings that ask the same and differ by their probability are alternatives; one of them hides nothing."""
    request = {"Path": "/luck", "Methods": ["GET"]}
    mappings: list[dict[str, object]] = [
        {"Request": request, "Response": {"StatusCode": 500}, "Probability": 0.1},
        {"Request": request, "Response": {"StatusCode": 200}},
    ]
    interactions = _read(tmp_path, *mappings)
    (claim,) = gather(interactions)
    assert [variant.status for variant in claim.variants] == [500, 200]
    assert not any(interaction.shadowed_by for interaction in interactions)
