"""The subset of JSONPath: what it selects, and the smallest documents it selects something in."""

import pytest

from driftwatch.mocks.asking.json_paths import parse
from driftwatch.mocks.refusal import Refusal

STORE = {"a": [{"k": "x", "v": 1}, {"k": "y", "v": 2}], "o": {"k": "x"}, "b c": True, "t": ["x", "y"]}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", [STORE]), ("$.o.k", ["x"]), ("$['b c']", [True]), ("$.a[1].v", [2]), ("$.a[*].v", [1, 2]),
        ("$.a[?(@.k == 'y')].v", [2]), ("$.a[?(@.v != 1)]", [{"k": "y", "v": 2}]), ("$.o[?(@.k == 'x')]", [{"k": "x"}]),
        ("$..k", ["x", "x", "y"]), ("$.a[?(@.z)]", []), ("$.missing", []), ("$.a[9]", []), ("$.o.*", ["x"]),
        ("$.t[?(@ == 'y')]", ["y"]), ("$.t[?(@ != 'y')]", ["x"]), ("$.a[?(@ == 'y')]", []),
    ],
)  # fmt: skip
def test_paths_select(path: str, found: list[object]) -> None:
    """A filter on a list tests its items, one on an object the object itself."""
    assert sorted(map(repr, parse(path).select(STORE))) == sorted(map(repr, found))


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("$.a.b", {"a": {"b": "leaf"}}),
        ("$.a[1].b", {"a": [{}, {"b": "leaf"}]}),
        ("$.m[?(@.role == 'user')]", {"m": [{"role": "user"}]}),
        ("$[?(@.on == true)]", {"on": True}),
        ("$.m[?(@.id)].x", {"m": [{"id": "text", "x": "leaf"}]}),
        ("$.m[?(@ == 'user')]", {"m": ["user"]}),
    ],
)
def test_paths_build_the_smallest_document(path: str, document: object) -> None:
    """The document built has something at the path, and nothing else."""
    built = parse(path).build(None, "leaf")
    assert built == document
    assert parse(path).select(built)


def test_a_document_grows_by_several_paths() -> None:
    """What one path put there stays when the next is built in."""
    grown = parse("$.b.c").build(parse("$.a").build(None, 1), 2)
    assert grown == {"a": 1, "b": {"c": 2}}


@pytest.mark.parametrize(
    "path", ["a.b", "$.a[(@.length-1)]", "$.a[?(@.x > 3)]", "$.a[1:2]", "$['a','b']", "$.a.length()"]
)
def test_other_paths_are_refused(path: str) -> None:
    """What is not of the subset is said, not guessed."""
    with pytest.raises(Refusal, match="JSONPath"):
        parse(path)
