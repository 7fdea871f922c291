"""Hoverfly's matchers one by one, and what decides between two pairs."""

import base64
import json
from pathlib import Path

import pytest

from driftwatch.mocks.asking.candidates import Asked
from driftwatch.mocks.formats.hoverfly.judgement import answers, as_seen, holds, is_glob_match, seen_path
from driftwatch.mocks.formats.hoverfly.values import values
from driftwatch.mocks.formats.hoverfly.versions import read_wanted
from driftwatch.mocks.formats.hoverfly.wanted import Matcher, Wanted
from driftwatch.mocks.formats.hoverfly.xml_values import filled
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Interaction, gather


def matcher(kind: str, value: object, then: Matcher | None = None, **config: object) -> Matcher:
    """A matcher as a simulation would have it."""
    return Matcher(kind, value, config or None, then)


def token(header: object, payload: object) -> str:
    """A JSON Web Token without a signature that anybody checks."""
    parts = [base64.urlsafe_b64encode(json.dumps(half).encode()).decode().rstrip("=") for half in (header, payload)]
    return ".".join([*parts, "signature"])


OBJECTS = '{"objects": [{"name": "Object 1", "set": true}, {"name": "Object 2", "set": false, "age": 400}]}'
TOKEN = token({"alg": "none"}, {"sub": "ada", "roles": ["admin", "ops"]})


@pytest.mark.parametrize(
    ("asked", "text", "truth"),
    [
        (matcher("exact", "a"), "a", True),
        (matcher("exact", "a"), "A", False),
        (matcher("exact", 1), "1", False),
        (matcher("negate", "a"), "b", True),
        (matcher("negate", "a"), "a", False),
        (matcher("negate", 1), "1", True),
        (matcher("glob", "*.hoverfly.io"), "docs.hoverfly.io", True),
        (matcher("glob", "*.hoverfly.io"), "docs.specto.io", False),
        (matcher("regex", r"(\Ad)"), "docs.hoverfly.io", True),
        (matcher("regex", r"(\Ad)"), "hoverfly.io", False),
        (matcher("regex", "io"), "docs.hoverfly.io", True),
        (matcher("regex", "["), "docs", None),
        (matcher("json", '{"a": 1, "b": [2]}'), '{"b":[2.0],"a":1}', True),
        (matcher("json", '{"a": 1}'), '{"a": true}', False),
        (matcher("json", '{"a": 1}'), '{"a": 1, "b": 2}', False),
        (matcher("json", "not json"), "not json", True),
        (matcher("json", '{"a": 1}'), "text", False),
        (matcher("jsonpartial", '{"objects": [{"name": "Object 2"}, {"set": true}]}'), OBJECTS, True),
        (matcher("jsonpartial", '{"name": "Object 2", "set": false}'), OBJECTS, True),
        (matcher("jsonpartial", '{"name": "Object 1", "set": false}'), OBJECTS, False),
        (matcher("jsonpartial", "[2, 1]"), '{"a": [1, 2, 3]}', True),
        (matcher("jsonpartial", "[4]"), '{"a": [1, 2, 3]}', False),
        (matcher("jsonpartial", "1"), "1", False),
        (matcher("jsonpath", "$.objects[1].name"), OBJECTS, True),
        (matcher("jsonpath", ".objects[2].name"), OBJECTS, False),
        (matcher("jsonpath", "{.objects[0].set}"), OBJECTS, True),
        (matcher("jsonpath", "$.objects[?(@.name=='none')]"), OBJECTS, None),
        (matcher("jsonpath", "{range .objects[*]}{.name}{end}"), OBJECTS, None),
        (matcher("jsonpath", "$.a"), "no json", False),
        (matcher("jsonpath", "$.objects[1].age", matcher("exact", "400")), OBJECTS, True),
        (matcher("jsonpath", "$.objects[1].age", matcher("exact", "40")), OBJECTS, False),
        (matcher("jsonpath", "$.objects[0]", matcher("jsonpath", "$.set", matcher("glob", "t*"))), OBJECTS, True),
        (matcher("jsonpath", "$.objects[*].name", matcher("regex", "Object 2")), OBJECTS, True),
        (matcher("glob", "a*", matcher("exact", "ab")), "ab", True),
        (matcher("glob", "a*", matcher("exact", "ab")), "ac", False),
        (matcher("xml", "<a><b>1</b></a>"), "<a><b>1</b></a>", True),
        (matcher("xml", "<a><b>1</b></a>"), "<a>\n <b>1</b>\n</a>", None),
        (matcher("xml", "<a><b>1</b></a>"), "<a><b>2</b></a>", False),
        (matcher("xml", "<a/>"), "no xml", False),
        (matcher("xmltemplated", "<a><b>{{ignore}}</b></a>"), "<a><b>2</b></a>", None),
        (matcher("xmltemplated", "<a><b>{{ignore}}</b></a>"), "<a><c>2</c></a>", False),
        (matcher("xpath", "/a/b"), "<a/>", None),
        (matcher("xpath", "/a/b", matcher("exact", "never asked")), "<a/>", None),
        (matcher("array", ["a", "b"]), "a;b", True),
        (matcher("array", ["a", "b"]), "b;a", False),
        (matcher("array", ["a", "b"]), "a;b;c", False),
        (matcher("array", ["a", "b"]), "a;b;b", False),
        (matcher("array", ["a", "b"], ignoreOrder=True), "b;a", True),
        (matcher("array", ["a", "b"], ignoreunknown=True), "a;x;b", True),
        (matcher("array", ["a", "b"], ignoreOccurrences=True), "a;b;b", True),
        (matcher("array", "a;b"), "a;b", False),
        (matcher("jwt", '{"payload": {"sub": "ada", "roles": ["ops"]}}'), TOKEN, True),
        (matcher("jwt", '{"payload": {"sub": "bob"}}'), TOKEN, False),
        (matcher("jwt", '{"header": {"alg": "none"}}'), f"Bearer {TOKEN}", True),
        (matcher("jwt", "{}"), "no token", False),
        (matcher("jwtjsonpath", "$.sub", matcher("exact", "ada")), TOKEN, True),
        (matcher("jwtjsonpath", "$.header.alg", matcher("exact", "none")), TOKEN, True),
        (matcher("jwtjsonpath", "$.name"), TOKEN, False),
        (matcher("jwtjsonpath", ""), TOKEN, False),
    ],
)  # fmt: skip
def test_a_matcher_holds_as_in_hoverfly(asked: Matcher, text: str, truth: bool | None) -> None:
    """Each matcher's answer is the one of its Go code; where only that could say, it is left open."""
    assert holds(asked, text) is truth


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("", "", True), ("", "a", False), ("*", "", True), ("a*", "a", True), ("*a", "ba", True), ("a*a", "a", False),
        ("a*b*c", "a-b-b-c", True), ("a*b*c", "acb", False), ("**", "x", True), ("a?c", "abc", False),
        ("*ab*ab*", "ab-ab", True), ("*ab*ab*", "abab", True), ("*ab*ab*", "aab", False), ("a*bc*bc", "abc", False),
    ],
)  # fmt: skip
def test_a_star_stands_for_anything(pattern: str, text: str, fits: bool) -> None:
    """A glob knows the star alone, which may also stand for nothing."""
    assert is_glob_match(pattern, text) is fits


@pytest.mark.parametrize(
    ("sent", "seen"),
    [("/a%20b", "/a b"), ("/a%2Fb", "/a%2Fb"), ("/a!b", "/a!b"), ("/a%20b!", "/a%20b!"), ("/%C3%A9", "/é"), ("/", "/")],
)
def test_a_path_is_seen_decoded_unless_it_is_spelled_oddly(sent: str, seen: str) -> None:
    """Go hands on the decoded path where its own spelling of it would be the one that came."""
    assert seen_path(sent) == seen


@pytest.mark.parametrize(
    ("request_half", "score"),
    [
        ({}, 2),
        ({"query": {}}, 2),
        ({"path": [{"matcher": "exact", "value": "/"}]}, 4),
        ({"path": [{"matcher": "Exact", "value": "/"}]}, 3),
        ({"path": [{"matcher": "glob", "value": "*"}, {"matcher": "regex", "value": "."}]}, 4),
        ({"query": {"a": [{"matcher": "array", "value": ["1"]}]}}, 3),
        ({"query": {"a": [{"matcher": "array", "value": ["1"], "config": {}}]}}, 2),
        ({"body": [{"matcher": "json", "value": "{}"}]}, 2),
        ({"body": [{"matcher": "form", "value": {"a": [{"matcher": "exact", "value": "1"}]}}]}, 3),
        ({"requiresState": {"a": "1", "b": "2"}, "headers": {"A": [{"matcher": "exact", "value": "1"}]}}, 6),
        ({"scheme": [{"matcher": "exact", "value": "https"}]}, 2),
    ],
)
def test_a_pair_counts_as_in_hoverfly(request_half: object, score: int) -> None:
    """A literal counts two, any other matcher one, a state one, and a body or a query left open one."""
    assert read_wanted(request_half, 5).score == score


def wanted(**fields: object) -> Wanted:
    """The request half of a pair of schema v5."""
    return read_wanted(fields, 5)


@pytest.mark.parametrize(
    ("pair", "asked", "truth"),
    [
        (wanted(), Asked("GET", "/any"), True),
        (wanted(query={}), Asked("GET", "/", (("a", "1"),)), False),
        (wanted(query={"A": [{"value": "1;2"}]}), Asked("GET", "/", (("a", "1"), ("a", "2"))), True),
        (wanted(query={"a": []}), Asked("GET", "/"), False),
        (wanted(headers={"x-a": [{"value": "1"}]}), Asked("GET", "/", headers=(("X-A", "1"),)), True),
        (wanted(body=[{"value": ""}]), Asked("GET", "/"), True),
        (wanted(scheme=[{"value": "ftp"}]), Asked("GET", "/"), True),
        (wanted(destination=[{"value": "a.example"}]), Asked("GET", "/"), None),
        (wanted(deprecatedQuery=[{"value": "b=2&a=1"}]), Asked("GET", "/", (("a", "1"), ("b", "2"))), True),
        (wanted(deprecatedQuery=[{"matcher": "glob", "value": "a=*"}]), Asked("GET", "/", (("b", "2"),)), False),
    ],
)  # fmt: skip
def test_a_pair_answers_field_by_field(pair: Wanted, asked: Asked, truth: bool | None) -> None:
    """Names count in any case, several values are one text, and the scheme is not looked at."""
    assert answers(pair, as_seen(asked, None)) is truth


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ([matcher("glob", "a*c")], "axc"),
        ([matcher("regex", "^[0-9]+$"), matcher("negate", "1")], "0"),
        ([matcher("jsonpath", "$.a", matcher("json", "[1]"))], '{"a":[1]}'),
        ([matcher("jsonpath", "$.a"), matcher("jsonpath", "$.b[0].c")], '{"a":"x","b":[{"c":"x"}]}'),
        ([matcher("jsonpartial", '{"a":{"b":1}}'), matcher("jsonpartial", '{"a":{"c":[2]}}')], '{"a":{"b":1,"c":[2]}}'),
        ([matcher("xmltemplated", "<a>{{ regex:[a-c]{2} }}</a>")], "<a>aa</a>"),
    ],
)
def test_a_value_is_made_that_all_matchers_accept(asked: list[Matcher], text: str) -> None:
    """The first value for a field is as plain as its matchers let it be."""
    value = next(values(tuple(asked)))
    assert (value.text, value.is_exact) == (text, False)


@pytest.mark.parametrize(
    "asked",
    [
        [matcher("exact", "a"), matcher("exact", "b")],
        [matcher("regex", "(?=x)y")],
        [matcher("xpath", "/a")],
        [matcher("jwt", "[]")],
        [matcher("jsonpath", "$..*")],
        [matcher("jsonpartial", "{")],
    ],
)
def test_no_value_is_invented_where_none_is_known(asked: list[Matcher]) -> None:
    """What cannot be derived is refused with a reason."""
    with pytest.raises(Refusal, match=r"\w{3}"):
        next(values(tuple(asked)))


def test_placeholders_that_never_end_cost_nothing() -> None:
    """Opening braces without end are looked at once."""
    assert filled("{{ regex:" * 100_000).endswith("{{ regex:")


def test_all_states_of_one_question_are_one_claim() -> None:
    """A sequence, and a pair beside one that needs a state, are alternatives of one request."""
    readings = FolderSource(Path(__file__).parent / "formats/hoverfly/state").read()
    claims = gather(one for one in readings if isinstance(one, Interaction) and not one.shadowed_by)
    found = {f"{claim.request.method} {claim.request.path}": [one.note for one in claim.variants] for claim in claims}
    assert found["GET /queue"] == ["in the state `sequence:1=1`", "in the state `sequence:1=2`"]
    assert found["GET /basket"] == ["", "in the state `basket=full`"]


def test_a_large_simulation_is_read_though_its_version_stands_at_the_end(tmp_path: Path) -> None:
    """What a file of many megabytes is can only be said once its last lines are seen."""
    request = {"path": [{"matcher": "exact", "value": "/big"}], "method": [{"matcher": "exact", "value": "GET"}]}
    pair = {"request": request, "response": {"status": 200, "body": "x" * 5_000_000}}
    simulation = {"data": {"pairs": [pair]}, "meta": {"schemaVersion": "v5.3"}}
    (tmp_path / "big.json").write_text(json.dumps(simulation))
    (reading,) = FolderSource(tmp_path).read()
    assert isinstance(reading, Interaction)
    assert len(reading.variants[0].body or b"") == 5_000_000
