"""When a file is taken for a json-server database, and what its rows promise."""

import json
from pathlib import Path

import pytest

from driftwatch.mocks.formats.json_server.database import is_database
from driftwatch.mocks.formats.json_server.elements import look, statements
from driftwatch.mocks.formats.json_server.rewrites import read_rewrites
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Interaction

ROWS = {"orders": [{"id": "1"}]}


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ({str(number): [{"id": 1}] for number in range(1000)}, True),
        ({"orders": [{"id": 1}]}, True),
        ({"orders": [{"id": "a"}], "profile": {"name": "Ada"}, "empty": []}, True),
        ({"$schema": "x", "orders": [{"id": 1}]}, True),
        ({"a": [{"id": 1}], "b": {}, "c": [], "version": 1}, True),
        ({"a": [{"id": 1}], "version": 1}, False),
        ({"orders": [{"id": 1}, {"name": "without"}]}, False),
        ({"orders": [{"id": True}]}, False),
        ({"orders": [{"id": 1.5}]}, False),
        ({"orders": []}, False),
        ({"profile": {"id": 1}}, False),
        ({}, False),
        ([{"id": 1}], False),
        ({"mappings": [{"id": 1, "request": {}, "response": {}}]}, False),
        ({"resources": [{"id": 1, "_id": "x", "_type": "request"}]}, False),
        ({"info": {}, "item": [{"id": 1}]}, False),
        ({str(number): [{"id": 1}] for number in range(1001)}, False),
    ],
)
def test_a_database_is_told_by_its_content(value: object, is_one: bool) -> None:
    """Lists of identified items make one; settings, trees of other tools and bare lists do not."""
    assert is_database(value) is is_one


@pytest.mark.parametrize(
    ("script", "is_read"),
    [
        ("json-server --watch mocks/shop.json", True),
        ("json-server -p 3001 ./mocks/shop.json --delay 200", True),
        ("npx json-server 'mocks/shop.json'", True),
        ("concurrently \"json-server mocks/shop.json\" 'vite'", True),
        ("json-server mocks/other.json && cat mocks/shop.json", False),
        ("json-server ../mocks/shop.json", False),
        ("echo mocks/shop.json", False),
        ("json-server \0 /etc/passwd", False),
    ],
)
def test_a_script_names_a_database(script: str, is_read: bool, tmp_path: Path) -> None:
    """Only the file that the command starts json-server with is its database, whatever else the script does."""
    (tmp_path / "mocks").mkdir()
    (tmp_path / "mocks" / "shop.json").write_text(json.dumps(ROWS))
    (tmp_path / "package.json").write_text(json.dumps({"scripts": {"mock": script}}))
    readings = list(FolderSource(tmp_path).read())
    assert any(isinstance(reading, Interaction) for reading in readings) is is_read


def test_a_script_above_the_mocks_folder_is_not_looked_at(tmp_path: Path) -> None:
    """Nothing outside of the mocks folder is opened, not even to learn what a file is."""
    (tmp_path / "mocks").mkdir()
    (tmp_path / "mocks" / "shop.json").write_text(json.dumps(ROWS))
    (tmp_path / "package.json").write_text(json.dumps({"scripts": {"mock": "json-server mocks/shop.json"}}))
    assert not any(isinstance(reading, Interaction) for reading in FolderSource(tmp_path / "mocks").read())


def test_a_linked_package_is_not_followed_outside(tmp_path: Path) -> None:
    """A symbolic link does not lead out of the mocks folder either."""
    (tmp_path / "mocks").mkdir()
    (tmp_path / "mocks" / "shop.json").write_text(json.dumps(ROWS))
    (tmp_path / "package.json").write_text(json.dumps({"scripts": {"mock": "json-server shop.json"}}))
    (tmp_path / "mocks" / "package.json").symlink_to(tmp_path / "package.json")
    assert not any(isinstance(reading, Interaction) for reading in FolderSource(tmp_path / "mocks").read())


def test_a_configured_id_is_asked_for(tmp_path: Path) -> None:
    """The team may know an identifier that its service has."""
    (tmp_path / "db.json").write_text(json.dumps(ROWS))
    readings = FolderSource(tmp_path, variables={"id": "a b"}).read()
    assert [r.request.target for r in readings if isinstance(r, Interaction)] == ["/orders", "/orders/a%20b"]


def test_rows_promise_what_all_of_them_show() -> None:
    """An item alone is judged by what its neighbours lack, leave null or have of another type."""
    rows = [{"id": 1, "a": {"b": None}, "c": [1]}, {"id": 2, "a": {"b": "x"}, "c": "one", "d": True}]
    place = look(rows).items
    assert place is not None
    found = {(matcher.path, matcher.kind.value) for matcher in statements(place)}
    assert found == {
        ("/id", "type"), ("/a/b", "nullable"), ("/a/b", "type"), ("/c", "any"), ("/d", "optional"), ("/d", "type"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "path", "outside"),
    [
        ({"/api/*": "/$1"}, "/posts/1", "/api/posts/1"),
        ({"/a/:x/b/:y": "/:y/:x"}, "/posts/1", "/a/1/b/posts"),
        ({"/:kind/all": "/$1"}, "/posts", "/posts/all"),
        ({"/articles\\?id=:id": "/posts/:id"}, "/posts/1", "/articles?id=1"),
        ({"/me": "/users/1"}, "/posts/1", None),
        ({"/x/:lost": "/posts"}, "/posts", None),
        ({"/x/*": "/posts?x=$1"}, "/posts", None),
        ({"/first": "/posts", "/second": "/posts"}, "/posts", "/first"),
    ],
)
def test_a_rewrite_is_read_backwards(rules: dict[str, str], path: str, outside: str | None) -> None:
    """From the path that is served to the path that is asked for; a rule with an open value leads nowhere."""
    found = read_rewrites(rules).outside(path, "")
    assert (found.target if found else None) == outside


@pytest.mark.parametrize(
    "rules",
    [
        ["/a"],
        {"/a": {}},
        {"/a": "/:x/:x"},
        {"/:x": "/y:x"},
        {"/:x/:y": "/:x:y"},
        {"/a" * 300: "/b"},
        {str(i): "/a" for i in range(300)},
    ],
)
def test_rewrites_that_cannot_be_used_are_refused(rules: object) -> None:
    """Lists, wrong types, repeated and absurd rules are refused as a whole."""
    with pytest.raises(Refusal):
        read_rewrites(rules)
