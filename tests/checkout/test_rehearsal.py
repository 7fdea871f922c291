"""The team's own tests, without and with healed mocks: real runs of pytest and of small scripts."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from driftwatch.checkout.rehearsal import Plan, rehearse
from driftwatch.model.edit import Draft
from driftwatch.model.errors import UsageError
from driftwatch.model.rehearsal import Rehearsal

TESTS: Final = """
import json, pathlib
MOCK = json.loads((pathlib.Path(__file__).parent / "mock.json").read_text())

def test_shows_the_name():
    assert MOCK["name"] == "Ada"

def test_counts():
    assert MOCK["id"] == 1

def test_that_fails_anyway():
    assert MOCK["id"] == 2

def test_that_waited_for_the_truth():
    assert "fullName" in MOCK
"""
BEFORE: Final = b'{"id": 1, "name": "Ada"}'
AFTER: Final = b'{"id": 1, "fullName": "Ada"}'
PYTEST: Final = f"{sys.executable} -m pytest -q -p no:cacheprovider"


def team(folder: Path, tests: str = TESTS) -> Draft:
    """A project whose tests read a mock, and what healing would make of it."""
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    (folder / "mock.json").write_bytes(BEFORE)
    return Draft("mock.json", str(folder / "mock.json"), BEFORE, AFTER)


def ran(
    folder: Path, command: str, draft: Draft, *reports: str, seconds: float = 60,
    environment: Mapping[str, str] = os.environ, hidden: str = "\0",
) -> Rehearsal:  # fmt: skip
    """The rehearsal."""
    plan = Plan(command, folder, seconds, reports)
    return rehearse(plan, [draft], environment, lambda text: text.replace(hidden, "********"))


def test_which_tests_break(tmp_path: Path) -> None:
    """Told apart: those that break by the truth, those that fail anyway, those that it mends."""
    told = ran(tmp_path, PYTEST, team(tmp_path))
    assert [(test.name, test.words.split("\n")[0]) for test in told.broken] == [
        ("test_it::test_shows_the_name", "KeyError: 'name'")
    ]
    assert [test.name for test in told.still_failing] == ["test_it::test_that_fails_anyway"]
    assert told.mended == ("test_it::test_that_waited_for_the_truth",)
    assert (told.vanished, told.is_conclusive, told.is_worse) == ((), True, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mock.json", "test_it.py"]
    assert (tmp_path / "mock.json").read_bytes() == BEFORE


def test_options_of_the_team_stay(tmp_path: Path) -> None:
    """What PYTEST_ADDOPTS says already holds, quotes and all."""
    environment = {**os.environ, "PYTEST_ADDOPTS": "-k 'counts or anyway'"}
    told = ran(tmp_path, PYTEST, team(tmp_path), environment=environment)
    assert {test.name for test in told.before.tests} == {"test_it::test_counts", "test_it::test_that_fails_anyway"}
    assert not told.is_worse


def test_a_test_file_that_does_not_load_any_more(tmp_path: Path) -> None:
    """Tests that are not even told of are not taken for fine."""
    tests = TESTS.replace("\ndef test_shows", '\nNAME = MOCK["name"]\n\ndef test_shows')
    told = ran(tmp_path, PYTEST, team(tmp_path, tests))
    assert told.vanished == ("test_it::test_counts", "test_it::test_shows_the_name")
    assert told.is_worse


SUREFIRE: Final = """mkdir -p target/surefire-reports
if grep -q fullName mock.json; then inside="<failure message='no name'/>"; fi
echo "<testsuite><testcase classname='A' name='b'>$inside</testcase></testsuite>" > {place}
[ -z "$inside" ]"""


@pytest.mark.parametrize(("place", "reports"), [
    ("target/surefire-reports/TEST-A.xml", ()),
    ("target/surefire-reports/own.xml", ("*/own.xml",)),
    ("own.xml", ("./**/other.xml", "**/own.xml")),
    ("junit.xml", ()),
])  # fmt: skip
def test_where_other_tools_write(place: str, reports: tuple[str, ...], tmp_path: Path) -> None:
    """Their reports are found in the usual places, or where a pattern says."""
    told = ran(tmp_path, SUREFIRE.format(place=place), team(tmp_path), *reports)
    assert [(test.name, test.words) for test in told.broken] == [("A::b", "no name")]


def test_an_old_report_is_not_read(tmp_path: Path) -> None:
    """A report that lay there before tells nothing of this run."""
    draft = team(tmp_path)
    (tmp_path / "junit.xml").write_text("<testcase name='old'><failure/></testcase>", encoding="utf-8")
    told = ran(tmp_path, "true", draft)
    assert (told.before.tests, told.is_conclusive, told.is_worse) == ((), True, False)


def test_without_a_report_the_exit_code_speaks(tmp_path: Path) -> None:
    """It tells that something breaks, if not what."""
    told = ran(tmp_path, "! grep fullName mock.json", team(tmp_path))
    assert (told.broken, told.is_worse, told.is_conclusive) == ((), True, True)
    assert told.after is not None
    assert "fullName" in told.after.words


@pytest.mark.parametrize(("command", "seconds"), [("exit 4", 30), ("sleep 100", 0.5)])
def test_tests_that_do_not_even_run_now(command: str, seconds: float, tmp_path: Path) -> None:
    """Nothing is concluded, and nothing is run a second time."""
    told = ran(tmp_path, command, team(tmp_path), seconds=seconds)
    assert (told.after, told.is_conclusive, told.is_worse) == (None, False, False)


def test_a_report_that_cannot_be_read(tmp_path: Path) -> None:
    """It is told, and the exit code speaks."""
    told = ran(tmp_path, "echo '<torn' > junit.xml", team(tmp_path))
    assert told.before.trouble.startswith("a report of the tests cannot be read: no XML")
    assert told.is_conclusive


def test_credentials_are_masked(tmp_path: Path) -> None:
    """Tests get the environment, and whatever of our credentials they print is hidden: in output, names, messages."""
    tests = "import os\n\ndef test_it():\n    assert not os.environ['TOKEN'], os.environ['TOKEN']\n"
    environment = {**os.environ, "TOKEN": "sesame-1"}
    told = ran(tmp_path, f"echo $TOKEN; {PYTEST}", team(tmp_path, tests), environment=environment, hidden="sesame-1")
    assert told.before.tests[0].words != ""
    assert "********" in told.before.tests[0].words
    assert "sesame" not in repr(told)


def test_both_runs_happen_at_one_path_and_see_nothing_of_each_other(tmp_path: Path) -> None:
    """What the first leaves behind is not there for the second, though the folder is called the same."""
    draft = team(tmp_path)
    told = ran(
        tmp_path, "pwd; ls; mkdir -p locked/in; touch locked/in/x; chmod 500 locked locked/in; false; exit 0", draft
    )
    assert told.after is not None
    assert told.before.words == told.after.words


def test_mocks_must_lie_where_the_tests_do(tmp_path: Path) -> None:
    """A mock that is not in the copy would be tried by nobody."""
    (tmp_path / "here").mkdir()
    with pytest.raises(UsageError, match=r"mock\.json lies outside"):
        ran(tmp_path / "here", "true", team(tmp_path))
