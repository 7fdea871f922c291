"""Mocks that contradict each other are found without asking anybody, and mocks that do not are left alone."""

from dataclasses import replace
from typing import Any, Final

import pytest
from msgspec import structs

from driftwatch.model.contradiction import Contradiction
from driftwatch.model.interaction import Expectation, Interaction, Matcher, MatcherKind, Origin
from driftwatch.model.proposal import Landmark
from driftwatch.usecases.contradictions import among, find_contradictions
from tests.usecases.making import JSON, mock, says

USER: Final = '{"id": 42, "name": "Ada", "status": "ACTIVE"}'


def at(file: str, path: str = "/users/42", body: str = USER, status: int = 200, **more: Any) -> Interaction:
    """A mock in a file of its own, of its own claim unless ``group`` says otherwise."""
    template = more.pop("path_template", "/users/{id}" if path.startswith("/users/") else path)
    matchers = more.pop("matchers", ())
    answer = says(body, status)
    told = {"group": file, "origin": Origin(file), "variants": (type(answer)(status, JSON, body.encode(), matchers),)}
    asked: dict[str, Any] = {name: more.pop(name) for name in ("query", "headers", "method") if name in more}
    asked |= {"body": more.pop("sent")} if "sent" in more else {}
    made = mock(path, **{**told, "path_template": template, **more})
    return replace(made, request=structs.replace(made.request, **asked))


def said(*mocks: Interaction) -> list[tuple[str, str, tuple[str, ...]]]:
    """What is found among them: what differs, where, and the sides."""
    return [
        (str(one.disagreement), one.path, tuple(saying.says for saying in one.sayings))
        for one in find_contradictions([mocks])
    ]


class Described:
    """A specification; fulfils ``model.interaction.Specification``."""

    statuses = (200,)

    def under(self, status: int) -> tuple[Expectation, ...]:
        """Nothing."""
        raise AssertionError(status)


FOUND: Final = {
    "a description of another type": (
        (at("a"), at("b", body='{"id": "42"}', specification=Described())), [("type", "/id", ("number", "string"))],
    ),
    "another status for the same request": (
        (at("a"), at("b", status=404, body="{}")), [("status", "status", ("200", "404"))],
    ),
    "in another format": (
        (at("a"), at("b", status=404, body="{}", format="pact")), [("status", "status", ("200", "404"))],
    ),
    "another type": (
        (at("a"), at("b", body='{"id": "42", "name": "Ada", "status": "ACTIVE"}')),
        [("type", "/id", ("number", "string"))],
    ),
    "another type for another record of the operation": (
        (at("a"), at("b", "/users/7", '{"id": "7", "name": "Ada", "status": "ACTIVE"}')),
        [("type", "/id", ("number", "string"))],
    ),
    "another type deep inside a list": (
        (at("a", "/users", '{"items": [{"n": 1}]}'), at("b", "/users", '{"items": [{"n": {"v": 1}}]}')),
        [("type", "/items/*/n", ("number", "object"))],
    ),
    "a member of the same answer that one shows and the other does not": (
        (at("a"), at("b", body='{"id": 42, "name": "Ada", "status": "ACTIVE", "email": "a@b.c"}')),
        [("field", "/email", ("there", "not there"))],
    ),
    "one word in two spellings": (
        (at("a"), at("b", "/users/7", '{"id": 7, "name": "Bob", "status": "active"}')),
        [("spelling", "/status", ("ACTIVE", "active"))],
    ),
}  # fmt: skip

OPTIONAL: Final = (Matcher("/email", MatcherKind.OPTIONAL),)
ANY: Final = (Matcher("/id", MatcherKind.DYNAMIC),)
LEFT: Final = {
    "the same said twice": (at("a"), at("b")),
    "values of one type": (at("a"), at("b", body='{"id": 1, "name": "Bob", "status": "CLOSED"}')),
    "alternatives that one tool serves in turn": (at("a"), at("b", status=404, group="a")),
    "a status in common": (at("a"), at("b", group="x"), at("b", status=404, group="x")),
    "another query": (at("a"), at("b", status=404, query=(("expand", "all"),))),
    "another body": (at("a", sent=b"1"), at("b", status=404, sent=b"2")),
    "another method": (at("a"), at("b", status=404, method="DELETE")),
    "another record that is missing": (at("a"), at("b", "/users/7", "{}", 404)),
    "another record with more to show": (
        at("a"), at("b", "/users/7", '{"id": 7, "name": "B", "status": "ACTIVE", "email": "b@c.d"}'),
    ),
    "a member that need not be there": (
        at("a"),
        at("b", body='{"id": 42, "name": "Ada", "status": "ACTIVE", "email": "a@b.c"}', matchers=OPTIONAL),
    ),
    "a value that a template makes": (
        at("a"), at("b", body='{"id": "{{id}}", "name": "Ada", "status": "ACTIVE"}', matchers=ANY),
    ),
    "null beside a value": (at("a"), at("b", body='{"id": 42, "name": null, "status": "ACTIVE"}')),
    "whole numbers beside fractions": (at("a"), at("b", body='{"id": 42.5, "name": "Ada", "status": "ACTIVE"}')),
    "a refusal of somebody unknown": (at("a"), at("b", status=401, body="{}")),
    "a failure that is simulated": (at("a"), at("b", status=503, body="{}")),
    "a stub that never answers": (at("a"), at("b", status=404, shadowed_by="a")),
    "a script that nobody can compare": (at("a"), at("b", status=404, incomparable="a script")),
    "things of different types": (
        at("a", "/things/1", '{"type": "car", "size": 1}', path_template="/things/{id}"),
        at("b", "/things/2", '{"type": "house", "size": {"m2": 90}}', path_template="/things/{id}"),
    ),
    "maps by different keys": (
        at("a", "/rates", '{"2024-01-01": 1, "2024-01-02": 2}'), at("b", "/rates", '{"2024-02-01": 3}'),
    ),
    "names that happen to be written alike": (
        at("a", "/users/1", '{"id": 1, "name": "Will", "status": "ACTIVE"}'),
        at("b", "/users/2", '{"id": 2, "name": "will", "status": "ACTIVE"}'),
    ),
    "a description that names fewer members": (at("a"), at("b", body='{"id": 42}', specification=Described())),
    "a description that names another status": (at("a"), at("b", "/users/42", "{}", 404, specification=Described())),
    "another header that the tool asks for": (at("a"), at("b", status=404, headers=(("Accept", "text/csv"),))),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_contradictions(name: str) -> None:
    """Each is found, once, with both sides."""
    mocks, expected = FOUND[name]
    assert said(*mocks) == expected
    assert said(*reversed(mocks)) == expected


@pytest.mark.parametrize("name", LEFT)
def test_what_contradicts_nothing(name: str) -> None:
    """Nothing is said of these."""
    assert said(*LEFT[name]) == []


def test_every_place_is_named() -> None:
    """Whoever reads it can open all of them."""
    (found,) = find_contradictions([[at("a"), at("b"), at("c", status=404, body="{}")]])
    assert [[origin.file for origin in saying.origins] for saying in found.sayings] == [["a", "b"], ["c"]]
    assert (found.method, found.path_template) == ("GET", "/users/42")


def test_services_are_held_apart() -> None:
    """Two providers may answer one path in two ways."""
    assert find_contradictions([[at("a")], [at("b", status=404, body="{}")]]) == ()


class Marks:
    """Landmarks by file; fulfils ``ports.Landmarks``."""

    def __init__(self, **marks: Landmark) -> None:
        self.marks = marks
        self.asked: list[str] = []

    def of(self, file: str, format_name: str) -> Landmark:  # noqa: ARG002 - the port's signature
        """The one of a file."""
        self.asked.append(file)
        return self.marks.get(file, Landmark())


def _in_folder(marks: Marks, *mocks: Interaction) -> tuple[Contradiction, ...]:
    return among(mocks, marks, "mocks")


def test_recordings_of_two_hosts_are_of_two_services() -> None:
    """Without a config files are told apart by whom they name; what names nobody may be about anybody."""
    here, there = Landmark(hosts=("a.example",)), Landmark(hosts=("b.example",))
    pair = (at("mocks/a"), at("mocks/b", status=404, body="{}"))
    assert _in_folder(Marks(a=here, b=there), *pair) == ()
    assert len(_in_folder(Marks(a=here, b=here), *pair)) == 1
    assert len(_in_folder(Marks(a=here), *pair)) == 1
    assert len(_in_folder(Marks(a=Landmark("orders"), b=here), *pair)) == 1
    assert _in_folder(Marks(a=Landmark("orders"), b=Landmark("users")), *pair) == ()


def test_files_are_opened_only_where_there_is_something_to_part() -> None:
    """A folder without a contradiction costs nothing more."""
    marks = Marks()
    assert _in_folder(marks, at("mocks/a"), at("mocks/b")) == ()
    assert marks.asked == []


def test_paths_that_every_service_has() -> None:
    """Two services' health checks in one folder contradict nothing."""
    assert _in_folder(Marks(), at("mocks/a", "/health"), at("mocks/b", "/health", "{}", 404)) == ()
