"""``driftwatch review``: a pull request's mocks, in a real checkout, with and without a memory of audits."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from driftwatch.cli.review import POLICIES
from driftwatch.reports.gfm import MOST_OF_A_COMMENT
from driftwatch.reports.schemas import interface_schema
from tests.cli.calling import Ran, call, untouched, write_config, write_stub
from tests.programs import program
from tests.repositories import git
from tests.servers import Answer, Server, json_answer, serve

USER: Final = {"id": 7, "name": "Ada", "nick": "ada"}
TODAY: Final = {
    "/users/7": USER, "/users/8": {"id": 8, "name": "Bo", "nick": None}, "/teams": [{"id": 1}, {"id": 2}],
    "/plans/1": {"id": 1, "title": "free"},
}  # fmt: skip


@pytest.fixture
def service() -> Iterator[Server]:
    """Says what the mocks say, but for a plan, and has a nick that is null."""
    answers = {path: json_answer(json.dumps(body)) for path, body in TODAY.items()}
    with serve(lambda request: answers.get(request.path, Answer(404))) as running:
        yield running


@pytest.fixture
def project(service: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout whose mocks are committed, with a config and no store yet."""
    program("git", "git")
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    with untouched(monkeypatch):
        monkeypatch.setenv("DRIFTWATCH_STORE", str(tmp_path / "store.db"))
        write_stub(folder / "mocks/people", "/users/7", USER)
        write_stub(folder / "mocks/people", "/users/8", {**USER, "id": 8})
        write_stub(folder / "mocks/people", "/teams", [{"id": 1}])
        write_stub(folder / "mocks/plans", "/plans/1", {"id": 1, "name": "free"})
        (folder / "mocks/README.md").write_text("# Mocks\n", encoding="utf-8")
        write_config(
            folder, {name: {"mocks": f"mocks/{name}", "target": service.url} for name in ("people", "plans")}
        )  # fmt: skip
        git(folder, "init", "--quiet", "--initial-branch", "main")
        commit(folder)
        yield folder


def commit(folder: Path) -> None:
    """Everything that lies there."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a change")


def reviewed(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[Ran, Any]:
    """The command, and its document, which fits its schema."""
    ran = call(capsys, "review", "--format", "json", *arguments)
    found = json.loads(ran.out)
    violations = Draft202012Validator(interface_schema("review-1")).iter_errors(found)
    assert [f"{error.json_path}: {error.message}" for error in violations] == []
    return ran, found


def mocks(found: Any) -> dict[str, tuple[str, str]]:
    """By file name, what happened to a mock and what it is worth."""
    return {
        Path(mock["origin"]["file"]).stem: (mock["change"], mock["trust"])
        for endpoint in found["endpoints"]
        for mock in endpoint["mocks"]
    }


def said(found: Any) -> str:
    """All points."""
    return "\n".join(point["says"] for endpoint in found["endpoints"] for point in endpoint["points"])


def change(folder: Path) -> None:
    """One mock is added, one changed, one removed, one moved; one more than moved."""
    people = folder / "mocks/people/mappings"
    write_stub(folder / "mocks/people", "/users/9", {**USER, "id": 9})
    write_stub(folder / "mocks/people", "/users/8", {**USER, "id": 8, "age": 36})
    (people / "teams.json").unlink()
    (people / "users-7.json").rename(people / "ada.json")


def test_what_a_pull_request_changes(project: Path, service: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """Added, changed and removed mocks, be they committed or not; a mock that only moved is none of them."""
    call(capsys, "audit")
    asked = len(service.received)
    change(project)
    before = {path: path.stat().st_mtime_ns for path in sorted(project.rglob("*"))}
    for is_committed in (False, True):
        ran, found = reviewed(capsys, "--since", "HEAD~1" if is_committed else "HEAD")
        assert ran.code == 0
        assert mocks(found) == {"users-8": ("changed", "never"), "users-9": ("added", "never")}
        assert [(one["what"], Path(one["file"]).name) for one in found["removed"]] == [("GET /teams 200", "teams.json")]
        (endpoint,) = found["endpoints"]
        assert (endpoint["provider"], endpoint["mocks_beside"]) == ("people", 1)
        if not is_committed:
            assert {path: path.stat().st_mtime_ns for path in sorted(project.rglob("*"))} == before
            commit(project)
    assert len(service.received) == asked


@pytest.mark.usefixtures("project")
def test_what_audits_know(capsys: pytest.CaptureFixture[str]) -> None:
    """Verified as it stands, drifted and how, and what audits saw that no mock of the endpoint shows."""
    call(capsys, "audit")
    ran, found = reviewed(capsys)
    assert ran.code == 0
    assert found["is_remembered"]
    told = mocks(found)
    assert told["users-7"] == ("named", "verified")
    assert (told["plans-1"], told["users-8"]) == (("named", "drifted"), ("named", "drifted"))
    assert "users-7.json:1 was verified today" in said(found)
    assert "plans-1.json:1 has drifted: breaking" in said(found)
    (users,) = (one for one in found["endpoints"] if one["path_template"] == "/users/{id}")
    assert [(one["sort"], one["path"]) for one in users["seen"]] == [("null", "/nick")]
    assert users["lacks"] == ["status"]  # what audits saw is not told once more
    assert "No mock shows what audits saw: null at /nick" in said(found)
    (teams,) = (one for one in found["endpoints"] if one["path_template"] == "/teams")
    assert teams["lacks"] == ["empty-list", "further-page", "null", "status"]


@pytest.mark.usefixtures("project")
def test_without_a_memory_nothing_is_verified_and_none_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """It says so, and what to do."""
    ran = call(capsys, "review")
    assert ran.code == 0
    assert "No audit is known: run `driftwatch audit` with a store" in ran.out
    assert "0 verified as they stand" in ran.out
    assert not (tmp_path / "store.db").exists()


def test_a_report_in_place_of_the_store(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """Its verdicts hold for what was there when it was made, with a config and without; not for what came later."""
    monkeypatch.setenv("DRIFTWATCH_STORE", "none")
    report = tmp_path / "audit.json"
    change(project)
    for path in project.rglob("*.json"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    call(capsys, "audit", "--format", "json", "--output", report)
    _, found = reviewed(capsys, "--since", "HEAD", "--report", report)
    assert mocks(found)["users-8"] == ("changed", "drifted")
    bare = reviewed(capsys, "mocks/people", "--report", report)[1]
    assert mocks(bare)["ada"] == ("named", "verified")
    later = project / "mocks/people/mappings/users-8.json"
    os.utime(later, (4_000_000_000, 4_000_000_000))
    _, found = reviewed(capsys, "--since", "HEAD", "--report", report)
    assert mocks(found)["users-8"] == ("changed", "never")


def test_without_a_config_the_mocks_speak_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """Happy path only, no null, one page; and where two mocks of them cannot both be true."""
    monkeypatch.chdir(tmp_path)
    with untouched(monkeypatch):
        write_stub(tmp_path / "mocks", "/orders", {"orders": [{"id": 1}], "total": 1})
        write_stub(tmp_path / "mocks", "/orders/1", {"id": 1, "total": "5"})
        write_stub(tmp_path / "mocks", "/orders/2", {"id": 2, "total": 5})
        ran, found = reviewed(capsys, "mocks")
        assert ran.code == 0
        by_path = {one["path_template"]: one for one in found["endpoints"]}
        assert by_path["/orders"]["lacks"] == ["empty-list", "further-page", "null", "status"]
        (contradiction,) = by_path["/orders/{id}"]["contradictions"]
        assert (contradiction["disagreement"], contradiction["path"]) == ("type", "/total")
        assert "Mocks contradict each other at /total: " in said(found)
        claims = by_path["/orders"]["mocks"][0]["claims"]
        assert claims[0]["shape"] == "{orders: [{id: integer}], total: integer}"
        assert call(capsys, "review").code == 2
        assert call(capsys, "review", "absent").code == 2
        assert call(capsys, "review", "mocks", "--since", "main").code == 2


def test_what_does_not_become_a_mock_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unreadable files, files of no format, mocks that no provider names; what was not touched is not."""
    (project / "mocks/plans/mappings/torn.json").write_text('{"request": {"urlPath": "/x"}, "resp', encoding="utf-8")
    (project / "mocks/people/notes.txt").write_text("?", encoding="utf-8")
    write_stub(project / "lost", "/refunds/1", {"id": 1})
    (project / "src.py").write_text("print()\n", encoding="utf-8")
    commit(project)
    _, found = reviewed(capsys, "--since", "HEAD~1")
    assert [one["file"] for one in found["unreadable"]] == ["mocks/plans/mappings/torn.json"]
    assert [one["file"] for one in found["ignored"]] == ["mocks/people/notes.txt"]
    assert found["outside"] == ["lost/mappings/refunds-1.json"]
    assert mocks(found) == {"refunds-1": ("named", "never")}
    _, named = reviewed(capsys, "lost", "mocks/people/notes.txt")
    assert (named["outside"], [one["file"] for one in named["ignored"]]) == (
        ["lost/mappings/refunds-1.json"], ["mocks/people/notes.txt"],
    )  # fmt: skip
    assert mocks(named) == {"refunds-1": ("named", "never")}
    shown = call(capsys, "review", "--since", "HEAD~1").out
    assert all(title in shown for title in ("Not readable", "Outside of every provider's mocks", "No mocks"))


def test_a_body_file_is_part_of_its_mock(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A change to it is a change of the mock that names it, and it is no file without a format."""
    body = project / "mocks/plans/__files/plan.json"
    body.parent.mkdir()
    body.write_text('{"id": 2}', encoding="utf-8")
    write_stub(project / "mocks/plans", "/plans/2", jsonBody=None, bodyFileName="plan.json")
    commit(project)
    body.write_text('{"id": 2, "name": "paid"}', encoding="utf-8")
    _, found = reviewed(capsys, "--since", "HEAD")
    assert mocks(found) == {"plans-2": ("changed", "never")}
    assert found["ignored"] == []
    assert found["endpoints"][0]["mocks"][0]["claims"][0]["shape"] == "{id: integer, name: string}"


def test_mocks_by_a_glob(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One that is gone is told of, although nothing on disk says that it was a mock; what was none is not."""
    config = json.loads((project / "driftwatch.yaml").read_text(encoding="utf-8"))
    config["providers"]["people"]["mocks"] = "mocks/people/**/*.json"
    (project / "driftwatch.yaml").write_text(json.dumps(config), encoding="utf-8")
    (project / "mocks/people/notes.txt").write_text("?", encoding="utf-8")
    commit(project)
    for name in ("mocks/people/mappings/teams.json", "mocks/people/notes.txt"):
        (project / name).unlink()
    write_stub(project / "mocks/people", "/users/8", {**USER, "id": 8, "age": 36})
    _, found = reviewed(capsys, "--since", "HEAD")
    assert mocks(found) == {"users-8": ("changed", "never")}
    assert [(one["what"], one["file"]) for one in found["removed"]] == [
        ("GET /teams 200", "mocks/people/mappings/teams.json")
    ]


HOLDS: Final = {
    "never": 0, "contradictions": 1, "drifted": 1, "gaps": 1, "never-verified": 1, "outside": 1, "stale": 0,
    "unreadable": 1,
}  # fmt: skip


def test_every_policy(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing fails by itself; each word fails for what it names, and for nothing else."""
    assert HOLDS.keys() == set(POLICIES)
    assert (
        reviewed(capsys, "mocks/people", *(f"--fail-on={word}" for word in ("drifted", "gaps", "stale")))[0].code == 0
    )
    call(capsys, "audit")
    write_stub(project / "mocks/people", "/users/10", {"id": "10", "name": "Cy", "nick": "c"})
    write_stub(project / "lost", "/refunds/1", {"id": 1})
    torn = project / "mocks/plans/mappings/torn.json"
    torn.write_text('{"request": {"urlPath": "/x"}, "resp', encoding="utf-8")
    everything = ("mocks", "lost")
    codes = {word: call(capsys, "review", *everything, "--fail-on", word).code for word in POLICIES}
    assert codes == {**HOLDS, "stale": 3}  # what could not be read might be stale
    torn.unlink()
    assert call(capsys, "review", *everything, "--fail-on", "stale", "--fail-on", "unreadable").code == 0
    assert call(capsys, "review", *everything).code == 0


EVIL: Final = "]( ) `x` <img src=x> @all #1 | ~~y~~ https://evil.example \N{RIGHT-TO-LEFT OVERRIDE} ::error::z"


def test_the_checklist_is_a_task_list_whatever_mocks_are_called(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """Every point is an item of a list; no name of a file, a member or a path becomes anything else."""
    write_stub(project / "mocks/people", "/x/" + EVIL, {EVIL: 1, "`": None}, name="- [x] done")
    ran = call(capsys, "review", "--format", "markdown", "mocks/people")
    tokens = MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(ran.out)
    points = [token.content for token in tokens if token.type == "inline" and token.content.startswith("[ ]")]
    assert len(points) == ran.out.count("\n- [ ] ")
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "code_inline", "strong_open", "strong_close", "softbreak", "hardbreak", "html_inline",
                     "text_special"}  # fmt: skip
    assert {
        child.content for token in tokens for child in token.children or () if child.type == "html_inline"
    } <= {"<!-- -->"}  # fmt: skip
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in ran.out + call(capsys, "review", "mocks/people").out


def test_it_fits_into_a_comment(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """GitHub takes 65,536 characters; the rest is left out, and that is said."""
    for number in range(400):
        write_stub(project / "mocks/people", f"/things{number}/all", {f"member{n}": n for n in range(8)})
    out = call(capsys, "review", "--format", "markdown").out
    assert len(out) < 65_536
    assert len(out.encode()) > MOST_OF_A_COMMENT - 1000
    assert "**The rest is left out" in out


def test_an_unknown_commit(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told with the remedy, and is no option of git's."""
    for reference in ("nowhere", "--output=owned", "HEAD~9"):
        ran = call(capsys, "review", f"--since={reference}")
        assert (ran.code, ran.out) == (2, "")
        assert "has no such commit" in ran.err
    assert not list(project.parent.rglob("owned"))
