"""``driftwatch tests``: which green tests cannot be believed, out of the store or two files, in every format."""

import json
import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from driftwatch.reports.gfm import MOST_OF_A_COMMENT
from driftwatch.reports.schemas import interface_schema
from tests.cli.calling import Ran, call, write_config, write_stub
from tests.servers import json_answer, serve

ADA: Final = {"id": 1, "name": "Ada", "born": "1815-12-10"}
ROUTES: Final = {
    "/users/1": json_answer(json.dumps({"id": 1, "full_name": "Ada", "born": "1815-12-10"})),
    "/users/2": json_answer(json.dumps({**ADA, "id": 2})),
    "/users/3": json_answer(json.dumps({**ADA, "id": 3})),
}
SECRET: Final = "s3cr3tk3y99"


def a_use(test: str, *files: str, outcome: str = "passed", **touch: str) -> dict[str, Any]:
    """A test that met these files' mocks, or one other touch."""
    touches = [{"tool": "wiremock", "file": f"mocks/mappings/{file}.json"} for file in files]
    coded = [{"tool": "responses", **touch}] if touch else []
    return {"test": test, "outcome": outcome, "touches": [*touches, *coded]}


USES: Final = [
    a_use("t.py::lies", "users-1"),
    a_use("t.py::lies_too", "users-2", "users-1"),
    a_use("t.py::holds[1]", "users-2"),
    a_use("t.py::gone", "users-4"),
    a_use("t.py::coded", method="GET", url=f"https://pay.example/x?key={SECRET}"),
    a_use("t.py::red", "users-1", outcome="failed"),
]


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A team whose first mock is false, whose fourth nobody may ask for, and whose tests tell what they met."""
    monkeypatch.chdir(tmp_path)
    for number in (1, 2, 3):
        write_stub(tmp_path / "mocks", f"/users/{number}", {**ADA, "id": number}, name=f"users-{number}")
    write_stub(tmp_path / "mocks", "/users", ADA, name="users-4", method="POST")
    write_usage(USES)
    with serve(ROUTES) as running:
        config = write_config(tmp_path, {"people": {"mocks": "mocks", "target": running.url}})
        plain = json.loads(config.read_text(encoding="utf-8"))
        config.write_text(json.dumps({**plain, "store": "store.db"}), encoding="utf-8")
        yield config


def write_usage(uses: list[dict[str, Any]], **more: object) -> None:
    """A record as the plugin writes it, in the current folder."""
    record = {"schema": "driftwatch.usage/1", "suite": "shop", "uses": uses, **more}
    Path("usage.json").write_text(json.dumps(record), encoding="utf-8")


def document(ran: Ran) -> Any:
    """The JSON document, which fits its schema."""
    found = json.loads(ran.out)
    violations = Draft202012Validator(interface_schema("tests-1")).iter_errors(found)
    assert [f"{error.json_path}: {error.message}" for error in violations] == []
    return found


def trusts(ran: Ran) -> Mapping[str, str]:
    """The trust of each test."""
    return {one["test"].removeprefix("t.py::"): one["trust"] for one in document(ran)["tests"]}


EXPECTED: Final = {
    "lies": "drifted", "lies_too": "drifted", "holds[1]": "verified", "gone": "never", "coded": "never",
    "red": "drifted",
}  # fmt: skip


@pytest.mark.usefixtures("team")
def test_out_of_the_store(capsys: pytest.CaptureFixture[str]) -> None:
    """What was imported, by what audits found; the metric of the next audit counts the same tests."""
    call(capsys, "audit", "--fail-on", "never")
    taken = call(capsys, "tests", "import", "usage.json")
    assert (taken.code, taken.out) == (0, "shop: 6 tests of 6 rest on 3 mocks and 1 mock in no file that is known.\n")
    ran = call(capsys, "tests", "--format", "json")
    assert (ran.code, trusts(ran)) == (1, EXPECTED)
    found = document(ran)
    assert found["totals"] == {
        "tests": 6, "outcomes": {"passed": 5, "failed": 1, "skipped": 0},
        "trust": {"verified": 1, "stale": 0, "never": 2, "drifted": 2}, "lying": 2, "unused": 1,
    }  # fmt: skip
    assert [one["label"] for one in found["unused"]] == ["GET /users/{id}"]
    assert found["unused"][0]["origin"]["file"] == "mocks/mappings/users-3.json"
    wrong = {(one["kind"], one["path"]): [test["test"] for test in one["tests"]] for one in found["findings"]}
    assert wrong[("field-renamed", "/name")] == ["t.py::lies", "t.py::lies_too"]
    told = call(capsys, "audit", "--fail-on", "never", "--format", "prometheus").out
    lines = [line for line in told.splitlines() if line.startswith("driftwatch_tests{")]
    assert lines == [
        f'driftwatch_tests{{provider="people",trust="{trust}"}} {number}'
        for trust, number in (("verified", "1.0"), ("stale", "0.0"), ("never", "1.0"), ("drifted", "2.0"))
    ]


def test_out_of_two_files(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same, where one job audits and another runs the tests: neither config nor store, nor the same folder."""
    call(capsys, "audit", "--fail-on", "never", "--format", "json", "--output", "audit.json")
    team.unlink()
    Path("store.db").unlink()
    ran = call(capsys, "tests", "--usage", "usage.json", "--report", "audit.json", "--format", "json")
    assert (ran.code, trusts(ran)) == (1, EXPECTED)


@pytest.mark.usefixtures("team")
def test_a_suite_is_replaced_and_added_to(capsys: pytest.CaptureFixture[str]) -> None:
    """A whole record takes its place, one of some tests changes these; each suite by itself."""
    call(capsys, "audit", "--fail-on", "never")
    call(capsys, "tests", "import", "usage.json")
    write_usage([a_use("t.py::lies"), a_use("t.py::new", "users-3")], is_whole=False)
    assert call(capsys, "tests", "import", "usage.json").out.startswith("shop: 1 test of 2 rests on 1 mock.")
    known = trusts(call(capsys, "tests", "--format", "json"))
    assert known == {**{name: trust for name, trust in EXPECTED.items() if name != "lies"}, "new": "verified"}
    write_usage([a_use("t.py::new", "users-3")])
    call(capsys, "tests", "import", "usage.json")
    assert trusts(call(capsys, "tests", "--format", "json")) == {"new": "verified"}


@pytest.mark.usefixtures("team")
def test_a_mock_that_changed_is_not_verified_any_more(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever was found of it before; a mock that moved is the same mock."""
    call(capsys, "audit", "--fail-on", "never")
    for number in (1, 2):
        write_stub(Path("mocks"), f"/users/{number}", {**ADA, "id": number, "x": 1}, name=f"users-{number}")
    ran = call(capsys, "tests", "--usage", "usage.json", "--format", "json")
    told = trusts(ran)
    assert (told["lies"], told["holds[1]"], ran.code) == ("never", "never", 0)
    reasons = {one["reason"] for test in document(ran)["tests"] for one in test["mocks"] if one["compared_at"]}
    assert reasons == {"it says something else than when it was last compared"}


@pytest.mark.usefixtures("team")
def test_what_was_verified_long_ago_is_stale(capsys: pytest.CaptureFixture[str]) -> None:
    """By the config's days, or those of the command."""
    call(capsys, "audit", "--fail-on", "never")
    with sqlite3.connect("store.db") as store:
        store.execute("UPDATE mocks SET verified_at = datetime(verified_at, '-240 days')")
    ran = call(capsys, "tests", "--usage", "usage.json", "--format", "json")
    assert trusts(ran)["holds[1]"] == "stale"
    assert "1 green test rests on 1 mock verified 7 months ago." in call(capsys, "tests", "--usage", "usage.json").out
    ran = call(capsys, "tests", "--usage", "usage.json", "--format", "json", "--stale-after", "40w")
    assert trusts(ran)["holds[1]"] == "verified"


@pytest.mark.parametrize(("least", "code"), [("drifted", 0), ("never", 0), ("stale", 1), ("nothing", 0)], ids=str)
@pytest.mark.usefixtures("team")
def test_what_fails_is_for_people_to_say(capsys: pytest.CaptureFixture[str], least: str, code: int) -> None:
    """What is named, or worse; the word that fails nothing is none of the trusts."""
    call(capsys, "audit", "--fail-on", "never")
    with sqlite3.connect("store.db") as store:
        store.execute("UPDATE mocks SET verified_at = datetime(verified_at, '-240 days')")
    write_usage([a_use("t.py::holds", "users-2"), a_use("t.py::red", "users-1", outcome="failed")])
    assert call(capsys, "tests", "--usage", "usage.json", "--fail-on", least).code == code


@pytest.mark.usefixtures("team")
def test_without_an_audit_nothing_is_green(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody looked: that is told, and is no success."""
    ran = call(capsys, "tests", "--usage", "usage.json")
    assert ran.code == 3
    assert "No audit is known: nobody knows what is true. `driftwatch audit` asks." in ran.out
    assert call(capsys, "tests", "--usage", "usage.json", "--fail-on", "never").code == 1


@pytest.mark.usefixtures("team")
def test_junit_has_every_test_with_its_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    """A green test that lies is a failure, one that failed stays one, and all say what they rest on."""
    call(capsys, "audit", "--fail-on", "never")
    ran = call(capsys, "tests", "--usage", "usage.json", "--format", "junit")
    root = ET.fromstring(ran.out)  # noqa: S314 - our own
    suite = root.find("testsuite")
    assert suite is not None
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("shop", "6", "3")
    cases = {case.get("name", ""): case for case in suite}
    failures = {name: failure.get("type") for name, case in cases.items() for failure in case.findall("failure")}
    assert failures == {"lies": "driftwatch.drifted", "lies_too": "driftwatch.drifted", "red": "failed"}
    assert {case.get("classname") for case in suite} == {"t"}
    properties = {
        (name, each.get("name")): each.get("value") for name, case in cases.items() for each in case.iter("property")
    }
    assert properties[("lies_too", "driftwatch.trust")] == "drifted"
    assert properties[("lies_too", "driftwatch.mocks.verified")] == "1"
    assert "breaking field-renamed at /name" in cases["lies"].findtext("failure", "")
    ran = call(capsys, "tests", "--usage", "usage.json", "--format", "junit", "--fail-on", "nothing")
    never = ET.fromstring(ran.out)  # noqa: S314 - the same
    assert never.get("failures") == "1"


@pytest.mark.usefixtures("team")
def test_markdown_fits_into_a_comment(capsys: pytest.CaptureFixture[str]) -> None:
    """However many tests there are, and whatever they are called."""
    call(capsys, "audit", "--fail-on", "never")
    write_usage([a_use(f"t.py::test_{number}[@ann|<b>`]" + "x" * 300, "users-1", "users-2") for number in range(900)])
    ran = call(capsys, "tests", "--usage", "usage.json", "--format", "markdown")
    assert "❌" in ran.out.splitlines()[0]
    assert "900 green tests rest on 1 drifted mock." in ran.out
    assert len(ran.out.encode()) < MOST_OF_A_COMMENT + 200
    assert all("`` t.py" in line or "``t.py" in line for line in ran.out.splitlines() if "@ann" in line)


@pytest.mark.parametrize("form", ["console", "json", "junit", "markdown"])
@pytest.mark.usefixtures("team")
def test_nothing_of_a_query_is_told_or_kept(capsys: pytest.CaptureFixture[str], form: str) -> None:
    """Whoever wrote it into the record."""
    call(capsys, "audit", "--fail-on", "never")
    assert SECRET not in call(capsys, "tests", "--usage", "usage.json", "--format", form, "--verbose").out
    assert SECRET not in call(capsys, "tests", "import", "usage.json").out
    assert SECRET.encode() not in Path("store.db").read_bytes()


def test_several_records_of_one_suite_are_one(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a run that was split among machines leaves them."""
    call(capsys, "audit", "--fail-on", "never")
    for number, half in enumerate((USES[:3], USES[3:])):
        write_usage(half)
        Path("usage.json").rename(f"part-{number}.json")
    call(capsys, "tests", "import", "part-0.json", "part-1.json")
    assert trusts(call(capsys, "tests", "--format", "json")) == EXPECTED
    plain = json.loads(team.read_text(encoding="utf-8"))
    team.write_text(json.dumps({**plain, "store": "other.db", "tests": {"usage": ["part-*.json"]}}), encoding="utf-8")
    assert trusts(call(capsys, "tests", "--format", "json", "--fail-on", "nothing")).keys() == EXPECTED.keys()


@pytest.mark.usefixtures("team")
def test_only_one_provider(capsys: pytest.CaptureFixture[str]) -> None:
    """The tests that rest on its mocks, by these alone."""
    call(capsys, "audit", "--fail-on", "never")
    ran = call(capsys, "tests", "--usage", "usage.json", "--provider", "people", "--format", "json")
    assert trusts(ran).keys() == EXPECTED.keys() - {"coded"}


MISTAKES: Final = {
    "nobody told": ((), "nobody told which test rests on which mock. Run `pytest --driftwatch=record`"),
    "no such file": (("--usage", "none.json"), "none.json cannot be opened"),
    "no report": (("--usage", "usage.json", "--report", "usage.json"), "is not what an audit tells as JSON"),
    "no such store": (("--store", "none.db"), "there is no store at "),
    "no such provider": (("--provider", "poeple"), "there is no provider 'poeple'"),
    "no such age": (("--stale-after", "soon"), "--stale-after soon: write days or weeks, such as 30d or 8w"),
    "no such trust": (("--fail-on", "breaking"), "'breaking' is not one of"),
    "no such command": (("imprt",), "No such command 'imprt'"),
}


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.usefixtures("team")
def test_mistakes_are_told(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """With what would be right."""
    arguments, complaint = MISTAKES[name]
    ran = call(capsys, "tests", *arguments)
    assert ran.code == 2
    assert complaint in ran.err


HOSTILE: Final = "\x1b[2J\u202e]]>&<x>"  # NUL is refused when the record is read


@pytest.mark.usefixtures("team")
def test_names_of_strangers_steer_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a terminal, nor XML, nor the store."""
    call(capsys, "audit", "--fail-on", "never")
    write_usage([a_use(f"t{HOSTILE}::a", "users-1", url=f"http://x/{HOSTILE}")], suite=f"s{HOSTILE}")
    told = [call(capsys, "tests", "import", "usage.json")]
    told += [call(capsys, "tests", "--format", form) for form in ("console", "json", "junit", "markdown")]
    assert [ran.code for ran in told] == [0, 1, 1, 1, 1]
    assert not [ran.out for ran in told if set("\x1b\u202e") & set(ran.out)]
    assert ET.fromstring(told[3].out).get("failures") == "1"  # noqa: S314 - our own
