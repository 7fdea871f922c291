"""Imposter's matching: what a condition takes, how resources score, what is put in when a config is read."""

from pathlib import Path

import pytest

from driftwatch.mocks.asking.candidates import Asked
from driftwatch.mocks.formats.imposter.conditions import Condition, Place
from driftwatch.mocks.formats.imposter.pattern import RequestPattern, json_values, parse_path
from driftwatch.mocks.formats.imposter.placeholders import Placeholders, open_placeholder
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Interaction, Unreadable

HEADER = Condition(Place.HEADER, "X-A", "EqualTo", "1")
QUERY = Condition(Place.QUERY, "q", "NotExists")


def pattern(path: str, method: str = "", *conditions: Condition, choices: tuple[Condition, ...] = ()) -> RequestPattern:
    """What a resource asks for."""
    return RequestPattern(method, path, conditions, (choices,) if choices else (), *parse_path(path))


@pytest.mark.parametrize(
    ("operator", "value", "takes", "declines", "untold"),
    [
        ("EqualTo", "a", ["a"], ["", "A", "ab"], []),
        ("EqualTo", "", [""], ["a"], []),
        ("NotEqualTo", "a", ["", "b"], ["a"], []),
        ("Exists", "", ["a"], [""], []),
        ("NotExists", "", [""], ["a"], []),
        ("Contains", "b", ["abc"], ["", "ac"], []),
        ("NotContains", "b", ["", "ac"], ["abc"], []),
        ("Matches", "b+", ["b", "bb"], ["", "ac"], ["abc"]),
        ("NotMatches", "b+", ["", "ac"], ["b"], ["abc"]),
        ("Matches", "(", [], [], ["a"]),
    ],
)
def test_an_operator_takes_what_the_engines_take(
    operator: str, value: str, takes: list[str], declines: list[str], untold: list[str]
) -> None:
    """Version 5 wants a match anywhere, version 4 one of the whole text: where they differ nothing is told."""
    condition = Condition(Place.QUERY, "q", operator, value)
    assert [condition.holds(text) for text in takes] == [True] * len(takes)
    assert [condition.holds(text) for text in declines] == [False] * len(declines)
    assert [condition.holds(text) for text in untold] == [None] * len(untold)


@pytest.mark.parametrize(
    ("resource", "score"),
    [
        (pattern("/test/path"), 2),
        (pattern("/test/*"), 1),
        (pattern("/*"), 0),
        (pattern("/{any}"), 0),
        (pattern("", "GET"), 1),
        (pattern("/users/{id}", "GET"), 2),
        (pattern("/users/{id}", "", Condition(Place.PATH, "id", "EqualTo", "1")), 2),
        (pattern("/{id}.diff"), 2),
        (pattern("/{name}{ending}"), 2),
        (pattern("/users", "POST", HEADER, QUERY), 4),
        (pattern("/users", "", HEADER, choices=(QUERY, HEADER)), 3),
    ],
)
def test_every_part_that_is_asked_for_is_a_point(resource: RequestPattern, score: int) -> None:
    """Literal segments and conditions count one, parameters nothing, parameters beside text two, one of several one."""
    assert resource.score == score


@pytest.mark.parametrize(
    ("path", "takes", "declines"),
    [
        ("/a/b", ["/a/b", "/a/b/", "/a/%62"], ["/a", "/a/b/c", "/A/b"]),
        ("/a/{id}", ["/a/1", "/a/x%20y"], ["/a", "/a/1/2"]),
        ("/a/:id", ["/a/1"], ["/a"]),
        ("/a/*", ["/a", "/a/b", "/a/b/c"], ["/b"]),
        ("/{name}.{kind}", ["/a.b", "/a.b.c"], ["/a"]),
        ("/a{x}a", ["/aa", "/aba"], ["/a", "/ab"]),
    ],
)
def test_a_path_answers_as_the_engine_does(path: str, takes: list[str], declines: list[str]) -> None:
    """Segments are compared one by one, decoded; a slash at the end is none; ``*`` takes what follows, if anything."""
    resource = pattern(path, "GET")
    assert [resource.answers(Asked("GET", one)) for one in takes] == [True] * len(takes)
    assert [resource.answers(Asked("GET", one)) for one in declines] == [False] * len(declines)


@pytest.mark.parametrize(
    ("body", "path", "texts"),
    [
        ('{"a": 1}', "$.a", ["1"]), ('{"a": 1.5}', "$.a", ["1.5"]), ('{"a": true}', "$.a", ["true"]),
        ('{"a": null}', "$.a", [""]), ("{}", "$.a", [""]), ("no json", "$.a", []), ('{"a": ["x", 1]}', "$.a", ["x"]),
        ('{"a": [{"b": "x"}]}', "$.a[*].b", ["x"]), ('{"a": 1234567}', "$.a", None), ('{"a": {}}', "$.a", None),
        ("{}", "a", None),
    ],
)  # fmt: skip
def test_a_value_in_the_body_is_compared_as_text(body: str, path: str, texts: list[str] | None) -> None:
    """Go writes a million as ``1e+06``, so whether large numbers match is not told."""
    assert json_values(body, path) == texts


def test_placeholders_are_filled_from_the_team_and_from_defaults() -> None:
    """The environment first, then the config's variables; what nobody knows stays, and is named."""
    placeholders = Placeholders({"HOST": "h"})
    placeholders.define({"base": placeholders.fill("/${env.HOST}")})
    assert placeholders.fill("${var.base}/${env.PORT:-80}/${var.x:-y}") == "/h/80/y"
    assert (
        placeholders.fill("${env.NO} ${context.request.path} ${var.no}")
        == "${env.NO} ${context.request.path} ${var.no}"
    )
    assert "`NO`" in open_placeholder("a ${env.NO}")
    assert open_placeholder("${context.request.path}") == ""


def test_a_variable_cannot_fill_the_memory() -> None:
    """A long variable in many places is refused before it is put in everywhere."""
    placeholders = Placeholders({})
    placeholders.define({"a": "x" * 1_000_000})
    with pytest.raises(Refusal, match="expand to more than"):
        placeholders.fill("${var.a}" * 20)


def test_the_teams_variables_complete_requests(tmp_path: Path) -> None:
    """Values for path parameters and for the mock server's environment come from one place."""
    text = "plugin: rest\nresources:\n  - {method: GET, path: '/${env.BASE}/{id}', queryParams: {t: '${env.T}'}}\n"
    (tmp_path / "a-config.yaml").write_text(text)
    (reading,) = FolderSource(tmp_path, variables={"BASE": "v1", "id": "7", "T": "a b"}).read()
    assert isinstance(reading, Interaction)
    assert (reading.request.target, reading.request.grade.value) == ("/v1/7?t=a+b", "chosen")


def test_too_many_conditions_are_refused(tmp_path: Path) -> None:
    """Each is held against the others, so their number has an end."""
    headers = "".join(f"      h{number}: v\n" for number in range(101))
    (tmp_path / "a-config.yaml").write_text(
        f"plugin: rest\nresources:\n  - path: /a\n    requestHeaders:\n{headers}  - {{path: /b, method: GET}}\n"
    )
    refused, read = FolderSource(tmp_path).read()
    assert isinstance(refused, Unreadable)
    assert "more than 100 conditions" in refused.reason
    assert isinstance(read, Interaction)
