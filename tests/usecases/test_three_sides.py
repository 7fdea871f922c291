"""A specification beside the mocks says which side is alone, and says nothing where it knows nothing."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from driftwatch.mocks.source import FolderSource
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Expectation, Interaction, Matcher, MatcherKind
from driftwatch.model.probe import Observation
from tests.fakes import ScriptedProber
from tests.usecases.making import JSON, Desk, mock, service

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "three_sides.yaml").read_text(encoding="utf-8"))
INTEGER = {"type": "object", "properties": {"id": {"type": "integer"}}}


def _description(responses: Mapping[str, object], path: str = "/users/{id}", server: str = "") -> dict[str, Any]:
    parameters = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}, "example": 1}]
    operation = {"operationId": "getUser", "parameters": parameters if "{" in path else [], "responses": responses}
    servers = {"servers": [{"url": server}]} if server else {}
    return {"openapi": "3.0.3", "info": {"title": "U", "version": "1"}, **servers, "paths": {path: {"get": operation}}}


def _answers(schema: object) -> dict[str, object]:
    return {"200": {"description": "Well", "content": {"application/json": {"schema": schema}}}}


def _read(folder: Path, *descriptions: object) -> list[Interaction]:
    for number, description in enumerate(descriptions):
        (folder / f"api{number}.json").write_text(json.dumps(description), encoding="utf-8")
    return [one for one in FolderSource(folder).read() if isinstance(one, Interaction)]


def _answer(said: Any) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    whole = said if isinstance(said, dict) and "status" in said else {"status": 200, "body": said}
    headers = {**dict(JSON), **whole.get("headers", {})}
    return whole["status"], tuple(headers.items()), json.dumps(whole["body"]).encode()


def _audited(beside: list[Interaction], says: Any, does: Any, path: str = "/users/1", **more: Any) -> list[Finding]:
    """What is found of one mock beside operations; every path is answered alike."""
    answers = says if isinstance(says, list) and "status" in says[0] else [says]
    variants = tuple(replace(Expectation(*_answer(one)), **more) for one in answers)
    mocks = [dataclasses.replace(mock(path), variants=variants)]
    observed = Observation(*_answer(does))
    canary = service()
    desk = Desk(ScriptedProber(lambda probe: observed if probe.provider == "it" else canary(probe)))
    return list(desk.audit(it=[*mocks, *beside]).findings)


def _of(findings: list[Finding], origin: str = "mocks/users/1.json") -> dict[str, str | None]:
    return {
        one.path: one.agreement.stands.value if one.agreement else None for one in findings if one.origin.file == origin
    }


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_which_side_is_alone(case: dict[str, Any], tmp_path: Path) -> None:
    """Every finding of the mock says how the three sides stand at its place, or nothing."""
    operations = _read(tmp_path, _description(case.get("responses") or _answers(case["specification"])))
    found = _of(_audited(operations, case["mock"], case["service"]))
    assert {path: found.get(path, "no finding") for path in case["stands"]} == case["stands"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_nothing_else_changes(case: dict[str, Any], tmp_path: Path) -> None:
    """Findings and fingerprints are the same with a specification; what to do is not where the service is alone."""
    operations = _read(tmp_path, _description(case.get("responses") or _answers(case["specification"])))
    alone = _audited([], case["mock"], case["service"])
    beside = [one for one in _audited(operations, case["mock"], case["service"]) if one.origin.file != "api0.json"]
    hints = {one.fingerprint: one.hint for one in alone}
    assert [replace(one, agreement=None, hint=hints[one.fingerprint]) for one in beside] == alone
    assert [one.hint != hints[one.fingerprint] for one in beside] == [one.is_toward_lone_side for one in beside]
    assert [one.fingerprint for one in beside] == [one.fingerprint for one in alone]


def test_a_finding_about_the_specification_is_held_against_the_mock(tmp_path: Path) -> None:
    """Where mock and service agree, it is the specification that is stale; the third side is the mock."""
    found = _audited(_read(tmp_path, _description(_answers(INTEGER))), {"id": "one"}, {"id": "two"})
    (finding,) = found
    assert finding.origin.file == "api0.json"
    assert finding.agreement is not None
    assert finding.agreement.stands == "specification-stale"
    assert finding.agreement.third.file == "mocks/users/1.json"


def test_both_findings_of_one_move_say_the_same(tmp_path: Path) -> None:
    """Mock and specification each have a finding, and each says that the service moved."""
    found = _audited(_read(tmp_path, _description(_answers(INTEGER))), {"id": 1}, {"id": "two"})
    assert [one.agreement.stands.value for one in found if one.agreement] == ["service-moved", "service-moved"]


def test_the_third_side_is_named(tmp_path: Path) -> None:
    """The agreement leads to the operation that was held beside."""
    found = _audited(_read(tmp_path, _description(_answers(INTEGER))), {"id": 1}, {"id": "two"})
    third = next(one.agreement.third for one in found if one.agreement and one.origin.file != "api0.json")
    assert (third.file, third.pointer) == ("api0.json", "/paths/~1users~1{id}/get")


@pytest.mark.parametrize(
    ("path", "template", "server", "stands"),
    [
        ("/users/1", "/users/{id}", "", "service-moved"),
        ("/users/1", "/users/1", "", "service-moved"),
        ("/users/1", "/v2/users/{id}", "", None),
        ("/v2/users/1", "/users/{id}", "https://example.com/v2", "service-moved"),
        ("/users/1/", "/users/{id}", "", None),
        ("/users/", "/users/{id}", "", None),
        ("/users/1.json", "/users/{id}.json", "", "service-moved"),
        ("/users/1.xml", "/users/{id}.json", "", None),
        ("/a/1", "/users/{id}", "", None),
    ],
)
def test_paths_meet_templates(path: str, template: str, server: str, stands: str | None, tmp_path: Path) -> None:
    """Segment by segment, with the base path of the description, and never by half."""
    operations = _read(tmp_path, _description(_answers(INTEGER), template, server))
    found = _of(_audited(operations, {"id": 1}, {"id": "one"}, path), f"mocks{path}.json")
    assert found == {"/id": stands}


def test_a_literal_path_comes_before_a_parameter(tmp_path: Path) -> None:
    """``/users/me`` is described by its own operation (OpenAPI 3.1.1, 4.8.8.2)."""
    wide = _description(_answers({"type": "object", "properties": {"id": {"type": "boolean"}}}))
    own = _description(_answers(INTEGER), "/users/me")
    paths = dict([*wide["paths"].items(), *own["paths"].items()])
    found = _of(_audited(_read(tmp_path, {**own, "paths": paths}), {"id": 1}, {"id": "one"}, "/users/me"),
                "mocks/users/me.json")  # fmt: skip
    assert found == {"/id": "service-moved"}


def test_specifications_that_contradict_each_other_say_nothing(tmp_path: Path) -> None:
    """Two descriptions of one operation are heard only where they say the same."""
    text = {"type": "object", "properties": {"id": {"type": "string"}}}
    same = _read(tmp_path, _description(_answers(INTEGER)), _description(_answers(INTEGER)))
    assert _of(_audited(same, {"id": 1}, {"id": "one"})) == {"/id": "service-moved"}
    other = _read(tmp_path, _description(_answers(INTEGER)), _description(_answers(text)))
    assert _of(_audited(other, {"id": 1}, {"id": "one"})) == {"/id": None}


def test_a_value_made_by_a_template_agrees_with_nothing(tmp_path: Path) -> None:
    """Around a place that the mock makes by a template nothing is concluded of what the mock says."""
    dynamic = (Matcher("/id", MatcherKind.DYNAMIC, is_text=True),)
    found = _audited(_read(tmp_path, _description(_answers(INTEGER))), {"id": "{{now}}"}, {"id": 7}, matchers=dynamic)
    assert _of(found) == {"/id": None}


def test_what_is_no_matter_of_form_has_no_third_side(tmp_path: Path) -> None:
    """Whether a service is there and lets one in is said by no specification."""
    found = _audited(_read(tmp_path, _description(_answers(INTEGER))), {"id": 1}, {"status": 401, "body": {}})
    assert [one.agreement for one in found] == [None for _ in found] != []


def test_one_that_cannot_be_read_costs_only_its_word(tmp_path: Path) -> None:
    """A response whose reference leads nowhere makes the operation silent about that response."""
    responses = {**_answers(INTEGER), "404": {"description": "No", "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/None"}}}}}  # fmt: skip
    found = _of(_audited(_read(tmp_path, _description(responses)), {"id": 1}, {"id": "one"}))
    assert found == {"/id": "service-moved"}


_SCALARS = st.sampled_from([{"type": kind} for kind in ("string", "integer", "number", "boolean")])
_NAMES = st.sampled_from("abc")


def _objects(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    described = st.dictionaries(_NAMES, inner, min_size=1, max_size=3)
    return described.flatmap(
        lambda members: st.builds(
            lambda names: {"type": "object", "properties": members, "required": names, "additionalProperties": False},
            st.lists(st.sampled_from(sorted(members)), unique=True),
        )
    )


_SCHEMAS = _objects(
    st.recursive(_SCALARS, lambda inner: _objects(inner) | inner.map(lambda one: {"type": "array", "items": one}))
)
_LEAVES: st.SearchStrategy[object] = st.sampled_from([None, True, 3, 1.5, "text"])
_DOCUMENTS = st.dictionaries(
    _NAMES,
    st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_NAMES, inner, max_size=3)),
    min_size=1,
)


def _fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Documents that keep to a schema."""
    match schema["type"]:
        case "object":
            members = {name: _fitting(inner) for name, inner in schema["properties"].items()}
            always = {name: members.pop(name) for name in schema["required"]}
            return st.fixed_dictionaries(always, optional=members)
        case "array":
            return st.lists(_fitting(schema["items"]), max_size=3)
        case kind:
            return st.just({"string": "text", "integer": 3, "number": 1.5, "boolean": True}[kind])


@settings(max_examples=60, deadline=None)
@given(_SCHEMAS, st.data())
def test_who_keeps_to_the_specification_is_not_blamed(schema: dict[str, Any], data: st.DataObject) -> None:
    """A validator that knows nothing of us says who keeps to the schema: that side never stands against it."""
    says = data.draw(_fitting(schema) | _DOCUMENTS)
    does = data.draw(_fitting(schema) | _DOCUMENTS)
    with TemporaryDirectory() as folder:
        operations = _read(Path(folder), _description(_answers(schema)))
        stands = set(_of(_audited(operations, says, does)).values())
    fits = Draft202012Validator(schema).is_valid
    assert not (fits(does) and stands & {"service-moved", "all-differ"})
    assert not (fits(says) and stands & {"mock-stale", "all-differ"})


def test_large_answers_are_left_out(tmp_path: Path) -> None:
    """Beyond two mebibytes the pairs are not compared, and nothing is said of who is alone."""
    operations = _read(tmp_path, _description(_answers(INTEGER)))
    assert _of(_audited(operations, {"id": 1}, {"id": "x" * 2_200_000})) == {"/id": None, "": None}
