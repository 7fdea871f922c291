"""``heal --verify``: the team's real tests, with pytest, VCR.py and responses, once their mocks tell the truth."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.calling import call, untouched, write_config
from tests.programs import program
from tests.repositories import git
from tests.scenarios.healing import consumer
from tests.servers import Answer, json_answer, serve

PYTEST: Final = f"{sys.executable} -m pytest -q -p no:cacheprovider"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The consumer's checkout, with a config for its two providers; tests run in it."""
    program("git", "git")
    monkeypatch.chdir(tmp_path)
    consumer.lay_out(tmp_path)
    answers = {path: json_answer(json.dumps(body)) for path, body in consumer.TODAY.items()}
    with untouched(monkeypatch), serve(lambda request: answers.get(request.path, Answer(404))) as service:
        write_config(
            tmp_path,
            {name: {"mocks": f"mocks/{name}", "target": service.url} for name in ("orders", "stock")},
        )
        git(tmp_path, "init", "--quiet", "--initial-branch", "main")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", "all of it")
        yield tmp_path


def mocks(project: Path) -> dict[str, str]:
    """The mocks as they are."""
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(project.rglob("mocks/*/*.yaml"))}


def test_it_says_which_tests_break(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two tests break by the truth; one fails either way and is not counted; nothing is written meanwhile."""
    before = mocks(project)
    ran = call(capsys, "heal", "--verify", PYTEST)
    shown = " ".join(ran.out.split())
    assert ran.code == 1
    assert "These two tests break once the mock tells the truth: that is the bug production would have shown" in shown
    assert "test_client::test_who_ordered KeyError: 'customer_name'" in shown
    assert "test_client::test_price" in shown
    assert "1 test fails either way, and is not counted." in shown
    assert "test_client::test_title" not in shown
    assert mocks(project) == before
    assert not list(project.rglob("__pycache__"))


def test_what_breaks_tests_is_not_written_without_a_yes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --yes it is."""
    before = mocks(project)
    ran = call(capsys, "heal", "--verify", PYTEST, "--write")
    assert ran.code == 1
    assert mocks(project) == before
    assert "2 breaking findings not written without a yes" in " ".join(ran.out.split())
    assert call(capsys, "heal", "--verify", PYTEST, "--write", "--yes").code == 1
    assert "customerName" in mocks(project)["order.yaml"]
    assert call(capsys, "audit", "--format", "json").code == 0


def test_it_says_that_nothing_breaks(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The twin: a client that has followed the service passes with the healed mocks, and they are written."""
    client = (project / "client.py").read_text(encoding="utf-8")
    client = client.replace('["customer_name"]', '.get("customerName", "Ada")').replace(
        '["price"]', '.get("nothing", 10)'
    )
    (project / "client.py").write_text(client, encoding="utf-8")
    ran = call(capsys, "heal", "--verify", PYTEST, "--write", "--yes", "--format", "json")
    told: dict[str, Any] = json.loads(ran.out)["tests"]
    assert ran.code == 0
    assert (told["is_conclusive"], told["is_worse"], told["broken"]) == (True, False, [])
    assert [test["name"] for test in told["still_failing"]] == ["test_client::test_that_was_broken_before"]
    assert told["after"]["tests"] == 5
    assert "customerName" in mocks(project)["order.yaml"]


@pytest.mark.parametrize(("command", "words"), [
    ("exit 7", "end with 7 and write no report"),
    ("sleep 60", "did not end in time"),
])  # fmt: skip
def test_tests_that_do_not_run(
    command: str, words: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """Nothing is concluded from tests that do not run with the mocks as they are: 3."""
    ran = call(capsys, "heal", "--verify", command, "--verify-timeout", "1")
    assert ran.code == 3
    assert words in " ".join(ran.out.split())
    assert mocks(project)["order.yaml"].count("customer_name") == 1


def test_credentials_stay_hidden(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests get the environment, and what they print of a credential of the config is masked."""
    monkeypatch.setenv("STAGING_TOKEN", "sesame-77-open")
    config = json.loads((project / "driftwatch.yaml").read_text(encoding="utf-8"))
    config["providers"]["orders"]["auth"] = {"bearer": {"token": "${env:STAGING_TOKEN}"}}
    (project / "driftwatch.yaml").write_text(json.dumps(config), encoding="utf-8")
    test = "import os\n\ndef test_it():\n    assert not os.environ['STAGING_TOKEN'], os.environ['STAGING_TOKEN']\n"
    (project / "test_client.py").write_text(test, encoding="utf-8")
    verify = f"echo $STAGING_TOKEN; {PYTEST}"
    for form in ("console", "json"):
        ran = call(capsys, "heal", "--verify", verify, "--verbose", "--format", form)
        assert "sesame" not in ran.out + ran.err
        assert ("********" in ran.out) or form == "console"
